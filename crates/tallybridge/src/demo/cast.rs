//! The cast: who is who in the demonstration. Ids are those of the documentation's examples.

use hub::{Catalogue, Hub, WantedPrincipal, WantedRole, WantedStamp, WantedSubscription};
use model::{
    BillingModel, CloudId, Customer, CustomerId, Directory, DirectoryId, Hour, LocalSubscriptionId, Partner, PartnerId,
    PartnerKind, PayingSubscriptionId, PrincipalId, PrincipalKind, Role, ScopePath, Second, SubscriptionKind,
    SubscriptionState,
};
use reqwest::Method;
use serde_json::{Value, json};
use stamp::{
    emulate::{CopiedRow, CustomMeterRow, LateRow, Plan, PlannedSubscription, Story, Tenant},
    registration_token::TokenChoice,
};

use super::client::Client;
use crate::{commands::credential, house, price_file};

/// The partner that runs the stamps.
pub const CONTOSO: &str = "4390934";
/// Another partner, whose customers are none of Contoso's business.
pub const FABRIKAM: &str = "6034453";
/// The directory that the stamps were deployed with: ContosoCSP.onmicrosoft.com.
const HOME: &str = "10000000-0000-4000-8000-000000000001";
/// The directory of the account that registered them: IURContosoCSP.onmicrosoft.com.
const SHARED_SERVICES: &str = "10000000-0000-4000-8000-000000000002";
/// The default subscription: partner shared services.
pub const DEFAULT: &str = "20000000-0000-4000-8000-0000000000d0";
/// A subscription of an enterprise agreement.
pub const ENTERPRISE: &str = "40000000-0000-4000-8000-0000000000e1";
/// A subscription of a customer of Fabrikam.
pub const FABRIKAM_CUSTOMER: &str = "40000000-0000-4000-8000-0000000000f1";
/// The directory of that customer.
const FOREIGN: &str = "30000000-0000-4000-8000-0000000000ff";
/// Who registers: the owner of the default subscription, with its id and directory.
const REGISTRANT: (&str, &str, &str) =
    ("90000000-0000-4000-8000-000000000001", "owner@IURContosoCSP.onmicrosoft.com", SHARED_SERVICES);
/// Who approves: the operator of the platform.
const PLATFORM: (&str, &str, &str) =
    ("90000000-0000-4000-8000-000000000002", "operator@ContosoCSP.onmicrosoft.com", HOME);

/// A customer of Contoso in the demonstration.
pub struct CastCustomer {
    pub name: &'static str,
    pub domain: &'static str,
    /// The last two digits of its directory.
    pub tenant: &'static str,
    /// The last two digits of its paying subscriptions.
    pub subscriptions: &'static [&'static str],
}

/// The customers.
pub const CUSTOMERS: [CastCustomer; 6] = [
    CastCustomer { name: "Adatum", domain: "adatum.onmicrosoft.com", tenant: "a1", subscriptions: &["a1"] },
    CastCustomer { name: "Wingtip Toys", domain: "wingtip.onmicrosoft.com", tenant: "b1", subscriptions: &["b1"] },
    CastCustomer { name: "Tailspin", domain: "tailspin.onmicrosoft.com", tenant: "c1", subscriptions: &["c1"] },
    CastCustomer { name: "Litware", domain: "litware.onmicrosoft.com", tenant: "d1", subscriptions: &["d1"] },
    CastCustomer { name: "Proseware", domain: "proseware.onmicrosoft.com", tenant: "e2", subscriptions: &["e2"] },
    CastCustomer { name: "Woodgrove", domain: "woodgrove.onmicrosoft.com", tenant: "f2", subscriptions: &["f2", "f3"] },
];

/// One of the two stamps.
#[derive(Clone, Copy)]
pub struct CastStamp {
    pub name: &'static str,
    pub region: &'static str,
    /// The last digit of its cloud id, and a digit of its local subscriptions.
    pub letter: &'static str,
    pub customers: &'static [&'static str],
}

