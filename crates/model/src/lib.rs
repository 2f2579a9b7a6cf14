//! Model: the words of the house, and nothing that acts on them.
//!
//! # Glossary
//!
//! | word | meaning |
//! | --- | --- |
//! | stamp | one cloud in one datacenter, known for ever by its [`CloudId`] |
//! | partner | who runs stamps for customers and pays for them ([`Partner`]) |
//! | directory, tenant | one identity directory; the key of a mapping ([`DirectoryId`]) |
//! | paying subscription | a subscription of the partner's catalogue that is charged ([`PayingSubscription`]) |
//! | local subscription, user subscription | a subscription that is valid on one stamp only ([`UserSubscription`]) |
//! | default provider subscription | the operator's own local subscription; infrastructure lives there |
//! | registration | says which paying subscriptions are charged for one stamp ([`Registration`]) |
//! | default subscription | the paying subscription a registration lives in |
//! | principal | who acts: a user's account or a service principal ([`Principal`]) |
//! | role, scope | what a principal may do ([`Role`]), and where: there and below ([`ScopePath`]) |
//! | activation key | the signed text that a registered stamp is switched on with |
//! | mapping | a tenant's paying subscription in a registration, from a day on ([`Mapping`]) |
//! | event | what a resource provider says one resource used in part of an hour |
//! | delegated provider | a local subscription that has direct tenants of its own |
//! | window | all rows that one stamp reported in one UTC hour |
//! | revision | one content of a window; a corrected window is a further revision |
//! | segment | the stored, compressed columns of one revision |
//! | held | kept aside with a reason, counted, and offered again when the reason is gone |
//! | daily sum | the exact quantity of one stamp, UTC day, local subscription, tenant and meter |
//! | attribute | to say which paying subscription pays for a daily sum |
//! | local meter | what a stamp measures by ([`Meter`]) |
//! | commerce meter | what a price is for; local meters are mapped to it by scope and day ([`MeterMapping`]) |
//! | rate | to say what a month of daily sums costs, exactly |
//! | discount, earned credit | parts of a price that the partner does not pay ([`Reduction`]) |
//! | cost, retail | what the partner is charged; what it charges its customers ([`Retail`]) |
//! | budget | what a month may cost before somebody hears of it ([`Budget`]) |
//! | bill | to round, and to write what is due minus what was invoiced |
//! | due | what a month costs by everything known now |
//! | watermark | the first hour that a stamp has not delivered |

mod access;
mod budget;
mod currency;
mod id;
mod invoice;
mod local;
mod meter;
mod number;
mod office;
mod partner;
mod price_list;
mod ratio;
mod registration;
mod resource;
mod subscription;
mod time;
mod usage;

pub use access::{HubKey, KeyPurpose, Principal, PrincipalKind, PrincipalSecret, Role, RoleAssignment, ScopePath};
pub use budget::{Budget, BudgetSide};
pub use currency::{Currency, Money, UnknownCurrency};
pub use id::{
    AssignmentId, BudgetId, CloudId, CustomerId, DirectoryId, IdError, InvoiceNumber, LocalSubscriptionId, MeterId,
    PartnerId, PayingSubscriptionId, PriceListId, PrincipalId, RegistrationId, is_guid,
};
pub use invoice::{Document, DocumentKind, Exchange, InvoiceLine, LineKey, LineKind};
pub use local::{DirectoryTenant, UserSubscription, UserSubscriptionState};
pub use meter::{Charge, Family, Meter, MeterCatalogue, Unit};
pub use number::{Amount, NumberError, Overflow, Quantity, UnitPrice};
pub use office::Office;
pub use partner::{Customer, Directory, Partner, PartnerKind, Retail};
pub use price_list::{
    Conversion, MeterMapping, MissingRate, MonthlyRate, Price, PriceList, Reduction, ReductionKind, Reductions,
    Rounding, Tier,
};
pub use ratio::{ExchangeRate, Ratio, Share};
pub use registration::{
    BillingModel, Change, Mapping, Registration, RegistrationDetails, RegistrationState, Skipped, SkippedReason, Stamp,
    pass_over,
};
pub use resource::{Lock, LockLevel, NamespaceRegistration, ResourceGroup, Tags};
pub use subscription::{PayingSubscription, Standing, SubscriptionKind, SubscriptionState};
pub use time::{Day, Hour, Month, Second, TimeError};
pub use usage::{DailySum, HeldReason, HeldRow, ResourceNumber, Scope, Subscriber, UsageRow, WindowRows};
