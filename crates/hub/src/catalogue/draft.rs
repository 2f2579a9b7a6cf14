//! Draft: a catalogue while it is compared. What is found by id, what is wrong, and what is to be recorded.

use std::{
    collections::{HashMap, HashSet},
    fmt::Display,
    hash::Hash,
};

use model::{
    Customer, CustomerId, Day, DirectoryId, Office, Partner, PartnerId, PayingSubscriptionId, PriceListId, PrincipalId,
    Second, SubscriptionKind, SubscriptionState, is_guid,
};
use store::OfficeRecord;

use super::{
    Catalogue, Difference, DifferenceAction, EntryKind, Problem, WantedPrincipal, WantedSubscription,
    difference::Members,
};

/// The longest name. Unit: characters.
const NAME_CHARACTERS_MAX: usize = 256;

/// A catalogue and an office, compared so far.
pub(super) struct Draft<'a> {
    pub office: &'a Office,
    pub wanted: &'a Catalogue,
    pub now: Second,
    pub today: Day,
    partners: HashMap<&'a PartnerId, &'a Partner>,
    directories: HashSet<&'a DirectoryId>,
    customers: HashMap<&'a CustomerId, &'a Customer>,
    subscriptions: HashMap<&'a PayingSubscriptionId, &'a WantedSubscription>,
    principals: HashMap<&'a PrincipalId, &'a WantedPrincipal>,
    price_lists: HashSet<&'a PriceListId>,
    problems: Vec<Problem>,
    differences: Vec<Difference>,
    records: Vec<OfficeRecord>,
}

/// What other entries need to know of a subscription, as it will be.
pub(super) struct Sold<'a> {
    pub id: &'a PayingSubscriptionId,
    pub kind: SubscriptionKind,
    pub directory: &'a DirectoryId,
    pub customer: Option<&'a CustomerId>,
    pub partner: Option<&'a PartnerId>,
    pub state: SubscriptionState,
}

impl<'a> Draft<'a> {
    pub fn new(office: &'a Office, wanted: &'a Catalogue, now: Second) -> Self {
        Self {
            office,
            wanted,
            now,
            today: now.day().unwrap_or(Day(0)),
            partners: wanted.partners.iter().map(|one| (&one.id, one)).collect(),
            directories: wanted.directories.iter().map(|one| &one.id).collect(),
            customers: wanted.customers.iter().map(|one| (&one.id, one)).collect(),
            subscriptions: wanted.subscriptions.iter().map(|one| (&one.id, one)).collect(),
            principals: wanted.principals.iter().map(|one| (&one.id, one)).collect(),
            price_lists: wanted.price_lists.iter().map(|one| &one.id).collect(),
            problems: Vec::new(),
            differences: Vec::new(),
            records: Vec::new(),
        }
    }

    /// What is to be done, or everything that is wrong.
    pub fn finish(self) -> Result<(Vec<Difference>, Vec<OfficeRecord>), Vec<Problem>> {
        if self.problems.is_empty() { Ok((self.differences, self.records)) } else { Err(self.problems) }
    }

    /// Notes what is wrong with an entry.
    pub fn problem(&mut self, kind: EntryKind, id: impl Display, member: &'static str, message: impl Into<String>) {
        self.problems.push(Problem { kind, id: id.to_string(), member, message: message.into() });
    }

    /// Notes what an entry changes.
    pub fn change(&mut self, kind: EntryKind, id: String, name: &str, action: DifferenceAction, members: Members) {
        self.differences.push(Difference { kind, id, name: name.to_owned(), action, members: members.0 });
    }

    /// Notes the new version of something.
    pub fn record(&mut self, record: OfficeRecord) {
        self.records.push(record);
    }