/// The stamps.
pub const STAMPS: [CastStamp; 2] = [
    CastStamp { name: "Contoso North", region: "north", letter: "a", customers: &["a1", "b1", "c1", "d1", "e2"] },
    CastStamp { name: "Contoso South", region: "south", letter: "b", customers: &["a1", "b1", "c1", "f2"] },
];

impl CastStamp {
    /// Its cloud id.
    pub fn id(&self) -> anyhow::Result<CloudId> {
        Ok(CloudId::new(&format!("50000000-0000-4000-8000-00000000000{}", self.letter))?)
    }

    /// The path of its registration.
    pub fn registration(&self) -> anyhow::Result<String> {
        Ok(format!(
            "/subscriptions/{DEFAULT}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-{}",
            self.id()?
        ))
    }

    /// The service principal of its bridge.
    fn bridge(&self) -> String {
        format!("70000000-0000-4000-8000-00000000000{}", self.letter)
    }

    /// The name of its bridge's role.
    pub fn role_assignment(&self) -> String {
        format!("80000000-0000-4000-8000-00000000000{}", self.letter)
    }

    /// The role that its bridge gets at its registration.
    pub fn role_of_bridge(&self) -> Value {
        let id = hub::access::definition(Role::AzureStackRegistrationOwner).id;
        let definition = format!("/subscriptions/{DEFAULT}/providers/Microsoft.Authorization/roleDefinitions/{id}");
        json!({ "properties": { "roleDefinitionId": definition, "principalId": self.bridge() } })
    }

    /// The operator's own local subscription.
    pub fn provider_subscription(&self) -> anyhow::Result<LocalSubscriptionId> {
        Ok(LocalSubscriptionId::new(&format!("60000000-0000-4000-8000-000000000{}00", self.letter))?)
    }

    /// A customer's local subscription. Adatum has a second one on each stamp.
    fn local_subscription(&self, tenant: &str, ordinal: u32) -> anyhow::Result<LocalSubscriptionId> {
        Ok(LocalSubscriptionId::new(&format!("60000000-0000-4000-8000-0000000{}0{ordinal}{tenant}", self.letter))?)
    }
}

/// The directory of a customer.
pub fn directory(tenant: &str) -> anyhow::Result<DirectoryId> {
    Ok(DirectoryId::new(&format!("30000000-0000-4000-8000-0000000000{tenant}"))?)
}

/// The text of a customer's paying subscription.
pub fn paying(subscription: &str) -> String {
    format!("40000000-0000-4000-8000-0000000000{subscription}")
}

