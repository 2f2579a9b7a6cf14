//! Own: which entries of the audit log concern one partner and nobody else. When in doubt an entry is not shown.

use std::collections::HashMap;

use model::{CloudId, Office, PartnerId};
use serde_json::Value;

/// Whose something is that an entry names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Something of the partner.
    pub(super) own: bool,
    /// Something of another partner, or of several.
    pub(super) foreign: bool,
}

impl Named {
    /// Whether it is the partner's and nobody else's.
    pub(super) fn is_own(self) -> bool {
        self.own && !self.foreign
    }

    fn and(self, other: Self) -> Self {
        Self { own: self.own || other.own, foreign: self.foreign || other.foreign }
    }
}

const OWN: Named = Named { own: true, foreign: false };
const FOREIGN: Named = Named { own: false, foreign: true };
const NEITHER: Named = Named { own: false, foreign: false };

/// What belongs to whom, seen from one partner.
pub(super) struct Ownership<'a> {
    office: &'a Office,
    partner: &'a PartnerId,
    /// By the compared form of ids that nobody chooses: subscriptions, customers and stamps.
    ids: HashMap<&'a str, Named>,
    /// Those of them that are no single word, and are looked for everywhere.
    odd: Vec<(&'a str, Named)>,
}

/// How short an own id may be that makes an entry the partner's where it stands in a text. A shorter one may be any word. Unit:
/// bytes.
const OWN_BYTES_MIN: usize = 8;

impl<'a> Ownership<'a> {
    pub(super) fn new(office: &'a Office, partner: &'a PartnerId) -> Self {
        let mut this = Self { office, partner, ids: HashMap::new(), odd: Vec::new() };
        for one in office.subscriptions.values() {
            // What another partner did while it was its own is none of this one's.
            let named = one.standings.iter().filter_map(|standing| standing.partner.as_ref());
            let named = named.fold(NEITHER, |sum, owner| sum.and(this.of_partner(owner)));
            this.ids.insert(one.id.folded(), named);
        }
        for one in office.customers.values() {
            this.ids.insert(one.id.folded(), this.of_partner(&one.partner));
        }
        for one in office.stamps.values() {
            this.ids.insert(one.id.folded(), this.of_stamp(&one.id));
        }
        this.odd =
            this.ids.iter().filter(|(id, _)| !id.chars().all(is_part)).map(|(id, named)| (*id, *named)).collect();
        this
    }

    fn of_partner(&self, partner: &PartnerId) -> Named {
        if partner == self.partner { OWN } else { FOREIGN }
    }

    /// A stamp belongs to everybody who ever registered it.
    fn of_stamp(&self, stamp: &CloudId) -> Named {
        let now = self.office.stamps.get(stamp).and_then(|stamp| stamp.partner.as_ref());
        let now = now.map_or(NEITHER, |partner| self.of_partner(partner));
        let registrations = self.office.registrations.iter().filter(|one| one.stamp == *stamp);
        registrations
            .fold(now, |sum, one| sum.and(self.ids.get(one.default_subscription.folded()).copied().unwrap_or(FOREIGN)))
    }

    /// Whom an entry concerns.
    pub(super) fn of_entry(&self, action: &str, object: &str, detail: &Value) -> Named {
        let kind = action.split('.').next().unwrap_or_default();
        self.of_thing(kind, object).and(self.of_text(object)).and(self.of_value("", detail))
    }

    /// Whom one change concerns.
    pub(super) fn of_change(&self, change: &Value) -> Named {
        self.of_value("", change)
    }

