//! Difference: what a record changes in an office, as the audit log says it.

use model::Office;
use serde_json::{Map, Value, json};

use super::{OfficeRecord, TenantMappings};

/// Members that are secret, or prove a secret. The log says that they changed, not how.
const SECRET: &[&str] = &["secrets", "secret", "credentials", "withdrawn_credentials"];

impl OfficeRecord {
    /// What an office holds in this record's place.
    pub fn current(&self, office: &Office) -> Option<Self> {
        match self {
            Self::Partner(one) => office.partners.get(&one.id).cloned().map(Self::Partner),
            Self::Directory(one) => office.directories.get(&one.id).cloned().map(Self::Directory),
            Self::Customer(one) => office.customers.get(&one.id).cloned().map(Self::Customer),
            Self::Subscription(one) => office.subscriptions.get(&one.id).cloned().map(Self::Subscription),
            Self::Stamp(one) => office.stamps.get(&one.id).cloned().map(Self::Stamp),
            Self::Registration(one) => {
                office.registrations.iter().find(|known| known.number == one.number).cloned().map(Self::Registration)
            }
            Self::TenantMappings(one) => {
                let known = office.registrations.iter().find(|known| known.number == one.registration)?;
                let mappings: Vec<_> =
                    known.mappings.iter().filter(|mapping| mapping.tenant == one.tenant).cloned().collect();
                (!mappings.is_empty()).then(|| Self::TenantMappings(TenantMappings { mappings, ..one.clone() }))
            }
            Self::PriceList(one) => office.price_lists.get(&one.id).cloned().map(Self::PriceList),
            Self::Principal(one) => office.principals.get(&one.id).cloned().map(Self::Principal),
            Self::RoleAssignment(one) => office.role_assignments.get(&one.id).cloned().map(Self::RoleAssignment),
            Self::ResourceGroup(one) => office.resource_groups.get(&one.scope).cloned().map(Self::ResourceGroup),
            Self::Lock(one) => office.locks.get(&one.key()).cloned().map(Self::Lock),
            Self::Namespace(one) => office.namespaces.get(&one.key()).cloned().map(Self::Namespace),
            Self::Key(one) => office.keys.get(&one.id).cloned().map(Self::Key),
            Self::UserSubscription(one) => office.user_subscriptions.get(&one.id).cloned().map(Self::UserSubscription),
            Self::Budget(one) => office.budgets.get(&one.id).cloned().map(Self::Budget),
            Self::DirectoryTenant(one) => office.directory_tenants.get(&one.key()).cloned().map(Self::DirectoryTenant),
        }
    }

    /// What recording this changes: the kind, the id, and each member that differs, before and after. Nothing when nothing
    /// differs.
    ///
    /// # Errors
    ///
    /// When a record cannot be written as JSON.
    pub fn difference(&self, office: &Office) -> serde_json::Result<Option<Value>> {
        let before = self.current(office).map(|record| record.members()).transpose()?.unwrap_or_default();
        let after = self.members()?;
        let (mut old, mut new) = (Map::new(), Map::new());
        for (name, value) in &after {
            let known = before.get(name);
            if known == Some(value) {
                continue;
            }
            let secret = SECRET.contains(&name.as_str());
            let shown = |value: &Value| if secret { json!("(not shown)") } else { value.clone() };
            if let Some(known) = known {
                old.insert(name.clone(), shown(known));
            }
            new.insert(name.clone(), shown(value));
        }
        if new.is_empty() {
            return Ok(None);
        }
        let (kind, id) = self.key();
        let before = if before.is_empty() { Value::Null } else { Value::Object(old) };
        Ok(Some(json!({ "kind": kind, "id": id, "before": before, "after": new })))
    }

    fn members(&self) -> serde_json::Result<Map<String, Value>> {
        serde_json::from_str(&self.json()?)
    }
}
