//! Sign-in: by an account of this hub, or at another issuer; sign-out; and the language and colours of a browser.
//!
//! Source: OpenID Connect Core 1.0, section 3.1; PKCE, RFC 7636.

use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hub::Hub;
use maud::html;
use model::{PrincipalId, PrincipalKind};
use sha2::{Digest, Sha256};

use crate::{
    House, dispatch,
    doorkeeper::{CodeProof, CodeWish, SignInError},
    fault::Fault,
    head,
    language::{Language, Theme},
    link,
    reply::{Answer, Page, Reply, Section},
    route::{Access, Route, get, post},
    session::Pending,
    visit::{Pairs, Visit},
};

const PAGE: &str = "/portal/sign-in";
const RETURN: &str = "/portal/sign-in/return";
/// How long a choice of language or colours is kept. Unit: seconds.
const PREFERENCE_SECONDS: i64 = 365 * 86_400;

pub(crate) const ROUTES: &[Route] = &[
    get(PAGE, Access::Public, show),
    post(PAGE, Access::Public, submit),
    // Both are answered before the table is asked, because they wait for another issuer.
    get("/portal/sign-in/at/{door}", Access::Public, |_| Err(Fault::NotFound)),
    get(RETURN, Access::Public, |_| Err(Fault::NotFound)),
    post("/portal/sign-out", Access::SignedIn, sign_out),
    post("/portal/preferences", Access::Public, prefer),
];

/// The address of the form, from which one comes back to a page.
pub(crate) fn address(next: &str) -> String {
    if next == "/portal" || !link::is_inside(next) {
        return PAGE.to_owned();
    }
    with_next(PAGE, next)
}

fn next(pairs: &Pairs) -> String {
    pairs.get("next").filter(|next| link::is_inside(next)).unwrap_or("/portal").to_owned()
}

fn show(visit: &Visit<'_>) -> Reply {
    if visit.guest.is_some() {
        return Ok(Answer::Go(next(&visit.query)));
    }
    let wrong = visit.query.get("problem").map(|problem| {
        let known = ["busy", "refused", "unknown"].into_iter().find(|known| *known == problem);
        visit.say(&format!("sign-in-{}", known.unwrap_or("refused")))
    });
    Ok(form(visit, "", &next(&visit.query), wrong.as_deref()))
}

fn form(visit: &Visit<'_>, name: &str, next: &str, wrong: Option<&str>) -> Answer {
    let others = visit.house.doorkeeper.others();
    let has_account = visit.office.principals.values().any(|one| one.enabled && one.kind == PrincipalKind::User);
    let body = html! {
        @if !has_account && others.is_empty() {
            div.notice.warn {
                p { (visit.say("sign-in-first")) }
                p { code { "tallybridge account create-operator --name ada@contoso.example --directory contoso.example" } }
                p { code { "tallybridge account password ada@contoso.example" } }
            }
        }
        @if let Some(wrong) = wrong { p.notice.wrong role="alert" { (wrong) } }
        @if visit.house.doorkeeper.takes_passwords() {
            form.card method="post" action=(PAGE) {
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="name" { (visit.say("sign-in-name")) }
                    input id="name" name="name" value=(name) maxlength="256" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus[name.is_empty()];
                }
                div.field {
                    label for="password" { (visit.say("sign-in-password")) }
                    input id="password" name="password" type="password" maxlength="512" autocomplete="current-password" required;
                }
                button.main { (visit.say("sign-in")) }
            }
        }
        @if !others.is_empty() {
            div.card {
                @for other in &others {
                    p { a.button href=(begin_address(&other.id, next)) { (visit.tell("sign-in-at", &[("name", other.name.clone().into())])) } }
                }
            }
        }
        p.small { (visit.say("sign-in-help")) }
    };
    Answer::Bare(Page { title: visit.say("sign-in-title"), section: Section::None, body })
}

fn begin_address(door: &str, next: &str) -> String {
    with_next(&format!("/portal/sign-in/at/{door}"), next)
}

fn with_next(path: &str, next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{path}?{query}")
}

fn submit(visit: &Visit<'_>) -> Reply {
    let house = visit.house;
    if !house.doorkeeper.takes_passwords() {
        return Err(Fault::NotFound);
    }
    let name = visit.form.get("name").unwrap_or_default();
    let password = visit.form.raw("password").unwrap_or_default();
    let next = next(&visit.form);
    let done = if name.is_empty() || password.is_empty() {
        Err(SignInError::Wrong)
    } else {
        house.doorkeeper.by_password(name, password)
    };
    match done {
        Ok(principal) => {
            // A session of before is not taken over: its cookie may be known to somebody else.
            if let Some(guest) = &visit.guest {
                house.sessions.end(&guest.cookie);
            }
            let cookie = begin(house, &principal)?;
            Ok(Answer::GoWith(next, vec![cookie]))
        }
        Err(error) => Ok(form(visit, name, &next, Some(&words(visit.language, &error)))),
    }
}

