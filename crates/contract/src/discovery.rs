//! Discovery: how clients find the hub's addresses, and how they get a token there.
//!
//! Source: what recorded clients read (Azure CLI 2.91, MSAL for Python 1.39 and Node, PowerShell registration script);
//! OpenID Connect Discovery 1.0; RFC 6749, 5.1 and 5.2. An origin is such as `https://hub.example:8443`, without a slash.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// The tenant segment that means an identity provider without tenants.
pub const ADFS: &str = "adfs";

/// The three shapes of `/metadata/endpoints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataShape {
    /// 2015-01-01: one [`FirstEndpoints`]. PowerShell reads it.
    First,
    /// From 2019-05-01 on: a list of one [`CloudEndpoints`].
    List,
    /// From 2022-09-01 on: one [`CloudEndpoints`]. The command line fails on a list.
    Object,
}

impl MetadataShape {
    /// The shape of an api-version.
    pub fn of_version(version: &str) -> Self {
        // Versions are dates, so their order is that of their texts.
        match version {
            version if version < "2019-05-01" => Self::First,
            version if version < "2022-09-01" => Self::List,
            _ => Self::Object,
        }
    }
}

/// The addresses of a cloud, as 2015-01-01 has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstEndpoints {
    /// The marketplace.
    pub gallery_endpoint: String,
    /// The directory.
    pub graph_endpoint: String,
    /// The pages for people.
    pub portal_endpoint: String,
    /// Where to sign in.
    pub authentication: FirstAuthentication,
}

/// Where to sign in, as 2015-01-01 has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstAuthentication {
    /// The address.
    pub login_endpoint: String,
    /// For whom a token must be.
    pub audiences: Vec<String>,
}

impl FirstEndpoints {
    /// The addresses of the hub at an origin.
    pub fn at(origin: &str) -> Self {
        let root = format!("{origin}/");
        let authentication =
            FirstAuthentication { login_endpoint: format!("{origin}/{ADFS}"), audiences: vec![root.clone()] };
        let graph_endpoint = format!("{origin}/graph/");
        Self { gallery_endpoint: root.clone(), graph_endpoint, portal_endpoint: root, authentication }
    }
}

/// The addresses of a cloud, as versions from 2019-05-01 on have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudEndpoints {
    /// The cloud's name.
    pub name: String,
    /// The resource manager.
    pub resource_manager: String,
    /// The pages for people.
    pub portal: String,
    /// The marketplace.
    pub gallery: String,
    /// The directory.
    pub graph: String,
    /// For whom a token for the directory must be.
    pub graph_audience: String,
    /// The same for its successor. Without it the command line lists no roles.
    pub microsoft_graph_resource_id: String,
    /// Where to sign in.
    pub authentication: CloudAuthentication,
    /// Nothing, but it must be there.
    pub suffixes: BTreeMap<String, String>,
}

/// Where to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudAuthentication {
    /// The address.
    pub login_endpoint: String,
    /// For whom a token must be.
    pub audiences: Vec<String>,
    /// The directory to sign in to.
    pub tenant: String,
    /// `AAD` or `ADFS`.
    pub identity_provider: String,
}

impl CloudEndpoints {
    /// The addresses of the hub at an origin.
    pub fn at(origin: &str, name: &str, tenant: &str) -> Self {
        let root = format!("{origin}/");
        let graph = format!("{origin}/graph/");
        Self {
            name: name.to_owned(),
            resource_manager: root.clone(),
            portal: root.clone(),
            gallery: root.clone(),
            graph: graph.clone(),
            graph_audience: graph.clone(),
            microsoft_graph_resource_id: graph,
            authentication: CloudAuthentication {
                login_endpoint: root.clone(),
                audiences: vec![root],
                tenant: tenant.to_owned(),
                identity_provider: "AAD".to_owned(),
            },
            suffixes: BTreeMap::new(),
        }
    }
}

/// The document at `/{tenant}/v2.0/.well-known/openid-configuration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIdConfiguration {
    /// Who signs. Its origin must be the one that the client asked.
    pub issuer: String,
    /// Where people would sign in. Nobody answers there, but clients fail without it.
    pub authorization_endpoint: String,
    /// Where tokens are.
    pub token_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// `pairwise`.
    pub subject_types_supported: Vec<String>,
    /// `RS256`.
    pub id_token_signing_alg_values_supported: Vec<String>,
}

