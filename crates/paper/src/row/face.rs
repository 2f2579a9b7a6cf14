//! Row: what everybody calls what a line is about: names, units, prices, who sold it.

use billing::bill;
use model::{CloudId, Customer, Day, InvoiceLine, PartnerKind, PayingSubscription, Quantity, Ratio, SubscriptionState};

use super::{Context, DECIMALS, RowError, ServiceNames, focus_unit, invoice_unit, priced_money, service_names};
use crate::names::Names;

/// Who sold a subscription in an indirect model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reseller {
    /// There are no resellers: the partner sells itself.
    Direct,
    /// This partner, which may be the provider itself.
    Named {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    },
    /// Nobody is on record.
    Removed,
}

/// The names and prices of a line.
#[derive(Debug)]
pub(crate) struct Face {
    pub(crate) partner_name: String,
    pub(crate) partner_kind: PartnerKind,
    pub(crate) customer_id: String,
    pub(crate) customer_name: String,
    pub(crate) domain: String,
    pub(crate) reseller: Reseller,
    pub(crate) subscription_name: String,
    pub(crate) subscription_kind: &'static str,
    pub(crate) subscription_from: Option<Day>,
    pub(crate) subscription_until: Option<Day>,
    pub(crate) stamp_name: String,
    pub(crate) region: String,
    pub(crate) host: String,
    pub(crate) meter_name: String,
    pub(crate) service: ServiceNames,
    /// The measured unit in the words of FOCUS.
    pub(crate) consumed_unit: String,
    /// The priced unit in the words of FOCUS.
    pub(crate) pricing_unit: String,
    /// The measured unit in the words of reconciliation files.
    pub(crate) invoice_unit: &'static str,
    /// The priced unit as the price list says it; empty where it is not known.
    pub(crate) priced_unit: String,
    /// What one measured unit costs by the list. Unit: 10^-12 of the currency of the prices.
    pub(crate) measured_price: i128,
    /// What one priced unit costs by the list. Unit: 10^-12 of the currency of the prices.
    pub(crate) list_price: i128,
    /// The same in the currency of the invoice.
    pub(crate) list_price_billed: i128,
    /// What the discount leaves of it. Unit: 10^-12 of the currency of the prices.
    pub(crate) contracted_price: i128,
    /// The same in the currency of the invoice.
    pub(crate) contracted_price_billed: i128,
    /// What discount and earned credit leave of it. Unit: 10^-12 of the currency of the invoice.
    pub(crate) charged_price_billed: i128,
    /// What one measured unit came to: a result.
    pub(crate) effective_price: String,
    /// The exchange rate; `1` where there is none.
    pub(crate) exchange_rate: String,
}

impl Face {
    pub(crate) fn new(context: &Context<'_>, line: &InvoiceLine) -> Result<Self, RowError> {
        let names = Names::new(context.office);
        let key = &line.key;
        let subscription = names.known_subscription(&key.paying_subscription);
        let meter = names.known_meter(&key.meter);
        let customer = line.customer.as_ref();
        let directory = subscription.and_then(|one| context.office.directories.get(&one.directory));
        let list = context.office.price_list_of(context.partner);
        let price = list.and_then(|list| list.price(&key.commerce_meter, key.price_from));
        let cancelled = |one: &&PayingSubscription| {
            let end = one.standings.last().filter(|end| end.state == SubscriptionState::Cancelled)?;
            Some(end.from)
        };
        let partner = context.office.partners.get(context.partner);
        let prices = Prices::new(line)?;
        let effective = bill::published_unit_price(priced_money(context, line)?, line.quantity, context.terms.rounding);
        Ok(Self {
            partner_name: names.partner(context.partner).name.to_owned(),
            partner_kind: partner.map_or(PartnerKind::Direct, |partner| partner.kind),
            customer_id: customer.map_or_else(String::new, ToString::to_string),
            customer_name: customer.map_or_else(String::new, |customer| names.customer(customer).name.to_owned()),
            domain: directory.map_or_else(String::new, |directory| directory.domain.clone()),
            reseller: reseller(context, line, &names, subscription),
            subscription_name: names.subscription(&key.paying_subscription).name.to_owned(),
            subscription_kind: subscription.map_or("", |one| one.kind.word()),
            subscription_from: subscription.and_then(|one| one.standings.first()).map(|standing| standing.from),
            subscription_until: subscription.as_ref().and_then(cancelled),
            stamp_name: names.stamp(&key.stamp).name.to_owned(),
            region: names.region(&key.stamp).to_owned(),
            host: host(&names, &key.stamp),
            meter_name: names.meter(&key.meter).name.to_owned(),
            service: service_names(meter),
            consumed_unit: meter.map_or_else(|| "Units".to_owned(), |meter| focus_unit(meter.unit, 1)),
            pricing_unit: meter.map_or_else(|| "Units".to_owned(), |meter| focus_unit(meter.unit, line.divisor)),
            invoice_unit: meter.map_or("1", |meter| invoice_unit(meter.unit)),
            priced_unit: price.map_or_else(String::new, |price| price.conversion.priced_unit.clone()),
            measured_price: prices.measured,
            list_price: prices.list,
            list_price_billed: prices.list_billed,
            contracted_price: prices.contracted,
            contracted_price_billed: prices.contracted_billed,
            charged_price_billed: prices.charged_billed,
            effective_price: effective.unwrap_or_else(|| "0".to_owned()),
            exchange_rate: line.exchange.map_or_else(|| "1".to_owned(), |exchange| exchange.rate.to_string()),
        })
    }
}

