//! Webhook: a notice posted as JSON, signed with the secret of its budget.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Second;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
    redirect::Policy,
};
use sha2::Sha256;
use store::Notice;

use super::{SEND_TIMEOUT, causes, fingerprint};

/// The header of the signature.
const SIGNATURE: &str = "tallybridge-signature";
/// The header by which a receiver knows what it has seen.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Which receivers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those of the internet, by TLS.
    Public,
    /// All, also without TLS and on this machine or network.
    Anything,
}

/// A client for webhooks.
pub(super) struct Webhooks {
    http: reqwest::Client,
    reach: Reach,
}

impl Webhooks {
    /// A client that follows nobody elsewhere. It uses no proxy, because then the proxy would look names up, and nothing here
    /// would see which address is asked.
    pub(super) fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder()
            .timeout(SEND_TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent("tallybridge");
        let builder = match reach {
            Reach::Public => builder.https_only(true).dns_resolver(Arc::new(PublicNames)),
            Reach::Anything => builder,
        };
        Ok(Self { http: builder.build()?, reach })
    }

    /// Posts a notice.
    ///
    /// # Errors
    ///
    /// When the receiver is none that may be asked, was not reached, or did not take it: what happened, without the address.
    pub(super) async fn post(&self, notice: &Notice, secret: &str, now: Second) -> Result<(), String> {
        let url = self.reach.check(&notice.target)?;
        let signature = sign(secret, now, &notice.body)?;
        let request = self
            .http
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature)
            .header(IDEMPOTENCY_KEY, fingerprint(notice))
            .body(notice.body.clone());
        let answer = request.send().await.map_err(|error| causes(&error.without_url()))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(format!("the receiver answered {}", answer.status()))
    }
}

impl Reach {
    /// The address of a receiver that may be asked. A name is looked up later, by [`PublicNames`].
    pub(super) fn check(self, target: &str) -> Result<Url, String> {
        let url = Url::parse(target).map_err(|error| format!("the webhook is no address: {error}"))?;
        if self == Self::Anything {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err("the webhook is not https: allow it with --allow-http".to_owned());
        }
        let host = url.host_str().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if literal.is_ok_and(|address| !is_public(address)) {
            return Err(NOT_PUBLIC.to_owned());
        }
        Ok(url)
    }
}

const NOT_PUBLIC: &str = "the webhook is on this machine or a private network: allow it with --allow-http";

/// `t=<unix seconds>,v1=<hexadecimal HMAC-SHA256 of "<t>.<body>">`.
pub(super) fn sign(secret: &str, now: Second, body: &str) -> Result<String, String> {
    if secret.is_empty() {
        return Err("the budget has no secret to sign with: set it again with --secret-file".to_owned());
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|error| format!("sign: {error}"))?;
    mac.update(format!("{}.{body}", now.0).as_bytes());
    let mut text = format!("t={},v1=", now.0);
    for byte in mac.finalize().into_bytes() {
        write!(text, "{byte:02x}").map_err(|error| format!("sign: {error}"))?;
    }
    Ok(text)
}

/// Looks names up, and refuses one that leads to an address that is not public. The connection goes to the addresses that
/// were looked at, so a name cannot lead elsewhere in between.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(NOT_PUBLIC.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address can be that of somebody on the internet.
///
/// Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries, read 2026-11.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    let reserved = match address.octets() {
        [0 | 240..=255, ..] | [192, 0, 0, _] => true,
        [100, second, ..] => (64..128).contains(&second),
        [198, second, ..] => (18..20).contains(&second),
        _ => false,
    };
    !special && !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // Addresses that stand for one of IPv4: mapped, translated and 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            embedded(high, low)
        }
        [0x2001, 0..=0x1ff | 0xdb8, ..] => false,
        // Only 2000::/3 is given out.
        [first, ..] => (0x2000..0x3fff).contains(&first),
    }
}
