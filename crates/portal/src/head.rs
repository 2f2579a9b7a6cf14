//! Head: the header fields of every answer, and the cookies. Source: reliability notes 7.7.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a browser may load, run and send: nothing but what this portal serves.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

const ALL: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
    ("vary", "cookie, accept-language"),
];

/// Puts the fields in that every answer has.
pub(crate) fn protect(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in ALL {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// The name of the session's cookie. Without TLS a browser takes none with the prefix that binds it to the host.
pub(crate) fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "sid" }
}

/// A cookie that scripts cannot read.
pub(crate) fn cookie(name: &str, value: &str, seconds: Option<i64>, secure: bool) -> String {
    let life = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{life}{secure}")
}

/// The value of a cookie.
pub(crate) fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok()).find_map(|field| {
        field
            .split(';')
            .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
    })
}

/// Whether a form was sent by a page of this portal, by what the browser says. An old one that says nothing is believed: every
/// form also carries a text that another site cannot know. Source: Fetch Metadata, 2023; RFC 6454.
pub(crate) fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, named)| named.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
        (None, _) => true,
    }
}