impl OpenIdConfiguration {
    /// The document of a tenant at an origin; the tenant [`ADFS`] has paths of its own.
    pub fn at(origin: &str, tenant: &str) -> Self {
        let (issuer, oauth, keys) = if tenant.eq_ignore_ascii_case(ADFS) {
            ("", "oauth2", "discovery/keys")
        } else {
            ("/v2.0", "oauth2/v2.0", "discovery/v2.0/keys")
        };
        let one = |text: &str| vec![text.to_owned()];
        Self {
            issuer: format!("{origin}/{tenant}{issuer}"),
            authorization_endpoint: format!("{origin}/{tenant}/{oauth}/authorize"),
            token_endpoint: format!("{origin}/{tenant}/{oauth}/token"),
            jwks_uri: format!("{origin}/{tenant}/{keys}"),
            response_types_supported: one("code"),
            subject_types_supported: one("pairwise"),
            id_token_signing_alg_values_supported: one("RS256"),
        }
    }
}

/// The document at `/{tenant}/v2.0/.well-known/openid-configuration`, with what the issuer can do beyond what every client
/// reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerDocument {
    /// What every client reads.
    #[serde(flatten)]
    pub configuration: OpenIdConfiguration,
    /// Where programs begin a sign-in that a person completes in a browser. Source: RFC 8628, section 4.
    pub device_authorization_endpoint: String,
    /// How a token can be got.
    pub grant_types_supported: Vec<String>,
    /// How a program shows its secret.
    pub token_endpoint_auth_methods_supported: Vec<String>,
}

impl IssuerDocument {
    /// The document of a tenant at an origin.
    pub fn at(origin: &str, tenant: &str) -> Self {
        let configuration = OpenIdConfiguration::at(origin, tenant);
        let oauth = configuration.token_endpoint.trim_end_matches("/token").to_owned();
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        Self {
            configuration,
            device_authorization_endpoint: format!("{oauth}/devicecode"),
            grant_types_supported: texts(&[
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
                "refresh_token",
                "password",
            ]),
            token_endpoint_auth_methods_supported: texts(&["client_secret_post", "client_secret_basic"]),
        }
    }
}

/// The answer to a program that begins a sign-in. Source: RFC 8628, section 3.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCodeAnswer {
    /// What the person types.
    pub user_code: String,
    /// What the program asks with.
    pub device_code: Secret,
    /// Where the person types it.
    pub verification_uri: String,
    /// How long the person has. Unit: seconds.
    pub expires_in: u64,
    /// How long the program waits between two questions. Unit: seconds.
    pub interval: u64,
    /// A sentence for the person.
    pub message: String,
}

/// The answer with tokens of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTokenAnswer {
    /// The access token.
    #[serde(flatten)]
    pub token: TokenAnswer,
    /// What the access token is for.
    pub scope: String,
    /// Who the person is.
    pub id_token: Secret,
    /// What new tokens are got with.
    pub refresh_token: Secret,
    /// The account and its directory, in base64url, for clients that ask for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_info: Option<String>,
}

/// The answer with a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// `Bearer`.
    pub token_type: String,
    /// How long it holds. Unit: seconds. Below 300 clients ask again at each call.
    pub expires_in: u64,
    /// The same. Unit: seconds.
    pub ext_expires_in: u64,
    /// The token.
    pub access_token: Secret,
}

impl TokenAnswer {
    /// A bearer token that holds for some time. Unit: seconds.
    pub fn bearer(access_token: impl Into<String>, expires_in_seconds: u64) -> Self {
        Self {
            token_type: "Bearer".to_owned(),
            expires_in: expires_in_seconds,
            ext_expires_in: expires_in_seconds,
            access_token: Secret::new(access_token),
        }
    }
}

/// The answer without a token. It has no envelope, unlike all other errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRefusal {
    /// A word of RFC 6749, such as `invalid_client`.
    pub error: String,
    /// A number and a sentence for people: clients show it.
    pub error_description: String,
    /// The number once more.
    pub error_codes: Vec<u32>,
    /// When, as a time in UTC.
    pub timestamp: String,
    /// The request, for support.
    pub trace_id: String,
    /// The client's own name of the request.
    pub correlation_id: String,
}

#[cfg(test)]
mod tests;
