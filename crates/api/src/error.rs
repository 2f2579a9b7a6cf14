//! Errors: what is wrong and what to do, as status, word and sentence.

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    error::{ErrorBody, ResourceError},
    window::{BodyError, BodyProblem},
};
use hub::{ReceiveError, Refusal, RegisterError, StoreError};
use model::{Principal, ScopePath};

use crate::{Denied, Door, answer::JSON, limits::RETRY_AFTER_SECONDS};

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    target: Option<&'static str>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), target: None, header: None }
    }

    /// The same error about a member of the request.
    #[must_use]
    pub(crate) fn about(mut self, target: &'static str) -> Self {
        self.target = Some(target);
        self
    }

    /// Notes an error where it is answered.
    pub(crate) fn at(self, door: &Door, request_id: &str) -> Self {
        door.metrics.refused(self.code);
        tracing::debug!(request.id = request_id, error.code = self.code, "a request was refused");
        self
    }

    /// For a subscription that does not exist and for one that the caller may not see: the same bytes.
    pub(crate) fn subscription_not_found(sent: &str) -> Self {
        let message = format!("The subscription '{sent}' could not be found.");
        Self::new(StatusCode::NOT_FOUND, "SubscriptionNotFound", message)
    }

    /// The same for partners.
    pub(crate) fn partner_not_found(sent: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "PartnerNotFound", format!("The partner '{sent}' could not be found."))
    }

    /// For who sees something and may not do this to it.
    pub(crate) fn forbidden(caller: &Principal, action: &str, scope: &ScopePath) -> Self {
        let (name, id) = (&caller.name, &caller.id);
        Self::new(
            StatusCode::FORBIDDEN,
            "AuthorizationFailed",
            format!(
                "The client '{name}' with object id '{id}' does not have authorization to perform action '{action}' over scope '{scope}'."
            ),
        )
    }

    fn challenge(origin: &str, code: &'static str, message: &str, error: &str) -> Self {
        let mut refused = Self::new(StatusCode::UNAUTHORIZED, code, message);
        let value = format!("Bearer authorization_uri=\"{origin}/organizations/oauth2/v2.0/authorize\"{error}");
        refused.header = HeaderValue::from_str(&value).ok().map(|value| Box::new((header::WWW_AUTHENTICATE, value)));
        refused
    }

    pub(crate) fn token_missing(origin: &str) -> Self {
        let message =
            "Authentication failed. The 'Authorization' header is missing. Send: Authorization: Bearer <token>.";
        Self::challenge(origin, "AuthenticationFailed", message, "")
    }

    pub(crate) fn token_invalid(origin: &str, problem: &str) -> Self {
        let error = format!(", error=\"invalid_token\", error_description=\"{}\"", problem.replace(['"', '\\'], "'"));
        Self::challenge(
            origin,
            "InvalidAuthenticationToken",
            &format!("The access token is invalid: {problem}."),
            &error,
        )
    }

    pub(crate) fn resolver_failed(error: &StoreError) -> Self {
        tracing::error!(error.message = %error, "a customer subscription could not be resolved");
        Self::new(
            StatusCode::BAD_GATEWAY,
            "MetadataResolverBadGatewayError",
            "The subscription could not be resolved. Nothing was stored. Try again; if it fails again, tell support.",
        )
    }

    pub(crate) fn issuer_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "IssuerUnavailable",
            "The keys of the token's issuer cannot be read now. Send it again later.",
        )
    }

    pub(crate) fn key_missing() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "KeyMissing",
            "The hub has no key to sign with. The operator should run `tallybridge keys rotate`.",
        )
    }

    pub(crate) fn unwritable(error: &serde_json::Error) -> Self {
        tracing::error!(error.message = %error, "an answer could not be written");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "The hub failed at this request. Tell the operator.",
        )
    }

    pub(crate) fn method_not_allowed_but(methods: &[&'static str]) -> Self {
        let mut allowed: Vec<&str> = methods.to_vec();
        allowed.sort_unstable();
        allowed.dedup();
        let allowed = allowed.join(", ");
        let message = format!("This address takes {allowed} and no other method.");
        let mut refused = Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message);
        refused.header = HeaderValue::from_str(&allowed).ok().map(|value| Box::new((header::ALLOW, value)));
        refused
    }

    /// What a door of somebody else needs to say it in its own words.
    pub(crate) fn denied(self) -> Denied {
        let challenge = self.header.filter(|header| header.0 == header::WWW_AUTHENTICATE);
        let challenge = challenge.and_then(|header| header.1.to_str().ok().map(str::to_owned));
        Denied {
            message: self.message,
            challenge: challenge.unwrap_or_else(|| "Bearer".to_owned()),
            unavailable: self.status.is_server_error(),
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "There is nothing at this address. Check the path.")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "This address does not take this method. A window is read with GET and delivered with PUT.",
        )
    }

    /// For a stamp that does not exist and for one that the caller may not see: the same bytes.
    pub(crate) fn stamp_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "StampNotFound",
            "The stamp does not exist, or the credential is not one of its own. Check the cloud id and the credential.",
        )
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", message)
    }

    pub(crate) fn too_large(message: String) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BodyTooLarge", message)
    }

    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Busy", "Too many deliveries at the same time. Send it again later.")
    }

    pub(crate) fn panicked(error: &tokio::task::JoinError) -> Self {
        tracing::error!(error.message = %error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "The hub failed at this request. Nothing of it was kept. Send it again; if it fails again, tell the operator.",
        )
    }
}

