//! The matrix: every route of the router, asked by everybody, with ids of every estate, written in every way.

use api::RouteFacts;

use crate::{
    cast::Caller,
    estate::{FOREIGN, OWN},
    exceptions,
    house::{Answer, House},
    paths::{self, Built, Way, Whose},
    rules,
};

/// A tour of one caller through every route.
struct Tour {
    house: House,
    caller: Caller,
    /// What was not as it must be.
    faults: Vec<String>,
}

/// Whether a route only looks.
fn looks(route: &RouteFacts) -> bool {
    matches!(route.method, "GET" | "HEAD")
}

/// What is removed last: the innermost things first, and locks before what they lock.
fn order(route: &RouteFacts) -> (bool, bool, i32) {
    let deletes = route.method == "DELETE";
    let segments = i32::try_from(route.path.split('/').count()).unwrap();
    (deletes, deletes && !route.path.ends_with("{lock}"), if deletes { -segments } else { 0 })
}

impl Tour {
    fn ask(&mut self, route: &RouteFacts, built: &Built, body: &str) -> Answer {
        let answer = self.house.ask(self.caller, route.method, &built.target, body);
        let mut sent = built.sent.clone();
        sent.push(body.to_owned());
        let all = self.caller == Caller::Operator || exceptions::NAMES_ALL_STAMPS.contains(&route.path);
        if !all && answer.tells(FOREIGN.mark, &sent) {
            self.fault(route, built, &format!("the answer tells something foreign: {answer}"));
        }
        if answer.status >= 500 {
            self.fault(route, built, &format!("the hub failed: {answer}"));
        }
        answer
    }

    fn fault(&mut self, route: &RouteFacts, built: &Built, problem: &str) {
        self.faults.push(format!("{:?} {} {}: {problem}", self.caller, route.method, built.target));
    }

    /// Asks for what is own, and for the other stamp's, and compares with the rule.
    fn own(&mut self, route: &RouteFacts, way: Way, whose: Whose) {
        let built = paths::build(route, way, |_| whose);
        let body = paths::body(route, OWN);
        let mut rule = rules::right(route, self.caller);
        let narrow = route.path.contains("{registration}") || route.path.contains("{stamp}");
        if whose == Whose::OtherStamp && self.caller.has_one_stamp() && narrow && rule != '1' {
            rule = '4';
        }
        let before = self.house.audited();
        let answer = self.ask(route, &built, &body);
        let right = match rule {
            '+' => ![401, 403, 404, 405].contains(&answer.status),
            '3' => answer.status == 403,
            '4' => answer.status == 404,
            '1' => answer.status == 401,
            _ => false,
        };
        if !right {
            self.fault(route, &built, &format!("the rule is {rule:?}, the answer {answer}"));
        }
        if rule != '+' && self.house.audited() != before {
            self.fault(route, &built, "it was refused and changed something");
        }
        if rule == '4' {
            let nothing = paths::build(route, way, |_| Whose::Missing);
            self.compare(route, &built, &answer, &nothing, &body);
        }
    }

    /// Asks for what is foreign in some parameters, and says that it is answered as if there were nothing.
    fn foreign(&mut self, route: &RouteFacts, way: Way, foreign: &[&str]) {
        let whose = |as_what: Whose| move |param: &str| if foreign.contains(&param) { as_what } else { Whose::Own };
        let built = paths::build(route, way, whose(Whose::Foreign));
        let nothing = paths::build(route, way, whose(Whose::Missing));
        let body = paths::body(route, OWN);
        let before = self.house.audited();
        let answer = self.ask(route, &built, &body);
        // Where the outermost id is foreign, nobody has any business.
        let outermost = paths::ids(route.path).first().is_some_and(|first| foreign.contains(first));
        if outermost && route.access != "public" {
            let expected = if rules::right(route, self.caller) == '1' { 401 } else { 404 };
            if answer.status != expected {
                self.fault(route, &built, &format!("it must be answered {expected}: {answer}"));
            }
            if self.house.audited() != before {
                self.fault(route, &built, "it was refused and changed something");
            }
        }
        if !exceptions::told_apart(route, foreign) {
            self.compare(route, &built, &answer, &nothing, &body);
        }
    }

    fn compare(&mut self, route: &RouteFacts, built: &Built, answer: &Answer, nothing: &Built, body: &str) {
        let missing = self.ask(route, nothing, body);
        if answer.blotted() != missing.blotted() {
            self.fault(route, built, &format!("what is there is told from what is not: {answer}\n  and {missing}"));
        }
    }

    /// Every way to ask for what is not the caller's.
    fn trespass(&mut self, route: &RouteFacts) {
        let ids = paths::ids(route.path);
        if ids.is_empty() || self.caller == Caller::Operator {
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

    fn at_home(&mut self, route: &RouteFacts) {
        for way in [Way::Plain, Way::Upper, Way::Encoded] {
            self.own(route, way, Whose::Own);
        }
    }
}

/// Leads a caller through every route: what looks first, then what is not its own, then what is, and what removes last.
fn tour(caller: Caller) {
    let mut tour = Tour { house: House::open(), caller, faults: Vec::new() };
    let foreign = tour.house.holdings(FOREIGN, OWN);
    assert!(foreign.len() > 20, "{foreign:#?}");
    let (looking, mut changing): (Vec<_>, Vec<_>) = api::routes().into_iter().partition(looks);
    changing.sort_by_key(order);
    for route in &looking {
        tour.at_home(route);
        // A lock, a role and a customer subscription of the other registration have the same names or none.
        if ["{registration}", "{stamp}", "{hour}"].iter().any(|end| route.path.ends_with(end)) {
            tour.own(route, Way::Plain, Whose::OtherStamp);
        }
        tour.trespass(route);
    }
    for route in &changing {
        tour.trespass(route);
        if caller.has_one_stamp() {
            tour.own(route, Way::Plain, Whose::OtherStamp);
        }
    }
    for route in &changing {
        tour.at_home(route);
    }
    if tour.house.holdings(FOREIGN, OWN) != foreign {
        tour.faults.push("something of the other partner was changed".to_owned());
    }
    println!("{caller:?}: {} requests", tour.house.requests.get());
    assert!(tour.faults.is_empty(), "{} faults:\n{}", tour.faults.len(), tour.faults.join("\n"));
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
    an_owner_sees_and_changes_its_own_and_nothing_else: Owner;
    a_contributor_sees_and_changes_its_own_and_nothing_else: Contributor;
    a_reader_sees_its_own_and_nothing_else: Reader;
    a_registrar_registers_in_its_own_subscription_and_nowhere_else: Registrar;
    a_bridge_sees_its_own_registration_and_nothing_else: Bridge;
    a_partner_administrator_sees_its_own_partner_and_nothing_else: Administrator;
    a_billing_reader_sees_the_costs_of_its_own_partner_and_nothing_else: Billing;
    the_platform_operator_sees_everything_and_approves: Operator;
    a_customer_sees_nothing_of_its_partner: Customer;
    a_stranger_sees_nothing: Stranger;
    an_unknown_account_is_not_let_in: Unknown;
    nobody_is_not_let_in: Nobody;
    the_credential_of_a_stamp_opens_its_own_windows_and_nothing_else: Stamp;
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let routes = api::routes();
    for route in &routes {
        paths::ids(route.path);
        assert_eq!(rules::of(route).len(), 1, "{} {} needs one line in the rules", route.method, route.path);
    }
    for (method, path, _) in rules::all() {
        let found = routes.iter().any(|route| route.method == method && route.path == path);
        assert!(found, "the rule {method} {path} is of no route");
    }
}
