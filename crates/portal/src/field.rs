//! Field: the parts of forms: labels with what they are for, hidden proofs, and the words of refusals.

use maud::{Markup, html};

use crate::{dispatch::FORM_TOKEN, visit::Visit};

/// The hidden proof that a form is of this session. Every form that changes something has it.
pub(crate) fn proof(visit: &Visit<'_>) -> Markup {
    html! {
        @if let Some(guest) = &visit.guest { input type="hidden" name=(FORM_TOKEN) value=(guest.session.form_token); }
    }
}

/// A field with its label. `kind` is the type of the input.
pub(crate) fn text(name: &str, label: &str, kind: &str, value: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=(value) maxlength="512" autocomplete="off";
        }
    }
}

/// A choice with its label. Each option is a value with its name; an empty value is none of them.
pub(crate) fn choice(name: &str, label: &str, options: &[(String, String)], chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, shown) in options { option value=(value) selected[value == chosen] { (shown) } }
            }
        }
    }
}

/// A month to look at, with the months that have usage. Without script it has a button.
pub(crate) fn month(visit: &Visit<'_>, months: &[model::Month], chosen: model::Month, keep: &[(&str, &str)]) -> Markup {
    html! {
        form.pick method="get" data-submit-on-change {
            @for (name, value) in keep { input type="hidden" name=(name) value=(value); }
            div.field.inline {
                label for="month" { (visit.say("month")) }
                select id="month" name="month" {
                    @if !months.contains(&chosen) {
                        option value=(chosen) selected { (crate::figure::month(chosen, visit.language)) }
                    }
                    @for month in months.iter().rev() {
                        option value=(month) selected[*month == chosen] { (crate::figure::month(*month, visit.language)) }
                    }
                }
            }
            button.quiet { (visit.say("show")) }
        }
    }
}

/// A refusal of the hub: its code in plain words, then what it said. Every documented code has words of its own.
pub(crate) fn refusal(visit: &Visit<'_>, code: &str, message: &str) -> Markup {
    let id = format!("refusal-{code}");
    let words = visit.say(&id);
    html! {
        div.notice.wrong role="alert" {
            @if !words.contains(crate::language::MISSING[0]) { p { strong { (words) } } }
            p { (message) }
            p.small { (visit.say("code")) " " code { (code) } }
        }
    }
}
