//! The papers: the audit log and the issued documents.

use std::collections::BTreeMap;

use billing::bill;
use model::{DocumentKind, Money, PartnerId};
use store::Document;

use super::Law;
use crate::{Hub, close::document_hash};

pub(super) fn check(hub: &Hub) -> Vec<Law> {
    vec![check_audit(hub), check_documents(hub)]
}

fn check_audit(hub: &Hub) -> Law {
    let mut law = Law::new("the audit log has no gap, and no entry was changed");
    let mut previous = [0; 32];
    let mut number = 0;
    let read = hub.store.audit(1, &mut |entry| {
        number += 1;
        let chained = entry.number == number
            && entry.previous == previous
            && entry.hash == store::AuditEntry::expected_hash(&previous, number, &entry.note);
        law.check(chained, || format!("audit entry {}: it is not the one that was written", entry.number));
        // Going on from what is stored names each changed entry once.
        (previous, number) = (entry.hash, entry.number);
        Ok(())
    });
    law.read(read);
    law
}

fn check_documents(hub: &Hub) -> Law {
    let mut law = Law::new("every issued document is byte for byte what was issued, and none is missing");
    let Some(documents) = law.read(hub.store.documents(None)) else { return law };
    let mut last: BTreeMap<PartnerId, [u8; 32]> = BTreeMap::new();
    let mut counts: BTreeMap<(PartnerId, DocumentKind), u64> = BTreeMap::new();
    for document in &documents {
        let partner = &document.document.partner;
        let ordinal = counts.entry((partner.clone(), document.document.kind)).or_insert(0);
        *ordinal += 1;
        let previous = last.insert(partner.clone(), document.hash).unwrap_or_default();
        let problem = problem_of(document, previous, *ordinal);
        law.check(problem.is_none(), || format!("{}: {}", document.document.number, problem.unwrap_or_default()));
    }
    law
}

fn problem_of(stored: &Document, previous: [u8; 32], ordinal: u64) -> Option<String> {
    let document = &stored.document;
    if bill::number(&document.partner, document.kind, ordinal).ok().as_ref() != Some(&document.number) {
        return Some(format!("it is number {ordinal} of its series"));
    }
    let total =
        document.lines.iter().try_fold(Money::zero(document.currency), |sum, line| sum.checked_add(line.amount));
    if total != Ok(document.total) {
        return Some("its lines do not add up to its total".to_owned());
    }
    let bytes = bill::canonical(document);
    if bytes != stored.bytes {
        return Some(format!("its stored lines differ from what was issued{}", first_difference(stored)));
    }
    if stored.previous != previous || stored.hash != document_hash(&previous, &stored.bytes) {
        return Some("its hash does not continue the partner's chain".to_owned());
    }
    None
}

/// Names the line at which the stored lines leave what was issued.
fn first_difference(stored: &Document) -> String {
    let issued: serde_json::Value = serde_json::from_slice(&stored.bytes).unwrap_or_default();
    let now: serde_json::Value = serde_json::from_slice(&bill::canonical(&stored.document)).unwrap_or_default();
    let lines =
        |value: &serde_json::Value| value.get("lines").and_then(|lines| lines.as_array().cloned()).unwrap_or_default();
    let (issued, now) = (lines(&issued), lines(&now));
    let differs = (0..issued.len().max(now.len())).find(|index| issued.get(*index) != now.get(*index));
    differs.map_or_else(String::new, |index| format!(", in line {}", index + 1))
}
