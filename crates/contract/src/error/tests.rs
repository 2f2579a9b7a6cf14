use super::*;

#[test]
fn an_error_leaves_out_what_it_does_not_have() {
    let plain = ErrorBody::of("RegistrationNotFound", "no such registration");
    let mut full = ErrorBody::of("InvalidRegistrationToken", "m").about("properties.registrationToken");
    full.error.details.push(plain.error.clone());
    let table = [
        (plain, r#"{"error":{"code":"RegistrationNotFound","message":"no such registration"}}"#),
        (
            full,
            r#"{"error":{"code":"InvalidRegistrationToken","message":"m","target":"properties.registrationToken","details":[{"code":"RegistrationNotFound","message":"no such registration"}]}}"#,
        ),
    ];
    for (error, text) in table {
        assert_eq!(serde_json::to_string(&error).unwrap(), text);
        assert_eq!(serde_json::from_str::<ErrorBody<ResourceError>>(text).unwrap(), error);
    }
}

#[test]
fn whoever_knows_only_code_and_message_reads_an_error_with_more() {
    let body: ErrorBody = serde_json::from_str(r#"{"error":{"code":"c","message":"m","target":"t"}}"#).unwrap();
    assert_eq!(body.error, ErrorDetail { code: "c".to_owned(), message: "m".to_owned() });
}
