//! Line items: what was charged, and what will be, line by line.
//!
//! Daily lines are computed anew for each page and passed over up to its beginning, so that a page needs the memory of a page.
//!
//! Source: Partner Center REST v1, pages on invoice line items, billed and unbilled consumption (2019-09 to 2021-03).

use std::{cell::RefCell, collections::BTreeMap};

use contract::{
    partner_center::{CONTINUATION_HEADER, Collection, Link},
    partner_center_billing::{
        DailyFacts, DailyRatedUsageLineItem, DailyUsageLineItem, LineFacts, OneTimeInvoiceLineItem, UsageBasedLineItem,
    },
};
use hub::{CloseError, Side, StoredDocument, View};
use model::{Exchange, LineKind, Month, PartnerId, PartnerKind, PayingSubscriptionId};
use serde::Serialize;

use super::{
    fault::Refused,
    invoices::{by_offset, named, offset, size},
};
use crate::{
    answer::Answer,
    call::Call,
    commerce::{rate_card::too_large, window::failed},
    error::ApiError,
    page::{PageProblem, read, write},
    partner::page,
};

mod facts;

use facts::{Billed, Charged, Writer};

/// For which provider lines are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    /// The lines of new commerce, which lead on by a token.
    OneTime,
    /// The lines of the legacy offer, which lead on by an offset.
    Azure,
    /// Licenses: there are none.
    Office,
}

/// Which lines are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineType {
    Billing,
    Usage,
}

/// What is asked for.
struct Wanted {
    provider: Provider,
    of: LineType,
    size: usize,
    offset: usize,
    /// What a token is of.
    list: String,
}

/// Where lines come from.
enum Source<'a> {
    Document(&'a StoredDocument),
    /// A month for which there is no document yet.
    Open(Month),
    Nothing,
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, Refused> {
    let stored = named(call)?;
    let document = &stored.document;
    check_currency(call, document.currency.code())?;
    let wanted = wanted(call, document.number.as_str())?;
    answer(call, &wanted, &Source::Document(&stored))
}

pub(super) fn unbilled(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = partner(call)?;
    let today = call.hub().now().day().unwrap_or(model::Day(0)).month();
    let period = call.query.get("period").unwrap_or("current");
    let month = match () {
        () if period.eq_ignore_ascii_case("current") => today,
        () if period.eq_ignore_ascii_case("previous") => before(today),
        () => {
            let sent: String = period.chars().take(20).collect();
            let text = format!("The period '{sent}' is none. Ask for 'current' or 'previous'.");
            return Err(Refused::invalid("InvalidPeriod", text));
        }
    };
    check_currency(call, super::invoices::currency(call)?)?;
    let wanted = wanted(call, &format!("unbilled {month} of {partner}"))?;
    let known = call.office.partners.get(&partner);
    if known.is_none_or(|known| known.kind == PartnerKind::IndirectReseller) {
        return answer(call, &wanted, &Source::Nothing);
    }
    let documents = call.hub().store().documents(Some(&partner))?;
    let is_billed = documents.iter().any(|stored| stored.document.month == month);
    answer(call, &wanted, &if is_billed { Source::Nothing } else { Source::Open(month) })
}

fn partner(call: &Call<'_>) -> Result<PartnerId, Refused> {
    Ok(call.partner.clone().ok_or_else(ApiError::not_found)?)
}

fn before(month: Month) -> Month {
    let last = month.first_day().0.saturating_sub(1);
    model::Day(last).month()
}

fn check_currency(call: &Call<'_>, known: &str) -> Result<(), Refused> {
    let sent = call.query.get("currencycode").filter(|sent| !sent.is_empty());
    match sent {
        Some(sent) if !sent.eq_ignore_ascii_case(known) => {
            let sent: String = sent.chars().take(20).collect();
            let text = format!("There is nothing in the currency '{sent}' here: it is all in '{known}'.");
            Err(Refused::invalid("InvalidCurrency", text))
        }
        _ => Ok(()),
    }
}

fn wanted(call: &Call<'_>, of: &str) -> Result<Wanted, Refused> {
    let text = |param: &str, query: &str| {
        let by_path = Some(call.param(param)).filter(|text| !text.is_empty());
        by_path.or_else(|| call.query.get(query)).unwrap_or_default().to_owned()
    };
    let (provider, line_type) = (text("provider", "provider"), text("type", "invoicelineitemtype"));
    let known = |sent: &str, names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(sent));
    let provider = match provider.as_str() {
        sent if known(sent, &["onetime", "one_time", "all", "marketplace"]) => Provider::OneTime,
        sent if known(sent, &["azure"]) => Provider::Azure,
        sent if known(sent, &["office"]) => Provider::Office,
        sent => {
            let sent: String = sent.chars().take(20).collect();
            let text = format!("The provider '{sent}' is none. Ask for 'onetime', 'azure', 'office' or 'all'.");
            return Err(Refused::invalid("InvalidProvider", text));
        }
    };
    let of_type = match line_type.as_str() {
        sent if known(sent, &["billinglineitems", "billing_line_items"]) => LineType::Billing,
        sent if known(sent, &["usagelineitems", "usage_line_items"]) => LineType::Usage,
        sent => {
            let sent: String = sent.chars().take(20).collect();
            let text =
                format!("The invoicelineitemtype '{sent}' is none. Ask for 'billinglineitems' or 'usagelineitems'.");
            return Err(Refused::invalid("InvalidLineItemType", text));
        }
    };
    let list = format!("lines of {of}\n{provider:?} {of_type:?}");
    let header = call.headers.get(CONTINUATION_HEADER).and_then(|value| value.to_str().ok());
    let token = header.or_else(|| call.query.get(page::TOKEN)).filter(|token| !token.is_empty());
    let offset = match token {
        Some(token) => {
            let place = read(call, &list, token).map_err(page::PageProblem::from)?;
            place.parse().map_err(|_| page::PageProblem::from(PageProblem::Token))?
        }
        None => offset(call)?,
    };
    Ok(Wanted { provider, of: of_type, size: size(call)?, offset, list })
}

