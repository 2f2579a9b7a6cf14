//! Visit: what a page is asked, once it is known who asks and that they may.

use std::sync::Arc;

use hub::{Actor, Hub, access};
use model::{Day, Month, Office, Partner, PartnerId, Principal, ScopePath};

use crate::{
    House,
    book::Book,
    fault::Fault,
    language::{Arguments, Language, Theme},
    session::Session,
};

/// Names with texts, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads a query or a form. What cannot be decoded is replaced, as browsers do.
    pub(crate) fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    pub(crate) fn add(&mut self, name: &str, text: &str) {
        self.0.push((name.to_owned(), text.to_owned()));
    }

    /// The first text of a name; none when it is blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.trim());
        found.filter(|text| !text.is_empty())
    }

    /// The first text of a name as it was sent, with its blanks.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Who is signed in.
pub(crate) struct Guest {
    pub(crate) principal: Principal,
    pub(crate) session: Session,
    pub(crate) cookie: String,
}

/// What a page is asked.
pub(crate) struct Visit<'a> {
    pub(crate) house: &'a House,
    /// The office as it is now.
    pub(crate) office: Arc<Office>,
    /// Who asks; nobody on pages for everybody.
    pub(crate) guest: Option<Guest>,
    /// The partner in the path.
    pub(crate) partner: Option<PartnerId>,
    /// The texts of the path.
    pub(crate) params: Pairs,
    pub(crate) query: Pairs,
    pub(crate) form: Pairs,
    /// The path and query as they were sent.
    pub(crate) target: &'a str,
    /// Where the browser found the hub, such as `https://hub.example`.
    pub(crate) origin: String,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
}

impl Visit<'_> {
    pub(crate) fn hub(&self) -> &Hub {
        &self.house.hub
    }

    /// A text in the language of the person.
    pub(crate) fn say(&self, id: &str) -> String {
        self.language.say(id)
    }

    /// A text in the language of the person, with something in it.
    pub(crate) fn tell(&self, id: &str, with: Arguments<'_>) -> String {
        self.language.tell(id, with)
    }

    /// A text of the path.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    /// The partner of this page.
    pub(crate) fn partner(&self) -> Result<&Partner, Fault> {
        self.partner.as_ref().and_then(|id| self.office.partners.get(id)).ok_or(Fault::NotFound)
    }

    /// Who acts.
    pub(crate) fn actor(&self) -> Result<Actor, Fault> {
        self.guest.as_ref().map(|guest| Actor::of(&guest.principal)).ok_or(Fault::SignIn)
    }

    /// Whether the person may do something for the partner of this page.
    pub(crate) fn may(&self, action: &str) -> bool {
        let scope = self.partner.as_ref().and_then(|id| crate::route::partner_scope(id.as_str()));
        scope.is_some_and(|scope| self.may_at(action, &scope))
    }

    /// Whether the person may do something at a place.
    pub(crate) fn may_at(&self, action: &str, scope: &ScopePath) -> bool {
        self.guest.as_ref().is_some_and(|guest| access::allows(&self.office, &guest.principal.id, action, scope))
    }

    /// Today, in UTC.
    pub(crate) fn today(&self) -> Day {
        self.hub().now().day().unwrap_or(Day(0))
    }

    /// The month that is asked for: the one of the query, or the last one with usage that is not in the future.
    pub(crate) fn month(&self) -> Result<Month, Fault> {
        if let Some(sent) = self.query.get("month") {
            return Month::parse(sent).map_err(|_| Fault::Bad(self.tell("bad-month", &[("month", sent.into())])));
        }
        let now = self.today().month();
        let months = self.months()?;
        Ok(months.into_iter().rev().find(|month| *month <= now).unwrap_or(now))
    }

    /// The months in which the partner's stamps have usage, in order.
    pub(crate) fn months(&self) -> Result<Vec<Month>, Fault> {
        let mut months = std::collections::BTreeSet::new();
        for stamp in self.office.stamps.values().filter(|stamp| self.is_own(stamp)) {
            months.extend(self.hub().store().months(&stamp.id)?);
        }
        Ok(months.into_iter().collect())
    }

    /// Whether a stamp is one of the partner of this page, or of one of its resellers.
    pub(crate) fn is_own(&self, stamp: &model::Stamp) -> bool {
        let payer = stamp.partner.as_ref().and_then(|partner| self.office.invoiced_partner(partner));
        stamp.partner == self.partner || payer.map(|payer| &payer.id) == self.partner.as_ref()
    }

    /// What a month of the partner comes to, in cells.
    pub(crate) fn book(&self, month: Month) -> Result<Arc<Book>, Fault> {
        self.house.books.of(&self.partner()?.id, month)
    }
}
