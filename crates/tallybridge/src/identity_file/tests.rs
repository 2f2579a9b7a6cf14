use super::*;

const GOOD: &str = r#"
    public_url = "https://HUB.example/"
    cloud_name = "Contoso"
    embedded = false
    [[issuer]]
    issuer = "https://login.example/t/v2.0"
    audiences = ["api://tallybridge"]
    algorithms = ["RS256", "ES256"]
    directory = "2f7dbf48-6f35-4c57-a4a3-0c6d9e1b7a11"
    keys = "https://login.example/t/keys"
"#;

#[test]
fn a_file_says_who_is_believed() {
    let settings = parse(GOOD, Path::new("")).unwrap();
    assert_eq!(settings.public_url.as_deref(), Some("https://hub.example"));
    assert_eq!(settings.cloud_name, "Contoso");
    assert!(!settings.embedded_issuer && settings.issuer_keys.is_some());
    let issuer = settings.issuers.first().unwrap();
    assert_eq!(issuer.algorithms, [Algorithm::Rs256, Algorithm::Es256]);
    assert_eq!(issuer.directory.as_ref().unwrap().as_str(), "2f7dbf48-6f35-4c57-a4a3-0c6d9e1b7a11");
    assert!(parse("", Path::new("")).unwrap().embedded_issuer);
}

#[test]
fn a_file_that_is_wrong_is_refused_for_what_is_wrong_with_it() {
    let replaced = |from: &str, to: &str| GOOD.replace(from, to);
    let (_, entry) = GOOD.split_once("[[issuer]]").unwrap();
    let table = [
        (replaced("cloud_name", "cloudname"), "unknown field `cloudname`"),
        (replaced("directory =", "tenant ="), "unknown field `tenant`"),
        (replaced("RS256", "HS256"), "\"HS256\" is no algorithm"),
        (replaced("RS256", "none"), "\"none\" is no algorithm"),
        (replaced(r#"["api://tallybridge"]"#, "[]"), "audiences is empty"),
        (replaced(r#"["RS256", "ES256"]"#, "[]"), "algorithms is empty"),
        (replaced("https://login.example/t/keys", "http://login.example/t/keys"), "use https"),
        (replaced("https://login.example/t/keys", "keys.json"), "is no address and no file"),
        (replaced("https://HUB.example/", "https://hub.example/path"), "is no address such as"),
        (replaced("https://HUB.example/", "hub.example"), "is no address such as"),
        (replaced("2f7dbf48", "2f 7d"), "is no directory id"),
        (format!("{GOOD}[[issuer]]{entry}"), "stands there twice"),
        (format!("{GOOD}roots = \"nowhere.pem\""), "nowhere.pem"),
        (replaced("api://tallybridge", "two words"), "is no text that can stand here"),
        (replaced("\"Contoso\"", "\"\""), "cloud_name"),
    ];
    for (text, because) in table {
        let error = format!("{:#}", parse(&text, Path::new("")).err().unwrap());
        assert!(error.contains(because), "{because}: {error}");
    }
}

#[test]
fn the_arguments_count_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.toml");
    std::fs::write(&path, GOOD).unwrap();
    let options = IdentityOptions {
        identity: Some(path),
        public_url: Some("http://127.0.0.1:7080".to_owned()),
        embedded_issuer: Some(Embedded::On),
        fold_customer_ids: true,
    };
    let settings = options.settings().unwrap();
    assert_eq!(settings.public_url.as_deref(), Some("http://127.0.0.1:7080"));
    assert!(settings.embedded_issuer && settings.fold_customer_ids);
    let nobody = IdentityOptions { embedded_issuer: Some(Embedded::Off), ..IdentityOptions::default() };
    assert!(format!("{:#}", nobody.settings().err().unwrap()).contains("nobody could sign in"));
}
