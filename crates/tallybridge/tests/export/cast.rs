//! Cast: three partners that are invoiced in euros, yen and dinars, with what makes amounts awkward.

use hub::{Hub, OfficeRecord};
use model::{
    BillingModel, CloudId, Conversion, Currency, Customer, CustomerId, Day, Directory, DirectoryId, ExchangeRate, Hour,
    Mapping, MeterCatalogue, MeterId, MeterMapping, Month, MonthlyRate, Partner, PartnerId, PartnerKind,
    PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction, ReductionKind,
    Registration, RegistrationDetails, RegistrationId, Rounding, Scope, Share, Stamp, Standing, SubscriptionKind,
    SubscriptionState, Tier, UnitPrice,
};

/// Base virtual machines, with an included quantity and two tiers.
pub const CORES: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
/// Block blobs, which are another commerce meter and have a price per month.
pub const BLOBS: &str = "09F8879E-87E9-4305-A572-4B7BE209F857";
/// What block blobs are priced as.
pub const COMMERCE_BLOBS: &str = "8a913f38-33b4-4772-9488-e89522fc09e5";

/// A partner with all that is its own. Its digit is in all ids.
pub struct Seller {
    pub digit: u32,
    pub id: &'static str,
    pub kind: PartnerKind,
    /// What prices are in, and what it is invoiced in at which rate.
    pub currency: &'static str,
    pub billing: Option<(&'static str, &'static str)>,
    pub rounding: Rounding,
}

/// Prices in dollars, invoices in euros by the rules of the new commerce.
pub const EURO: Seller = Seller {
    digit: 1,
    id: "4390934",
    kind: PartnerKind::Direct,
    currency: "USD",
    billing: Some(("EUR", "0.846202666")),
    rounding: Rounding::NewCommerce,
};
/// Prices in dollars, invoices in yen, which have no decimals; sells through a reseller.
pub const YEN: Seller = Seller {
    digit: 2,
    id: "5510001",
    kind: PartnerKind::IndirectProvider,
    currency: "USD",
    billing: Some(("JPY", "149.35")),
    rounding: Rounding::Legacy,
};
/// Prices and invoices in dinars, which have three decimals.
pub const DINAR: Seller = Seller {
    digit: 3,
    id: "6620002",
    kind: PartnerKind::Direct,
    currency: "KWD",
    billing: None,
    rounding: Rounding::HalfUp,
};

/// The name of a customer that wants to be a formula.
pub const HOSTILE: &str = "=HYPERLINK(\"http://example.com\",\"Adatum, \"\"and\"\" sons\")";
/// The reseller of the provider.
pub const RESELLER: &str = "5510077";

fn guid(kind: u32, digit: u32) -> String {
    format!("{kind}0000000-0000-4000-8000-00000000000{digit}")
}

impl Seller {
    pub fn partner(&self) -> PartnerId {
        PartnerId::new(self.id).unwrap()
    }

    /// Its stamp.
    pub fn stamp(&self) -> CloudId {
        CloudId::new(&format!("cloud{}", self.digit)).unwrap()
    }

    /// The directory of its customer.
    pub fn tenant(&self) -> String {
        guid(3, self.digit)
    }

    /// Local subscriptions: two of the customer and the operator's own.
    pub fn locals(&self) -> [String; 3] {
        [guid(6, self.digit), guid(7, self.digit), guid(8, self.digit)]
    }

    fn default_subscription(&self) -> PayingSubscriptionId {
        PayingSubscriptionId::new(&guid(2, self.digit)).unwrap()
    }

    fn sold(&self) -> PayingSubscriptionId {
        PayingSubscriptionId::new(&guid(4, self.digit)).unwrap()
    }

    fn customer(&self) -> CustomerId {
        CustomerId::new(&format!("customer-{}", self.digit)).unwrap()
    }

