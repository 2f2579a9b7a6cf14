//! Tour: one caller's way through every page and form: what is asked, and what the answer must be.

use hub::{Actor, OfficeRecord};
use model::{
    AssignmentId, Budget, BudgetId, BudgetSide, Currency, CustomerId, Money, PartnerId, PrincipalId, Role,
    RoleAssignment, ScopePath, Share,
};
use portal::RouteFacts;

use super::{
    rules,
    visitor::{Visitor, encoded, form},
};
use crate::{
    cast::Caller,
    estate::{Estate, FOREIGN, MISSING, OWN},
    house::{Answer, House},
    paths::{self, Built, Way, Whose},
};

/// A tour of one caller through every page.
pub struct Tour {
    pub house: House,
    pub visitor: Visitor,
    /// Whether the caller, an owner of the default subscription, administers the partner too.
    has_both: bool,
    /// The digest in the addresses of assets.
    mark: String,
    /// What was not as it must be.
    pub faults: Vec<String>,
}

/// What stands for a parameter that belongs to an estate, or means the same to everybody. A new parameter needs a line here.
fn value(path: &str, param: &str, estate: Estate) -> String {
    match param {
        "partner" => estate.partner(),
        "stamp" => estate.stamp(),
        "customer" => estate.customer(),
        "number" => estate.invoice(),
        "budget" => budget(estate),
        "line" => "1".to_owned(),
        "file" if path.contains("/files/") => "record.json".to_owned(),
        "file" => "style.css".to_owned(),
        "door" => "other".to_owned(),
        _ => panic!("{path}: no value for the parameter {param:?}. Say what is own, foreign and missing for it"),
    }
}

fn budget(estate: Estate) -> String {
    format!("budget-{}", estate.mark)
}

/// The parameters of a path that belong to an estate.
fn ids(path: &str) -> Vec<&str> {
    let of_estate = |param: &&str| *param != "mark" && value(path, param, OWN).contains(OWN.mark);
    paths::params(path).into_iter().filter(of_estate).collect()
}

/// Forms after pages, and what ends something last.
fn order(route: &RouteFacts) -> u8 {
    match route.path {
        "/portal/sign-out" => 3,
        path if path.ends_with("/end") => 2,
        _ => u8::from(route.method == "POST"),
    }
}

pub fn ordered() -> Vec<RouteFacts> {
    let mut routes = portal::routes();
    routes.sort_by_key(order);
    routes
}

impl Tour {
    pub fn begin(caller: Caller) -> Self {
        let house = House::open();
        let visitor = Visitor::sign_in(&house, caller);
        let page = visitor.ask(&house, "GET", "/portal/nothing", "");
        assert_eq!(page.status, if visitor.is_signed_in() { 404 } else { 303 }, "{page}");
        let sign_in = house.send("GET", "/portal/sign-in", &[], "");
        let (_, rest) = sign_in.text.split_once("/portal/assets/").unwrap();
        let mark = rest.split('/').next().unwrap().to_owned();
        let tour = Self { house, visitor, has_both: false, mark, faults: Vec::new() };
        tour.furnish();
        tour
    }

    /// A tour of an owner of the default subscription who administers the partner, as small partners have them.
    pub fn of_both() -> Self {
        let mut tour = Self::begin(Caller::Owner);
        let role = RoleAssignment {
            id: AssignmentId::new(&OWN.assignment(8)).unwrap(),
            scope: ScopePath::new(&format!("/partners/{}", OWN.partner())).unwrap(),
            principal: PrincipalId::new(&OWN.principal("1")).unwrap(),
            role: Role::PartnerAdministrator,
            removed: false,
        };
        tour.house.hub.record("test", "a second role", &[OfficeRecord::RoleAssignment(role)]).unwrap();
        tour.has_both = true;
        tour
    }

