//! Partners: who runs stamps and is invoiced, with their directories and customers.

use crate::{CustomerId, DirectoryId, PartnerId, PriceListId, Share, meter::words};

words! {
    /// How a partner sells.
    PartnerKind {
        /// Invoiced itself, and invoices its customers itself.
        Direct = "direct",
        /// Invoiced itself, and sells through resellers (a distributor).
        IndirectProvider = "indirect_provider",
        /// Sells through one indirect provider, which is invoiced in its place.
        IndirectReseller = "indirect_reseller",
    }
}

/// An organisation that runs stamps for customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its id in the programme.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// How it sells.
    pub kind: PartnerKind,
    /// For an indirect reseller: the provider that is invoiced.
    pub provider: Option<PartnerId>,
    /// What it is charged by.
    pub price_list: Option<PriceListId>,
    /// What it charges those of its customers for whom nothing else is said.
    pub retail: Option<Retail>,
}

/// By what a partner charges a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retail {
    /// By a price list of its own.
    List(PriceListId),
    /// By the list that it is charged by itself, before discount and earned credit, with this on top.
    Markup(Share),
}

/// An identity directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Its id, also called the tenant id.
    pub id: DirectoryId,
    /// Its domain name, such as `adatum.onmicrosoft.com`.
    pub domain: String,
}

/// A customer of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// Whose customer it is.
    pub partner: PartnerId,
    /// By what it is charged; as its partner says when nothing is said here.
    pub retail: Option<Retail>,
}
