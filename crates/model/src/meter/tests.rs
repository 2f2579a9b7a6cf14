use super::*;

#[test]
fn the_catalogue_has_86_entries_and_every_line_of_the_file_is_read() {
    let catalogue = MeterCatalogue::published();
    assert_eq!(catalogue.meters().len(), 85);
    assert_eq!(catalogue.unnumbered(), ["Custom Worker Tiers"]);
    assert_eq!(catalogue.by_id.len(), 85, "an id stands twice");
}

#[test]
fn both_spellings_lead_to_the_meter() {
    for line in include_str!("../../data/meters.csv").lines().skip(1) {
        let columns: Vec<_> = line.split(',').collect();
        for spelling in columns.iter().take(2).filter(|spelling| !spelling.is_empty()) {
            let id = MeterId::new(spelling).unwrap();
            let meter = MeterCatalogue::published().find(&id).expect(line);
            assert_eq!(meter.name, columns[2]);
            assert_eq!(meter.id.as_str(), columns[1]);
            assert_eq!(meter.id.folded(), columns[0]);
        }
    }
}

#[test]
fn what_is_charged_is_as_documented() {
    let table = [
        ("6DAB500F-A4FD-49C4-956D-229BB9C8C793", "VM size hours", Charge::Informational, false),
        ("9cd92d4c-bafd-4492-b278-bedc2de8232a", "Windows VM Size Hours", Charge::Tenants, false),
        ("190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA", "App Service", Charge::Everywhere, false),
        ("F271A8A388C44D93956A063E1D2FA80B", "Static IP Address Usage", Charge::Informational, false),
        ("d5f7731b-f639-404a-89d0-e46186e22c8d", "S10", Charge::Tenants, false),
        ("e5572fce-9f58-49d7-840c-b168c0f01fff", "S10", Charge::Tenants, true),
        ("7ba084ec-ef9c-4d64-a179-7732c6cb5e28", "ActualStandardDiskSize", Charge::Informational, false),
    ];
    for (id, name, charge, deprecated) in table {
        let meter = MeterCatalogue::published().find(&MeterId::new(id).unwrap()).unwrap();
        assert_eq!((meter.name, meter.charge, meter.deprecated), (name, charge, deprecated), "{id}");
    }
}
