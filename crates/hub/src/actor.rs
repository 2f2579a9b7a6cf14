//! Actor: who changes the office, as the audit log names it.

use model::{Change, Principal, PrincipalId, PrincipalKind, Registration, Second};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Its object id; none for a person at the command line of the hub's own machine.
    pub principal: Option<PrincipalId>,
}

impl Actor {
    /// A principal that signed in.
    pub fn of(principal: &Principal) -> Self {
        Self { name: principal.name.clone(), kind: principal.kind, principal: Some(principal.id.clone()) }
    }

    /// A person at the command line, or the hub itself.
    pub fn at_home(name: &str) -> Self {
        Self { name: name.to_owned(), kind: PrincipalKind::User, principal: None }
    }

    /// The text for the audit log.
    pub fn text(&self) -> String {
        match &self.principal {
            Some(principal) => format!("{} ({principal})", self.name),
            None => self.name.clone(),
        }
    }

    pub(crate) fn change(&self, at: Second) -> Change {
        Change { by: self.name.clone(), kind: self.kind, at }
    }

    /// Whether it may change a registration that is there: who registered may, the owner of the bridge's principal, an
    /// administrator of the directory that registered, and whoever sits at the hub's own machine. Source: domain notes R5.
    pub(crate) fn may_change(&self, office: &model::Office, registration: &Registration) -> bool {
        let (Some(own), Some(registrant)) = (&self.principal, &registration.details.registrant) else { return true };
        if own == registrant {
            return true;
        }
        let bridge = PrincipalId::new(&registration.details.object_id).ok();
        let owns_bridge = bridge.and_then(|id| office.principals.get(&id)).and_then(|bridge| bridge.owner.as_ref());
        let directory = |id: &PrincipalId| office.principals.get(id).map(|principal| &principal.directory);
        let administers = office.principals.get(own).is_some_and(|principal| principal.administrator)
            && directory(own) == directory(registrant);
        owns_bridge == Some(own) || administers
    }
}