    /// A thing whose id somebody chose, so that it means nothing without its kind.
    fn of_thing(&self, kind: &str, id: &str) -> Named {
        match kind {
            "partner" => self.of_partner_text(id),
            "budget" => {
                let known = self.office.budgets.values().find(|one| one.id.folded().eq_ignore_ascii_case(id));
                known.map_or(NEITHER, |one| self.of_partner(&one.partner))
            }
            "price_list" => self.of_price_list(id),
            "invoice" | "credit_note" => {
                let partner =
                    id.split_once('-').and_then(|(_, rest)| rest.rsplit_once('-')).map(|(partner, _)| partner);
                partner.map_or(NEITHER, |partner| self.of_partner_text(partner))
            }
            "customer" | "subscription" | "stamp" => {
                self.ids.get(id.to_ascii_lowercase().as_str()).copied().unwrap_or(NEITHER)
            }
            "registration" | "tenant_mapping" => {
                let number = id.split('/').next().and_then(|number| number.parse::<u32>().ok());
                let known = self.office.registrations.iter().find(|one| Some(one.number) == number);
                known.map_or(NEITHER, |one| self.of_stamp(&one.stamp))
            }
            _ => NEITHER,
        }
    }

    fn of_partner_text(&self, text: &str) -> Named {
        PartnerId::new(text).map_or(NEITHER, |id| self.of_partner(&id))
    }

    /// A price list belongs to everybody who buys or sells by it.
    fn of_price_list(&self, id: &str) -> Named {
        let is_it = |list: &model::PriceListId| list.folded().eq_ignore_ascii_case(id);
        let sells = |retail: &Option<model::Retail>| matches!(retail, Some(model::Retail::List(list)) if is_it(list));
        let partners = self.office.partners.values();
        let partners = partners.filter(|one| one.price_list.as_ref().is_some_and(is_it) || sells(&one.retail));
        let customers = self.office.customers.values().filter(|one| sells(&one.retail)).map(|one| &one.partner);
        partners.map(|one| &one.id).chain(customers).fold(NEITHER, |sum, owner| sum.and(self.of_partner(owner)))
    }

    /// A value of a detail. Numbers name nothing: an id that looks like one stands in a text.
    fn of_value(&self, member: &str, value: &Value) -> Named {
        match value {
            Value::String(text) => match member {
                "partner" | "provider" => self.of_partner_text(text),
                _ => self.of_text(text),
            },
            Value::Array(values) => values.iter().fold(NEITHER, |sum, one| sum.and(self.of_value(member, one))),
            Value::Object(members) => {
                let word = |name: &str| members.get(name).and_then(Value::as_str);
                let thing = word("kind").zip(word("id")).map_or(NEITHER, |(kind, id)| self.of_thing(kind, id));
                // A partner may be told by its id and its name.
                let told = if member == "partner" {
                    word("id").map_or(NEITHER, |id| self.of_partner_text(id))
                } else {
                    NEITHER
                };
                members
                    .iter()
                    .fold(thing.and(told), |sum, (name, one)| sum.and(self.of_text(name)).and(self.of_value(name, one)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => NEITHER,
        }
    }

    /// A text in which ids may stand, such as the path of a registration or a sentence.
    fn of_text(&self, text: &str) -> Named {
        let folded = text.to_ascii_lowercase();
        let odd = self.odd.iter().filter(|(id, _)| folded.contains(id));
        let mut named = odd.fold(NEITHER, |sum, (_, one)| sum.and(*one));
        let mut before = "";
        for word in folded.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()) {
            if before == "partners" {
                named = named.and(self.of_partner_text(word));
            }
            // A registration is called after its stamp.
            let id = word.strip_prefix("azurestack-").unwrap_or(word).trim_end_matches('.');
            // A GUID is the same with and without dashes.
            let folded_id = model::CustomerId::new(id);
            let known = folded_id.ok().and_then(|id| self.ids.get(id.folded()).copied()).unwrap_or(NEITHER);
            named = named.and(Named { own: known.own && id.len() >= OWN_BYTES_MIN, ..known });
            before = word;
        }
        named
    }
}

/// Whether a letter is one of a word.
fn is_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.".contains(letter)
}

#[cfg(test)]
mod tests;
