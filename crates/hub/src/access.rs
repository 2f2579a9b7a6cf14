//! Access: who may do what, where. What nobody allowed is denied.
//!
//! Source: Azure built-in roles and role-based access, 2026; domain notes C.6 and G.

use model::{Office, PrincipalId, Role, ScopePath};

/// What a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleDefinition {
    /// The role.
    pub role: Role,
    /// Its id, the same in every installation.
    pub id: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Actions it allows; `*` stands for any text.
    pub actions: &'static [&'static str],
    /// Of these, the actions it does not allow.
    pub not_actions: &'static [&'static str],
}

/// Every role with what it allows.
pub const ROLES: &[RoleDefinition] = &[
    RoleDefinition {
        role: Role::Owner,
        id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        description: "Everything at a scope, also giving roles to others. Costs and invoices belong to partner roles.",
        actions: &["*"],
        not_actions: &["Tallybridge/*"],
    },
    RoleDefinition {
        role: Role::Contributor,
        id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
        description: "Everything at a scope but giving roles and locking.",
        actions: &["*"],
        not_actions: &["Microsoft.Authorization/*/write", "Microsoft.Authorization/*/delete", "Tallybridge/*"],
    },
    RoleDefinition {
        role: Role::Reader,
        id: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        description: "Looking at everything at a scope.",
        actions: &["*/read"],
        not_actions: &["Tallybridge/*"],
    },
    RoleDefinition {
        role: Role::AzureStackRegistration,
        id: "7a0f2f6e-5f6c-4d0e-9a53-2c1f3f0c9b01",
        description: "What registering a stamp takes, without being an owner.",
        actions: &[
            "Microsoft.Resources/subscriptions/read",
            "Microsoft.Resources/subscriptions/resourceGroups/write",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.AzureStack/registrations/*",
            "Microsoft.AzureStack/register/action",
            // The documented role lacks this one, and the documented procedure looks the bridge's role up by its name.
            "Microsoft.Authorization/roleDefinitions/read",
            "Microsoft.Authorization/roleAssignments/read",
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "Microsoft.Authorization/permissions/read",
        ],
        not_actions: &["Microsoft.AzureStack/registrations/approveMultiTenancy/action"],
    },
    RoleDefinition {
        role: Role::AzureStackRegistrationOwner,
        id: "6f12a6df-dd06-4f3e-bcb1-ce8be600526a",
        description: "The bridge's own: it may look at its registration.",
        actions: &[
            "Microsoft.AzureStack/registrations/read",
            "Microsoft.AzureStack/registrations/products/read",
            "Microsoft.AzureStack/registrations/products/*/action",
        ],
        not_actions: &[],
    },
    RoleDefinition {
        role: Role::UsageEventSender,
        id: "7a0f2f6e-5f6c-4d0e-9a53-2c1f3f0c9b04",
        description: "A resource provider's own, on a stamp: it may post usage and see nothing.",
        actions: &["Microsoft.Commerce.Admin/usageEvents/write"],
        not_actions: &[],
    },
    RoleDefinition {
        role: Role::PartnerAdministrator,
        id: "7a0f2f6e-5f6c-4d0e-9a53-2c1f3f0c9b02",
        description: "Customers, subscriptions, costs and invoices of one partner.",
        actions: &["Tallybridge/partners/*"],
        not_actions: &[],
    },
    RoleDefinition {
        role: Role::BillingReader,
        id: "fa23ad8b-c56e-40d8-ac0c-ce449e1d2c64",
        description: "Looking at costs and invoices of one partner.",
        actions: &[
            "Tallybridge/partners/read",
            "Tallybridge/partners/statements/read",
            "Tallybridge/partners/invoices/read",
        ],
        not_actions: &[],
    },
    RoleDefinition {
        role: Role::PlatformOperator,
        id: "7a0f2f6e-5f6c-4d0e-9a53-2c1f3f0c9b03",
        description: "Runs the hub: sees everything, approves registrations.",
        actions: &["*/read", "Microsoft.AzureStack/registrations/approveMultiTenancy/action", "Tallybridge/*"],
        not_actions: &[],
    },
];

/// Actions of the platform's own, which no role of a subscription holds: an owner cannot approve its own registration.
pub const PLATFORM_ACTIONS: &[&str] = &["Microsoft.AzureStack/registrations/approveMultiTenancy/action"];

/// The definition of a role.
pub fn definition(role: Role) -> &'static RoleDefinition {
    let found = ROLES.iter().find(|definition| definition.role == role);
    // A role without a definition allows nothing; a test says that there is none.
    found.unwrap_or(&RoleDefinition { role: Role::Reader, id: "", description: "", actions: &[], not_actions: &[] })
}

impl RoleDefinition {
    /// Whether the role allows an action.
    pub fn permits(&self, action: &str) -> bool {
        if PLATFORM_ACTIONS.contains(&action) && self.role != Role::PlatformOperator {
            return false;
        }
        let any = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, action));
        any(self.actions) && !any(self.not_actions)
    }
}

/// Whether an action is one that a pattern stands for. `*` is any text; case does not count.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == action };
    let Some(mut left) = action.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = left.get(at.saturating_add(part.len())..).unwrap_or_default(),
            None => return false,
        }
    }
    left.ends_with(tail)
}

/// The roles that a principal has at a scope: those assigned there or above.
pub fn roles<'a>(
    office: &'a Office,
    principal: &'a PrincipalId,
    scope: &'a ScopePath,
) -> impl Iterator<Item = &'static RoleDefinition> + 'a {
    office
        .role_assignments
        .values()
        .filter(move |one| !one.removed && one.principal == *principal && one.scope.contains(scope))
        .map(|one| definition(one.role))
}

/// Whether a principal may do something at a scope.
pub fn allows(office: &Office, principal: &PrincipalId, action: &str, scope: &ScopePath) -> bool {
    roles(office, principal, scope).any(|definition| definition.permits(action))
}

/// Whether a principal may know that there is something at a scope: it may read anything there, or anything below.
pub fn sees(office: &Office, principal: &PrincipalId, action: &str, scope: &ScopePath) -> bool {
    office.role_assignments.values().any(|one| {
        !one.removed
            && one.principal == *principal
            && (one.scope.contains(scope) || scope.contains(&one.scope))
            && definition(one.role).permits(action)
    })
}

#[cfg(test)]
mod tests;
