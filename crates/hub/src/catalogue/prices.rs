//! Prices: the price lists that a catalogue wants.

use std::collections::BTreeMap;

use model::{Day, MeterId, MeterMapping, MonthlyRate, Price, PriceList, Reduction};
use store::OfficeRecord;

use super::{EntryKind, difference::Members, draft::Draft, partners::action};

const KIND: EntryKind = EntryKind::PriceList;

pub(super) fn compare(draft: &mut Draft<'_>) {
    let wanted = &draft.wanted.price_lists;
    draft.check_once(KIND, wanted.iter().map(|one| &one.id));
    for list in wanted {
        let before = draft.office.price_lists.get(&list.id);
        let mut members = Members::default();
        members.text("name", before.map(|one| &one.name), &list.name);
        members.compare("currency", before.map(|one| &one.currency), &list.currency, |one| Some(one.code().to_owned()));
        let invoiced = (before.and_then(|one| one.billing_currency.as_ref()), list.billing_currency.as_ref());
        members.optional("billing_currency", invoiced.0, invoiced.1);
        members.compare("rounding", before.map(|one| &one.rounding), &list.rounding, |one| Some(one.word().to_owned()));
        compare_prices(&mut members, before, list);
        compare_rest(&mut members, before, list);
        if members.0.is_empty() {
            continue;
        }
        let id = list.id.as_str();
        draft.check_name(KIND, id, &list.name);
        match before {
            None => draft.check_plain(KIND, id),
            Some(before) if before.currency != list.currency => {
                let message = format!(
                    "its prices are in {}, and invoices are issued in one currency: make another price list",
                    before.currency.code()
                );
                draft.problem(KIND, id, "currency", message);
            }
            Some(before) if before.invoiced_in() != list.invoiced_in() => {
                let message = format!(
                    "its invoices are in {}, and one partner is invoiced in one currency: make another price list",
                    before.invoiced_in().code()
                );
                draft.problem(KIND, id, "billing_currency", message);
            }
            Some(_) => {}
        }
        let id = before.map_or(&list.id, |one| &one.id).clone();
        draft.change(KIND, id.to_string(), &list.name, action(before.is_some()), members);
        draft.record(OfficeRecord::PriceList(PriceList { id, ..list.clone() }));
    }
}

/// Of a new list the number of prices is said, of one that is there each price that differs.
fn compare_prices(members: &mut Members, before: Option<&PriceList>, list: &PriceList) {
    let Some(before) = before else {
        members.changed("prices", None, Some(list.prices.len().to_string()));
        return;
    };
    let (old, new) = (by_meter(before), by_meter(list));
    for (key, price) in &new {
        let known = old.get(key);
        if known != Some(price) {
            members.changed(&title(*key), known.map(|price| text(price)), Some(text(price)));
        }
    }
    for (key, price) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        members.changed(&title(*key), Some(text(price)), None);
    }
}

/// Which commerce meters, what is not paid, and the exchange rates: of a new list how many, of one that is there each that
/// differs.
fn compare_rest(members: &mut Members, before: Option<&PriceList>, list: &PriceList) {
    let Some(before) = before else {
        let counts =
            [("meters", list.meters.len()), ("reductions", list.reductions.len()), ("exchange", list.exchange.len())];
        for (member, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            members.changed(member, None, Some(count.to_string()));
        }
        return;
    };
    let (old, new) = (rest(before), rest(list));
    for (title, after) in &new {
        let known = old.get(title);
        if known != Some(after) {
            members.changed(title, known.cloned(), Some(after.clone()));
        }
    }
    for (title, known) in old.iter().filter(|(title, _)| !new.contains_key(*title)) {
        members.changed(title, Some(known.clone()), None);
    }
}

/// Everything of a list but its prices, as text by what it is about. Ids are compared without case.
fn rest(list: &PriceList) -> BTreeMap<String, String> {
    let mapping = |one: &MeterMapping| {
        let title = format!("meter {} of {} from {}", one.meter.folded(), one.scope.word(), one.from);
        (title, one.commerce_meter.folded().to_owned())
    };
    let reduction = |one: &Reduction| {
        let subscription = one.paying_subscription.as_ref().map_or("all subscriptions", |id| id.folded());
        let meter = one.meter.as_ref().map_or("all meters", |id| id.folded());
        let until = one.until.map_or_else(String::new, |until| format!(" until {until}"));
        let title = format!("{} of {subscription} on {meter} from {}", one.kind.word(), one.from);
        (title, format!("{} %{until}", one.share))
    };
    let exchange = |one: &MonthlyRate| (format!("exchange rate of {}", one.month), one.rate.to_string());
    let meters = list.meters.iter().map(mapping);
    meters.chain(list.reductions.iter().map(reduction)).chain(list.exchange.iter().map(exchange)).collect()
}

fn by_meter(list: &PriceList) -> BTreeMap<(&MeterId, Day), &Price> {
    list.prices.iter().map(|price| ((&price.meter, price.from), price)).collect()
}

fn title((meter, from): (&MeterId, Day)) -> String {
    format!("price of {meter} from {from}")
}

fn text(price: &Price) -> String {
    let tiers: Vec<String> = price.tiers.iter().map(|tier| format!("{} from {}", tier.unit_price, tier.from)).collect();
    let Price { conversion, included, source, .. } = price;
    format!(
        "{} for 1 {} of {} {}, {included} included ({source})",
        tiers.join(", "),
        conversion.priced_unit,
        conversion.divisor,
        price.unit.word()
    )
}
