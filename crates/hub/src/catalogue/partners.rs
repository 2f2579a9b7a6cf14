//! Partners: who sells, with the directories and customers around them, as a catalogue wants them.

use std::collections::{BTreeMap, HashMap};

use model::{Customer, CustomerId, Directory, Partner, PartnerId, PartnerKind, Retail};
use store::OfficeRecord;

use super::{
    DifferenceAction, EntryKind,
    difference::Members,
    draft::{Draft, Sold},
};

pub(super) fn compare(draft: &mut Draft<'_>) {
    compare_partners(draft);
    compare_directories(draft);
    compare_customers(draft);
}

fn compare_partners(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.partners;
    draft.check_once(EntryKind::Partner, wanted.iter().map(|one| &one.id));
    for partner in wanted {
        let before = draft.office.partners.get(&partner.id);
        let mut members = Members::default();
        members.text("name", before.map(|one| &one.name), &partner.name);
        members.compare("kind", before.map(|one| &one.kind), &partner.kind, |kind| Some(kind.word().to_owned()));
        members.optional("provider", before.and_then(|one| one.provider.as_ref()), partner.provider.as_ref());
        members.optional("price_list", before.and_then(|one| one.price_list.as_ref()), partner.price_list.as_ref());
        members.compare("retail", before.map(|one| &one.retail), &partner.retail, |one| one.as_ref().map(retail));
        if members.0.is_empty() {
            continue;
        }
        check_partner(draft, before, partner);
        let id = before.map_or(&partner.id, |one| &one.id).clone();
        draft.change(EntryKind::Partner, id.to_string(), &partner.name, action(before.is_some()), members);
        draft.record(OfficeRecord::Partner(Partner { id, ..partner.clone() }));
    }
}

fn check_partner(draft: &mut Draft<'_>, before: Option<&Partner>, partner: &Partner) {
    let entry = (EntryKind::Partner, partner.id.as_str());
    draft.check_name(entry.0, entry.1, &partner.name);
    match before {
        None => draft.check_plain(entry.0, entry.1),
        Some(before) if before.kind != partner.kind => {
            let message = format!(
                "it is {} and stays that, as invoices hang on it: make another partner and transfer its subscriptions",
                before.kind.word()
            );
            draft.problem(entry.0, entry.1, "kind", message);
        }
        Some(_) => {}
    }
    if let Some(list) = &partner.price_list {
        draft.check_there(draft.has_price_list(list), entry, "price_list", ("price list", list.as_str()));
    }
    check_retail(draft, entry, partner.retail.as_ref());
    match (partner.kind, &partner.provider) {
        (PartnerKind::IndirectReseller, None) => {
            let message = "an indirect reseller sells through a provider: name the partner that is invoiced for it";
            draft.problem(entry.0, entry.1, "provider", message);
        }
        (PartnerKind::IndirectReseller, Some(provider)) => match draft.partner(provider) {
            None => draft.check_there(false, entry, "provider", ("partner", provider.as_str())),
            Some(found) if found.kind != PartnerKind::IndirectProvider => {
                let message =
                    format!("{provider} is {}, and must be indirect_provider: name another", found.kind.word());
                draft.problem(entry.0, entry.1, "provider", message);
            }
            Some(_) => {}
        },
        (kind, Some(_)) => {
            let message = format!("a partner that is {} is invoiced itself: take the provider out", kind.word());
            draft.problem(entry.0, entry.1, "provider", message);
        }
        (_, None) => {}
    }
}

/// The price list of a retail must be there.
fn check_retail(draft: &mut Draft<'_>, entry: (EntryKind, &str), retail: Option<&Retail>) {
    if let Some(Retail::List(list)) = retail {
        draft.check_there(draft.has_price_list(list), entry, "retail", ("price list", list.as_str()));
    }
}

