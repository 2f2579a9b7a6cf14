use std::collections::BTreeSet;

use contract::registration_token::read;
use model::{CloudId, DirectoryId, LocalSubscriptionId};

use super::*;

fn place(cloud: &str) -> Place {
    Place {
        cloud: CloudId::new(cloud).unwrap(),
        region: "north".to_owned(),
        provider_subscription: LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap(),
        home_directory: DirectoryId::new("10000000-0000-4000-8000-000000000001").unwrap(),
    }
}

fn make_for(cloud: &str, billing_model: BillingModel) -> String {
    make(&place(cloud), "Contoso North", &choice(billing_model))
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
fn a_hub_reads_from_the_token_what_the_stamp_is_and_what_was_chosen() {
    for model in BillingModel::ALL {
        let token = read(&make_for("cloud7", *model)).unwrap();
        assert_eq!((token.cloud_id, token.billing_model), (place("cloud7").cloud, *model));
        assert_eq!(token.usage_reporting, *model != BillingModel::Capacity);
        assert_eq!((token.region_names, token.issuer), (vec!["north".to_owned()], Some("Contoso North".to_owned())));
        assert_eq!(token.default_provider_subscription, Some(place("cloud7").provider_subscription));
        assert_eq!((token.version.as_str(), token.marketplace_syndication), ("1.0", true));
    }
}

#[test]
fn the_hosts_follow_from_the_cloud_id_and_no_two_parts_are_the_same() {
    assert_eq!(make_for("cloud7", BillingModel::Development), make_for("cloud7", BillingModel::Development));
    let mut seen = BTreeSet::new();
    for cloud in ["cloud7", "cloud8"] {
        let token = read(&make_for(cloud, BillingModel::Development)).unwrap();
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
