use super::*;

const KEY: &str = r#"{"subscriptionId":"20000000-0000-4000-8000-0000000000d0","resourceGroupName":"azurestack","registrationName":"azurestack-north","certPinningRootSubjects":["CN=Root"],"certPinningIntermediateThumbprints":["00AA"],"usageEndpoint":"https://hub.example/","marketplaceEndpoint":"https://market.example/","usageResourceUri":"https://usage.example","marketplaceResourceUri":"https://market.example","expires":"9999-12-30T23:59:59.9999999Z","cloudId":"50000000-0000-4000-8000-00000000000a","objectId":"70000000-0000-4000-8000-000000000001","billingModel":"PayAsYouUse","hardwareInfo":[{"name":"n" , "numCores":8}],"regionNames":["north"],"agreementNumber":null,"usageReportingEnabled":true,"marketplaceSyndicationEnabled":false,"issuer":"node-1","version":"1.0","usageCredential":"s3cret","keysEndpoint":"https://hub.example/keys"}"#;

#[test]
fn a_key_is_written_byte_for_byte_as_it_was_read() {
    assert_eq!(serde_json::to_string(&read(KEY).unwrap()).unwrap(), KEY);
}

#[test]
fn the_credential_of_a_key_is_not_printed() {
    let printed = format!("{:?}", read(KEY).unwrap());
    assert!(!printed.contains("s3cret") && printed.contains("Secret(..)"), "{printed}");
}

#[test]
fn a_claim_that_counts_cannot_be_missing_and_the_others_can() {
    let value: serde_json::Value = serde_json::from_str(KEY).unwrap();
    let needed = [
        "subscriptionId",
        "resourceGroupName",
        "registrationName",
        "usageEndpoint",
        "expires",
        "cloudId",
        "billingModel",
        "usageReportingEnabled",
        "marketplaceSyndicationEnabled",
        "usageCredential",
        "keysEndpoint",
    ];
    for name in value.as_object().unwrap().keys() {
        let mut without = value.clone();
        without.as_object_mut().unwrap().remove(name);
        match read(&without.to_string()) {
            Ok(_) => assert!(!needed.contains(&name.as_str()), "{name} was not missed"),
            Err(error) => assert!(needed.contains(&name.as_str()) && error.contains(name), "{error}"),
        }
    }
}

#[test]
fn an_expiry_is_for_ever_or_a_moment() {
    let moment = Second::parse("2027-10-01T00:00:00Z").unwrap();
    let table = [
        (UNLIMITED, Some(None)),
        ("9999-12-30T23:59:59Z", Some(None)),
        ("9999-12-31T23:59:59.9999999Z", Some(None)),
        ("2027-10-01T00:00:00Z", Some(Some(moment))),
        ("2027-10-01T00:00:00.9999999Z", Some(Some(moment))),
        ("2027-10-01T02:00:00+02:00", Some(Some(moment))),
        ("", None),
        ("never", None),
        ("2027-13-01T00:00:00Z", None),
    ];
    for (text, expected) in table {
        assert_eq!(read_expiry(text).ok(), expected, "{text}");
    }
    for expires in [None, Some(moment)] {
        assert_eq!(read_expiry(&write_expiry(expires)), Ok(expires));
    }
}
