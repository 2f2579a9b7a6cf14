//! Visitor: somebody who administers the partner and asks for pages over one connection.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use hub::{Hub, OfficeRecord};
use model::{
    AssignmentId, Directory, DirectoryId, Principal, PrincipalId, PrincipalKind, Role, RoleAssignment, ScopePath,
};
use reqwest::{Client, redirect::Policy};

use crate::house;

const ID: &str = "70000000-0000-4000-8000-000000000001";
const HOME: &str = "10000000-0000-4000-8000-000000000002";
const NAME: &str = "owner@measured.example";
const PASSWORD: &str = "a password for measuring only";

/// Makes the account.
pub fn invite(hub: &Hub) -> Result<()> {
    let (id, directory) = (PrincipalId::new(ID)?, DirectoryId::new(HOME)?);
    let records = [
        OfficeRecord::Directory(Directory { id: directory.clone(), domain: "measured.example".to_owned() }),
        OfficeRecord::Principal(Principal {
            id: id.clone(),
            kind: PrincipalKind::User,
            name: NAME.to_owned(),
            directory,
            application: None,
            administrator: false,
            owner: None,
            enabled: true,
            secrets: Vec::new(),
        }),
        OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new("80000000-0000-4000-8000-000000000001")?,
            scope: ScopePath::new(&format!("/partners/{}", house::partner()?))?,
            principal: id.clone(),
            role: Role::PartnerAdministrator,
            removed: false,
        }),
    ];
    hub.record("bench", "somebody who looks", &records)?;
    hub.set_password("bench", &id, PASSWORD)?;
    Ok(())
}

/// Somebody who is signed in.
pub struct Visitor {
    client: Client,
    origin: String,
    cookie: String,
}

impl Visitor {
    pub async fn sign_in(origin: &str) -> Result<Self> {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build()?;
        let form = [("name", NAME), ("password", PASSWORD)];
        let response = client.post(format!("{origin}/portal/sign-in")).form(&form).send().await?;
        let cookie = response.headers().get("set-cookie").context("sign in")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { client, origin: origin.to_owned(), cookie })
    }

    /// How long a page took, and how many bytes it has.
    pub async fn ask(&self, target: &str) -> Result<(Duration, usize)> {
        let start = Instant::now();
        let text = self.text(target).await?;
        Ok((start.elapsed(), text.len()))
    }

    /// How many bytes a page loads beside itself.
    pub async fn assets(&self, target: &str) -> Result<usize> {
        let page = self.text(target).await?;
        let parts = page.split('"').filter(|part| part.starts_with("/portal/assets/"));
        let mut bytes = 0;
        for asset in parts.collect::<BTreeSet<_>>() {
            bytes += self.text(asset).await?.len();
        }
        Ok(bytes)
    }

    async fn text(&self, target: &str) -> Result<String> {
        let request = self.client.get(format!("{}{target}", self.origin)).header("cookie", &self.cookie);
        let response = request.send().await?;
        ensure!(response.status().as_u16() == 200, "{target} is answered {}", response.status());
        Ok(response.text().await?)
    }
}
