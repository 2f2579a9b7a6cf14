//! Pages: the same for the portal: every page and form, asked by everybody at a browser, with ids of every estate, written in
//! every way, and forms that another site sends.

mod rules;
pub mod visitor;

use portal::RouteFacts;

use crate::{
    cast::Caller,
    estate::{Estate, FOREIGN, METER, MISSING, OWN},
    house::{Answer, House},
    paths::{self, Built, Way, Whose},
};
use visitor::{Visitor, encoded, form};

/// A tour of one caller through every page.
struct Tour {
    house: House,
    visitor: Visitor,
    /// The digest in the addresses of assets.
    mark: String,
    /// What was not as it must be.
    faults: Vec<String>,
}

/// What stands for a parameter. A new parameter needs a line here.
fn value(path: &str, param: &str, estate: Estate) -> String {
    match param {
        "partner" => estate.partner(),
        "stamp" => estate.stamp(),
        "customer" => estate.customer(),
        "subscription" => estate.paying(),
        "number" => estate.invoice(),
        "tenant" => estate.customer(),
        "month" => "2026-10".to_owned(),
        "meter" => METER.to_owned(),
        "line" => "1".to_owned(),
        "file" => "style.css".to_owned(),
        "door" => "other".to_owned(),
        _ => panic!("{path}: no value for the parameter {param:?}. Say what is own, foreign and missing for it"),
    }
}

/// The parameters of a path that belong to an estate.
fn ids(path: &str) -> Vec<&str> {
    let of_estate = |param: &&str| *param != "mark" && value(path, param, OWN).contains(OWN.mark);
    paths::params(path).into_iter().filter(of_estate).collect()
}

/// Forms after pages, and what ends the session last.
fn order(route: &RouteFacts) -> (bool, bool) {
    (route.method == "POST", route.path == "/portal/sign-out")
}

fn ordered() -> Vec<RouteFacts> {
    let mut routes = portal::routes();
    routes.sort_by_key(order);
    routes
}

impl Tour {
    fn begin(caller: Caller) -> Self {
        let house = House::open();
        let visitor = Visitor::sign_in(&house, caller);
        let page = visitor.ask(&house, "GET", "/portal/nothing", "");
        let sign_in = house.send("GET", "/portal/sign-in", &[], "");
        let (_, rest) = sign_in.text.split_once("/portal/assets/").unwrap();
        let mark = rest.split('/').next().unwrap().to_owned();
        assert_eq!(page.status, if visitor.is_signed_in() { 404 } else { 303 }, "{page}");
        Self { house, visitor, mark, faults: Vec::new() }
    }

    fn build(&self, path: &str, way: Way, whose: impl Fn(&str) -> Whose) -> Built {
        paths::fill(path, |param| {
            if param == "mark" {
                return (self.mark.clone(), self.mark.clone());
            }
            let estate = match whose(param) {
                Whose::Foreign => FOREIGN,
                Whose::Missing => MISSING,
                Whose::Own | Whose::OtherStamp => OWN,
            };
            let value = value(path, param, estate);
            // Upper case means the same in ids, and not in the name of a file.
            let is_name = way == Way::Upper && !value.contains(estate.mark);
            (if is_name { value.clone() } else { paths::spell(&value, way) }, value)
        })
    }

