//! Resources: everything that lies in a subscription or a group, which here is registrations.
//!
//! Source: Azure Resource Manager resources list 2021-04-01; clients' notes 3.

use contract::arm::{
    List, Provisioning,
    group::GenericResource,
    registration::{LOCATION, TYPE},
};
use hub::RegistrationPath;
use model::{Day, Registration, ScopePath};

use super::{
    filter::{self, Condition, Words},
    page::page,
    place::GROUP,
    registrations::may,
    subscriptions::{open, scope_of, sees, visible},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    route::Route,
};

/// How many resources a page has.
const PAGE_SIZE: usize = 1000;

const READ: &str = "Microsoft.AzureStack/registrations/read";
const WORDS: Words = Words { fields: &["resourceGroup", "resourceType", "name"], calls: &[], calls_with_text: &[] };
const QUERY: &[&str] = &["$filter", "$expand", "$top", "$skipToken"];

/// The routes of resources.
pub(crate) const ROUTES: &[Route] = &[
    open(
        "/subscriptions/{subscription}/resources",
        "The resources of a subscription that the caller may read.",
        QUERY,
        list,
    ),
    open(
        "/subscriptions/{subscription}/resourceGroups/{group}/resources",
        "The resources of a resource group that the caller may read.",
        QUERY,
        list_in_group,
    ),
];

/// What is shown on demand.
#[derive(Default)]
struct Expand {
    created: bool,
    changed: bool,
    provisioning: bool,
}

fn expand(call: &Call<'_>) -> Result<Expand, ApiError> {
    let mut wanted = Expand::default();
    let sent = call.query.get("$expand").unwrap_or_default();
    for word in sent.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.to_ascii_lowercase().as_str() {
            "createdtime" => wanted.created = true,
            "changedtime" => wanted.changed = true,
            "provisioningstate" => wanted.provisioning = true,
            _ => {
                let message = format!(
                    "The $expand {word:?} is not known. Take from createdTime, changedTime and provisioningState."
                );
                return Err(ApiError::bad_request("InvalidParameter", message));
            }
        }
    }
    Ok(wanted)
}

fn list(call: &Call<'_>) -> Reply {
    list_below(call, &scope_of(visible(call)?)?)
}

fn list_in_group(call: &Call<'_>) -> Reply {
    let hidden = || ApiError::subscription_not_found(call.param("subscription"));
    // A text that no path can hold is hidden like what is not there.
    let scope = crate::route::scope(GROUP.path, &call.params).ok_or_else(hidden)?;
    visible(call)?;
    if !sees(call, &scope) {
        return Err(hidden());
    }
    list_below(call, &call.hub().live_scope(&call.office, &scope)?)
}

fn list_below(call: &Call<'_>, inside: &ScopePath) -> Reply {
    let conditions = filter::conditions(call, &WORDS)?;
    let (wanted, top) = (expand(call)?, filter::top(call)?);
    let today = call.hub().now().day().unwrap_or(Day(0));
    let readable = |one: &&Registration| {
        let within = |id: ScopePath| inside.contains(&id) && may(call, READ, &id);
        one.holds_on(today) && ScopePath::new(one.id.as_str()).is_ok_and(within)
    };
    let fits = |one: &&Registration| conditions.iter().all(|condition| holds(condition, one));
    // The office has registrations in the order of their paths, which is the order of pages.
    let found: Vec<_> = call.office.registrations.iter().filter(fits).filter(readable).take(top).collect();
    let of = format!("resources of {}", inside.folded());
    let list = page(call, &of, PAGE_SIZE, found, |one| one.id.folded().to_owned())?;
    let value = list.value.iter().map(|one| show(one, &wanted)).collect();
    Answer::ok(&List::page(value, list.next_link))
}

fn holds(condition: &Condition, registration: &Registration) -> bool {
    let text = &condition.text;
    match condition.word {
        "resourceGroup" => {
            RegistrationPath::of(&registration.id).is_some_and(|path| path.group.eq_ignore_ascii_case(text))
        }
        "resourceType" => TYPE.eq_ignore_ascii_case(text),
        _ => registration.name.eq_ignore_ascii_case(text),
    }
}

fn show(registration: &Registration, wanted: &Expand) -> GenericResource {
    let details = &registration.details;
    let created = details.created.as_ref().filter(|_| wanted.created);
    let changed = details.changed.as_ref().filter(|_| wanted.changed);
    GenericResource {
        id: registration.id.to_string(),
        name: registration.name.clone(),
        kind: TYPE.to_owned(),
        location: LOCATION.to_owned(),
        tags: details.tags.clone(),
        created_time: created.map(|change| change.at.to_string()),
        changed_time: changed.map(|change| change.at.to_string()),
        provisioning_state: wanted.provisioning.then(|| Provisioning::default().provisioning_state),
    }
}
