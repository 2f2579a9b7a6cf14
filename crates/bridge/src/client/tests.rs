use super::*;

#[test]
fn a_path_goes_below_whatever_path_an_address_has() {
    for (base, url) in [
        ("http://hub", "http://hub/stamps/cloud%3F1/windows"),
        ("http://hub/", "http://hub/stamps/cloud%3F1/windows"),
        ("https://hub:8443/usage/", "https://hub:8443/usage/stamps/cloud%3F1/windows"),
    ] {
        let base = read_address(Peer::Hub, base).unwrap();
        assert_eq!(below(&base, "/stamps/cloud?1/windows").as_str(), url);
    }
}
