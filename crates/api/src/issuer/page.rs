//! Page: where a person completes a sign-in that a program began. It has no script, and nothing of what was sent is shown
//! without being escaped.
//!
//! The form carries the credentials themselves, so a page of somebody else that sends it gains nothing.

use axum::http::{HeaderName, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{check_embedded, device::Verdict, form::Form, grant::person, memory, refusal::Refusal};
use crate::{
    answer::{Answer, Reply},
    call::Call,
};

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;background:#f4f5f7;color:#1b1f24}main{max-width:24rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #d5d9de;border-radius:.5rem}h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin:.8rem 0 .2rem}input{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;border:1px solid #8a929c;border-radius:.3rem}button{width:100%;margin-top:1rem;padding:.7rem;font:inherit;border:1px solid #1f5fbf;border-radius:.3rem;background:#1f5fbf;color:#fff}button.no{background:#fff;color:#1b1f24;border-color:#8a929c}p.wrong{padding:.6rem;border:1px solid #b3261e;border-radius:.3rem;color:#b3261e}";

/// The longest text that the page shows again. Unit: characters.
const SHOWN_CHARACTERS_MAX: usize = 128;

/// Shows the form.
pub(super) fn show(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    Ok(page(StatusCode::OK, &fields(call.query.get("code").unwrap_or_default(), "", None)))
}

/// Takes the form.
pub(super) fn submit(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    let (code, name, done) = match Form::read(call.body).and_then(|form| Sent::of(&form)) {
        Ok(sent) => {
            let done = decide(call, &sent);
            (sent.code, sent.name, done)
        }
        Err(refusal) => (String::new(), String::new(), Err(refusal)),
    };
    match done {
        Ok(Done::Approved) => {
            Ok(page(StatusCode::OK, "<p role=\"status\">You are signed in. You can close this page and go back.</p>"))
        }
        Ok(Done::Declined) => {
            Ok(page(StatusCode::OK, "<p role=\"status\">The sign-in was declined. You can close this page.</p>"))
        }
        Err(refusal) => {
            let html = fields(&code, &name, Some(&refusal.message));
            let answer = page(refusal.status(), &html);
            let seconds = refusal.retry_after().map(|seconds| seconds.to_string());
            Ok(match seconds {
                Some(seconds) => answer.with(header::RETRY_AFTER, &seconds),
                None => answer,
            })
        }
    }
}

/// What a person sent.
struct Sent {
    code: String,
    name: String,
    password: String,
    declines: bool,
}

impl Sent {
    fn of(form: &Form) -> Result<Self, Refusal> {
        let text = |name: &str| form.get(name).map(|found| found.unwrap_or_default().trim().to_owned());
        Ok(Self {
            code: text("code")?,
            name: text("username")?,
            password: form.get("password")?.unwrap_or_default().to_owned(),
            declines: form.get("decision")? == Some("decline"),
        })
    }
}

enum Done {
    Approved,
    Declined,
}

fn decide(call: &Call<'_>, sent: &Sent) -> Result<Done, Refusal> {
    let now = call.hub().now();
    let devices = &memory(call).devices;
    let unknown = || Refusal::malformed("This code is not known or has expired. Check it, or begin the sign-in again.");
    let begun = devices.find(&sent.code, now).ok_or_else(unknown)?;
    let (verdict, done) = if sent.declines {
        (Verdict::Declined, Done::Declined)
    } else {
        if sent.name.is_empty() || sent.password.is_empty() {
            return Err(Refusal::malformed("Enter your name and your password."));
        }
        let person = person(call, &begun.tenant, &sent.name, &sent.password).map_err(Refusal::for_people)?;
        (Verdict::Approved(person.id), Done::Approved)
    };
    if devices.decide(&sent.code, verdict, now) { Ok(done) } else { Err(unknown()) }
}

fn fields(code: &str, name: &str, wrong: Option<&str>) -> String {
    let wrong = wrong.map(|text| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(text))).unwrap_or_default();
    format!(
        "{wrong}<p>Enter the code that the program shows. Go on only if you started that program yourself: it will act with \
         your account.</p>\
         <form method=\"post\" action=\"/devicelogin\">\
         <label for=\"code\">Code</label>\
         <input id=\"code\" name=\"code\" value=\"{}\" maxlength=\"16\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required>\
         <label for=\"username\">Name</label>\
         <input id=\"username\" name=\"username\" value=\"{}\" maxlength=\"256\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" maxlength=\"512\" autocomplete=\"current-password\" required>\
         <button name=\"decision\" value=\"approve\">Sign in</button>\
         <button class=\"no\" name=\"decision\" value=\"decline\" formnovalidate>I did not start this</button>\
         </form>",
        escape(code),
        escape(name)
    )
}

fn page(status: StatusCode, content: &str) -> Answer {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Sign in</title><style>{STYLE}</style></head>\
         <body><main><h1>Sign in to Tallybridge</h1>{content}</main></body></html>"
    );
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    Answer::page(status, html)
        .with(header::CONTENT_SECURITY_POLICY, &policy)
        .with(header::REFERRER_POLICY, "no-referrer")
        .with(header::X_FRAME_OPTIONS, "DENY")
        .with(HeaderName::from_static("cross-origin-opener-policy"), "same-origin")
}

/// A text that can stand in HTML, also within quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars().take(SHOWN_CHARACTERS_MAX) {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}