    /// Who sold the customer's subscription.
    fn of_record(&self) -> PartnerId {
        if self.kind == PartnerKind::IndirectProvider { PartnerId::new(RESELLER).unwrap() } else { self.partner() }
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn price(meter: &str, unit_of: &str, priced: (&str, u32), included: &str, tiers: &[(&str, &str)]) -> Price {
    let meter_of = MeterCatalogue::published().find(&unit_of.parse().unwrap()).unwrap();
    Price {
        meter: meter.parse().unwrap(),
        from: day("2026-01-01"),
        unit: meter_of.unit,
        conversion: Conversion { priced_unit: priced.0.to_owned(), divisor: priced.1 },
        included: Quantity::parse(included).unwrap(),
        tiers: tiers
            .iter()
            .map(|(from, price)| Tier {
                from: Quantity::parse(from).unwrap(),
                unit_price: UnitPrice::parse(price).unwrap(),
            })
            .collect(),
        source: "made for a test".to_owned(),
    }
}

/// The price list of a partner.
pub fn price_list(seller: &Seller) -> PriceList {
    let rate = |month: &str, rate: &str| MonthlyRate {
        month: Month::parse(month).unwrap(),
        rate: ExchangeRate::parse(rate).unwrap(),
    };
    let reduction = |kind, subscription, from, until: Option<&str>, percent| Reduction {
        kind,
        paying_subscription: subscription,
        meter: None,
        from: day(from),
        until: until.map(day),
        share: Share::parse_percent(percent).unwrap(),
    };
    PriceList {
        id: PriceListId::new(&format!("list-{}", seller.digit)).unwrap(),
        name: "List".to_owned(),
        currency: Currency::parse(seller.currency).unwrap(),
        billing_currency: seller.billing.map(|(currency, _)| Currency::parse(currency).unwrap()),
        rounding: seller.rounding,
        prices: vec![
            price(CORES, CORES, ("vCPU hour", 1), "10", &[("0", "0.0081"), ("500", "0.00599"), ("1500", "0.0051")]),
            price(COMMERCE_BLOBS, BLOBS, ("GB month", 720), "0", &[("0", "0.006")]),
        ],
        meters: vec![MeterMapping {
            meter: MeterId::new(BLOBS).unwrap(),
            scope: Scope::Tenant,
            from: day("2026-01-01"),
            commerce_meter: MeterId::new(COMMERCE_BLOBS).unwrap(),
        }],
        reductions: vec![
            reduction(ReductionKind::EarnedCredit, Some(seller.sold()), "2026-10-10", Some("2026-10-17"), "15"),
            reduction(ReductionKind::Discount, None, "2026-10-15", None, "2.5"),
        ],
        exchange: match seller.billing {
            Some((_, now)) => vec![rate("2026-10", now), rate("2026-11", "0.9")],
            None => Vec::new(),
        },
    }
}

fn partner(id: &str, name: &str, kind: PartnerKind, provider: Option<PartnerId>, list: Option<PriceListId>) -> Partner {
    Partner { id: PartnerId::new(id).unwrap(), name: name.to_owned(), kind, provider, price_list: list, retail: None }
}

fn subscription(
    id: PayingSubscriptionId,
    name: &str,
    kind: SubscriptionKind,
    directory: &str,
    customer: Option<CustomerId>,
    of: PartnerId,
) -> OfficeRecord {
    OfficeRecord::Subscription(PayingSubscription {
        id,
        name: name.to_owned(),
        kind,
        directory: DirectoryId::new(directory).unwrap(),
        customer,
        standings: vec![Standing { from: day("2026-09-01"), partner: Some(of), state: SubscriptionState::Active }],
    })
}

/// Adds a partner with its customer and its stamp, which is registered.
pub fn furnish(hub: &Hub, seller: &Seller) {
    let list = price_list(seller);
    let mut records = vec![OfficeRecord::Partner(partner(
        seller.id,
        &format!("Partner {}", seller.digit),
        seller.kind,
        None,
        Some(list.id.clone()),
    ))];
    if seller.kind == PartnerKind::IndirectProvider {
        let kind = PartnerKind::IndirectReseller;
        records.push(OfficeRecord::Partner(partner(RESELLER, "Reseller", kind, Some(seller.partner()), None)));
    }
    records.extend([
        OfficeRecord::PriceList(list),
        OfficeRecord::Directory(Directory {
            id: DirectoryId::new(&seller.tenant()).unwrap(),
            domain: "adatum.example".to_owned(),
        }),
        OfficeRecord::Customer(Customer {
            id: seller.customer(),
            name: HOSTILE.to_owned(),
            partner: seller.of_record(),
            retail: None,
        }),
        subscription(
            seller.default_subscription(),
            "Shared services",
            SubscriptionKind::Cspss,
            &guid(9, seller.digit),
            None,
            seller.partner(),
        ),
        subscription(
            seller.sold(),
            "Adatum plan",
            SubscriptionKind::Csp,
            &seller.tenant(),
            Some(seller.customer()),
            seller.of_record(),
        ),
        stamp(seller),
    ]);
    hub.record("test", "the cast", &records).unwrap();
    let registration = OfficeRecord::Registration(Registration {
        number: seller.digit,
        id: RegistrationId::new(&format!("/registrations/{}", seller.digit)).unwrap(),
        name: seller.digit.to_string(),
        stamp: seller.stamp(),
        default_subscription: seller.default_subscription(),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: day("2026-09-01"),
        until: None,
        mappings: vec![Mapping {
            tenant: DirectoryId::new(&seller.tenant()).unwrap(),
            subscription: Some(seller.sold()),
            from: day("2026-09-01"),
        }],
        details: RegistrationDetails::default(),
    });
    hub.record("test", "the registration", &[registration]).unwrap();
}

fn stamp(seller: &Seller) -> OfficeRecord {
    OfficeRecord::Stamp(Stamp {
        id: seller.stamp(),
        name: format!("North {}", seller.digit),
        region: "north".to_owned(),
        partner: Some(seller.partner()),
        default_provider_subscription: Some(seller.locals()[2].parse().unwrap()),
        first_window: Hour::parse("2026-11-01T01").unwrap(),
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    })
}