/// The prices of a line. Unit: 10^-12 of a currency.
struct Prices {
    measured: i128,
    list: i128,
    list_billed: i128,
    contracted: i128,
    contracted_billed: i128,
    charged_billed: i128,
}

impl Prices {
    fn new(line: &InvoiceLine) -> Result<Self, RowError> {
        let one = Quantity::from_whole(1);
        let list = one.times(line.unit_price, 1)?;
        let contracted = list.times(line.key.discount.rest())?;
        let charged = contracted.times(line.key.credit.rest())?;
        let rate = line.exchange.map(|exchange| exchange.rate.ratio());
        let billed = |amount: model::Amount| -> Result<i128, model::Overflow> {
            bill::cut(rate.map_or(Ok(amount), |rate: Ratio| amount.times(rate))?, DECIMALS)
        };
        Ok(Self {
            measured: bill::cut(one.times(line.unit_price, line.divisor)?, DECIMALS)?,
            list: bill::cut(list, DECIMALS)?,
            list_billed: billed(list)?,
            contracted: bill::cut(contracted, DECIMALS)?,
            contracted_billed: billed(contracted)?,
            charged_billed: billed(charged)?,
        })
    }
}

/// Who runs a stamp.
fn host(names: &Names<'_>, stamp: &CloudId) -> String {
    let operator = names.known_stamp(stamp).and_then(|stamp| stamp.partner.as_ref());
    operator.map_or_else(String::new, |operator| names.partner(operator).name.to_owned())
}

/// Who sold what a line is about: the partner of record on the last day of its month, or of its customer.
fn reseller(
    context: &Context<'_>,
    line: &InvoiceLine,
    names: &Names<'_>,
    subscription: Option<&PayingSubscription>,
) -> Reseller {
    let kind = context.office.partners.get(context.partner).map(|partner| partner.kind);
    if kind != Some(PartnerKind::IndirectProvider) {
        return Reseller::Direct;
    }
    let days = line.key.month.days();
    let standing = subscription.and_then(|one| {
        let known = |standing: &&model::Standing| standing.from < days.end;
        one.standings.iter().rfind(known)
    });
    let of_customer = || {
        let customer: &Customer = context.office.customers.get(line.customer.as_ref()?)?;
        Some(&customer.partner)
    };
    let on_record = match standing {
        Some(standing) => standing.partner.as_ref(),
        None => of_customer(),
    };
    match on_record {
        Some(partner) => Reseller::Named { id: partner.to_string(), name: names.partner(partner).name.to_owned() },
        None => Reseller::Removed,
    }
}

impl Reseller {
    /// The number in new-commerce files: 0 where there are no resellers, -1 where nobody is on record.
    ///
    /// Source: Partner Center documentation of reconciliation files, read 2026-11.
    pub(crate) fn new_commerce(&self) -> &str {
        match self {
            Self::Direct => "0",
            Self::Named { id, .. } => id,
            Self::Removed => "-1",
        }
    }

    /// The number in files of usage-based offers: the partner's own where there are no resellers. Source: the same.
    pub(crate) fn legacy<'a>(&'a self, partner: &'a str) -> &'a str {
        match self {
            Self::Direct => partner,
            other => other.new_commerce(),
        }
    }
}