    /// A partner as it will be.
    pub fn partner(&self, id: &PartnerId) -> Option<&'a Partner> {
        self.partners.get(id).copied().or_else(|| self.office.partners.get(id))
    }

    /// A customer as it will be.
    pub fn customer(&self, id: &CustomerId) -> Option<&'a Customer> {
        self.customers.get(id).copied().or_else(|| self.office.customers.get(id))
    }

    /// Whether a directory will be there.
    pub fn has_directory(&self, id: &DirectoryId) -> bool {
        self.directories.contains(id) || self.office.directories.contains_key(id)
    }

    /// Whether a subscription will be there.
    pub fn has_subscription(&self, id: &PayingSubscriptionId) -> bool {
        self.subscriptions.contains_key(id) || self.office.subscriptions.contains_key(id)
    }

    /// Whether a principal will be there.
    pub fn has_principal(&self, id: &PrincipalId) -> bool {
        self.names_principal(id) || self.office.principals.contains_key(id)
    }

    /// Whether the catalogue has an entry for a principal.
    pub fn names_principal(&self, id: &PrincipalId) -> bool {
        self.principals.contains_key(id)
    }

    /// Whether the catalogue has an entry for a directory.
    pub fn names_directory(&self, id: &DirectoryId) -> bool {
        self.directories.contains(id)
    }

    /// Whether a price list will be there.
    pub fn has_price_list(&self, id: &PriceListId) -> bool {
        self.price_lists.contains(id) || self.office.price_lists.contains_key(id)
    }

    /// The name of a principal as it will be.
    pub fn principal_name(&self, id: &PrincipalId) -> Option<&'a str> {
        let wanted = self.principals.get(id).map(|one| one.name.as_str());
        wanted.or_else(|| self.office.principals.get(id).map(|one| one.name.as_str()))
    }

    /// Every subscription that is not cancelled, as it will be.
    pub fn sold(&self) -> impl Iterator<Item = Sold<'a>> {
        let wanted = self.wanted.subscriptions.iter().map(|one| Sold {
            id: &one.id,
            kind: one.kind,
            directory: &one.directory,
            customer: one.customer.as_ref(),
            partner: one.partner.as_ref(),
            state: one.state,
        });
        let stays = self.office.subscriptions.values().filter(|one| !self.subscriptions.contains_key(&one.id));
        let stays = stays.map(|one| {
            let last = one.standings.last();
            Sold {
                id: &one.id,
                kind: one.kind,
                directory: &one.directory,
                customer: one.customer.as_ref(),
                partner: last.and_then(|last| last.partner.as_ref()),
                state: last.map_or(SubscriptionState::Active, |last| last.state),
            }
        });
        wanted.chain(stays).filter(|one| one.state != SubscriptionState::Cancelled)
    }

    /// Checks that no two entries of a kind have one id.
    pub fn check_once<T: Eq + Hash + Display + 'a>(&mut self, kind: EntryKind, ids: impl Iterator<Item = &'a T>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.problem(kind, id, "", "it has two entries: keep one of them");
            }
        }
    }

    /// Checks a name for people.
    pub fn check_name(&mut self, kind: EntryKind, id: impl Display, name: &str) {
        let length = name.chars().count();
        if name.trim().is_empty() {
            self.problem(kind, id, "name", "it is empty: give a name that people know");
        } else if length > NAME_CHARACTERS_MAX {
            let message = format!("it has {length} characters, at most {NAME_CHARACTERS_MAX} are kept: shorten it");
            self.problem(kind, id, "name", message);
        } else if !is_printable(name) {
            self.problem(kind, id, "name", format!("{name:?} holds characters that cannot be printed: take them out"));
        }
    }

    /// Checks an id that must be a GUID.
    pub fn check_guid(&mut self, kind: EntryKind, id: &str, member: &'static str, folded: &str) {
        if !is_guid(folded) {
            let message = format!(
                "{folded:?} is no GUID: write it as 8-4-4-4-12 hexadecimal digits, such as 30000000-0000-4000-8000-0000000000a1"
            );
            self.problem(kind, id, member, message);
        }
    }

    /// Checks an id that others chose: it must fit into a path.
    pub fn check_plain(&mut self, kind: EntryKind, id: &str) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !id.bytes().all(plain) {
            self.problem(kind, id, "id", "an id here is made of letters, digits, hyphens, dots and underscores");
        }
    }

    /// Checks that something that an entry names is there.
    pub fn check_there(&mut self, there: bool, entry: (EntryKind, &str), member: &'static str, named: (&str, &str)) {
        if !there {
            let (what, id) = named;
            let message = format!("there is no {what} {id}: add an entry for it, or correct the id");
            self.problem(entry.0, entry.1, member, message);
        }
    }
}

/// Whether a text can be shown in one line.
pub(super) fn is_printable(text: &str) -> bool {
    // Marks that turn the direction of text make it look like another.
    let turns = |character: char| matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    !text.chars().any(|character| character.is_control() || turns(character))
}