    /// Both partners have a budget, also after one was ended, and the first has its mappings, also after one was removed.
    pub fn furnish(&self) {
        let registrations = OWN.records().into_iter().filter(|one| matches!(one, OfficeRecord::Registration(_)));
        self.house.hub.record("test", "as it was", &registrations.collect::<Vec<_>>()).unwrap();
        for estate in [OWN, FOREIGN] {
            let budget = Budget {
                id: BudgetId::new(&budget(estate)).unwrap(),
                partner: PartnerId::new(&estate.partner()).unwrap(),
                customer: Some(CustomerId::new(&estate.customer()).unwrap()),
                side: BudgetSide::Cost,
                amount: Money { minor: 10_000, currency: Currency::parse("USD").unwrap() },
                thresholds: vec![Share::parse_percent("80").unwrap()],
                webhook: Some(format!("https://hooks.example/{}", estate.mark)),
                secret: Some(format!("a secret that nobody is shown {}", estate.mark)),
                mail: vec![format!("{}@mail.example", estate.mark)],
                ended: false,
            };
            self.house.hub.put_budget(&Actor::at_home("test"), &budget).unwrap();
        }
    }

    fn rule(&self, route: &RouteFacts) -> char {
        if self.has_both { rules::right_of_both(route) } else { rules::right(route, self.visitor.caller) }
    }

    pub fn build(&self, path: &str, way: Way, whose: impl Fn(&str) -> Whose) -> Built {
        paths::fill(path, |param| {
            let estate = match whose(param) {
                Whose::Foreign => FOREIGN,
                Whose::Missing => MISSING,
                Whose::Own | Whose::OtherStamp => OWN,
            };
            let value = match param {
                "mark" => self.mark.clone(),
                "number" if path.contains("/audit/") => self.audited(estate),
                _ => value(path, param, estate),
            };
            // Upper case means the same in ids, and not in the name of a file.
            let is_name = way == Way::Upper && !value.contains(estate.mark);
            (if is_name { value.clone() } else { paths::spell(&value, way) }, value)
        })
    }

    /// The number of an entry of the audit log about an estate alone; one that is not there for what is nobody's.
    fn audited(&self, estate: Estate) -> String {
        let mut found = 9_999_999;
        let looked = self.house.hub.store().audit(0, &mut |entry| {
            let text = format!("{:?}", entry.note);
            let others = [OWN, FOREIGN].iter().any(|other| *other != estate && text.contains(other.mark));
            if text.contains(estate.mark) && !others {
                found = entry.number;
            }
            Ok(())
        });
        looked.unwrap();
        found.to_string()
    }

