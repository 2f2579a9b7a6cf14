//! The cast: everybody who asks. All but the operator belong to the first partner, or to nobody.

use hub::OfficeRecord;
use model::{PrincipalKind, Role};

use crate::estate::{FOREIGN, OWN, account};

/// Somebody who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Owner of the default subscription, who registered both stamps.
    Owner,
    /// Contributor of the default subscription.
    Contributor,
    /// Reader of the default subscription.
    Reader,
    /// The registration role at the default subscription, and administrator of the directory.
    Registrar,
    /// The bridge's principal, at one registration.
    Bridge,
    /// Administrator of the partner.
    Administrator,
    /// Billing reader of the partner.
    Billing,
    /// Runs the platform.
    Operator,
    /// An account of the customer, owner of the customer's own subscription.
    Customer,
    /// Signed in, without a role.
    Stranger,
    /// With a token of this hub for an account that it does not have.
    Unknown,
    /// Without a token.
    Nobody,
    /// The credential of a stamp in place of a token.
    Stamp,
}

impl Caller {
    /// Everybody, in the order of the columns of the rules.
    pub const ALL: [Self; 13] = [
        Self::Owner,
        Self::Contributor,
        Self::Reader,
        Self::Registrar,
        Self::Bridge,
        Self::Administrator,
        Self::Billing,
        Self::Operator,
        Self::Customer,
        Self::Stranger,
        Self::Unknown,
        Self::Nobody,
        Self::Stamp,
    ];

    /// The object id and the directory of who has a token.
    pub fn account(self) -> Option<(String, String)> {
        let home = OWN.home();
        Some(match self {
            Self::Owner => (OWN.principal("1"), home),
            Self::Contributor => (OWN.principal("2"), home),
            Self::Reader => (OWN.principal("3"), home),
            Self::Registrar => (OWN.principal("4"), home),
            Self::Bridge => (OWN.principal("5"), home),
            Self::Administrator => (OWN.principal("6"), home),
            Self::Billing => (OWN.principal("7"), home),
            Self::Operator => (OWN.principal("8"), home),
            Self::Customer => (OWN.principal("9"), OWN.customer()),
            Self::Stranger => (OWN.principal("10"), home),
            Self::Unknown => (OWN.principal("11"), home),
            Self::Nobody | Self::Stamp => return None,
        })
    }

    /// Whether it may see one stamp of the partner and not the other.
    pub fn has_one_stamp(self) -> bool {
        matches!(self, Self::Bridge | Self::Stamp)
    }

    fn role(self) -> Option<(Role, String)> {
        let (subscription, partner) = (OWN.subscription_path(), format!("/partners/{}", OWN.partner()));
        Some(match self {
            Self::Owner => (Role::Owner, subscription),
            Self::Contributor => (Role::Contributor, subscription),
            Self::Reader => (Role::Reader, subscription),
            Self::Registrar => (Role::AzureStackRegistration, subscription),
            Self::Bridge => (Role::AzureStackRegistrationOwner, OWN.registration_path()),
            Self::Administrator => (Role::PartnerAdministrator, partner),
            Self::Billing => (Role::BillingReader, partner),
            Self::Operator => (Role::PlatformOperator, "/".to_owned()),
            Self::Customer => (Role::Owner, format!("/subscriptions/{}", OWN.paying())),
            Self::Stranger | Self::Unknown | Self::Nobody | Self::Stamp => return None,
        })
    }
}

/// Everything that a house is furnished with.
pub fn records() -> Vec<OfficeRecord> {
    let mut records = OWN.records();
    records.extend(FOREIGN.records());
    for caller in Caller::ALL.into_iter().filter(|caller| *caller != Caller::Unknown) {
        let Some((id, directory)) = caller.account() else { continue };
        let kind = if caller == Caller::Bridge { PrincipalKind::ServicePrincipal } else { PrincipalKind::User };
        let role = caller.role();
        records.extend(account(&id, &directory, kind, role.as_ref().map(|(role, scope)| (*role, scope.as_str()))));
    }
    // The second partner has people too.
    let (home, subscription) = (FOREIGN.home(), FOREIGN.subscription_path());
    let partner = format!("/partners/{}", FOREIGN.partner());
    for (digits, role, scope) in [("1", Role::Owner, &subscription), ("6", Role::PartnerAdministrator, &partner)] {
        let id = FOREIGN.principal(digits);
        records.extend(account(&id, &home, PrincipalKind::User, Some((role, scope))));
    }
    let (bridge, registration) = (FOREIGN.principal("5"), FOREIGN.registration_path());
    let role = Some((Role::AzureStackRegistrationOwner, registration.as_str()));
    records.extend(account(&bridge, &home, PrincipalKind::ServicePrincipal, role));
    records
}
