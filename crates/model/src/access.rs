//! Access: who acts, where, and in which role.

use std::{fmt, sync::Arc};

use crate::{AssignmentId, DirectoryId, IdError, PrincipalId, Second, meter::words};

words! {
    /// What acts.
    PrincipalKind {
        /// A person with an account.
        User = "user",
        /// A program with a secret of its own.
        ServicePrincipal = "service_principal",
    }
}

words! {
    /// What a principal may do where it has the role. The actions of each stand in the hub's `access.rs`.
    ///
    /// Source: Azure built-in roles (Owner, Contributor, Reader, Billing Reader, Azure Stack Registration Owner); registration
    /// role page, 2019-02; domain notes C.6 and G.
    Role {
        /// Everything, also giving roles to others.
        Owner = "Owner",
        /// Everything but giving roles to others.
        Contributor = "Contributor",
        /// Looking.
        Reader = "Reader",
        /// What registering a stamp takes, without being an owner.
        AzureStackRegistration = "Azure Stack registration role",
        /// The bridge's own: it may look at its registration.
        AzureStackRegistrationOwner = "Azure Stack Registration Owner",
        /// A resource provider's own: it may post usage of local subscriptions on a stamp.
        UsageEventSender = "Usage Event Sender",
        /// Everything of one partner: customers, subscriptions, invoices.
        PartnerAdministrator = "Partner Administrator",
        /// Looking at costs and invoices of one partner.
        BillingReader = "Billing Reader",
        /// Runs the hub: approves registrations, sees everything, keeps the catalogue.
        PlatformOperator = "Platform Operator",
    }
}

/// Somebody or something that can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its object id.
    pub id: PrincipalId,
    /// What it is.
    pub kind: PrincipalKind,
    /// What people call it; for a user the name to sign in with, such as `owner@IURContosoCSP.onmicrosoft.com`.
    pub name: String,
    /// The directory it lives in.
    pub directory: DirectoryId,
    /// For a service principal: the client id that its program signs in with.
    pub application: Option<PrincipalId>,
    /// Whether it administers its directory.
    pub administrator: bool,
    /// For a service principal: who owns it.
    pub owner: Option<PrincipalId>,
    /// Whether it may sign in.
    pub enabled: bool,
    /// What it proves itself with.
    pub secrets: Vec<PrincipalSecret>,
}

/// A way to prove to be a principal. The secret itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalSecret {
    /// A name to tell it from others.
    pub name: String,
    /// What a secret is compared with: an Argon2id text, or `sha256:` and 64 hexadecimal digits for a secret that was drawn.
    pub verifier: String,
    /// When it was given.
    pub from: Second,
    /// When it ends; none while nobody said so.
    pub until: Option<Second>,
}

/// A role of a principal at a scope and below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// Its name.
    pub id: AssignmentId,
    /// Where it holds.
    pub scope: ScopePath,
    /// Whose it is.
    pub principal: PrincipalId,
    /// What it allows.
    pub role: Role,
    /// Whether it was taken away.
    pub removed: bool,
}

/// A place in the tree of things, such as `/subscriptions/{id}/resourceGroups/{name}` or `/partners/{id}`; `/` is all of it.
///
/// Compared without case, shown as written.
#[derive(Clone)]
pub struct ScopePath {
    shown: Arc<str>,
    folded: Arc<str>,
}

/// The longest path of a scope. Unit: bytes.
const SCOPE_BYTES_MAX: usize = 1024;

impl ScopePath {
    /// Reads a path: it begins with `/` and has no empty segment.
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, no path, or not printable ASCII.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let text = if text.len() > 1 { text.trim_end_matches('/') } else { text };
        let Some(rest) = text.strip_prefix('/') else {
            return Err(if text.is_empty() { IdError::Empty } else { IdError::Character });
        };
        if text.len() > SCOPE_BYTES_MAX {
            return Err(IdError::TooLong);
        }
        let graphic = rest.bytes().all(|byte| byte.is_ascii_graphic());
        if !graphic || !rest.is_empty() && rest.split('/').any(str::is_empty) {
            return Err(IdError::Character);
        }
        Ok(Self { shown: Arc::from(text), folded: Arc::from(text.to_ascii_lowercase()) })
    }

    /// The whole tree.
    pub fn root() -> Self {
        Self { shown: Arc::from("/"), folded: Arc::from("/") }
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The form that is compared.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether another place is this one or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        if &*self.folded == "/" {
            return true;
        }
        other.folded.strip_prefix(&*self.folded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl PartialEq for ScopePath {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}
impl Eq for ScopePath {}
impl PartialOrd for ScopePath {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for ScopePath {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}
impl fmt::Display for ScopePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.shown)
    }
}
impl fmt::Debug for ScopePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ScopePath({})", self.shown)
    }
}

words! {
    /// What a key is for.
    KeyPurpose {
        /// Signs access tokens and activation keys. The private half is PKCS #8.
        Signing = "signing",
        /// Makes the credentials of bridges and seals continuation tokens. 32 random bytes.
        Sealing = "sealing",
    }
}

/// A key of the hub.
#[derive(Clone, PartialEq, Eq)]
pub struct HubKey {
    /// Its name: what tokens call `kid`.
    pub id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The secret part.
    pub secret: Vec<u8>,
    /// When it was made.
    pub from: Second,
    /// When another took its place. It still proves what it signed, and signs nothing more.
    pub retired: Option<Second>,
}

impl fmt::Debug for HubKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HubKey({} for {}, retired {:?})", self.id, self.purpose.word(), self.retired)
    }
}

#[cfg(test)]
mod tests;
