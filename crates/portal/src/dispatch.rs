//! Dispatch: from a request to its route: who asks, whether they may, whether a form is their own. In this order, so that nobody
//! learns what they may not know.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Limited};
use hub::Hub;
use percent_encoding::percent_decode_str;

use crate::{
    House,
    fault::Fault,
    frame, head,
    language::{Language, Theme},
    link::is_inside,
    reply::{Answer, Reply},
    route::{self, Access, Found, Route},
    session::{LIFE_SECONDS, Session},
    visit::{Guest, Pairs, Visit},
};

/// The longest form that is read. Unit: bytes.
const FORM_BYTES_MAX: usize = 1024 * 1024;
/// The longest address that is read. Unit: bytes.
const TARGET_BYTES_MAX: usize = 8 * 1024;
/// The name of the form member that proves a form is of this session.
pub(crate) const FORM_TOKEN: &str = "form_token";

/// The root leads to the portal.
pub(crate) async fn home(State(house): State<Arc<House>>) -> Response {
    let mut response = go("/portal");
    head::protect(response.headers_mut(), house.secure);
    response
}

/// What was read of a request.
struct Asked {
    method: Method,
    target: String,
    segments: Vec<String>,
    query: Pairs,
    form: Pairs,
    headers: HeaderMap,
}

/// Answers every request for the portal.
pub(crate) async fn dispatch(State(house): State<Arc<House>>, request: Request) -> Response {
    let is_head = request.method() == Method::HEAD;
    let secure = house.secure;
    let (language, theme) = manners(request.headers());
    let mut response = match read(request).await {
        Err(status) => (status, "The request cannot be read: its address or its form is too long.").into_response(),
        Ok(asked) => match crate::page::sign_in::elsewhere(
            &house,
            &asked.target,
            &asked.query,
            head::cookie_of(&asked.headers, "sign-in"),
        )
        .await
        {
            Some(answer) => answer,
            None => tokio::task::spawn_blocking(move || answer(&house, &asked, language, theme))
                .await
                .unwrap_or_else(|_| (StatusCode::INTERNAL_SERVER_ERROR, "The page failed.").into_response()),
        },
    };
    if is_head {
        *response.body_mut() = Body::empty();
    }
    head::protect(response.headers_mut(), secure);
    response
}

/// The language and colours that a browser asks for: by cookies that a person chose, or by its settings.
fn manners(headers: &HeaderMap) -> (Language, Theme) {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = head::cookie_of(headers, "language").and_then(Language::of);
    let theme = head::cookie_of(headers, "theme").and_then(Theme::of);
    (language.unwrap_or_else(|| Language::wanted(accept)), theme.unwrap_or(Theme::System))
}

async fn read(request: Request) -> Result<Asked, StatusCode> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if target.len() > TARGET_BYTES_MAX {
        return Err(StatusCode::URI_TOO_LONG);
    }
    let mut segments = Vec::new();
    for part in parts.uri.path().split('/').filter(|part| !part.is_empty()) {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| StatusCode::BAD_REQUEST)?;
        segments.push(text.into_owned());
    }
    let mut form = Pairs::default();
    if parts.method == Method::POST {
        let body = Limited::new(body, FORM_BYTES_MAX).collect().await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        form = Pairs::read(&body.to_bytes());
    }
    let query = Pairs::read(parts.uri.query().unwrap_or_default().as_bytes());
    Ok(Asked { method: parts.method, target, segments, query, form, headers: parts.headers })
}

fn answer(house: &House, asked: &Asked, language: Language, theme: Theme) -> Response {
    let office = match house.hub.current_office() {
        Ok(office) => office,
        Err(error) => {
            tracing::error!(error.message = %error, "the office cannot be read");
            return (StatusCode::SERVICE_UNAVAILABLE, "The database cannot be read.").into_response();
        }
    };
    let mut visit = Visit {
        house,
        guest: None,
        partner: None,
        params: Pairs::default(),
        query: asked.query.clone(),
        form: asked.form.clone(),
        target: &asked.target,
        origin: origin(house, &asked.headers),
        language,
        theme,
        office,
    };
    visit.guest = guest(&visit, &asked.headers);
    let reply = route(&mut visit, asked);
    let notice = visit
        .guest
        .as_ref()
        .filter(|_| matches!(reply, Ok(Answer::Page(_))))
        .and_then(|guest| house.sessions.hear(&guest.cookie));
    respond(&visit, reply, notice.as_ref())
}

/// Where a browser found the hub. What is no host name counts as none.
fn origin(house: &House, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let fits = host.len() <= 255 && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
    let scheme = if house.secure { "https" } else { "http" };
    format!("{scheme}://{}", if fits { host } else { "" }.to_ascii_lowercase())
}

