//! Asset: the style, the script and the sign of the portal, built in. Their addresses hold a digest of what is in them, so that
//! browsers may keep them for ever.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::{
    fault::Fault,
    reply::{Answer, Reply},
    route::{Access, Route, get},
    visit::Visit,
};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");
const SIGN: &str = include_str!("../assets/sign.svg");

/// The files with their types.
const FILES: [(&str, &str, &str); 3] = [
    ("style.css", "text/css; charset=utf-8", STYLE),
    ("script.js", "text/javascript; charset=utf-8", SCRIPT),
    ("sign.svg", "image/svg+xml", SIGN),
];

/// A digest over all of them.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for (_, _, text) in FILES {
        digest.update(text);
    }
    hub::hex(&digest.finalize()).chars().take(16).collect()
});

pub(crate) const ROUTES: &[Route] = &[get("/portal/assets/{mark}/{file}", Access::Public, show)];

/// The address of a file.
pub(crate) fn address(file: &str) -> String {
    format!("/portal/assets/{}/{file}", *MARK)
}

fn show(visit: &Visit<'_>) -> Reply {
    let wanted = visit.param("file");
    let found = FILES.iter().find(|(name, _, _)| *name == wanted && visit.param("mark") == *MARK);
    found.map(|(_, content_type, text)| Answer::Asset(content_type, text.as_bytes())).ok_or(Fault::NotFound)
}