    /// The body of a form with its token.
    pub fn body(&self, route: &RouteFacts, fields: &[(&'static str, String)]) -> String {
        if route.method != "POST" {
            return String::new();
        }
        let mut all = vec![("form_token", self.visitor.form_token.as_str())];
        all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        form(&all)
    }

    pub fn fault(&mut self, route: &RouteFacts, target: &str, problem: &str) {
        self.faults.push(format!("{:?} {} {target}: {problem}", self.visitor.caller, route.method));
    }

    /// Asks, and looks into the page that a form leads to, too. The page is one with the answer.
    fn ask(&mut self, route: &RouteFacts, built: &Built, body: &str) -> Answer {
        let mut answer = self.visitor.ask(&self.house, route.method, &built.target, body);
        if route.method == "POST" && answer.status == 303 && self.visitor.is_signed_in() {
            let page = self.visitor.ask(&self.house, "GET", &answer.headers["location"], "");
            answer.text.push_str(&page.text);
        }
        // What was asked may be said again.
        let mut sent = built.sent.clone();
        sent.extend([body.to_owned(), built.target.clone(), built.target.replace('&', "&amp;")]);
        if self.visitor.caller != Caller::Operator && answer.tells(FOREIGN.mark, &sent) {
            self.fault(route, &built.target, &format!("it tells something foreign: {}", told(&answer, &sent)));
        }
        if answer.status >= 500 {
            self.fault(route, &built.target, &format!("the hub failed: {}", brief(&answer)));
        }
        answer
    }

    /// Asks for what is own, and compares with the rule.
    pub fn own(&mut self, route: &RouteFacts, way: Way) {
        let fields = rules::fields(route, OWN);
        let mut built = self.build(route.path, way, |_| Whose::Own);
        let body = self.body(route, &fields);
        built.target = target(route, &built, &fields);
        let rule = self.rule(route);
        let before = self.house.audited();
        let answer = self.ask(route, &built, &body);
        let right = match rule {
            '+' => ![401, 403, 404, 405].contains(&answer.status),
            '3' => answer.status == 403,
            '4' => answer.status == 404,
            '1' => is_sent_to_sign_in(&answer, route, &built.target),
            _ => false,
        };
        if !right {
            self.fault(route, &built.target, &format!("the rule is {rule:?}, the answer {}", brief(&answer)));
        }
        if rule != '+' && self.house.audited() != before {
            self.fault(route, &built.target, "it was refused and changed something");
        }
        if rule == '4' {
            let mut nothing = self.build(route.path, way, |_| Whose::Missing);
            nothing.target = target(route, &nothing, &fields);
            self.compare(route, (&built, &answer), &nothing, &body);
        }
    }

    /// Asks for what is foreign in some parameters, and says that it is answered as if there were nothing.
    fn foreign(&mut self, route: &RouteFacts, way: Way, foreign: &[&str]) {
        let whose = |as_what: Whose| move |param: &str| if foreign.contains(&param) { as_what } else { Whose::Own };
        let mut built = self.build(route.path, way, whose(Whose::Foreign));
        let mut nothing = self.build(route.path, way, whose(Whose::Missing));
        let fields = rules::fields(route, OWN);
        let body = self.body(route, &fields);
        built.target = target(route, &built, &fields);
        nothing.target = target(route, &nothing, &fields);
        let before = self.house.audited();
        let answer = self.ask(route, &built, &body);
        let refused = match self.rule(route) {
            '1' => is_sent_to_sign_in(&answer, route, &built.target),
            // Whether there is such a thing need not be asked for somebody who may not do it.
            '3' if !foreign.contains(&"partner") => [403, 404].contains(&answer.status),
            _ => answer.status == 404,
        };
        if !refused {
            self.fault(route, &built.target, &format!("it must be refused: {}", brief(&answer)));
        }
        if self.house.audited() != before {
            self.fault(route, &built.target, "it was refused and changed something");
        }
        self.compare(route, (&built, &answer), &nothing, &body);
    }

    fn compare(&mut self, route: &RouteFacts, (built, answer): (&Built, &Answer), nothing: &Built, body: &str) {
        let missing = self.ask(route, nothing, body);
        self.same(route, (&built.target, answer), (&nothing.target, &missing));
    }

    /// Says that two answers tell the same, about a foreign and about a missing thing.
    fn same(&mut self, route: &RouteFacts, first: (&str, &Answer), second: (&str, &Answer)) {
        let (foreign, missing) = (without(first.1, first.0), without(second.1, second.0));
        if foreign != missing {
            let problem = format!("what is there is told from what is not: {}", difference(&foreign, &missing));
            self.fault(route, first.0, &problem);
        }
    }

    /// Every way to ask for what is not the caller's.
    pub fn trespass(&mut self, route: &RouteFacts) {
        let ids = ids(route.path);
        if ids.is_empty() || self.visitor.caller == Caller::Operator {
            return;
        }
        for way in [Way::Plain, Way::Upper, Way::Encoded] {
            self.foreign(route, way, &ids);
        }
        if ids.len() > 1 {
            for one in &ids {
                self.foreign(route, Way::Plain, &[*one]);
                let others: Vec<&str> = ids.iter().copied().filter(|other| other != one).collect();
                self.foreign(route, Way::Plain, &others);
            }
        }
    }

    /// What is foreign in a query is answered as if there were nothing.
    pub fn query(&mut self, route: &RouteFacts) {
        let built = self.build(route.path, Way::Plain, |_| Whose::Own);
        for (name, kind) in QUERIES.iter().flat_map(|name| KINDS.iter().map(move |kind| (*name, *kind))) {
            let of = |estate: Estate| {
                let value = kind(estate);
                Built { target: target(route, &built, &[(name, value.clone())]), sent: vec![value] }
            };
            let [first, second] = [FOREIGN, MISSING].map(of);
            let answer = self.ask(route, &first, "");
            let nothing = self.ask(route, &second, "");
            self.same(route, (&first.target, &answer), (&second.target, &nothing));
        }
    }

    /// What is foreign in a form, or in the query that a page needs, is answered as if there were nothing, and changes nothing.
    pub fn fields(&mut self, route: &RouteFacts) {
        let own = rules::fields(route, OWN);
        for (index, (name, value)) in own.iter().enumerate().filter(|(_, (_, value))| value.contains(OWN.mark)) {
            let of = |estate: Estate| {
                let mut fields = own.clone();
                fields[index] = rules::fields(route, estate)[index].clone();
                let mut built = self.build(route.path, Way::Plain, |_| Whose::Own);
                built.target = target(route, &built, &fields);
                built.sent.push(fields[index].1.clone());
                (built, self.body(route, &fields))
            };
            let [(first, body), (second, other)] = [FOREIGN, MISSING].map(of);
            let before = (self.house.audited(), self.house.office());
            let answer = self.ask(route, &first, &body);
            let nothing = self.ask(route, &second, &other);
            if !rules::told_apart(route, name) {
                self.same(route, (&first.target, &answer), (&second.target, &nothing));
            }
            if before != (self.house.audited(), self.house.office()) {
                self.fault(route, &first.target, &format!("{name}={value}: it changed something"));
            }
        }
    }

    pub fn end(self) {
        println!("{:?}: {} requests", self.visitor.caller, self.house.requests.get());
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// The address of a route with its query, where it needs one.
fn target(route: &RouteFacts, built: &Built, fields: &[(&'static str, String)]) -> String {
    if route.method == "POST" || fields.is_empty() {
        return built.target.clone();
    }
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("{}?{}", built.target, form(&pairs))
}

/// The names that queries may have, and more.
const QUERIES: &[&str] = &[
    "against",
    "by",
    "customer",
    "invoice",
    "list",
    "meter",
    "number",
    "page",
    "partner",
    "q",
    "registration",
    "search",
    "stamp",
    "subscription",
    "tenant",
    "who",
];

/// What a query may name of an estate.
const KINDS: &[fn(Estate) -> String] = &[
    Estate::partner,
    Estate::customer,
    Estate::paying,
    Estate::default,
    Estate::stamp,
    Estate::invoice,
    Estate::domain,
    Estate::holder,
    Estate::registration_path,
    |estate| format!("customer {}", estate.mark),
    |estate| format!("list-{}", estate.mark),
];

/// What is shown of an answer that is not as it must be.
pub fn brief(answer: &Answer) -> String {
    let body = answer.text.find("<main").and_then(|start| answer.text.get(start..)).unwrap_or(&answer.text);
    format!("{} {:?} {}", answer.status, answer.headers.get("location"), body.chars().take(300).collect::<String>())
}

/// What an answer tells, and a little around it.
fn told(answer: &Answer, sent: &[String]) -> String {
    let mut text = answer.text.to_lowercase();
    for value in sent {
        text = text.replace(&value.to_lowercase(), "");
    }
    let (before, after) = text.split_once(FOREIGN.mark).unwrap_or_default();
    let before: String = before.chars().rev().take(200).collect();
    format!("{}[mark]{}", before.chars().rev().collect::<String>(), after.chars().take(100).collect::<String>())
}

/// What differs between two answers, and a little around it.
fn difference(one: &Answer, other: &Answer) -> String {
    if one.status != other.status || one.headers != other.headers {
        return format!("{}\n  and {}", brief(one), brief(other));
    }
    let same = one.text.chars().zip(other.text.chars()).take_while(|(first, second)| first == second).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
    format!("{}\n  and {}", part(&one.text), part(&other.text))
}

/// An answer without the address that was asked for, which pages and redirects name, and without marks.
fn without(answer: &Answer, target: &str) -> Answer {
    let mut same = answer.clone();
    // Where addresses have different lengths, so have pages.
    same.headers.remove("content-length");
    let encoded = encoded(target);
    for text in same.headers.values_mut().chain([&mut same.text]) {
        *text = text.replace(&encoded, "target").replace(&target.replace('&', "&amp;"), "target");
    }
    same.blotted()
}

/// Nobody is told more than where to sign in, and is led back afterwards. A form is not sent again.
fn is_sent_to_sign_in(answer: &Answer, route: &RouteFacts, target: &str) -> bool {
    if route.method == "POST" {
        return answer.status == 401;
    }
    let next = if target == "/portal" { String::new() } else { format!("?next={}", encoded(target)) };
    // A query may begin with an empty pair.
    let location = answer.headers.get("location").map(|location| location.replace("?&", "?"));
    answer.status == 303 && location == Some(format!("/portal/sign-in{next}")) && answer.text.is_empty()
}
