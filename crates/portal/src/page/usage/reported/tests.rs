use super::{Instance, Tag};

#[test]
fn what_a_stamp_says_of_a_resource_is_read_and_anything_else_is_nothing() {
    let tag = |text: &str| Tag::parse(text).unwrap();
    let table = [
        (r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/a/VM1\",\"tags\":{\"team\":\"red\"}}}"#, "/a/VM1", true),
        (r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/a\",\"tags\":\"{\\\"Team\\\":\\\"red\\\"}\"}}"#, "/a", true),
        (r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/a\",\"tags\":{\"team\":\"Red\"}}}"#, "/a", false),
        (r#"{\"Microsoft.Resources\":{\"resourceUri\":\"/a\",\"tags\":null}}"#, "/a", false),
        (r#"{\"Microsoft.Resources\":{}}"#, "", false),
        ("not a document", "", false),
        ("", "", false),
    ];
    for (text, address, has) in table {
        let instance = Instance::read(text);
        assert_eq!((instance.address.as_str(), instance.has(&tag("team=red"))), (address, has), "{text}");
    }
}
