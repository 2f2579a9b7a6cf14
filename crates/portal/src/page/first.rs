//! First: the first partner of a new hub, made by its platform operator, with the default subscription that its stamps are
//! registered below.

use hub::{Catalogue, CatalogueError, WantedRole, WantedSubscription, access};
use maud::{Markup, html};
use model::{
    Directory, DirectoryId, Partner, PartnerId, PartnerKind, PayingSubscriptionId, PriceListId, Role, ScopePath,
    SubscriptionKind, SubscriptionState,
};

use crate::{
    fault::Fault,
    field,
    link::Link,
    reply::{Answer, Page, Reply, Section},
    route::{Access, Route, get, post},
    session::Notice,
    visit::Visit,
};

/// The action of making partners. It is the platform operator's.
const MAKE: &str = "Tallybridge/catalogue/write";

pub(crate) const ROUTES: &[Route] =
    &[get("/portal/first", Access::SignedIn, show), post("/portal/first", Access::SignedIn, make)];

/// Whether the person may make partners.
pub(crate) fn may(visit: &Visit<'_>) -> bool {
    visit.guest.as_ref().is_some_and(|guest| {
        let roles = access::roles(&visit.office, &guest.principal.id, &ROOT);
        roles.into_iter().any(|definition| definition.permits(MAKE))
    })
}

static ROOT: std::sync::LazyLock<ScopePath> = std::sync::LazyLock::new(ScopePath::root);

/// What stands in the fields.
struct Fields {
    name: String,
    id: String,
    domain: String,
    directory: String,
    subscription: String,
    list: String,
}

fn show(visit: &Visit<'_>) -> Reply {
    if !may(visit) {
        return Err(Fault::NotFound);
    }
    let fields = Fields {
        name: String::new(),
        id: String::new(),
        domain: String::new(),
        directory: guid(visit)?,
        subscription: guid(visit)?,
        list: String::new(),
    };
    Ok(whole(visit, &fields, None))
}

/// A GUID for something new. Source: RFC 9562, version 4.
fn guid(visit: &Visit<'_>) -> Result<String, Fault> {
    let bytes = visit.house.sessions.bits().ok_or_else(|| Fault::Failed("the system has no random bits".to_owned()))?;
    let text = hub::hex(&bytes);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    Ok(format!("{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32)))
}

fn whole(visit: &Visit<'_>, fields: &Fields, wrong: Option<Markup>) -> Answer {
    let lists: Vec<(String, String)> = std::iter::once((String::new(), visit.say("first-no-list")))
        .chain(visit.office.price_lists.values().take(50).map(|list| (list.id.to_string(), list.name.clone())))
        .collect();
    let body = html! {
        @if let Some(wrong) = wrong { (wrong) }
        p { (visit.say("first-what")) }
        form.card method="post" action="/portal/first" {
            (field::proof(visit))
            (field::text("name", &visit.say("first-name"), "text", &fields.name))
            (field::text("id", &visit.say("first-id"), "text", &fields.id))
            (field::text("domain", &visit.say("first-domain"), "text", &fields.domain))
            (field::text("directory", &visit.say("first-directory"), "text", &fields.directory))
            (field::text("subscription", &visit.say("first-subscription"), "text", &fields.subscription))
            (field::choice("list", &visit.say("first-list"), &lists, &fields.list))
            button.main { (visit.say("first-make")) }
        }
        p.small { (visit.say("first-many")) }
    };
    Answer::Page(Page { title: visit.say("first-title"), section: Section::None, body })
}

fn make(visit: &Visit<'_>) -> Reply {
    if !may(visit) {
        return Err(Fault::NotFound);
    }
    let sent = |name: &str| visit.form.get(name).unwrap_or_default().to_owned();
    let fields = Fields {
        name: sent("name"),
        id: sent("id"),
        domain: sent("domain"),
        directory: sent("directory"),
        subscription: sent("subscription"),
        list: sent("list"),
    };
    let wanted = match wanted(visit, &fields) {
        Ok(wanted) => wanted,
        Err(problem) => return Ok(whole(visit, &fields, Some(field::refusal(visit, "InvalidEntry", &problem)))),
    };
    match visit.hub().apply_catalogue(&visit.actor()?, &wanted, false) {
        Ok(_) => {}
        Err(CatalogueError::Problems(problems)) => {
            let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Ok(whole(visit, &fields, Some(field::refusal(visit, "InvalidEntry", &listed.join("; ")))));
        }
        Err(error) => return Err(Fault::Failed(error.to_string())),
    }
    if let Some(guest) = &visit.guest {
        let text = visit.tell("first-made", &[("name", fields.name.into())]);
        visit.house.sessions.say(&guest.cookie, Notice { text, wrong: false });
    }
    let partner = wanted.partners.first().ok_or(Fault::NotFound)?;
    Ok(Answer::Go(Link::of(&partner.id, "stamps/register").with("subscription", &fields.subscription).text()))
}

/// The entries of the partner: itself, its directory, its default subscription, and the roles of who makes it.
fn wanted(visit: &Visit<'_>, fields: &Fields) -> Result<Catalogue, String> {
    let wrong =
        |name: &str, sent: &str| visit.tell("first-wrong", &[("field", visit.say(name).into()), ("text", sent.into())]);
    let id = PartnerId::new(&fields.id).map_err(|_| wrong("first-id", &fields.id))?;
    if visit.office.partners.contains_key(&id) {
        return Err(visit.tell("first-taken", &[("id", fields.id.clone().into())]));
    }
    if fields.name.is_empty() {
        return Err(wrong("first-name", ""));
    }
    if fields.domain.is_empty() {
        return Err(wrong("first-domain", ""));
    }
    let directory = DirectoryId::new(&fields.directory).map_err(|_| wrong("first-directory", &fields.directory))?;
    let subscription = PayingSubscriptionId::new(&fields.subscription)
        .map_err(|_| wrong("first-subscription", &fields.subscription))?;
    let list = Some(&fields.list).filter(|list| !list.is_empty()).map(|list| PriceListId::new(list)).transpose();
    let list = list.map_err(|_| wrong("first-list", &fields.list))?;
    let person = visit.guest.as_ref().map(|guest| guest.principal.id.clone()).ok_or_else(String::new)?;
    let role = |role, scope: String| {
        let scope = ScopePath::new(&scope).map_err(|_| wrong("first-id", &fields.id))?;
        Ok::<_, String>(WantedRole { principal: person.clone(), role, scope, remove: false })
    };
    Ok(Catalogue {
        roles: vec![
            role(Role::PartnerAdministrator, format!("/partners/{id}"))?,
            role(Role::Owner, format!("/subscriptions/{subscription}"))?,
        ],
        partners: vec![Partner {
            id: id.clone(),
            name: fields.name.clone(),
            kind: PartnerKind::Direct,
            provider: None,
            price_list: list,
            retail: None,
        }],
        directories: vec![Directory { id: directory.clone(), domain: fields.domain.clone() }],
        subscriptions: vec![WantedSubscription {
            id: subscription,
            name: visit.tell("first-subscription-name", &[("name", fields.name.clone().into())]),
            kind: SubscriptionKind::Cspss,
            directory,
            customer: None,
            partner: Some(id),
            state: SubscriptionState::Active,
            from: None,
        }],
        ..Catalogue::default()
    })
}