fn answer(call: &Call<'_>, wanted: &Wanted, source: &Source<'_>) -> Result<Answer, Refused> {
    match (wanted.provider, wanted.of) {
        (Provider::Office, _) => page_of::<String>(call, wanted, Vec::new(), false),
        (Provider::OneTime, LineType::Billing) => {
            let (lines, more) = billing_lines(call, wanted, source)?;
            page_of(call, wanted, lines.iter().map(OneTimeInvoiceLineItem::new).collect(), more)
        }
        (Provider::Azure, LineType::Billing) => {
            let (lines, more) = billing_lines(call, wanted, source)?;
            page_of(call, wanted, lines.iter().map(UsageBasedLineItem::new).collect(), more)
        }
        (Provider::OneTime, LineType::Usage) => {
            let (lines, more) = usage_lines(call, wanted, source)?;
            page_of(call, wanted, lines.iter().map(DailyRatedUsageLineItem::new).collect(), more)
        }
        (Provider::Azure, LineType::Usage) => {
            let (lines, more) = usage_lines(call, wanted, source)?;
            page_of(call, wanted, lines.iter().map(DailyUsageLineItem::new).collect(), more)
        }
    }
}

fn page_of<Item: Serialize>(call: &Call<'_>, wanted: &Wanted, items: Vec<Item>, more: bool) -> Result<Answer, Refused> {
    if wanted.provider == Provider::Azure {
        return Ok(Answer::ok(&by_offset(call, items, wanted.offset, wanted.size, more))?);
    }
    let next = wanted.offset.saturating_add(items.len());
    let token = more.then(|| write(call, &wanted.list, &next.to_string())).transpose();
    let token = token.map_err(page::PageProblem::from)?;
    let uri = super::uri(call);
    let mut page = Collection::page(items, &uri, token.clone());
    if let Some(token) = token {
        let has = call.query.get("seekOperation").is_some();
        let mark = if uri.contains('?') { '&' } else { '?' };
        let seek = if has { uri } else { format!("{uri}{mark}seekOperation=Next") };
        page.links.next = Some(Link::continuing(seek, &token));
    }
    Ok(Answer::ok(&page)?)
}

/// The lines of a page, and whether there are more.
type Lines<Line> = (Vec<Line>, bool);

