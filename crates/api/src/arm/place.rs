//! Place: what locks and roles hang on: a subscription, a resource group or a registration.

use model::ScopePath;

use crate::{
    answer::Reply,
    call::Call,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// A kind of place.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its path.
    pub(super) path: &'static str,
    /// The action that shows that it is there.
    pub(super) sight: &'static str,
}

pub(super) const SUBSCRIPTION: Place =
    Place { path: "/subscriptions/{subscription}", sight: "Microsoft.Resources/subscriptions/read" };
pub(super) const GROUP: Place = Place {
    path: "/subscriptions/{subscription}/resourceGroups/{group}",
    sight: "Microsoft.Resources/subscriptions/resourceGroups/read",
};
pub(super) const REGISTRATION: Place = Place {
    path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}",
    sight: "Microsoft.AzureStack/registrations/read",
};

/// A row of a table of routes for who may do an action at a place.
pub(super) const fn row(
    place: Place,
    (method, path): (&'static str, &'static str),
    action: &'static str,
    summary: &'static str,
    success: &'static [u16],
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method,
        path,
        access: Access::At { action, scope: place.path, sight: place.sight },
        versions: Versions::Any,
        summary,
        success,
        refusals: &[403],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

/// A table of routes where each entry is three rows: at a subscription, at a group and at a registration. An entry is the
/// method, what follows the path of the place, the action, the summary, the statuses of success and the handler; members of
/// the row that differ come last.
macro_rules! at_every_place {
    ($($method:literal $suffix:literal, $action:expr, $summary:literal, $success:expr, $handle:expr
        $(, $member:ident: $value:expr)*;)*) => {
        &[$(
            Route {
                $($member: $value,)*
                ..$crate::arm::place::row(
                    $crate::arm::place::SUBSCRIPTION,
                    ($method, concat!("/subscriptions/{subscription}", $suffix)),
                    $action, $summary, $success, $handle,
                )
            },
            Route {
                $($member: $value,)*
                ..$crate::arm::place::row(
                    $crate::arm::place::GROUP,
                    ($method, concat!("/subscriptions/{subscription}/resourceGroups/{group}", $suffix)),
                    $action, $summary, $success, $handle,
                )
            },
            Route {
                $($member: $value,)*
                ..$crate::arm::place::row(
                    $crate::arm::place::REGISTRATION,
                    ($method, concat!(
                        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}",
                        $suffix,
                    )),
                    $action, $summary, $success, $handle,
                )
            },
        )*]
    };
}
pub(super) use at_every_place;

/// The place in the path of a call, as it was first written.
pub(super) fn place(call: &Call<'_>) -> Result<ScopePath, ApiError> {
    if call.params.get("group").is_none() {
        let subscription = call.subscription()?;
        return ScopePath::new(&format!("/subscriptions/{subscription}")).map_err(|_| ApiError::not_found());
    }
    let group = super::groups::scope(call)?;
    if call.params.get("registration").is_none() {
        return Ok(call.hub().live_scope(&call.office, &group)?);
    }
    let path = super::registrations::path(call)?;
    let id = path.id().filter(|_| !path.name.contains('/')).ok_or_else(|| path.not_found())?;
    let scope = ScopePath::new(id.as_str()).map_err(|_| path.not_found())?;
    Ok(call.hub().live_scope(&call.office, &scope)?)
}