/// The statuses of refusals. What is not named here is 400. Source: domain notes D.5; Azure Resource Manager's common errors.
const STATUSES: &[(&str, StatusCode)] = &[
    ("RegistrationNotFound", StatusCode::NOT_FOUND),
    ("CustomerSubscriptionNotFound", StatusCode::NOT_FOUND),
    ("SubscriptionNotFound", StatusCode::NOT_FOUND),
    ("ResourceGroupNotFound", StatusCode::NOT_FOUND),
    ("LockNotFound", StatusCode::NOT_FOUND),
    ("AuthorizationFailed", StatusCode::FORBIDDEN),
    ("UnauthorizedCspRegistration", StatusCode::FORBIDDEN),
    ("CloudIdUpdateNotAllowed", StatusCode::CONFLICT),
    ("RegistrationReset", StatusCode::CONFLICT),
    ("RegistrationExpired", StatusCode::CONFLICT),
    ("UsageReportingDisabled", StatusCode::CONFLICT),
    ("WindowNotWanted", StatusCode::CONFLICT),
    ("CloudIdAlreadyRegistered", StatusCode::CONFLICT),
    ("MissingSubscriptionRegistration", StatusCode::CONFLICT),
    ("ReadOnlyDisabledSubscription", StatusCode::CONFLICT),
    ("ScopeLocked", StatusCode::CONFLICT),
    ("ResourceMoveNotAllowed", StatusCode::CONFLICT),
    ("ResourceGroupDeletionBlocked", StatusCode::CONFLICT),
    ("CannotUnregisterNamespace", StatusCode::CONFLICT),
    ("RoleAssignmentExists", StatusCode::CONFLICT),
    ("RoleAssignmentUpdateNotPermitted", StatusCode::CONFLICT),
    ("KeyMissing", StatusCode::SERVICE_UNAVAILABLE),
];

/// A message of the house as a sentence: with a capital and an end.
pub(crate) fn sentence(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if message.ends_with('?') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let known = STATUSES.iter().find(|(code, _)| *code == refusal.code);
        let status = known.map_or(StatusCode::BAD_REQUEST, |(_, status)| *status);
        let mut message = sentence(&refusal.message);
        // Clients take the namespace from the end of this one.
        if refusal.code == "MissingSubscriptionRegistration" {
            message.truncate(message.trim_end_matches('.').len());
        }
        let mut error = Self::new(status, refusal.code, message);
        error.target = refusal.target;
        error
    }
}

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Refused(refusal) => refusal.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(error.message = %error, "the store failed");
        match error {
            StoreError::Database { .. } | StoreError::Conflict(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "StoreUnavailable",
                "The hub's database cannot take this now. Nothing was kept. Send it again later.",
            ),
            StoreError::Damaged { .. } | StoreError::TooNew { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "StoreDamaged",
                "What the hub's database holds cannot be read. Nothing was changed. The operator should run `tallybridge verify`.",
            ),
        }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        let code = match error.problem {
            BodyProblem::TooDeep => "NestingTooDeep",
            BodyProblem::RowTooLong => "RowTooLong",
            _ => "BodyInvalid",
        };
        let message =
            format!("The body cannot be read at {error}. Nothing was kept. Send the stamp's pages as they are.");
        Self::bad_request(code, message)
    }
}

/// Why the body of a delivery was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// It cannot be read.
    Body(BodyError),
    /// Its table of local subscriptions is wrong.
    Table(String),
}

impl std::fmt::Display for FillError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Body(error) => write!(formatter, "read the rows: {error}"),
            Self::Table(problem) => formatter.write_str(problem),
        }
    }
}

impl std::error::Error for FillError {}

impl From<ReceiveError<FillError>> for ApiError {
    fn from(error: ReceiveError<FillError>) -> Self {
        match error {
            ReceiveError::UnknownStamp(_) => Self::stamp_not_found(),
            ReceiveError::NotOver { hour, now } => Self::new(
                StatusCode::CONFLICT,
                "WindowNotOver",
                format!(
                    "The window {hour} is not over: the hub's time is {now}. Send it after its hour has ended, and check the clocks."
                ),
            ),
            ReceiveError::Refused(refusal) => refusal.into(),
            ReceiveError::Body(FillError::Body(error)) => error.into(),
            ReceiveError::Body(FillError::Table(message)) | ReceiveError::Table(message) => {
                Self::bad_request("TableInvalid", format!("Nothing was kept: {message}."))
            }
            ReceiveError::Overflow(_) => Self::bad_request(
                "SumTooLarge",
                "A sum of this window is too large to be kept exactly. Nothing was kept. Check the quantities.",
            ),
            ReceiveError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let target = self.target.map(str::to_owned);
        let error = ResourceError { code: self.code.to_owned(), message: self.message, target, details: Vec::new() };
        let mut response = (self.status, Json(ErrorBody { error })).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        if let Some((name, value)) = self.header.map(|header| *header) {
            headers.insert(name, value);
        }
        response
    }
}
