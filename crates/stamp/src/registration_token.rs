//! Registration token: what a stamp says about itself to whoever registers it.

use contract::{
    hardware::Hardware,
    registration_token::{RegistrationToken, VERSION, write},
};
use model::{BillingModel, Hour};
use serde::Serialize;

use crate::{
    Place,
    emulate::dice::{Chance, Dice},
};

/// How many hosts a token tells of. No hub asks which they are.
const HOSTS: u32 = 4;

/// The stream of chance that the hosts are drawn from. No resource has so high a number.
const HARDWARE: u64 = u64::MAX;

/// What the operator decides when the token is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenChoice {
    /// How the cloud is to be paid for.
    pub billing_model: BillingModel,
    /// The object id of the bridge's service principal.
    pub object_id: String,
    /// Whether it reports its usage. The hub refuses what the billing model forbids.
    pub usage_reporting: bool,
    /// Whether it may download from the marketplace.
    pub marketplace_syndication: bool,
    /// The agreement, which a capacity registration needs.
    pub agreement_number: Option<String>,
    /// The tag of a contract, which a custom registration needs.
    pub ms_asset_tag: Option<String>,
}

/// A host as a stamp describes it: digests instead of serial numbers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Host {
    num_cores: u64,
    bios: [String; 1],
    nic: [String; 2],
    cpu: [String; 2],
    name: String,
    disk: [String; 4],
    uuid: String,
    memory: [String; 4],
}

/// Makes the token of a stamp with a name for people, which may be empty. The facts of the hosts follow from the cloud id, so
/// the token is the same each time.
pub fn make(place: &Place, name: &str, choice: &TokenChoice) -> String {
    let fold = |seed: u64, byte: u8| seed.wrapping_mul(31).wrapping_add(u64::from(byte));
    let chance = Chance::new(place.cloud.folded().bytes().fold(0, fold));
    let hosts: Vec<_> = (0..HOSTS).map(|number| host(place, number, chance.of_hour(HARDWARE, Hour(number)))).collect();
    write(&RegistrationToken {
        cloud_id: place.cloud.clone(),
        billing_model: choice.billing_model,
        object_id: choice.object_id.clone(),
        version: VERSION.to_owned(),
        usage_reporting: choice.usage_reporting,
        marketplace_syndication: choice.marketplace_syndication,
        agreement_number: choice.agreement_number.clone(),
        ms_asset_tag: choice.ms_asset_tag.clone(),
        region_names: vec![place.region.clone()],
        issuer: Some(name.to_owned()).filter(|name| !name.trim().is_empty()),
        // Four hosts with short texts keep within every limit.
        hardware: Hardware::of(&hosts).unwrap_or_default(),
        default_provider_subscription: Some(place.provider_subscription.clone()),
    })
}

fn host(place: &Place, number: u32, mut dice: Dice) -> Host {
    let uuid = digest(&mut dice);
    let part = |range: std::ops::Range<usize>| uuid.get(range).unwrap_or_default();
    let uuid = format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32));
    // Sockets and cores come in pairs: 32, 48 or 64.
    let num_cores = dice.within(2, 4).saturating_mul(16);
    let mut digests = || digest(&mut dice);
    Host {
        num_cores,
        bios: [digests()],
        nic: std::array::from_fn(|_| digests()),
        cpu: std::array::from_fn(|_| digests()),
        name: format!("{}-node{:02}", place.region, number.saturating_add(1)),
        disk: std::array::from_fn(|_| digests()),
        uuid,
        memory: std::array::from_fn(|_| digests()),
    }
}

/// 32 hexadecimal digits.
fn digest(dice: &mut Dice) -> String {
    (0..4).map(|_| dice.hex()).collect()
}

#[cfg(test)]
mod tests;
