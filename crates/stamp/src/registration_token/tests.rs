use std::collections::BTreeSet;

use contract::registration_token::read;
use model::{CloudId, DirectoryId, LocalSubscriptionId};

use super::*;
use crate::Story;

fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        cloud: CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap(),
        name: "Contoso North".to_owned(),
        region: "north".to_owned(),
        home_directory: DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap(),
        provider_subscription: LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap(),
        tenants: Vec::new(),
        start: Hour(0),
        end: Hour(1),
        resources_per_subscription: 1,
        token: None,
        story: Story::default(),
    }
}

fn choice(billing_model: BillingModel) -> TokenChoice {
    TokenChoice {
        billing_model,
        object_id: "70000000-0000-4000-8000-000000000001".to_owned(),
        usage_reporting: true,
        marketplace_syndication: true,
        agreement_number: Some("A-1".to_owned()),
        ms_asset_tag: Some("T-1".to_owned()),
    }
}

#[test]
fn a_hub_reads_from_the_token_what_the_plan_and_the_choice_say() {
    for model in BillingModel::ALL {
        let token = read(&make(&plan(7), &choice(*model))).unwrap();
        assert_eq!((token.cloud_id, token.billing_model), (plan(7).cloud, *model));
        assert_eq!(token.usage_reporting, *model != BillingModel::Capacity);
        assert_eq!((token.region_names, token.issuer), (vec!["north".to_owned()], Some("Contoso North".to_owned())));
        assert_eq!(token.default_provider_subscription, Some(plan(7).provider_subscription));
        assert_eq!((token.version.as_str(), token.marketplace_syndication), ("1.0", true));
    }
}

#[test]
fn the_hosts_follow_from_the_seed_and_no_two_parts_are_the_same() {
    assert_eq!(make(&plan(7), &choice(BillingModel::Development)), make(&plan(7), &choice(BillingModel::Development)));
    let mut seen = BTreeSet::new();
    for seed in [7, 8] {
        let token = read(&make(&plan(seed), &choice(BillingModel::Development))).unwrap();
        let hosts: Vec<serde_json::Value> = serde_json::from_str(token.hardware.text()).unwrap();
        assert_eq!(hosts.len(), 4);
        for host in &hosts {
            for part in ["bios", "nic", "cpu", "disk", "memory"] {
                for digest in host[part].as_array().unwrap() {
                    let digest = digest.as_str().unwrap().to_owned();
                    assert!(digest.len() == 32 && digest.bytes().all(|digit| digit.is_ascii_hexdigit()), "{digest}");
                    assert!(seen.insert(digest));
                }
            }
            assert_eq!(host["uuid"].as_str().unwrap().len(), 36);
        }
        assert_eq!(hosts[3]["name"], "north-node04");
    }
}
