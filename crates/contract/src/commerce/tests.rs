use model::{MeterId, Unit};

use super::*;

#[test]
fn a_number_keeps_every_digit_and_what_is_none_is_null() {
    let table = [
        ("0.000000000000000000000000000000000001", "0.000000000000000000000000000000000001"),
        ("-12345678901234567890123456789012345678", "-12345678901234567890123456789012345678"),
        ("0", "0"),
        ("1.50", "1.50"),
        ("NaN", "null"),
        ("1e5", "null"),
        ("", "null"),
        ("1}", "null"),
        ("--1", "null"),
        ("1.", "null"),
    ];
    for (text, written) in table {
        assert_eq!(serde_json::to_string(&Exact::of(&text)).unwrap(), written, "{text:?}");
    }
}

#[test]
fn a_moment_is_read_in_every_form_of_utc_and_in_no_other_zone() {
    let noon = Second::parse("2026-11-20T12:00:00Z").ok();
    let table = [
        ("2026-11-20T12:00:00.000Z", noon),
        ("2026-11-20T12:00:00Z", noon),
        ("2026-11-20T12:00:00+00:00", noon),
        ("2026-11-20T12:00:00 00:00", noon),
        ("2026-11-20T12:00:00.0000000+00:00", noon),
        ("2026-11-20T12:00:00+00:00Z", noon),
        ("2026-11-20", Second::parse("2026-11-20T00:00:00Z").ok()),
        ("2026-11-20T12:00:00+01:00", None),
        ("2026-11-20T12:00:00.5Z", None),
        ("2026-11-31T12:00:00Z", None),
        ("now", None),
        ("", None),
    ];
    for (text, moment) in table {
        assert_eq!(read_moment(text), moment, "{text:?}");
    }
}

#[test]
fn a_meter_has_its_published_name_or_that_of_its_local_meter_or_its_id() {
    let table = [
        ("8767aeb3-6909-4db2-9927-3f51e9a9085e", ["Storage", "Block Blob", "Storage Admin", "1 GB/Hr"]),
        ("FB8C0713-EA20-40BF-901F-5560FD3F6330", ["Azure Stack Hub", "Windows VM", "1 Core", "1 Hour"]),
        (
            "9CD92D4C-BAFD-4492-B278-BEDC2DE8232A",
            ["Azure Stack Hub", "Virtual Machines", "Windows VM Size Hours", "1 Hour"],
        ),
        ("00000000-0000-4000-8000-000000000001", ["Azure Stack Hub", "", "00000000-0000-4000-8000-000000000001", ""]),
    ];
    for (id, [category, subcategory, name, unit]) in table {
        let id = MeterId::new(id).unwrap();
        let texts = CommerceMeter::new(&id, None).texts();
        let told = [texts.category, texts.subcategory, texts.unit];
        assert_eq!(told, [category, subcategory, unit].map(str::to_owned), "{id}");
        assert_eq!(texts.name, name, "{id}");
    }
    assert!(Unit::ALL.iter().all(|unit| !unit_text(*unit).is_empty()));
}

#[test]
fn the_moment_of_an_event_is_written_as_in_the_united_states() {
    let begun = Second::parse("2017-06-05T06:00:00Z").unwrap();
    let facts = AdditionalFacts::new("09F8879E-87E9-4305-A572-4B7BE209F857", "dbd1aa30", "local", begun);
    assert_eq!(
        serde_json::to_string(&facts).unwrap(),
        r#"{"azureStack.MeterId":"09F8879E-87E9-4305-A572-4B7BE209F857","azureStack.SubscriptionId":"dbd1aa30","azureStack.Location":"local","azureStack.EventDateTime":"06/05/2017 06:00:00"}"#
    );
}
