//! Principal, in the office: who can sign in, and how they prove it.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use model::{DirectoryId, Office, Principal, PrincipalId, PrincipalKind, PrincipalSecret, Second};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::OfficeRecord;

use crate::{
    Hub, OfficeChange, hex,
    refusal::{RegisterError, refused},
};

/// How many secrets a principal may have at a time.
const SECRETS_MAX: usize = 4;

/// The longest secret or password that is looked at. Unit: bytes.
const SECRET_BYTES_MAX: usize = 512;

/// The shortest password of a person. Unit: characters.
const PASSWORD_CHARACTERS_MIN: usize = 12;

/// The beginning of what a drawn secret is compared with. Such a secret has 256 bits, so it needs no slow hash.
const DRAWN: &str = "sha256:";

/// The name of a person's password among the secrets.
const PASSWORD: &str = "password";

/// What an unknown person's password is compared with, so that it takes as long as a known one's.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a principal may sign in.
#[derive(Clone, Copy)]
enum Switch {
    On,
    Off,
}

impl Hub {
    /// The service principal that a client id and a secret belong to.
    pub fn principal_of_secret(&self, office: &Office, client: &str, secret: &str) -> Option<Principal> {
        let client = PrincipalId::new(client).ok()?;
        let found = office.principals.values().find(|one| one.application.as_ref() == Some(&client))?;
        let digest = format!("{DRAWN}{}", hex(&Sha256::digest(secret.as_bytes())));
        let now = self.now();
        // Only digests are compared, so the time it takes tells nothing about a secret.
        let fits = |known: &&PrincipalSecret| known.verifier == digest && known.until.is_none_or(|until| now < until);
        (found.enabled && secret.len() <= SECRET_BYTES_MAX && found.secrets.iter().any(|known| fits(&known)))
            .then(|| found.clone())
    }

    /// The person that a name and a password belong to. Slow on purpose.
    pub fn person_of_password(&self, office: &Office, name: &str, password: &str) -> Option<Principal> {
        let found = find_person(office, name);
        let verifier = found.and_then(|person| person.secrets.iter().find(|secret| secret.name == PASSWORD));
        let verifier = verifier.map_or(NOBODY, |secret| secret.verifier.as_str());
        let hash = PasswordHash::new(verifier).ok()?;
        let short = password.get(..password.len().min(SECRET_BYTES_MAX)).unwrap_or_default();
        let fits = Argon2::default().verify_password(short.as_bytes(), &hash).is_ok();
        found.filter(|person| fits && person.enabled && password.len() <= SECRET_BYTES_MAX).cloned()
    }

    /// Gives a service principal one more secret. Of more than four the oldest is forgotten.
    ///
    /// # Errors
    ///
    /// When nobody knows the principal or it is a person, or when the store fails.
    pub fn add_secret(
        &self,
        actor: &str,
        principal: &PrincipalId,
        name: &str,
        secret: &str,
        until: Option<Second>,
    ) -> Result<Principal, RegisterError> {
        let verifier = format!("{DRAWN}{}", hex(&Sha256::digest(secret.as_bytes())));
        let added = PrincipalSecret { name: name.to_owned(), verifier, from: self.now(), until };
        self.change_secrets(actor, principal, PrincipalKind::ServicePrincipal, &added)
    }

    /// Gives a person a password in place of the one before.
    ///
    /// # Errors
    ///
    /// When nobody knows the person, when the password is too short or too long, or when the store fails.
    pub fn set_password(&self, actor: &str, person: &PrincipalId, password: &str) -> Result<Principal, RegisterError> {
        if password.chars().count() < PASSWORD_CHARACTERS_MIN || password.len() > SECRET_BYTES_MAX {
            let rule = format!("a password has from {PASSWORD_CHARACTERS_MIN} characters to {SECRET_BYTES_MAX} bytes");
            return Err(refused("PasswordInvalid", rule));
        }
        let hash = Argon2::default().hash_password(password.as_bytes());
        let hash =
            hash.map_err(|error| refused("PasswordInvalid", format!("the password cannot be hashed: {error}")))?;
        let added =
            PrincipalSecret { name: PASSWORD.to_owned(), verifier: hash.to_string(), from: self.now(), until: None };
        self.change_secrets(actor, person, PrincipalKind::User, &added)
    }

    /// Lets a principal sign in again. Gives what it is then.
    ///
    /// # Errors
    ///
    /// When nobody knows the principal, or when the store fails.
    pub fn enable_principal(&self, actor: &str, principal: &PrincipalId) -> Result<Principal, RegisterError> {
        self.switch_principal(actor, principal, Switch::On)
    }

    /// Lets a principal sign in no longer: its tokens end at once, its secrets stay what they are.
    ///
    /// # Errors
    ///
    /// When nobody knows the principal, or when the store fails.
    pub fn disable_principal(&self, actor: &str, principal: &PrincipalId) -> Result<Principal, RegisterError> {
        self.switch_principal(actor, principal, Switch::Off)
    }

