//! A sign-in that a program begins and a person completes in a browser.

use crate::house::{ADA, Answer, CONTOSO, House, PASSWORD, PROGRAM_OBJECT, TOOL, claims};

fn begin(house: &House) -> Answer {
    let path = format!("/{CONTOSO}/oauth2/v2.0/devicecode");
    let begun = house.post(&path, &[("client_id", TOOL), ("scope", "https://hub.example/.default offline_access")]);
    assert_eq!(begun.status, 200, "{}", begun.text);
    begun
}

fn ask(house: &House, device_code: &str, client: &str) -> Answer {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    house.token(&[("grant_type", grant), ("client_id", client), ("device_code", device_code)])
}

fn submit(house: &House, code: &str, name: &str, password: &str, decision: &str) -> Answer {
    let form = [("code", code), ("username", name), ("password", password), ("decision", decision)];
    house.post("/devicelogin", &form)
}

#[track_caller]
fn assert_error(answer: &Answer, error: &str) {
    assert_eq!((answer.status, answer.text_of("error").as_str()), (400, error), "{}", answer.text);
}

#[test]
fn a_person_completes_what_a_program_began() {
    let house = House::open();
    let begun = begin(&house);
    let (user_code, device_code) = (begun.text_of("user_code"), begun.text_of("device_code"));
    assert_eq!(begun.text_of("verification_uri"), "https://hub.example/devicelogin");
    assert!(begun.text_of("message").contains(&user_code) && user_code.len() == 9);
    assert_error(&ask(&house, &device_code, TOOL), "authorization_pending");
    assert_error(&ask(&house, &device_code, TOOL), "slow_down");
    let wrong = submit(&house, &user_code, ADA, "wrong", "approve");
    assert_eq!(wrong.status, 401, "{}", wrong.text);
    let typed = format!("{} {}", user_code[..4].to_lowercase(), &user_code[4..]);
    let done = submit(&house, &typed, ADA, PASSWORD, "approve");
    assert_eq!(done.status, 200, "{}", done.text);
    assert!(done.text.contains("You are signed in") && !done.text.contains(PASSWORD));
    assert_eq!(submit(&house, &user_code, ADA, PASSWORD, "approve").status, 400, "a code is used once");
    house.wait(10);
    assert_error(&ask(&house, &device_code, PROGRAM_OBJECT), "invalid_grant");
    let answer = ask(&house, &device_code, TOOL);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(&answer.text_of("access_token"))["upn"], ADA);
    assert_eq!(house.knock(&answer.text_of("access_token")).status, 200);
    assert_error(&ask(&house, &device_code, TOOL), "invalid_grant");
}

#[test]
fn a_sign_in_is_declined_or_ends() {
    let house = House::open();
    let begun = begin(&house);
    let declined = submit(&house, &begun.text_of("user_code"), "", "", "decline");
    assert!(declined.text.contains("declined"), "{}", declined.text);
    assert_error(&ask(&house, &begun.text_of("device_code"), TOOL), "access_denied");
    let begun = begin(&house);
    house.wait(900);
    assert_eq!(submit(&house, &begun.text_of("user_code"), ADA, PASSWORD, "approve").status, 400);
    assert_error(&ask(&house, &begun.text_of("device_code"), TOOL), "expired_token");
}

#[test]
fn the_page_has_no_script_and_shows_nothing_unescaped() {
    let house = House::open();
    let hostile = "\"><script>alert(1)</script>";
    let pages = [
        house.get("/devicelogin"),
        house.get("/devicelogin?code=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        submit(&house, hostile, hostile, hostile, hostile),
    ];
    for page in pages {
        let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(page.text.contains("name=\"password\"") && page.text.contains("viewport"));
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}
