//! Tests of the columns.

use std::collections::HashSet;

use super::*;

#[test]
fn every_version_has_its_columns_once() {
    for version in [Version::V1_4, Version::V1_2] {
        let names: Vec<&str> = cost_and_usage_columns(version).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        let has = |name: &str| names.contains(&name);
        assert_eq!(has("ProviderName") && has("PublisherName"), version == Version::V1_2);
        assert_eq!(has("ServiceProviderName") && has("InvoiceDetailId"), version == Version::V1_4);
    }
}

#[test]
fn an_invoice_is_due_after_sixty_days() {
    let issued = Second::parse("2026-11-05T00:00:00Z").unwrap();
    assert_eq!(due(issued).to_string(), "2027-01-04T00:00:00Z");
}
