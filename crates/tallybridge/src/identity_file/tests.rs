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

/// What makes people sign in at the last issuer of a file.
const SIGN_IN: &str = r#"
    [issuer.sign_in]
    name = "Contoso Entra"
    client_id = "50000000-0000-4000-8000-000000000001"
    client_secret_file = "secret.txt"
    authorize = "https://login.example/t/authorize"
    token = "https://login.example/t/token"
"#;

#[test]
fn a_file_says_where_people_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.txt");
    let file = format!("{GOOD}{SIGN_IN}");
    std::fs::write(&path, "a~secret\n").unwrap();
    let settings = parse(&file, folder.path()).unwrap();
    let elsewhere = settings.elsewhere.first().unwrap();
    assert_eq!((elsewhere.id(), elsewhere.name()), ("issuer-1", "Contoso Entra"));
    assert!(!format!("{elsewhere:?}").contains("a~secret"));
    let public = file.replace("client_secret_file = \"secret.txt\"", "");
    assert_eq!(parse(&public, Path::new("")).unwrap().elsewhere.len(), 1, "a public client has no secret");
    let inline =
        r#"sign_in = { name = "X", client_id = "x", authorize = "http://[::1]:80/a", token = "http://localhost/t" }"#;
    assert_eq!(parse(&format!("{GOOD}{inline}"), Path::new("")).unwrap().elsewhere.len(), 1);

    let (long, token) = ("x".repeat(513), "https://login.example/t/token");
    let table = [
        ("client_id", "client", "unknown field `client`"),
        ("Contoso Entra", "", "name is \"\""),
        ("Contoso Entra", &"x".repeat(65), "from 1 to 64"),
        ("Contoso Entra", "a\\nb", "name is"),
        ("50000000", "50 ", "is no text that can stand here"),
        ("50000000", &long, "is no text that can stand here"),
        ("secret.txt", "nowhere.txt", "client_secret_file: open"),
        (token, "http://login.example/t", "codes cannot be exchanged at \"http://login.example/t\": http is for this"),
        (token, "https://a:b@login.example/t", "has a user or a password"),
        (token, "https://login.example/t#top", "must not have a fragment"),
        ("https://login.example/t/authorize", "ftp://login.example", "people cannot sign in at"),
        ("https://login.example/t/authorize", "login", "people cannot sign in at"),
    ];
    for (from, to, because) in table {
        let error = format!("{:#}", parse(&file.replace(from, to), folder.path()).err().unwrap());
        assert!(error.contains("the issuer \"https://login.example/t/v2.0\"") || because.contains("unknown field"));
        assert!(error.contains(because), "{because}: {error}");
    }
    for secret in ["", "two words", &long] {
        std::fs::write(&path, secret).unwrap();
        let error = format!("{:#}", parse(&file, folder.path()).err().unwrap());
        assert!(error.contains("holds no secret") && (secret.is_empty() || !error.contains(secret)), "{error}");
    }
}

#[test]
fn who_signs_in_elsewhere_must_find_the_way_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.toml");
    let file = format!("{GOOD}{SIGN_IN}").replace("public_url", "# public_url");
    std::fs::write(&path, file).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "a~secret").unwrap();
    let mut options = IdentityOptions { identity: Some(path), ..IdentityOptions::default() };
    let error = format!("{:#}", options.settings().err().unwrap());
    assert!(error.contains("give --public-url") && error.contains("/portal/sign-in/return"), "{error}");
    options.public_url = Some("https://hub.example".to_owned());
    assert_eq!(options.settings().unwrap().elsewhere.len(), 1);
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
