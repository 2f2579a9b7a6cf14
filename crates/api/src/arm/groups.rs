//! Groups: resource groups over HTTP.
//!
//! Source: Azure Resource Manager resource groups 2021-04-01; clients' notes 1.5.

use axum::http::StatusCode;
use contract::arm::{
    List,
    group::{ResourceGroup as Shown, ResourceGroupRequest},
};
use model::{ResourceGroup, ScopePath};

use super::{
    filter::{self, Words},
    page::page,
    place::{GROUP, row},
    registrations::may,
    subscriptions::{open, scope_of, visible},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    dispatch::no_content,
    error::ApiError,
    route::{BodyKind, Route},
};

/// How many groups a page has.
const PAGE_SIZE: usize = 1000;

/// The longest location. Unit: characters.
const LOCATION_MAX: usize = 90;

const READ: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";
const WRITE: &str = "Microsoft.Resources/subscriptions/resourceGroups/write";
const DELETE: &str = "Microsoft.Resources/subscriptions/resourceGroups/delete";

const WORDS: Words = Words { fields: &["tagName", "tagValue"], calls: &[], calls_with_text: &[] };

/// The routes of resource groups.
pub(crate) const ROUTES: &[Route] = &[
    open(
        "/subscriptions/{subscription}/resourceGroups",
        "The resource groups of a subscription that the caller may read.",
        &["$filter", "$top", "$skipToken"],
        list,
    ),
    row(GROUP, ("GET", GROUP.path), READ, "One resource group.", &[200], get),
    row(GROUP, ("HEAD", GROUP.path), READ, "Whether a resource group is there.", &[204], head),
    Route {
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..row(GROUP, ("PUT", GROUP.path), WRITE, "Makes a resource group, or changes its tags.", &[200, 201], put)
    },
    Route {
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..row(GROUP, ("PATCH", GROUP.path), WRITE, "Changes the tags of a resource group.", &[200], patch)
    },
    Route {
        refusals: &[403, 409],
        ..row(GROUP, ("DELETE", GROUP.path), DELETE, "Deletes a resource group that holds nothing.", &[200], delete)
    },
];

/// The resource group in the path of a call.
pub(crate) fn scope(call: &Call<'_>) -> Result<ScopePath, ApiError> {
    let name = call.param("group");
    let path = format!("/subscriptions/{}/resourceGroups/{name}", call.subscription()?);
    // A name with a slash in it would be the path of something inside another group.
    ScopePath::new(&path).ok().filter(|_| !name.contains('/')).ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> ApiError {
    let message = format!("Resource group '{name}' could not be found.");
    ApiError::new(StatusCode::NOT_FOUND, "ResourceGroupNotFound", message)
}

fn show(call: &Call<'_>, group: &ResourceGroup) -> Result<Shown, ApiError> {
    Ok(Shown::of(call.subscription()?.as_str(), &group.name, &group.location, group.tags.clone()))
}

fn list(call: &Call<'_>) -> Reply {
    let inside = scope_of(visible(call)?)?;
    let conditions = filter::conditions(call, &WORDS)?;
    let tagged = |group: &ResourceGroup| {
        let fits = |(name, value): (&String, &String)| {
            let holds = |one: &filter::Condition| match one.word {
                "tagName" => name.eq_ignore_ascii_case(&one.text),
                _ => *value == one.text,
            };
            conditions.iter().all(holds)
        };
        conditions.is_empty() || group.tags.iter().any(fits)
    };
    let wanted = |group: &&ResourceGroup| {
        !group.removed && inside.contains(&group.scope) && may(call, READ, &group.scope) && tagged(group)
    };
    // The office has groups in the order of their paths, which is the order of pages.
    let found: Vec<_> = call.office.resource_groups.values().filter(wanted).take(filter::top(call)?).collect();
    let of = format!("groups of {}", inside.folded());
    let list = page(call, &of, PAGE_SIZE, found, |group| group.scope.folded().to_owned())?;
    let value = list.value.iter().map(|group| show(call, group)).collect::<Result<_, _>>()?;
    Answer::ok(&List::page(value, list.next_link))
}

fn live<'a>(call: &'a Call<'_>) -> Result<&'a ResourceGroup, ApiError> {
    Ok(hub::resource::live_group(&call.office, &scope(call)?)?)
}

fn get(call: &Call<'_>) -> Reply {
    Answer::ok(&show(call, live(call)?)?)
}

fn head(call: &Call<'_>) -> Reply {
    live(call)?;
    Ok(no_content())
}

fn put(call: &Call<'_>) -> Reply {
    let request: ResourceGroupRequest = call.json()?;
    let known = live(call).ok();
    let location = request.location.as_deref().filter(|location| !location.trim().is_empty());
    if known.is_none() && location.is_none() {
        let message = "The location property is required for this definition: give the resource group any location, such as 'local'.";
        return Err(ApiError::bad_request("LocationRequired", message).about("location"));
    }
    let location = location.unwrap_or_default();
    if location.chars().count() > LOCATION_MAX {
        let message = format!("The location has more than {LOCATION_MAX} characters.");
        return Err(ApiError::bad_request("InvalidLocation", message).about("location"));
    }
    let name = call.param("group");
    let (group, made) =
        call.hub().put_group(&call.actor(), &call.subscription()?, name, location, request.tags.as_ref())?;
    let status = if made { StatusCode::CREATED } else { StatusCode::OK };
    Answer::json(status, &show(call, &group)?)
}

fn patch(call: &Call<'_>) -> Reply {
    let request: ResourceGroupRequest = call.json()?;
    let known = live(call)?;
    let (name, location) = (&known.name, &known.location);
    let (group, _) =
        call.hub().put_group(&call.actor(), &call.subscription()?, name, location, request.tags.as_ref())?;
    Answer::ok(&show(call, &group)?)
}

fn delete(call: &Call<'_>) -> Reply {
    // Clients take 204 for a failure here, so a group that is not there is not found.
    if call.hub().delete_group(&call.actor(), &scope(call)?)? {
        return Ok(Answer::empty(StatusCode::OK));
    }
    Err(not_found(call.param("group")))
}
