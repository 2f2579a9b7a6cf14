//! Directories: whose people may sign in to the stamp. Source: domain notes E.9.

use model::{DirectoryTenant, Office};
use store::OfficeRecord;

use super::{ChangeError, keeper::Decision};

/// The longest name of a domain, and of what else is said of it. Unit: bytes.
const TEXT_BYTES_MAX: usize = 255;
/// How many directories one stamp may have had.
const DIRECTORIES_MAX: usize = 10_000;

/// Adds or changes one; the answer says whether it was added.
pub(super) fn put(office: &Office, tenant: &DirectoryTenant) -> Result<Decision<bool>, ChangeError> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let too_long = [&tenant.name, &tenant.group, &tenant.location].iter().any(|text| text.len() > TEXT_BYTES_MAX);
    if too_long || tenant.name.is_empty() || !tenant.name.bytes().all(is_name) {
        let problem = "a directory tenant is named by its domain, such as adatum.onmicrosoft.com";
        return Err(ChangeError::Invalid(problem.to_owned()));
    }
    let known = office.directory_tenants.get(&tenant.key());
    if known.is_none() && office.directory_tenants.len() >= DIRECTORIES_MAX {
        return Err(ChangeError::Invalid(format!("a stamp has at most {DIRECTORIES_MAX} directory tenants")));
    }
    let created = known.is_none_or(|known| known.removed);
    let record = OfficeRecord::DirectoryTenant(DirectoryTenant { removed: false, ..tenant.clone() });
    Ok(decision(vec![record], "directory_tenant.put", tenant.key(), created))
}

/// Takes one away; the answer says whether it was there.
pub(super) fn delete(office: &Office, name: &str) -> Decision<bool> {
    let live = office.directory_tenants.get(&name.to_ascii_lowercase()).filter(|known| !known.removed);
    let record = live.map(|known| OfficeRecord::DirectoryTenant(DirectoryTenant { removed: true, ..known.clone() }));
    let object = live.map_or_else(String::new, DirectoryTenant::key);
    decision(record.into_iter().collect(), "directory_tenant.delete", object, live.is_some())
}

fn decision(records: Vec<OfficeRecord>, action: &'static str, object: String, answer: bool) -> Decision<bool> {
    Decision { records, action, object, answer }
}