/// Whoever is signed in at this browser. An account that was switched off, or has another password, is nobody.
fn guest(visit: &Visit<'_>, headers: &HeaderMap) -> Option<Guest> {
    let house = visit.house;
    let cookie = head::cookie_of(headers, head::session_cookie(house.secure))?.to_owned();
    let session: Session = house.sessions.find(&cookie, house.hub.now())?;
    let known = visit.office.principals.get(&session.principal);
    let known = known.filter(|one| one.enabled && Hub::secrets_digest(one) == session.proof).cloned();
    if known.is_none() {
        house.sessions.end(&cookie);
    }
    Some(Guest { principal: known?, session, cookie })
}

fn route(visit: &mut Visit<'_>, asked: &Asked) -> Reply {
    let (route, params) = match route::find(visit.house.tables, asked.method.as_str(), &asked.segments) {
        Found::Route(route, params) => (route, params),
        // Whoever is not known is not told what there is.
        Found::OtherMethod | Found::Nothing if visit.guest.is_none() => return Err(Fault::SignIn),
        Found::OtherMethod => return Err(Fault::Method),
        Found::Nothing => return Err(Fault::NotFound),
    };
    visit.params = params;
    admit(visit, route)?;
    if route.method == "POST" {
        check_form(visit, asked, route)?;
    }
    (route.handle)(visit)
}

/// Lets somebody through who may do what the route does.
fn admit(visit: &mut Visit<'_>, route: &Route) -> Result<(), Fault> {
    if route.access == Access::Public {
        return Ok(());
    }
    if visit.guest.is_none() {
        return Err(Fault::SignIn);
    }
    let Access::Partner(action) = route.access else { return Ok(()) };
    let sent = visit.param("partner");
    let partner =
        model::PartnerId::new(sent).ok().and_then(|id| visit.office.partners.get(&id)).map(|one| one.id.clone());
    let partner = partner.ok_or(Fault::NotFound)?;
    visit.partner = Some(partner);
    if visit.may(action) {
        return Ok(());
    }
    // Whoever may look at the partner may know that there is something they may not do.
    if visit.may(crate::page::READ) { Err(Fault::Forbidden) } else { Err(Fault::NotFound) }
}

/// A form must be of this session, or of nobody's where anybody may send it.
fn check_form(visit: &Visit<'_>, asked: &Asked, route: &Route) -> Result<(), Fault> {
    if !head::is_same_site(&asked.headers) {
        return Err(Fault::Forged);
    }
    if route.access == Access::Public {
        return Ok(());
    }
    let guest = visit.guest.as_ref().ok_or(Fault::SignIn)?;
    if visit.form.raw(FORM_TOKEN) == Some(guest.session.form_token.as_str()) { Ok(()) } else { Err(Fault::Forged) }
}

fn respond(visit: &Visit<'_>, reply: Reply, notice: Option<&crate::session::Notice>) -> Response {
    match reply {
        Ok(Answer::Page(page)) => html(StatusCode::OK, frame::whole(visit, &page, notice)),
        Ok(Answer::Bare(page)) => html(StatusCode::OK, frame::bare(visit, &page)),
        Ok(Answer::File(file)) => {
            let mut response = ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response();
            let disposition = format!("attachment; filename=\"{}\"", file.name);
            if let Ok(value) = HeaderValue::from_str(&disposition) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
            }
            response
        }
        Ok(Answer::Asset(content_type, bytes)) => {
            let year = (header::CACHE_CONTROL, "public, max-age=31536000, immutable");
            ([(header::CONTENT_TYPE, content_type), year], bytes).into_response()
        }
        Ok(Answer::Go(target)) => go(&target),
        Ok(Answer::GoWith(target, cookies)) => {
            let mut response = go(&target);
            for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(Fault::SignIn) if visit.form.len() == 0 && is_inside(visit.target) => {
            go(&crate::page::sign_in::address(visit.target))
        }
        Err(fault) => {
            if let Fault::Failed(reason) = &fault {
                tracing::error!(error.message = %reason, url.path = visit.target, "a page failed");
            }
            html(fault.status(), frame::fault(visit, &fault))
        }
    }
}

fn html(status: StatusCode, page: maud::Markup) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
}

/// Sends a browser to another page of the portal, to be asked with GET.
pub(crate) fn go(target: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(target) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// The cookie of a session that begins.
pub(crate) fn session_cookie(house: &House, text: &str) -> String {
    head::cookie(head::session_cookie(house.secure), text, Some(LIFE_SECONDS), house.secure)
}
