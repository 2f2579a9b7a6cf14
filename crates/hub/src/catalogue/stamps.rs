//! Stamps: which clouds there are, as a catalogue wants it. Credentials and progress belong to registering and delivering, and stay.

use model::{Office, Stamp};
use store::OfficeRecord;

use super::{
    EntryKind, WantedStamp,
    difference::Members,
    draft::{Draft, is_printable},
    partners::action,
};

const KIND: EntryKind = EntryKind::Stamp;

/// The longest name of a region. Unit: characters.
const REGION_CHARACTERS_MAX: usize = 90;

/// The stamps of an office, as a catalogue says them.
pub(super) fn of(office: &Office) -> Vec<WantedStamp> {
    let each = office.stamps.values().map(|one| WantedStamp {
        id: one.id.clone(),
        name: one.name.clone(),
        region: one.region.clone(),
        partner: one.partner.clone(),
        default_provider_subscription: one.default_provider_subscription.clone(),
    });
    each.collect()
}

pub(super) fn compare(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.stamps;
    draft.check_once(KIND, wanted.iter().map(|one| &one.id));
    for stamp in wanted {
        let before = draft.office.stamps.get(&stamp.id);
        let kept = before.cloned().unwrap_or_else(|| Stamp {
            id: stamp.id.clone(),
            name: String::new(),
            region: String::new(),
            partner: None,
            default_provider_subscription: None,
            first_window: draft.now.hour().unwrap_or_else(|| draft.today.first_hour()),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        });
        let mut after = Stamp {
            name: stamp.name.clone(),
            region: stamp.region.clone(),
            partner: stamp.partner.clone().or(kept.partner),
            default_provider_subscription: stamp
                .default_provider_subscription
                .clone()
                .or(kept.default_provider_subscription),
            ..kept
        };
        if before.is_some_and(|before| before.partner != after.partner) {
            // What becomes of it is no longer a matter of those who had its key before.
            after.withdrawn_credentials.clear();
        }
        let mut members = Members::default();
        members.text("name", before.map(|one| &one.name), &after.name);
        members.text("region", before.map(|one| &one.region), &after.region);
        members.optional("partner", before.and_then(|one| one.partner.as_ref()), after.partner.as_ref());
        let provider = before.and_then(|one| one.default_provider_subscription.as_ref());
        members.optional("default_provider_subscription", provider, after.default_provider_subscription.as_ref());
        if members.0.is_empty() {
            continue;
        }
        check(draft, stamp, before.is_none());
        draft.change(KIND, after.id.to_string(), &after.name, action(before.is_some()), members);
        draft.record(OfficeRecord::Stamp(after));
    }
}

fn check(draft: &mut Draft<'_>, stamp: &WantedStamp, is_new: bool) {
    let entry = (KIND, stamp.id.as_str());
    draft.check_name(KIND, entry.1, &stamp.name);
    if is_new {
        draft.check_plain(KIND, entry.1);
    }
    if stamp.region.chars().count() > REGION_CHARACTERS_MAX || !is_printable(&stamp.region) {
        let message = format!("a region has up to {REGION_CHARACTERS_MAX} characters that can be printed");
        draft.problem(KIND, entry.1, "region", message);
    }
    if let Some(partner) = &stamp.partner {
        draft.check_there(draft.partner(partner).is_some(), entry, "partner", ("partner", partner.as_str()));
    }
}
