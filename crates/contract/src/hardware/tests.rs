use super::*;

#[test]
fn hardware_keeps_every_letter_and_refuses_what_is_no_list_of_hosts() {
    for text in ["[]", "[ ]", r#"[{"numCores":-3,"nic":["a"], "x" : 1.50}]"#] {
        assert_eq!(Hardware::read(text).unwrap().text(), text);
        assert_eq!(serde_json::to_string(&Hardware::read(text).unwrap()).unwrap(), text);
    }
    let many = |hosts: usize| format!("[{}]", vec!["{}"; hosts].join(","));
    assert!(Hardware::read(&many(HOSTS_MAX)).is_ok());
    let table = [
        (many(HOSTS_MAX + 1), "has 65 hosts"),
        ("{}".to_owned(), "must be an array"),
        ("[1]".to_owned(), "must be an object"),
        ("[{\"a\":1,\"A\":2}]".to_owned(), "stands twice"),
        (format!("[{{\"a\":\"{}\"}}]", "x".repeat(4097)), "longer than 4096 bytes"),
        (format!("[{{\"a\":{}{}}}]", "[".repeat(31), "]".repeat(31)), "nested more than 32 deep"),
    ];
    for (text, problem) in table {
        let found = Hardware::read(&text).unwrap_err();
        assert!(found.contains(problem), "{found}");
    }
}

#[test]
fn no_hardware_is_an_empty_array() {
    assert_eq!(Hardware::default(), Hardware::read("[]").unwrap());
    assert_eq!(serde_json::from_str::<Hardware>("null").unwrap(), Hardware::default());
}
