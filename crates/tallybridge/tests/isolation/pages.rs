//! Pages: the same for the portal: every page and form, asked by everybody at a browser, with ids of every estate, written in
//! every way, and forms that another site sends.

mod rules;
mod tour;
pub mod visitor;

use crate::{
    cast::Caller,
    estate::{FOREIGN, OWN},
    paths::{Way, Whose},
};
use tour::{Tour, brief, ordered};
use visitor::Visitor;

/// Leads a caller through every page, to what is not its own first, and then to what is.
fn tour(caller: Caller) {
    lead(Tour::begin(caller));
}

fn lead(mut tour: Tour) {
    let foreign = tour.house.holdings(FOREIGN, OWN);
    assert!(foreign.len() > 20, "{foreign:#?}");
    let routes = ordered();
    for route in &routes {
        tour.trespass(route);
    }
    for way in [Way::Plain, Way::Upper, Way::Encoded] {
        for route in &routes {
            tour.own(route, way);
        }
        // Signing out and ending a budget were the last of it.
        tour.visitor = Visitor::sign_in(&tour.house, tour.visitor.caller);
        tour.furnish();
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
fn an_owner_who_administers_the_partner_changes_its_own_and_nothing_else() {
    lead(Tour::of_both());
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
    let mut tour = Tour::of_both();
    for route in ordered().iter().filter(|route| route.scope.is_some()) {
        tour.fields(route);
    }
    tour.end();
}

/// A form counts when it carries the token of its own session and the browser does not say that another site sent it.
#[test]
fn a_form_of_another_site_or_session_is_refused_and_changes_nothing() {
    let mut tour = Tour::of_both();
    let other = Visitor::sign_in(&tour.house, Caller::Owner);
    let token = tour.visitor.form_token.clone();
    assert_ne!(token, other.form_token);
    for route in ordered().iter().filter(|route| route.method == "POST") {
        let built = tour.build(route.path, Way::Plain, |_| Whose::Own);
        let own = tour.body(route, &rules::fields(route, OWN));
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
    let waits = |route: &portal::RouteFacts| route.path.starts_with("/portal/sign-in/");
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
