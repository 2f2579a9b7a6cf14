//! Tell: an entry of the audit log in words: what was done, on what, and what it was before.

use maud::{Markup, html};
use model::{CloudId, Hour, Office, PayingSubscriptionId, Second};
use serde_json::{Map, Value};

use super::own::Ownership;
use crate::{figure, name, visit::Visit};

/// The actions that have words, in the order in which they are offered.
pub(super) const ACTIONS: &[&str] = &[
    "mapping.put",
    "mapping.delete",
    "registration.put",
    "registration.delete",
    "registration.move",
    "registration.approve",
    "registration.disapprove",
    "registration.getActivationKey",
    "invoice.issue",
    "credit_note.issue",
    "budget.put",
    "budget.end",
    "budget.threshold",
    "price_list.apply",
    "catalogue.apply",
    "catalogue.put",
    "role.put",
    "role.delete",
    "group.put",
    "group.delete",
    "lock.put",
    "lock.delete",
    "namespace.register",
    "namespace.unregister",
    "stamp.add",
    "credential.add",
    "principal.secret",
    "principal.enable",
    "principal.disable",
    "window.receive",
];

/// The kinds of things that have words.
pub(super) const KINDS: &[&str] = &[
    "partner",
    "directory",
    "customer",
    "subscription",
    "stamp",
    "registration",
    "tenant_mapping",
    "price_list",
    "principal",
    "role_assignment",
    "resource_group",
    "lock",
    "namespace",
    "key",
    "budget",
];

/// How many changes one entry shows.
const CHANGES_MAX: usize = 100;

/// How much of an entry is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The longest value. Unit: characters.
    pub(super) value: usize,
    /// The most lines.
    pub(super) lines: usize,
}

/// What an action is called; its own word when it has no other.
pub(super) fn action(visit: &Visit<'_>, action: &str) -> String {
    if ACTIONS.contains(&action) {
        visit.say(&format!("audit-action-{}", action.replace('.', "_")))
    } else {
        printable(action)
    }
}

/// What an object is called, when it is something with a name.
pub(super) fn object(visit: &Visit<'_>, object: &str) -> Option<String> {
    let office: &Office = &visit.office;
    if let Some(path) = object.strip_prefix('/') {
        let parts: Vec<&str> = path.split('/').collect();
        let stamp = parts.iter().rev().find_map(|part| CloudId::new(part.strip_prefix("azurestack-")?).ok());
        if let Some(stamp) = stamp.filter(|stamp| office.stamps.contains_key(stamp)) {
            return Some(visit.tell("audit-registration-of", &[("stamp", name::stamp(office, &stamp).into())]));
        }
        if let ["partners", partner, ..] = parts.as_slice() {
            let known = office.partners.values().find(|one| one.id.as_str() == *partner);
            return known.map(|one| one.name.clone());
        }
        let subscription = parts.get(1).and_then(|part| PayingSubscriptionId::new(part).ok())?;
        let known = office.subscriptions.contains_key(&subscription);
        return known.then(|| name::subscription(office, &subscription));
    }
    let (first, rest) = object.split_once(' ').unwrap_or((object, ""));
    let stamp = CloudId::new(first).ok().filter(|stamp| office.stamps.contains_key(stamp))?;
    let window = Second::parse(rest).ok().and_then(Second::hour).map(|hour: Hour| figure::hour(hour, visit.language));
    let stamp = name::stamp(office, &stamp);
    Some(window.map_or(stamp.clone(), |window| format!("{stamp}, {window}")))
}

/// What an entry says beyond who and what. Of its changes only those are told that are the partner's.
pub(super) fn detail(visit: &Visit<'_>, own: &Ownership<'_>, detail: &Value, room: Room) -> Markup {
    let empty = Vec::new();
    let changes = detail.get("changes").and_then(Value::as_array).unwrap_or(&empty);
    let shown: Vec<&Value> = changes.iter().filter(|change| own.of_change(change).is_own()).take(CHANGES_MAX).collect();
    let hidden = changes.len().saturating_sub(shown.len());
    let mut lines = room.lines;
    html! {
        @if let Value::Object(members) = detail {
            (facts(members, room))
        } @else {
            p { code { (short(detail, room)) } }
        }
        @for change in shown {
            @if lines > 0 { (one(visit, change, room, &mut lines)) }
        }
        @if lines == 0 { p.small { (visit.say("audit-cut")) } }
        @if hidden > 0 { p.small { (visit.tell("audit-hidden", &[("count", hidden.into())])) } }
    }
}

fn facts(members: &Map<String, Value>, room: Room) -> Markup {
    html! {
        @if members.keys().any(|name| name != "changes") {
            dl.facts {
                @for (name, value) in members.iter().filter(|(name, _)| *name != "changes").take(room.lines) {
                    div { dt { code { (printable(name)) } } dd { code { (short(value, room)) } } }
                }
            }
        }
    }
}

fn one(visit: &Visit<'_>, change: &Value, room: Room, lines: &mut usize) -> Markup {
    let word = |name: &str| change.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = word("kind");
    let kind = if KINDS.contains(&kind) { visit.say(&format!("audit-kind-{kind}")) } else { printable(kind) };
    let before = change.get("before").and_then(Value::as_object);
    let empty = Map::new();
    let after = change.get("after").and_then(Value::as_object).unwrap_or(&empty);
    let id = if before.is_some() { "audit-changed" } else { "audit-new" };
    let count = after.len().min(*lines);
    *lines = lines.saturating_sub(count.max(1));
    html! {
        p { (visit.tell(id, &[("kind", kind.into())])) " " code { (printable(word("id"))) } }
        ul {
            @for (name, value) in after.iter().take(count) {
                li {
                    code { (printable(name)) } ": "
                    @if let Some(old) = before.and_then(|before| before.get(name)) {
                        del { code { (short(old, room)) } } " " (visit.say("audit-became")) " "
                    }
                    code { (short(value, room)) }
                }
            }
        }
    }
}

fn short(value: &Value, room: Room) -> String {
    let text = match value {
        Value::Null => "\u{2013}".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut shown: String = printable(&text).chars().take(room.value).collect();
    if text.chars().count() > room.value {
        shown.push('\u{2026}');
    }
    shown
}

/// A text without what is no letter: names come from outside.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests;