    /// The body of a form with its token.
    fn body(&self, route: &RouteFacts, fields: &[(&'static str, String)]) -> String {
        if route.method != "POST" {
            return String::new();
        }
        let mut all = vec![("form_token", self.visitor.form_token.as_str())];
        all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        form(&all)
    }

    fn fault(&mut self, route: &RouteFacts, target: &str, problem: &str) {
        self.faults.push(format!("{:?} {} {target}: {problem}", self.visitor.caller, route.method));
    }

    /// Asks, and looks into the page that a form leads to, too. The page is one with the answer.
    fn ask(&mut self, route: &RouteFacts, target: &str, sent: &[String], body: &str) -> Answer {
        let mut answer = self.visitor.ask(&self.house, route.method, target, body);
        if route.method == "POST" && answer.status == 303 && self.visitor.is_signed_in() {
            let next = answer.headers["location"].clone();
            let page = self.visitor.ask(&self.house, "GET", &next, "");
            answer.text.push_str(&page.text);
        }
        let mut all = sent.to_vec();
        all.push(body.to_owned());
        if self.visitor.caller != Caller::Operator && answer.tells(FOREIGN.mark, &all) {
            self.fault(route, target, &format!("the answer tells something foreign: {}", brief(&answer)));
        }
        if answer.status >= 500 {
            self.fault(route, target, &format!("the hub failed: {}", brief(&answer)));
        }
        answer
    }

    /// Asks for what is own, and compares with the rule.
    fn own(&mut self, route: &RouteFacts, way: Way) {
        let built = self.build(route.path, way, |_| Whose::Own);
        let body = self.body(route, &rules::fields(route, OWN.mark));
        let rule = rules::right(route, self.visitor.caller);
        let before = self.house.audited();
        let answer = self.ask(route, &built.target, &built.sent, &body);
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
            let nothing = self.build(route.path, way, |_| Whose::Missing);
            self.compare(route, (&built, &answer), &nothing, &body);
        }
    }

    /// Asks for what is foreign in some parameters, and says that it is answered as if there were nothing.
    fn foreign(&mut self, route: &RouteFacts, way: Way, foreign: &[&str]) {
        let whose = |as_what: Whose| move |param: &str| if foreign.contains(&param) { as_what } else { Whose::Own };
        let built = self.build(route.path, way, whose(Whose::Foreign));
        let nothing = self.build(route.path, way, whose(Whose::Missing));
        let body = self.body(route, &rules::fields(route, OWN.mark));
        let before = self.house.audited();
        let answer = self.ask(route, &built.target, &built.sent, &body);
        let refused = match rules::right(route, self.visitor.caller) {
            '1' => is_sent_to_sign_in(&answer, route, &built.target),
            // Whether there is such a thing is not asked of somebody who may not do it.
            '3' if !foreign.contains(&"partner") => answer.status == 403,
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
        let missing = self.ask(route, &nothing.target, &nothing.sent, body);
        self.same(route, &built.target, (answer, &missing), &nothing.target);
    }

    /// Says that two answers tell the same, about a foreign and about a missing thing.
    fn same(&mut self, route: &RouteFacts, target: &str, answers: (&Answer, &Answer), other: &str) {
        let (foreign, missing) = (without(answers.0, target), without(answers.1, other));
        if foreign != missing {
            let problem = format!("what is there is told from what is not: {}", difference(&foreign, &missing));
            self.fault(route, target, &problem);
        }
    }

    /// Every way to ask for what is not the caller's.
    fn trespass(&mut self, route: &RouteFacts) {
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
    fn query(&mut self, route: &RouteFacts) {
        let built = self.build(route.path, Way::Plain, |_| Whose::Own);
        for name in QUERIES {
            for kind in KINDS {
                let asked =
                    |estate: Estate| (format!("{}?{name}={}", built.target, encoded(&kind(estate))), kind(estate));
                let ((target, foreign), (other, missing)) = (asked(FOREIGN), asked(MISSING));
                let answer = self.ask(route, &target, &[foreign, target.clone()], "");
                let nothing = self.ask(route, &other, &[missing, other.clone()], "");
                self.same(route, &target, (&answer, &nothing), &other);
            }
        }
    }

    /// What is foreign in a form is answered as if there were nothing, and changes nothing.
    fn forms(&mut self, route: &RouteFacts) {
        let built = self.build(route.path, Way::Plain, |_| Whose::Own);
        let own = rules::fields(route, OWN.mark);
        let of = |estate: Estate| rules::fields(route, estate.mark);
        for (index, (name, value)) in own.iter().enumerate().filter(|(_, (_, value))| value.contains(OWN.mark)) {
            let with = |estate: Estate| {
                let mut fields = own.clone();
                fields[index] = of(estate)[index].clone();
                (self.body(route, &fields), fields[index].1.clone())
            };
            let ((first, foreign), (second, missing)) = (with(FOREIGN), with(MISSING));
            let before = (self.house.audited(), self.house.holdings(FOREIGN, OWN));
            let answer = self.ask(route, &built.target, &[foreign], &first);
            let nothing = self.ask(route, &built.target, &[missing], &second);
            if without(&answer, &built.target) != without(&nothing, &built.target) {
                let problem =
                    format!("{name}={value}: what is there is told from what is not: {answer}\n  and {nothing}");
                self.fault(route, &built.target, &problem);
            }
            if before != (self.house.audited(), self.house.holdings(FOREIGN, OWN)) {
                self.fault(route, &built.target, &format!("{name}={value}: it changed something"));
            }
        }
    }

    fn end(self) {
        println!("{:?}: {} requests", self.visitor.caller, self.house.requests.get());
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
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
fn brief(answer: &Answer) -> String {
    let body = answer.text.find("<main").and_then(|start| answer.text.get(start..)).unwrap_or(&answer.text);
    format!("{} {:?} {}", answer.status, answer.headers.get("location"), body.chars().take(300).collect::<String>())
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

/// Leads a caller through every page, to what is not its own first, and then to what is.
fn tour(caller: Caller) {
    let mut tour = Tour::begin(caller);
    let foreign = tour.house.holdings(FOREIGN, OWN);
    assert!(foreign.len() > 20, "{foreign:#?}");
    let routes = ordered();
    for route in &routes {
        tour.trespass(route);
    }
    for route in &routes {
        for way in [Way::Plain, Way::Upper, Way::Encoded] {
            tour.own(route, way);
            if route.path == "/portal/sign-out" {
                tour.visitor = Visitor::sign_in(&tour.house, caller);
            }
        }
    }
    if tour.house.holdings(FOREIGN, OWN) != foreign {
        tour.faults.push("something of the other partner was changed".to_owned());
    }
    tour.end();
}

macro_rules! tours {
    ($($name:ident: $caller:ident;)*) => {$(
        #[test]
        fn $name() {
            tour(Caller::$caller);
        }
    )*};
}

tours! {
    an_owner_has_no_page_of_the_partner: Owner;
    a_contributor_has_no_page_of_the_partner: Contributor;
    a_reader_has_no_page_of_the_partner: Reader;
    a_registrar_has_no_page_of_the_partner: Registrar;
    a_bridge_has_no_page_of_the_partner: Bridge;
    a_partner_administrator_has_the_pages_of_its_own_partner: Administrator;
    a_billing_reader_has_the_pages_of_costs_of_its_own_partner: Billing;
    the_platform_operator_has_every_page: Operator;
    a_customer_has_no_page_of_its_partner: Customer;
    a_stranger_has_no_page_of_a_partner: Stranger;
    an_unknown_account_is_sent_to_sign_in: Unknown;
    nobody_is_sent_to_sign_in: Nobody;
    the_credential_of_a_stamp_opens_no_page: Stamp;
}

#[test]
fn a_foreign_thing_in_a_query_is_answered_as_if_there_were_none() {
    for caller in [Caller::Administrator, Caller::Billing] {
        let mut tour = Tour::begin(caller);
        for route in ordered().iter().filter(|route| route.method == "GET" && route.scope.is_some()) {
            tour.query(route);
        }
        tour.end();
    }
}

#[test]
fn a_foreign_thing_in_a_form_is_answered_as_if_there_were_none() {
    let mut tour = Tour::begin(Caller::Administrator);
    for route in ordered().iter().filter(|route| route.method == "POST" && route.scope.is_some()) {
        tour.forms(route);
    }
    tour.end();
}

/// A form counts when it carries the token of its own session and the browser does not say that another site sent it.
#[test]
fn a_form_of_another_site_or_session_is_refused_and_changes_nothing() {
    let mut tour = Tour::begin(Caller::Administrator);
    let other = Visitor::sign_in(&tour.house, Caller::Administrator);
    let token = tour.visitor.form_token.clone();
    assert_ne!(token, other.form_token);
    for route in ordered().iter().filter(|route| route.method == "POST") {
        let built = tour.build(route.path, Way::Plain, |_| Whose::Own);
        let own = tour.body(route, &rules::fields(route, OWN.mark));
        let mut tries: Vec<(String, &[(&str, &str)])> = vec![
            (own.clone(), &[("sec-fetch-site", "cross-site")]),
            (own.clone(), &[("sec-fetch-site", "same-site")]),
            (own.clone(), &[("origin", "https://other.example")]),
            (own.clone(), &[("origin", "null")]),
        ];
        if route.access != "public" {
            tries.extend([
                (own.replace(&token, ""), [].as_slice()),
                (own.replace(&token, &other.form_token), &[]),
                (own.replace(&format!("form_token={token}"), "another=1"), &[]),
            ]);
        }
        for (body, headers) in tries {
            let before = (tour.house.audited(), tour.house.office());
            let answer = tour.visitor.ask_with(&tour.house, "POST", &built.target, &body, headers);
            if answer.status != 403 || answer.headers.contains_key("set-cookie") {
                tour.fault(route, &built.target, &format!("{body} {headers:?} must be refused: {answer}"));
            }
            if before != (tour.house.audited(), tour.house.office()) {
                tour.fault(route, &built.target, &format!("{body} {headers:?} changed something"));
            }
        }
    }
    tour.end();
}

#[test]
fn pages_answer_the_methods_that_they_have_and_no_other() {
    let mut tour = Tour::begin(Caller::Administrator);
    let nobody = Visitor::sign_in(&tour.house, Caller::Nobody);
    // The ways to another issuer and back take every method alike.
    let waits = |route: &RouteFacts| route.path.starts_with("/portal/sign-in/");
    for route in portal::routes().iter().filter(|route| !waits(route)) {
        let built = tour.build(route.path, Way::Plain, |_| Whose::Own);
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer = tour.visitor.ask(&tour.house, method, &built.target, "");
            let unknown = nobody.ask(&tour.house, method, &built.target, "");
            if answer.status != 405 || unknown.status != 303 {
                tour.fault(route, &built.target, &format!("{method}: {} and {}", brief(&answer), brief(&unknown)));
            }
        }
    }
    tour.end();
}

#[test]
fn every_page_has_a_rule_and_every_rule_a_page() {
    let routes = portal::routes();
    for route in &routes {
        assert_eq!(rules::of(route).len(), 1, "{} {} needs one line in the rules", route.method, route.path);
    }
    for (method, path, _) in rules::all() {
        let found = routes.iter().any(|route| route.method == method && route.path == path);
        assert!(found, "the rule {method} {path} is of no page");
    }
}
