use proptest::{collection, option, prelude::*, sample};

use super::*;

/// An object that is accepted, with further properties in front of its end.
fn object(further: &str) -> String {
    format!(
        r#"{{"billingModel":"Development","objectId":"70000000-0000-4000-8000-000000000001","cloudId":"50000000-0000-4000-8000-00000000000a","version":"1.0"{further}}}"#
    )
}

fn encoded(json: &str) -> String {
    STANDARD.encode(json)
}

fn read_json(json: &str) -> Result<RegistrationToken, TokenProblem> {
    read(&encoded(json))
}

#[test]
fn a_token_is_read_in_every_spelling_that_stamps_use() {
    let plain = read_json(&object("")).unwrap();
    assert_eq!(plain.cloud_id.as_str(), "50000000-0000-4000-8000-00000000000a");
    assert_eq!((plain.usage_reporting, plain.marketplace_syndication), (true, false));
    assert_eq!((plain.agreement_number.as_ref(), plain.issuer.as_ref()), (None, None));
    assert_eq!((plain.region_names.len(), plain.hardware.text()), (0, "[]"));
    let json = object("");
    let same = [
        format!("  \r\n{}\n\t ", encoded(&json)),
        encoded(&format!("\u{feff}{json}")),
        encoded(&format!(" {json}\n")),
        encoded(&json.replace("cloudId", "CloudId").replace("billingModel", "BILLINGMODEL")),
        encoded(&json.replace("Development", "dEVELOPMENT")),
        encoded(&json.replace("cloudId", "cloud\\u0049d")),
        encoded(&object(r#","agreementNumber":null,"msAssetTag":"","regionNames":null,"hardwareInfo":null"#)),
        encoded(&object(r#","somethingNew":{"a":[1,2.5,null,true]},"issuer":" ""#)),
        encoded(&object(r#","usageReportingEnabled":true,"marketplaceSyndicationEnabled":false"#)),
        encoded(&object(r#","USAGEREPORTINGENABLED":true"#)),
    ];
    for token in same {
        assert_eq!(read(&token).unwrap(), plain, "{token}");
    }
}

#[test]
fn all_that_a_token_can_say_is_kept() {
    let hosts = r#"[{"name":"node-1","numCores":-7,"bios":["0a"],  "more":{"x":1.0}}]"#;
    let token = read_json(&object(&format!(
        r#","agreementNumber":"A-1","msAssetTag":"T-1","regionNames":["north","south"],"issuer":"node-1","hardwareInfo":{hosts},"defaultProviderSubscriptionId":"60000000-0000-4000-8000-000000000000","marketplaceSyndicationEnabled":true"#
    )))
    .unwrap();
    assert_eq!((token.agreement_number.as_deref(), token.ms_asset_tag.as_deref()), (Some("A-1"), Some("T-1")));
    assert_eq!((token.region_names.join("+"), token.issuer.as_deref()), ("north+south".to_owned(), Some("node-1")));
    assert_eq!(token.hardware.text(), hosts);
    assert!(token.marketplace_syndication);
    let provider = token.default_provider_subscription.unwrap();
    assert_eq!(provider.as_str(), "60000000-0000-4000-8000-000000000000");
    assert_eq!(
        read_json(&object("").replace("50000000-0000-4000-8000-00000000000a", "cloud1")).unwrap().cloud_id.as_str(),
        "cloud1"
    );
}

#[test]
fn each_model_has_its_own_rule_about_reporting_usage() {
    let agreement = r#","agreementNumber":"A-1","msAssetTag":"T-1""#;
    let table = [
        ("PayAsYouUse", "", Some(true)),
        ("PayAsYouUse", "true", Some(true)),
        ("payasyouuse", "false", None),
        ("Capacity", "", Some(false)),
        ("Capacity", "false", Some(false)),
        ("CAPACITY", "true", Some(false)),
        ("Development", "", Some(true)),
        ("Development", "false", Some(false)),
        ("Custom", "", Some(false)),
        ("Custom", "true", Some(true)),
        ("Ruggedized", "", Some(true)),
        ("Ruggedized", "false", Some(false)),
    ];
    for (model, flag, reports) in table {
        let flag = if flag.is_empty() { String::new() } else { format!(r#","usageReportingEnabled":{flag}"#) };
        let json = object(&format!("{agreement}{flag}")).replace("Development", model);
        assert_eq!(read_json(&json).ok().map(|token| token.usage_reporting), reports, "{json}");
    }
}

/// Each row: the token, the property that is to blame, and what the message says besides.
fn malformed() -> Vec<(String, Option<&'static str>, &'static str)> {
    let with = |further: &str| encoded(&object(further));
    let swapped = |from: &str, to: &str| encoded(&object("").replace(from, to));
    let hosts = |count: usize| format!(r#","hardwareInfo":[{}]"#, vec!["{}"; count].join(","));
    let url_safe = STANDARD.encode(object(r#","x":">>>???""#)).replace('+', "-").replace('/', "_");
    vec![
        (String::new(), None, "EOF"),
        ("!".to_owned(), None, "not base64"),
        ("AAA".to_owned(), None, "not base64"),
        ("AA AA".to_owned(), None, "not base64"),
        (object(""), None, "not base64"),
        (url_safe, None, "not base64"),
        ("A".repeat(TOKEN_BYTES_MAX + 1), None, "longer than 262144 bytes"),
        (STANDARD.encode([0xff, 0xfe, 0x7b]), None, "not UTF-8"),
        (STANDARD.encode([0xc0, 0x80]), None, "not UTF-8"),
        (encoded("\u{feff}\u{feff}{}"), None, "refused"),
        (encoded("[]"), None, "must be an object"),
        (encoded("null"), None, "must be an object"),
        (encoded("\"{}\""), None, "must be an object"),
        (encoded("7"), None, "must be an object"),
        (encoded("{"), None, "EOF"),
        (encoded("{} {}"), None, "trailing"),
        (encoded("{'cloudId':1}"), None, "refused"),
        (encoded("{}"), Some("cloudId"), "missing or empty"),
        (swapped("cloudId", "cloud"), Some("cloudId"), "missing or empty"),
        (swapped("50000000-0000-4000-8000-00000000000a", " "), Some("cloudId"), "missing or empty"),
        (swapped("50000000-0000-4000-8000-00000000000a", "a b"), Some("cloudId"), "cannot be an id"),
        (swapped("50000000-0000-4000-8000-00000000000a", "wolke-ü"), Some("cloudId"), "cannot be an id"),
        (swapped("50000000-0000-4000-8000-00000000000a", &"a".repeat(513)), Some("cloudId"), "cannot be an id"),
        (swapped(r#""50000000-0000-4000-8000-00000000000a""#, "7"), Some("cloudId"), "must be a string"),
        (swapped(r#""50000000-0000-4000-8000-00000000000a""#, "null"), Some("cloudId"), "missing or empty"),
        (swapped("billingModel", "model"), Some("billingModel"), "missing or empty"),
        (swapped("Development", "Free"), Some("billingModel"), "\"Free\" is none of PayAsYouUse"),
        (swapped("Development", "Pay As You Use"), Some("billingModel"), "is none of"),
        (swapped(r#""Development""#, "true"), Some("billingModel"), "must be a string"),
        (swapped("objectId", "object"), Some("objectId"), "missing or empty"),
        (swapped("70000000-0000-4000-8000-000000000001", ""), Some("objectId"), "missing or empty"),
        (swapped(r#","version":"1.0""#, ""), Some("version"), "missing or empty"),
        (swapped(r#""1.0""#, "1.0"), Some("version"), "must be a string"),
        (with(r#","cloudId":"b""#), None, "stands twice"),
        (with(r#","CLOUDID":"b""#), None, "stands twice"),
        (with(r#","hardwareInfo":[{"name":"a","Name":"b"}]"#), None, "stands twice"),
        (with(r#","usageReportingEnabled":"true""#), Some("usageReportingEnabled"), "true or false"),
        (with(r#","usageReportingEnabled":1"#), Some("usageReportingEnabled"), "true or false"),
        (with(r#","marketplaceSyndicationEnabled":[]"#), Some("marketplaceSyndicationEnabled"), "true or false"),
        (with(r#","agreementNumber":12"#), Some("agreementNumber"), "must be a string"),
        (with(r#","msAssetTag":{}"#), Some("msAssetTag"), "must be a string"),
        (with(r#","issuer":false"#), Some("issuer"), "must be a string"),
        (with(r#","regionNames":"north""#), Some("regionNames"), "array of strings"),
        (with(r#","regionNames":["north",1]"#), Some("regionNames"), "array of strings"),
        (with(&format!(r#","regionNames":[{}]"#, vec!["\"r\""; 65].join(","))), Some("regionNames"), "65 entries"),
        (with(r#","hardwareInfo":{}"#), Some("hardwareInfo"), "must be an array"),
        (with(r#","hardwareInfo":["node-1"]"#), Some("hardwareInfo"), "must be an object"),
        (with(&hosts(65)), Some("hardwareInfo"), "has 65 hosts"),
        (with(r#","defaultProviderSubscriptionId":"a b""#), Some("defaultProviderSubscriptionId"), "cannot be an id"),
        (with(&format!(r#","issuer":"{}""#, "i".repeat(4097))), None, "longer than 4096 bytes"),
        (with(&format!(r#","{}":1"#, "n".repeat(4097))), None, "longer than 4096 bytes"),
        (with(&format!(r#","x":{}{}"#, "[".repeat(32), "]".repeat(32))), None, "nested more than 32 deep"),
        (with(&format!(r#","x":{}"#, "[".repeat(100_000))), None, "nested more than 32 deep"),
    ]
}

#[test]
fn a_token_that_cannot_be_read_is_called_malformed_and_names_its_fault() {
    for (token, target, what) in malformed() {
        let problem = read(&token).unwrap_err();
        assert!(problem.message.starts_with("The registration token is malformed. "), "{problem}");
        assert!(problem.message.contains(what), "{problem} does not say {what:?}");
        assert_eq!(problem.target, target, "{problem}");
    }
}

#[test]
fn what_is_just_within_a_limit_is_read() {
    let hosts = format!(r#","hardwareInfo":[{}]"#, vec!["{}"; 64].join(","));
    let texts = format!(r#","issuer":"{}""#, "i".repeat(4096));
    let deep = format!(r#","x":{}{}"#, "[".repeat(31), "]".repeat(31));
    for further in [hosts, texts, deep] {
        assert!(read_json(&object(&further)).is_ok(), "{}", further.get(..40).unwrap_or_default());
    }
    let blanks = " ".repeat(TOKEN_BYTES_MAX - encoded(&object("")).len());
    assert!(read(&format!("{}{blanks}", encoded(&object("")))).is_ok());
}

#[test]
fn a_token_that_contradicts_itself_is_readable_and_refused() {
    let table = [
        ("PayAsYouUse", r#","usageReportingEnabled":false"#, "usageReportingEnabled"),
        ("Capacity", "", "agreementNumber"),
        ("Capacity", r#","agreementNumber":"""#, "agreementNumber"),
        ("Capacity", r#","agreementNumber":null,"usageReportingEnabled":true"#, "agreementNumber"),
        ("Custom", "", "msAssetTag"),
        ("Custom", r#","msAssetTag":"  ","agreementNumber":"A-1""#, "msAssetTag"),
    ];
    for (model, further, target) in table {
        let problem = read_json(&object(further).replace("Development", model)).unwrap_err();
        assert_eq!(problem.target, Some(target));
        assert!(!problem.message.contains("malformed") && problem.message.contains(model), "{problem}");
    }
}

#[test]
fn a_token_is_written_in_the_order_that_stamps_write_it() {
    let token =
        read_json(&object(r#","issuer":"node-1","hardwareInfo":[{"name":"n"}],"regionNames":["north"]"#)).unwrap();
    let json = String::from_utf8(STANDARD.decode(write(&token)).unwrap()).unwrap();
    assert_eq!(
        json,
        r#"{"billingModel":"Development","objectId":"70000000-0000-4000-8000-000000000001","cloudId":"50000000-0000-4000-8000-00000000000a","usageReportingEnabled":true,"marketplaceSyndicationEnabled":false,"regionNames":["north"],"hardwareInfo":[{"name":"n"}],"issuer":"node-1","version":"1.0"}"#
    );
}

/// A text with quotes, escapes and letters from everywhere, but never a blank one.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9]\\PC{0,30}"
}

fn token() -> impl Strategy<Value = RegistrationToken> {
    let texts = (text(), text(), option::of(text()), collection::vec(text(), 0..4));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let hosts = collection::vec((text(), any::<i32>()), 0..4);
    (sample::select(BillingModel::ALL), "[!-~]{1,40}", texts, flags, hosts, option::of("[!-~]{1,40}")).prop_map(
        |(model, cloud, texts, flags, hosts, provider)| {
            let (object_id, number, issuer, region_names) = texts;
            let hosts: Vec<_> =
                hosts.into_iter().map(|(name, cores)| serde_json::json!({"name": name, "numCores": cores})).collect();
            RegistrationToken {
                cloud_id: CloudId::new(&cloud).unwrap(),
                billing_model: model,
                object_id,
                version: VERSION.to_owned(),
                usage_reporting: model == BillingModel::PayAsYouUse || flags.0 && model != BillingModel::Capacity,
                marketplace_syndication: flags.1,
                agreement_number: (flags.2 || model == BillingModel::Capacity).then(|| number.clone()),
                ms_asset_tag: (flags.2 || model == BillingModel::Custom).then_some(number),
                region_names,
                issuer,
                hardware: Hardware::of(&hosts).unwrap(),
                default_provider_subscription: provider.map(|id| LocalSubscriptionId::new(&id).unwrap()),
            }
        },
    )
}

proptest! {
    #[test]
    fn a_written_token_reads_as_the_same_token(token in token()) {
        prop_assert_eq!(read(&write(&token)), Ok(token));
    }

    #[test]
    fn no_text_at_all_makes_the_reader_fail_otherwise_than_by_an_answer(bytes in collection::vec(any::<u8>(), 0..200)) {
        let problem = read(&STANDARD.encode(&bytes)).unwrap_err();
        prop_assert!(problem.message.starts_with(MALFORMED));
    }
}