fn words(language: Language, error: &SignInError) -> String {
    match error {
        SignInError::Wrong => language.say("sign-in-wrong"),
        SignInError::TooOften(seconds) => {
            let seconds = u64::try_from(*seconds).unwrap_or_default();
            language.tell("sign-in-too-often", &[("seconds", seconds.into())])
        }
        SignInError::Busy => language.say("sign-in-busy"),
        SignInError::Refused(_) => language.say("sign-in-refused"),
    }
}

/// Begins a session for an account, and gives its cookie.
fn begin(house: &House, principal: &PrincipalId) -> Result<String, Fault> {
    let office = house.hub.current_office()?;
    let known = office.principals.get(principal).filter(|known| known.enabled).ok_or(Fault::SignIn)?;
    let text = house.sessions.begin(principal, Hub::secrets_digest(known), house.hub.now());
    let text = text.ok_or_else(|| Fault::Failed("the system has no random bits".to_owned()))?;
    Ok(dispatch::session_cookie(house, &text))
}

fn sign_out(visit: &Visit<'_>) -> Reply {
    let house = visit.house;
    if let Some(guest) = &visit.guest {
        house.sessions.end(&guest.cookie);
    }
    let gone = head::cookie(head::session_cookie(house.secure), "", Some(0), house.secure);
    Ok(Answer::GoWith(PAGE.to_owned(), vec![gone]))
}

fn prefer(visit: &Visit<'_>) -> Reply {
    let mut cookies = Vec::new();
    let mut keep = |name: &str, value: &str| {
        cookies.push(head::cookie(name, value, Some(PREFERENCE_SECONDS), visit.house.secure));
    };
    if let Some(language) = visit.form.get("language").and_then(Language::of) {
        keep("language", language.tag());
    }
    if let Some(theme) = visit.form.get("theme").and_then(Theme::of) {
        keep("theme", theme.word());
    }
    Ok(Answer::GoWith(next(&visit.form), cookies))
}

/// The ways to another issuer and back. Everything else is none of this.
pub(crate) async fn elsewhere(house: &House, target: &str, query: &Pairs, cookie: Option<&str>) -> Option<Response> {
    let path = target.split('?').next().unwrap_or_default();
    if let Some(door) = path.strip_prefix("/portal/sign-in/at/") {
        return Some(leave(house, door, &next(query)).await.unwrap_or_else(|error| back(&error)));
    }
    if path == RETURN {
        return Some(come_back(house, query, cookie).await.unwrap_or_else(|error| back(&error)));
    }
    None
}

/// Back to the form, which says what was wrong.
fn back(error: &SignInError) -> Response {
    let problem = match error {
        SignInError::Busy | SignInError::TooOften(_) => "busy",
        SignInError::Wrong => "unknown",
        SignInError::Refused(reason) => {
            tracing::info!(error.message = %reason, "a sign-in at another issuer was refused");
            "refused"
        }
    };
    dispatch::go(&format!("{PAGE}?problem={problem}"))
}

async fn leave(house: &House, door: &str, next: &str) -> Result<Response, SignInError> {
    let known = house.doorkeeper.others().into_iter().find(|other| other.id == door);
    let door = known.ok_or_else(|| SignInError::Refused("there is no such issuer".to_owned()))?.id;
    let draw = || house.sessions.draw().ok_or(SignInError::Busy);
    let (nonce, verifier) = (draw()?, draw()?);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let state = house.sessions.leave(&door, nonce.clone(), verifier, next, house.hub.now());
    let state = state.ok_or(SignInError::Busy)?;
    let wish = CodeWish { return_path: RETURN.to_owned(), state: state.clone(), nonce, challenge };
    let target = house.doorkeeper.begin(&door, &wish).await?;
    let mut response = dispatch::go(&target);
    // Who comes back must come back at the same browser. Source: RFC 9700, section 4.7.
    let cookie = head::cookie("sign-in", &state, Some(600), house.secure);
    if let Ok(value) = axum::http::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, value);
    }
    Ok(response)
}

async fn come_back(house: &House, query: &Pairs, cookie: Option<&str>) -> Result<Response, SignInError> {
    let refused = |text: &str| SignInError::Refused(text.to_owned());
    let state = query.get("state").ok_or_else(|| refused("there is no state"))?;
    if cookie != Some(state) {
        return Err(refused("it came back at another browser"));
    }
    let pending: Pending =
        house.sessions.come_back(state, house.hub.now()).ok_or_else(|| refused("the state is not known"))?;
    let code = query.get("code").ok_or_else(|| refused(query.get("error").unwrap_or("there is no code")))?;
    let proof = CodeProof {
        code: code.to_owned(),
        return_path: RETURN.to_owned(),
        nonce: pending.nonce,
        verifier: pending.verifier,
    };
    let principal = house.doorkeeper.complete(&pending.door, &proof).await?;
    let cookie = begin(house, &principal).map_err(|_| SignInError::Wrong)?;
    let mut response = dispatch::go(&pending.next);
    if let Ok(value) = axum::http::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, value);
    }
    Ok(response)
}