fn compare_directories(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.directories;
    draft.check_once(EntryKind::Directory, wanted.iter().map(|one| &one.id));
    // Whoever signs in may name a directory by its domain, so each belongs to one.
    let stays = draft.office.directories.values().filter(|one| !draft.names_directory(&one.id));
    let mut domains: HashMap<String, &Directory> = stays.map(|one| (one.domain.to_ascii_lowercase(), one)).collect();
    for directory in wanted {
        let before = draft.office.directories.get(&directory.id);
        let mut members = Members::default();
        members.text("domain", before.map(|one| &one.domain), &directory.domain);
        let (kind, id) = (EntryKind::Directory, directory.id.as_str());
        let other = domains.insert(directory.domain.to_ascii_lowercase(), directory).map(|other| &other.id);
        if let Some(other) = other.filter(|other| **other != directory.id && !directory.domain.is_empty()) {
            let message =
                format!("{} is the domain of the directory {other} too: correct one of them", directory.domain);
            draft.problem(kind, id, "domain", message);
        }
        // A new directory that says nothing differs in no member, and must not be left out without a word.
        if before.is_some() && members.0.is_empty() {
            continue;
        }
        draft.check_guid(kind, id, "id", directory.id.folded());
        if directory.domain.is_empty() {
            let message = "a directory is known by its domain: name one such as adatum.onmicrosoft.com";
            draft.problem(kind, id, "domain", message);
        } else if !is_domain(&directory.domain) {
            let message = format!("{:?} is no domain name such as adatum.onmicrosoft.com", directory.domain);
            draft.problem(kind, id, "domain", message);
        }
        let id = before.map_or(&directory.id, |one| &one.id).clone();
        draft.change(kind, id.to_string(), &directory.domain, action(before.is_some()), members);
        draft.record(OfficeRecord::Directory(Directory { id, domain: directory.domain.clone() }));
    }
}

fn compare_customers(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.customers;
    draft.check_once(EntryKind::Customer, wanted.iter().map(|one| &one.id));
    let mut moved = BTreeMap::new();
    for customer in wanted {
        let before = draft.office.customers.get(&customer.id);
        let mut members = Members::default();
        members.text("name", before.map(|one| &one.name), &customer.name);
        members.text("partner", before.map(|one| &one.partner), &customer.partner);
        members.compare("retail", before.map(|one| &one.retail), &customer.retail, |one| one.as_ref().map(retail));
        if members.0.is_empty() {
            continue;
        }
        let entry = (EntryKind::Customer, customer.id.as_str());
        draft.check_name(entry.0, entry.1, &customer.name);
        if before.is_none() {
            draft.check_plain(entry.0, entry.1);
        }
        let partner = draft.partner(&customer.partner);
        draft.check_there(partner.is_some(), entry, "partner", ("partner", customer.partner.as_str()));
        check_retail(draft, entry, customer.retail.as_ref());
        if before.is_some_and(|before| before.partner != customer.partner) {
            moved.insert(&customer.id, customer);
        }
        let id = before.map_or(&customer.id, |one| &one.id).clone();
        draft.change(entry.0, id.to_string(), &customer.name, action(before.is_some()), members);
        draft.record(OfficeRecord::Customer(Customer { id, ..customer.clone() }));
    }
    check_moved(draft, &moved);
}

/// A customer goes to another partner together with all its subscriptions.
fn check_moved(draft: &mut Draft<'_>, moved: &BTreeMap<&CustomerId, &Customer>) {
    if moved.is_empty() {
        return;
    }
    let sold: Vec<Sold<'_>> = draft.sold().collect();
    for Sold { id, customer, partner, .. } in sold {
        let (Some(customer), Some(partner)) = (customer.and_then(|id| moved.get(id)), partner) else { continue };
        if !draft.may_sell_to(partner, customer) {
            let message = format!(
                "its subscription {id} stays with the partner {partner}: transfer it in the same catalogue, or leave the customer"
            );
            draft.problem(EntryKind::Customer, &customer.id, "partner", message);
        }
    }
}

impl Draft<'_> {
    /// Whether a partner's subscription may be of a customer: of its own, of one of its resellers, or of its provider.
    pub fn may_sell_to(&self, partner: &PartnerId, customer: &Customer) -> bool {
        let provider = |id: &PartnerId| self.partner(id).and_then(|one| one.provider.as_ref());
        customer.partner == *partner
            || provider(&customer.partner) == Some(partner)
            || provider(partner) == Some(&customer.partner)
    }
}

/// By what a customer is charged, for people.
fn retail(retail: &Retail) -> String {
    match retail {
        Retail::List(list) => format!("list {list}"),
        Retail::Markup(share) => format!("markup {share}"),
    }
}

/// What happens to an entry, by whether there was one.
pub(super) fn action(was_there: bool) -> DifferenceAction {
    if was_there { DifferenceAction::Change } else { DifferenceAction::Add }
}

/// Source: RFC 1035, preferred name syntax, with digits first as RFC 1123 allows.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}