fn billing_lines(call: &Call<'_>, wanted: &Wanted, source: &Source<'_>) -> Result<Lines<LineFacts>, Refused> {
    let mut page = Cut::new(wanted);
    match source {
        Source::Nothing => {}
        Source::Document(stored) => {
            let mut writer = Writer::of(call, &stored.document.partner, stored.document.number.as_str());
            for line in &stored.document.lines {
                if page.is_wanted() {
                    let charged = Charged::of_line(line).map_err(|error| too_large(&error))?;
                    page.take(writer.line(&charged, line.kind == LineKind::Adjustment)?);
                }
            }
        }
        Source::Open(month) => {
            let partner = partner(call)?;
            let statement = call.hub().statement(&partner, *month).map_err(failed)?;
            let mut writer = Writer::of(call, &partner, "");
            let shown = statement.with_totals(|totals| {
                for due in &totals.lines {
                    if page.is_wanted() {
                        let line = due.line;
                        let charged = Charged {
                            key: &line.key,
                            unit_price: line.unit_price,
                            divisor: line.divisor,
                            quantity: line.quantity,
                            pricing: line.amount,
                            exchange: due.exchange,
                            billed: Billed::Money(due.rounded.money),
                        };
                        page.take(writer.line(&charged, false)?);
                    }
                }
                Ok::<(), ApiError>(())
            });
            shown.map_err(|error| too_large(&error))??;
        }
    }
    Ok(page.into_lines())
}

/// Why a walk over daily charges ended early.
enum Stop {
    Full,
    Failed(ApiError),
}

impl From<CloseError> for Stop {
    fn from(error: CloseError) -> Self {
        Self::Failed(failed(error))
    }
}

fn usage_lines(call: &Call<'_>, wanted: &Wanted, source: &Source<'_>) -> Result<Lines<DailyFacts>, Refused> {
    let mut page = Cut::new(wanted);
    let partner = partner(call)?;
    let (month, view, number) = match source {
        Source::Nothing => return Ok(page.into_lines()),
        Source::Open(month) => (*month, View::Now, String::new()),
        Source::Document(stored) => {
            let document = &stored.document;
            let mut writer = Writer::of(call, &partner, document.number.as_str());
            // What a document changes about earlier ones has no days: it is a line of its month.
            for line in document.lines.iter().filter(|line| line.kind == LineKind::Adjustment) {
                if page.is_wanted() {
                    let charged = Charged::of_line(line).map_err(|error| too_large(&error))?;
                    page.take(writer.day(&charged, line.key.month.first_day(), None)?);
                }
            }
            let has_usage = document.lines.iter().any(|line| line.kind == LineKind::Usage);
            let Some(pins) = stored.pins.as_ref().filter(|_| has_usage && !page.is_full()) else {
                return Ok(page.into_lines());
            };
            (document.month, View::Pinned(pins), document.number.to_string())
        }
    };
    let mut writer = Writer::of(call, &partner, &number);
    // The rates are those of the month, which is seen before its days are.
    let exchanges: RefCell<BTreeMap<PayingSubscriptionId, Option<Exchange>>> = RefCell::default();
    let walked = call.hub().daily_charges::<Stop>(
        &partner,
        month,
        view,
        Side::Cost,
        |month| {
            exchanges.replace(month.rated.iter().map(|one| (one.paying_subscription.clone(), one.exchange)).collect());
            Ok(())
        },
        |charge| {
            if page.is_full() {
                return Err(Stop::Full);
            }
            if page.is_wanted() {
                let line = &charge.line;
                let exchange = exchanges.borrow().get(&line.key.paying_subscription).copied().flatten();
                let charged = Charged {
                    key: &line.key,
                    unit_price: line.unit_price,
                    divisor: line.divisor,
                    quantity: line.quantity,
                    pricing: line.amount,
                    exchange,
                    billed: Billed::Exact,
                };
                let day = writer.day(&charged, charge.day, Some(&charge.subscriber)).map_err(Stop::Failed)?;
                page.take(day);
            }
            Ok(())
        },
    );
    match walked {
        Err(Stop::Failed(error)) => Err(error.into()),
        Ok(_) | Err(Stop::Full) => Ok(page.into_lines()),
    }
}

/// A page that is cut out of a walk.
struct Cut<Line> {
    /// How many lines are still passed over.
    skip: usize,
    size: usize,
    lines: Vec<Line>,
    more: bool,
}

impl<Line> Cut<Line> {
    fn new(wanted: &Wanted) -> Self {
        Self { skip: wanted.offset, size: wanted.size, lines: Vec::new(), more: false }
    }

    /// Whether the next line belongs on the page. Each line is asked for once.
    fn is_wanted(&mut self) -> bool {
        if self.skip > 0 {
            self.skip = self.skip.saturating_sub(1);
            return false;
        }
        self.more = self.lines.len() >= self.size;
        !self.more
    }

    fn take(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Whether it is known that there are more lines than fit.
    fn is_full(&self) -> bool {
        self.more
    }

    fn into_lines(self) -> Lines<Line> {
        (self.lines, self.more)
    }
}