    fn switch_principal(
        &self,
        actor: &str,
        principal: &PrincipalId,
        switch: Switch,
    ) -> Result<Principal, RegisterError> {
        let (enabled, action) = match switch {
            Switch::On => (true, "principal.enable"),
            Switch::Off => (false, "principal.disable"),
        };
        let mut done = None;
        let missing = || refused("PrincipalNotFound", format!("there is no principal {principal}"));
        self.change_office(actor, |office| {
            let found = office.principals.get(principal).ok_or_else(missing)?;
            let after = Principal { enabled, ..found.clone() };
            done = Some(after.clone());
            let object = principal.to_string();
            let changed =
                || OfficeChange { records: vec![OfficeRecord::Principal(after)], action, object, detail: json!({}) };
            Ok::<_, RegisterError>((found.enabled != enabled).then(changed))
        })?;
        done.ok_or_else(missing)
    }

    /// The principal that a person means: by its object id, its client id, or its name whatever the case. Nobody when several
    /// have that name.
    pub fn principal_named<'a>(office: &'a Office, text: &str) -> Option<&'a Principal> {
        if let Ok(id) = PrincipalId::new(text) {
            let by_client = || office.principals.values().find(|one| one.application.as_ref() == Some(&id));
            if let Some(found) = office.principals.get(&id).or_else(by_client) {
                return Some(found);
            }
        }
        let mut named = office.principals.values().filter(|one| one.name.to_lowercase() == text.to_lowercase());
        let first = named.next();
        first.filter(|_| named.next().is_none())
    }

    /// A digest of what a principal proves itself with: it changes with each secret, and tells nothing of any.
    pub fn secrets_digest(principal: &Principal) -> String {
        let mut digest = Sha256::new();
        for secret in &principal.secrets {
            digest.update(secret.verifier.as_bytes());
            digest.update(b"\n");
        }
        hex(&digest.finalize()).get(..32).unwrap_or_default().to_owned()
    }

    fn change_secrets(
        &self,
        actor: &str,
        principal: &PrincipalId,
        kind: PrincipalKind,
        added: &PrincipalSecret,
    ) -> Result<Principal, RegisterError> {
        let mut done = None;
        let missing = || refused("PrincipalNotFound", format!("there is no {} {principal}", kind.word()));
        self.change_office(actor, |office| {
            let found = office.principals.get(principal).filter(|one| one.kind == kind).ok_or_else(missing)?;
            let mut after = found.clone();
            after.secrets.retain(|secret| secret.name != added.name);
            after.secrets.push(added.clone());
            let surplus = after.secrets.len().saturating_sub(SECRETS_MAX);
            after.secrets.drain(..surplus);
            done = Some(after.clone());
            let detail = json!({ "secret": added.name, "until": added.until.map(|until| until.to_string()) });
            let records = vec![OfficeRecord::Principal(after)];
            Ok::<_, RegisterError>(Some(OfficeChange {
                records,
                action: "principal.secret",
                object: principal.to_string(),
                detail,
            }))
        })?;
        done.ok_or_else(missing)
    }

    /// The principal that a token speaks of: its object id, in the directory that issued it.
    pub fn principal_of_token(office: &Office, directory: &DirectoryId, object: &str) -> Option<Principal> {
        let id = PrincipalId::new(object).ok()?;
        office.principals.get(&id).filter(|one| one.enabled && one.directory == *directory).cloned()
    }

    /// The directory that a text names: its id, or its domain name. On a stamp also those that it admits.
    pub fn directory_of(office: &Office, text: &str) -> Option<DirectoryId> {
        let id = DirectoryId::new(text).ok();
        if let Some(found) = id.as_ref().and_then(|id| office.directories.get(id)) {
            return Some(found.id.clone());
        }
        let admitted = |id: DirectoryId| {
            let known = office.directory_tenants.values().find(|one| !one.removed && one.tenant == id);
            known.map(|known| known.tenant.clone())
        };
        Self::directory_of_domain(office, text).cloned().or_else(|| id.and_then(admitted))
    }

    /// The directory of a domain. On a stamp also one that it admits.
    pub fn directory_of_domain<'a>(office: &'a Office, domain: &str) -> Option<&'a DirectoryId> {
        let own = office.directories.values().find(|one| one.domain.eq_ignore_ascii_case(domain)).map(|one| &one.id);
        let admitted = || {
            let known = office.directory_tenants.get(&domain.to_ascii_lowercase());
            known.filter(|known| !known.removed).map(|known| &known.tenant)
        };
        own.or_else(admitted)
    }
}

fn find_person<'a>(office: &'a Office, name: &str) -> Option<&'a Principal> {
    office.principals.values().find(|one| one.kind == PrincipalKind::User && one.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
