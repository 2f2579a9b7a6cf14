use super::*;

/// One virtual machine row and one storage row in the recorded shape.
const PAGE: &str = r#"{"value":[{"id":"/subscriptions/60000000-0000-4000-8000-000000000000/providers/Microsoft.Commerce/UsageAggregate/60000000-0000-4000-8000-0000000000a1-6dab500f-a4fd-49c4-956d-229bb9c8c793","name":"60000000-0000-4000-8000-0000000000a1-6dab500f-a4fd-49c4-956d-229bb9c8c793","type":"Microsoft.Commerce/UsageAggregate","properties":{"subscriptionId":"60000000-0000-4000-8000-0000000000a1","usageStartTime":"2026-10-01T18:00:00+00:00","usageEndTime":"2026-10-01T19:00:00+00:00","instanceData":"{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/60000000-0000-4000-8000-0000000000a1/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1\",\"location\":\"north\",\"tags\":\"null\",\"additionalInfo\":\"{\\\"ServiceType\\\":\\\"Standard_F2s\\\",\\\"ImageType\\\":null,\\\"Publisher\\\":\\\"MicrosoftWindowsServer\\\",\\\"Offer\\\":\\\"WindowsServer\\\",\\\"Sku\\\":\\\"2016-Datacenter\\\"}\"}}","quantity":1.0,"meterId":"6dab500f-a4fd-49c4-956d-229bb9c8c793","name":"60000000-0000-4000-8000-0000000000a1-6dab500f-a4fd-49c4-956d-229bb9c8c793"}},{"id":"/subscriptions/60000000-0000-4000-8000-000000000000/providers/Microsoft.Commerce/UsageAggregate/60000000-0000-4000-8000-0000000000b1-B4438D5D-453B-4EE1-B42A-DC72E377F1E4","name":"60000000-0000-4000-8000-0000000000b1-B4438D5D-453B-4EE1-B42A-DC72E377F1E4","type":"Microsoft.Commerce/UsageAggregate","properties":{"subscriptionId":"60000000-0000-4000-8000-0000000000b1","usageStartTime":"2026-10-01T18:00:00+00:00","usageEndTime":"2026-10-01T19:00:00+00:00","instanceData":"{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/60000000-0000-4000-8000-0000000000b1/resourcegroups/logs/providers/Microsoft.Storage/storageAccounts/logs1\",\"location\":\"north\",\"tags\":\"\",\"additionalInfo\":\"\"}}","quantity":6.36465847492218e-06,"meterId":"B4438D5D-453B-4EE1-B42A-DC72E377F1E4","name":"60000000-0000-4000-8000-0000000000b1-B4438D5D-453B-4EE1-B42A-DC72E377F1E4"}}]}"#;

#[test]
fn a_page_in_the_recorded_shape_is_written_byte_for_byte_as_it_was_read() {
    let page: UsagePage<UsageAggregate<'_>> = serde_json::from_str(PAGE).unwrap();
    assert_eq!(serde_json::to_string(&page).unwrap(), PAGE);
    for row in &page.value {
        let inner: InstanceData<'_> = serde_json::from_str(&row.properties.instance_data).unwrap();
        assert_eq!(serde_json::to_string(&inner).unwrap(), row.properties.instance_data);
    }
}

#[test]
fn the_details_of_a_virtual_machine_are_a_document_in_a_document_in_a_document() {
    let page: UsagePage<UsageAggregate<'_>> = serde_json::from_str(PAGE).unwrap();
    let inner: InstanceData<'_> = serde_json::from_str(&page.value[0].properties.instance_data).unwrap();
    let details: VirtualMachineDetails<'_> = serde_json::from_str(&inner.resources.additional_info).unwrap();
    assert_eq!((details.service_type.as_ref(), details.image_type.as_deref()), ("Standard_F2s", None));
    assert_eq!(serde_json::to_string(&details).unwrap(), inner.resources.additional_info);
}

#[test]
fn raw_rows_keep_every_character_and_name_their_subscriber() {
    let spaced = PAGE.replace(r#""quantity":1.0"#, r#""quantity" : 1.0e+0 "#);
    let page = read_raw_page(&spaced).unwrap();
    assert!(page.value[0].get().contains(r#""quantity" : 1.0e+0 "#));
    let subscribers: Vec<_> = page.value.iter().map(|row| subscriber_of(row).unwrap()).collect();
    assert_eq!(subscribers, ["60000000-0000-4000-8000-0000000000a1", "60000000-0000-4000-8000-0000000000b1"]);
}

#[test]
fn a_row_of_another_shape_is_kept_without_a_subscriber() {
    let page = read_raw_page(r#"{"value":[{"properties":{}},7,{"a":"b"}],"nextLink":"http://stamp/next"}"#).unwrap();
    assert_eq!(page.value.len(), 3);
    assert_eq!(page.next_link.as_deref(), Some("http://stamp/next"));
    assert!(page.value.iter().all(|row| subscriber_of(row).is_none()));
}
