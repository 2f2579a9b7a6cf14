//! FOCUS: one charge with its numbers, before it becomes a row.

use billing::rate::DailyCharge;
use model::{InvoiceLine, Money, PartnerKind, Second, SubscriptionKind};

use crate::row::{Both, Context, Face, Line, Reseller, RowError, cut_quantity, json, product};

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of a line.
    Line,
    /// A day of it.
    Day,
    /// What the decimals that were cut away leave between its days and the line.
    Rounding,
}

/// How much a row is about. Unit: 10^-12.
pub(super) struct Amounts {
    /// In measured units.
    pub(super) consumed: i128,
    /// In priced units.
    pub(super) priced: i128,
    pub(super) list_cost: i128,
    pub(super) contracted_cost: i128,
}

/// A charge.
pub(super) struct Charge<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) line: &'a InvoiceLine,
    pub(super) number: u32,
    pub(super) face: &'a Face,
    pub(super) part: Part,
    pub(super) day: Option<&'a DailyCharge>,
    pub(super) cost: Both,
    /// None for what is no usage.
    pub(super) amounts: Option<Amounts>,
}

impl<'a> Charge<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        line: &'a Line,
        face: &'a Face,
        part: Part,
        day: Option<&'a DailyCharge>,
        cost: Both,
    ) -> Result<Self, RowError> {
        let (number, line) = (line.number, &line.invoiced);
        let quantity = day.map_or(line.quantity, |charge| charge.line.quantity);
        let amounts = match part {
            Part::Rounding => None,
            Part::Line | Part::Day => {
                let priced = cut_quantity(quantity, line.divisor)?;
                Some(Amounts {
                    consumed: cut_quantity(quantity, 1)?,
                    priced,
                    list_cost: product(face.list_price_billed, priced)?,
                    contracted_cost: product(face.contracted_price_billed, priced)?,
                })
            }
        };
        Ok(Self { context, line, number, face, part, day, cost, amounts })
    }

    /// When it was used, half-open: a day, or the month that a line without days is about.
    pub(super) fn period(&self) -> (Second, Second) {
        if let Some(charge) = self.day {
            return (charge.day.start(), charge.day.next().start());
        }
        let days = self.line.key.month.days();
        (days.start.start(), days.end.start())
    }

    pub(super) fn is_usage(&self) -> bool {
        self.amounts.is_some()
    }

    pub(super) fn is_correction(&self) -> bool {
        self.line.kind == model::LineKind::Adjustment
    }

    pub(super) fn description(&self) -> String {
        let (face, key) = (self.face, &self.line.key);
        let what = format!("{} - {} on {}", face.service.name, face.meter_name, face.stamp_name);
        match self.part {
            Part::Rounding => format!("Rounding of {what}, {}", key.month),
            _ if self.is_correction() => format!("Correction of {}: {what}", key.month),
            _ => what,
        }
    }

    /// The step of the price list: meter, first day of the price, step.
    pub(super) fn sku_price(&self) -> String {
        let key = &self.line.key;
        format!("{}/{}/tier{}", key.commerce_meter.folded(), key.price_from, key.tier)
    }

    pub(super) fn sku_price_details(&self) -> String {
        let key = &self.line.key;
        json(&[
            ("x_PriceFrom", key.price_from.to_string().into()),
            ("x_Tier", key.tier.into()),
            ("x_BlockSize", self.line.divisor.into()),
        ])
    }

    pub(super) fn pricing_currency(&self) -> &str {
        match &self.line.exchange {
            Some(exchange) => exchange.from.code(),
            None => self.line.amount.currency.code(),
        }
    }

    pub(super) fn billing_account_type(&self) -> &'static str {
        match self.face.partner_kind {
            PartnerKind::Direct => "CSP Direct Partner",
            PartnerKind::IndirectProvider => "CSP Indirect Provider",
            PartnerKind::IndirectReseller => "CSP Indirect Reseller",
        }
    }

    pub(super) fn sub_account_type(&self) -> &'static str {
        match SubscriptionKind::from_word(self.face.subscription_kind) {
            Some(SubscriptionKind::Csp) => "CSP subscription",
            Some(SubscriptionKind::Cspss) => "Partner shared services subscription",
            Some(SubscriptionKind::Ea) => "Enterprise Agreement subscription",
            Some(SubscriptionKind::PayAsYouGo) => "Pay-as-you-go subscription",
            Some(SubscriptionKind::Msdn) => "Developer subscription",
            None => "Subscription",
        }
    }

    pub(super) fn reseller(&self) -> Option<(&str, &str)> {
        match &self.face.reseller {
            Reseller::Named { id, name } => Some((id, name)),
            Reseller::Direct | Reseller::Removed => None,
        }
    }

    /// The part of the price that the partner earns, such as `0.15`.
    pub(super) fn credit_rate(&self) -> Result<i128, RowError> {
        let one = Money { currency: self.line.amount.currency, minor: 1 };
        let part = model::Amount::of_minor(one.minor, 0)?.times(self.line.key.credit.part())?;
        Ok(billing::bill::cut(part, crate::row::DECIMALS)?)
    }

    /// Where it was measured.
    pub(super) fn sku_details(&self) -> String {
        let key = &self.line.key;
        let mut members = vec![("azureStack.MeterId", key.meter.as_str().into())];
        if let Some(charge) = self.day {
            members.push(("azureStack.SubscriptionId", charge.subscriber.subscription.as_str().into()));
        }
        members.push(("azureStack.Location", self.face.region.as_str().into()));
        json(&members)
    }
}