/// The catalogue: partners, directories, customers, subscriptions, stamps, accounts, roles and the price list.
pub fn catalogue() -> anyhow::Result<Catalogue> {
    let prices = price_file::example()?;
    let list = prices.id.clone();
    let mut catalogue = Catalogue { price_lists: vec![prices], ..Catalogue::default() };
    for (id, name, list) in [(CONTOSO, "Contoso", Some(list)), (FABRIKAM, "Fabrikam", None)] {
        catalogue.partners.push(Partner {
            id: PartnerId::new(id)?,
            name: name.to_owned(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: list,
            retail: None,
        });
    }
    let domains = [
        (HOME, "ContosoCSP.onmicrosoft.com"),
        (SHARED_SERVICES, "IURContosoCSP.onmicrosoft.com"),
        (FOREIGN, "fabrikamcustomer.onmicrosoft.com"),
    ];
    for (id, domain) in domains {
        catalogue.directories.push(Directory { id: DirectoryId::new(id)?, domain: domain.to_owned() });
    }
    let (csp, ours) = (SubscriptionKind::Csp, Some(CONTOSO));
    let fabrikam = wanted(FABRIKAM_CUSTOMER, "A customer of Fabrikam", csp, FOREIGN, None, Some(FABRIKAM))?;
    let default = wanted(DEFAULT, "Contoso shared services", SubscriptionKind::Cspss, SHARED_SERVICES, None, ours)?;
    let enterprise = wanted(ENTERPRISE, "Enterprise agreement", SubscriptionKind::Ea, HOME, None, None)?;
    catalogue.subscriptions.extend([default, enterprise, fabrikam]);
    for customer in &CUSTOMERS {
        let tenant = directory(customer.tenant)?;
        let id = CustomerId::new(tenant.as_str())?;
        catalogue.directories.push(Directory { id: tenant.clone(), domain: customer.domain.to_owned() });
        catalogue.customers.push(Customer {
            id: id.clone(),
            name: customer.name.to_owned(),
            partner: PartnerId::new(CONTOSO)?,
            retail: None,
        });
        for (subscription, ordinal) in customer.subscriptions.iter().zip(1..) {
            let name = if ordinal == 1 { customer.name.to_owned() } else { format!("{}, replacement", customer.name) };
            let customer = Some(id.clone());
            catalogue.subscriptions.push(wanted(&paying(subscription), &name, csp, tenant.as_str(), customer, ours)?);
        }
    }
    for stamp in &STAMPS {
        catalogue.stamps.push(WantedStamp {
            id: stamp.id()?,
            name: stamp.name.to_owned(),
            region: stamp.region.to_owned(),
            partner: Some(PartnerId::new(CONTOSO)?),
            default_provider_subscription: None,
        });
    }
    add_accounts(&mut catalogue)?;
    Ok(catalogue)
}

fn wanted(
    id: &str,
    name: &str,
    kind: SubscriptionKind,
    directory: &str,
    customer: Option<CustomerId>,
    partner: Option<&str>,
) -> anyhow::Result<WantedSubscription> {
    Ok(WantedSubscription {
        id: PayingSubscriptionId::new(id)?,
        name: name.to_owned(),
        kind,
        directory: DirectoryId::new(directory)?,
        customer,
        partner: partner.map(PartnerId::new).transpose()?,
        state: SubscriptionState::Active,
        from: None,
    })
}

/// Who registers, who approves, and the principals of the bridges.
fn add_accounts(catalogue: &mut Catalogue) -> anyhow::Result<()> {
    let principal = |id: &str, kind, name: &str, directory: &str| {
        anyhow::Ok(WantedPrincipal {
            id: PrincipalId::new(id)?,
            kind,
            name: name.to_owned(),
            directory: DirectoryId::new(directory)?,
            application: (kind == PrincipalKind::ServicePrincipal).then(|| PrincipalId::new(id)).transpose()?,
            administrator: false,
            owner: None,
            enabled: true,
        })
    };
    let role = |principal: &str, role, scope: &str| {
        anyhow::Ok(WantedRole {
            principal: PrincipalId::new(principal)?,
            role,
            scope: ScopePath::new(scope)?,
            remove: false,
        })
    };
    for (id, name, directory) in [REGISTRANT, PLATFORM] {
        catalogue.principals.push(principal(id, PrincipalKind::User, name, directory)?);
    }
    for stamp in &STAMPS {
        let name = format!("Azure bridge of {}", stamp.name);
        let kind = PrincipalKind::ServicePrincipal;
        catalogue.principals.push(principal(&stamp.bridge(), kind, &name, SHARED_SERVICES)?);
    }
    catalogue.roles.push(role(REGISTRANT.0, Role::Owner, &format!("/subscriptions/{DEFAULT}"))?);
    catalogue.roles.push(role(REGISTRANT.0, Role::PartnerAdministrator, &format!("/partners/{CONTOSO}"))?);
    catalogue.roles.push(role(PLATFORM.0, Role::PlatformOperator, "/")?);
    Ok(())
}

/// Gives the two people passwords, and makes a client of each.
pub fn sign_up(hub: &Hub, hub_url: &str) -> anyhow::Result<[Client; 2]> {
    let client = |(id, name, directory): (&str, &str, &str)| {
        let password = credential::draw()?;
        hub.set_password(house::OPERATOR, &PrincipalId::new(id)?, &password)?;
        anyhow::Ok(Client::new(hub_url, directory, name, &password))
    };
    Ok([client(REGISTRANT)?, client(PLATFORM)?])
}

/// Gives the registrant a new password for the portal: the name to sign in with, and the password.
pub fn invite(hub: &Hub) -> anyhow::Result<(&'static str, String)> {
    let password = credential::draw()?;
    hub.set_password(house::OPERATOR, &PrincipalId::new(REGISTRANT.0)?, &password)?;
    Ok((REGISTRANT.1, password))
}

/// Makes the default subscription ready for registrations.
pub async fn prepare_subscription(registrant: &mut Client, now: Second) -> anyhow::Result<()> {
    let namespace = format!("/subscriptions/{DEFAULT}/providers/Microsoft.AzureStack/register");
    registrant.ask(now, Method::POST, &namespace, None).await?;
    let group = format!("/subscriptions/{DEFAULT}/resourceGroups/azurestack");
    registrant.ask(now, Method::PUT, &group, Some(&json!({ "location": "global" }))).await?;
    Ok(())
}

/// What is decided when a stamp's token is made.
pub fn token_choice(stamp: &CastStamp) -> TokenChoice {
    TokenChoice {
        billing_model: BillingModel::PayAsYouUse,
        object_id: stamp.bridge(),
        usage_reporting: true,
        marketplace_syndication: true,
        agreement_number: None,
        ms_asset_tag: None,
    }
}

/// When things happen that the emulated clouds are told of.
pub struct Times {
    pub start: Hour,
    pub end: Hour,
    /// A window of the second month that holds late usage of the first.
    pub late_window: Hour,
    pub late_use: Hour,
    /// A window that repeats a row.
    pub copy_window: Hour,
    /// A window with a row of a meter that is in no catalogue.
    pub unknown_window: Hour,
    /// When Proseware's local subscription is deleted.
    pub deletion: Hour,
}

/// What the emulated cloud behind a stamp does.
pub fn plan(stamp: &CastStamp, seed: u64, times: &Times) -> anyhow::Result<Plan> {
    let first = stamp.letter == STAMPS[0].letter;
    let mut tenants = Vec::new();
    for customer in CUSTOMERS.iter().filter(|customer| stamp.customers.contains(&customer.tenant)) {
        let locals = if customer.tenant == "a1" { 1..=2 } else { 1..=1 };
        let deleted_at = (customer.name == "Proseware").then_some(times.deletion);
        let subscriptions = locals
            .map(|ordinal| {
                let id = stamp.local_subscription(customer.tenant, ordinal)?;
                Ok(PlannedSubscription { id, from: times.start, deleted_at })
            })
            .collect::<anyhow::Result<_>>()?;
        tenants.push(Tenant {
            directory: directory(customer.tenant)?,
            domain: customer.domain.to_owned(),
            subscriptions,
        });
    }
    let adatum = stamp.local_subscription("a1", 1)?;
    let late = LateRow {
        reported: times.late_window,
        used: times.late_use,
        subscription: adatum.clone(),
        meter: "9cd92d4c-bafd-4492-b278-bedc2de8232a".to_owned(),
        resource_uri: format!(
            "/subscriptions/{adatum}/resourceGroups/reports/providers/Microsoft.Compute/virtualMachines/month-end"
        ),
        quantity: "16.0".to_owned(),
    };
    let unknown =
        CustomMeterRow { reported: times.unknown_window, subscription: adatum, tier: "Contoso Memory 64".to_owned() };
    let story = Story {
        late: if first { vec![late] } else { Vec::new() },
        copy: first.then_some(CopiedRow { reported: times.copy_window, row: 3 }),
        custom_meter: if first { None } else { Some(unknown) },
        ..Story::default()
    };
    Ok(Plan {
        // The two stamps must not run the same resources.
        seed: seed.wrapping_add(u64::from(first)),
        cloud: stamp.id()?,
        name: stamp.name.to_owned(),
        region: stamp.region.to_owned(),
        home_directory: DirectoryId::new(HOME)?,
        provider_subscription: stamp.provider_subscription()?,
        tenants,
        start: times.start,
        end: times.end,
        resources_per_subscription: 24,
        token: None,
        story,
    })
}

/// The directory that the stamps were deployed with.
pub fn home_directory() -> anyhow::Result<DirectoryId> {
    Ok(DirectoryId::new(HOME)?)
}
