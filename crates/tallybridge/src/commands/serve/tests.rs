use super::*;

#[test]
fn without_tls_only_this_machine_is_served_unless_somebody_says_otherwise() {
    for (listen, protection, served) in [
        ("127.0.0.1:7080", Protection::Loopback, true),
        ("127.8.0.1:0", Protection::Loopback, true),
        ("[::1]:7080", Protection::Loopback, true),
        ("0.0.0.0:7080", Protection::Loopback, false),
        ("[::]:7080", Protection::Loopback, false),
        ("192.0.2.7:7080", Protection::Loopback, false),
        ("192.0.2.7:7080", Protection::Insecure, true),
        ("127.0.0.1:7080", Protection::Insecure, true),
    ] {
        assert_eq!(protection.check(listen.parse().unwrap()).is_ok(), served, "{listen} {protection:?}");
    }
}
