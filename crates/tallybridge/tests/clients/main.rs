//! Clients: the tools that people have for this kind of cloud, unmodified, against the program that people run.
//!
//! The first run installs them from the package index that `pip` uses, which takes minutes; later runs find them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod environment;
mod house;
mod page;

use std::{fmt::Write as _, fs, path::Path};

use environment::Requirements;
use house::House;
use page::Page;

/// The Azure CLI.
const CLI: Requirements = Requirements { file: "clients/cli.txt", text: include_str!("cli.txt") };
/// The libraries for Python.
const SDK: Requirements = Requirements { file: "clients/sdk.txt", text: include_str!("sdk.txt") };

/// What the sections of the page print, in their order; each line stands somewhere in what the section printed.
const SECTIONS: &[(&str, &[&str])] = &[
    ("The hub", &["added"]),
    ("Signing in", &["\"name\": \"Contoso shared services\"", "\"type\": \"servicePrincipal\""]),
    (
        "Registering",
        &[
            "\"name\": \"azurestack\"",
            "\"cloudId\": \"50000000-0000-4000-8000-00000000000a\"",
            "\"principalId\": \"71000000-0000-4000-8000-000000000013\"",
            "\"level\": \"CanNotDelete\"",
        ],
    ),
    ("Activating", &["State         Registered", "Billing       PayAsYouUse", "Usage         on"]),
    ("Approving", &[]),
    (
        "Mapping a customer",
        &[
            "customerSubscriptions/40000000-0000-4000-8000-0000000000a1\"",
            "\"tenantId\": \"30000000-0000-4000-8000-0000000000a1\"",
            "\"value\": [",
            "global",
            "\"billingModel\": \"PayAsYouUse\"",
        ],
    ),
    ("Registering again", &["State         Registered", "\"site\": \"north\""]),
    (
        "Moving",
        &["\"name\": \"stamps\"", "resourceGroups/stamps/providers/Microsoft.AzureStack/registrations/azurestack-"],
    ),
    ("Removing", &["The activation is ended.", "State         Not registered"]),
];

/// Further commands that operators use, while the stamp is registered and a customer mapped, each with what it prints. An
/// exclamation mark is for a command that fails.
const FURTHER: &[(&str, &str)] = &[
    ("az account list --refresh --query '[].id' --output tsv", "20000000-0000-4000-8000-0000000000d0"),
    ("az account list-locations --query '[].name' --output tsv", "local"),
    ("az provider show --namespace Microsoft.AzureStack --query registrationState", "Registered"),
    ("az provider list --query '[].namespace' --output tsv", "Microsoft.AzureStack"),
    ("az group show --name azurestack --query id", "/resourceGroups/azurestack"),
    ("az group exists --name azurestack", "true"),
    ("az group exists --name nothing", "false"),
    ("az group list --query '[].name' --output tsv", "azurestack"),
    ("az group update --name azurestack --set tags.site=north --query tags", "north"),
    ("az resource list --query '[].name' --output tsv", "azurestack-50000000"),
    ("az resource show --ids ${REGISTRATION_URL#$HUB} --query properties.billingModel", "PayAsYouUse"),
    ("az resource show --ids ${REGISTRATION_URL#$HUB}/customerSubscriptions/$CUSTOMER_SUBSCRIPTION --query name", "40000000-0000-4000-8000-0000000000a1"),
    ("az resource update --ids ${REGISTRATION_URL#$HUB} --api-version 2020-06-01-preview --set tags.row=7", "\"row\": \"7\""),
    (
        "az resource patch --ids ${REGISTRATION_URL#$HUB} --properties \"{\\\"registrationToken\\\": \\\"$(cat token.txt)\\\"}\"",
        "\"cloudId\"",
    ),
    ("az resource invoke-action --ids ${REGISTRATION_URL#$HUB} --action getactivationkey", "{}"),
    ("az lock list --query '[].name' --output tsv", "RegistrationResourceLock"),
    ("az lock list --resource-group azurestack --query '[].level' --output tsv", "CanNotDelete"),
    (
        "az lock show --name RegistrationResourceLock --resource-group azurestack --resource-name $REGISTRATION \
         --resource-type Microsoft.AzureStack/registrations --query notes",
        "Registration of a stamp",
    ),
    ("! az resource delete --ids ${REGISTRATION_URL#$HUB} --verbose", "ScopeLocked"),
    ("az role assignment list --scope ${REGISTRATION_URL#$HUB} --query '[].principalId' --output tsv", "71000000"),
    (
        "! az rest --method put --url \"$REGISTRATION_URL/customerSubscriptions/$DEFAULT_SUBSCRIPTION?api-version=2017-06-01\" --body '{}'",
        "InvalidCSPSubscription",
    ),
    (
        // Another program than the one that is signed in: that one's token is still good, so its secret would not be sent.
        "! az login --service-principal --username 72000000-0000-4000-8000-000000000012 --password wrong --tenant $TENANT",
        "AADSTS7000215",
    ),
    (
        "export AZURE_CONFIG_DIR=$PWD/azure-adfs
        az cloud register --name adfs --endpoint-resource-manager $HUB --endpoint-active-directory $HUB/adfs
        az cloud set --name adfs
        az login --service-principal --username 72000000-0000-4000-8000-000000000011 --password \"$REGISTERING_SECRET\" --tenant 10000000-0000-4000-8000-000000000002",
        "20000000-0000-4000-8000-0000000000d0",
    ),
    (
        "export AZURE_CONFIG_DIR=$PWD/azure-person
        echo 'correct horse battery staple' > password.txt
        tallybridge account password owner@IURContosoCSP.onmicrosoft.com --from password.txt
        az cloud register --name tallybridge --endpoint-resource-manager $HUB
        az cloud set --name tallybridge
        az config set core.instance_discovery=false core.login_experience_v2=off
        python device.py",
        "\"name\": \"owner@IURContosoCSP.onmicrosoft.com\"",
    ),
    ("export AZURE_CONFIG_DIR=$PWD/azure-person; az group list --query '[].name' --output tsv; az logout", "azurestack"),
];

#[test]
fn the_operators_guide_registers_a_stamp_as_it_stands() {
    let mut house = House::open(CLI);
    let page = Page::read();
    let named: Vec<&str> = SECTIONS.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(page.sections(), named, "the sections with commands");
    house.install("device.py");
    for (heading, lines) in SECTIONS {
        let printed = house.follow(&page, heading);
        for line in *lines {
            assert!(printed.contains(line), "{heading} does not print {line:?}, but:\n{printed}");
        }
        if *heading == "Mapping a customer" {
            for (command, expected) in FURTHER {
                let printed = house.try_out(command);
                assert!(printed.contains(expected), "`{command}` does not print {expected:?}, but:\n{printed}");
            }
        }
    }
}

#[test]
fn the_libraries_for_python_do_all_that_they_offer() {
    let mut house = House::open(SDK);
    let page = Page::read();
    house.follow(&page, "The hub");
    fs::write(house.folder().join("customers.toml"), customers(101)).unwrap();
    house.run("tallybridge catalog apply customers.toml --yes");
    house.install("sdk.py");
    fs::write(house.folder().join("guide.py"), page.python()).unwrap();
    let printed = house.run("python sdk.py");
    assert!(printed.ends_with("everything was done\n"), "{printed}");
    let printed = house.run("tallybridge stamp activate --key key.txt --trust keys.json; tallybridge stamp status");
    assert!(printed.contains("State         Registered"), "{printed}");
}

#[test]
fn every_code_in_the_operators_guide_is_one_that_the_hub_gives() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    let mut folders = vec![crates.join("api/src"), crates.join("hub/src"), crates.join("contract/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let codes = Page::codes();
    assert!(codes.len() > 25, "{codes:?}");
    for code in codes {
        assert!(sources.contains(&format!("\"{code}\"")), "the hub never says {code}");
    }
}

/// A catalogue with as many more customers, each with a subscription.
fn customers(count: u32) -> String {
    let mut text = String::new();
    for number in 1..=count {
        write!(
            text,
            r#"
            [[directory]]
            id = "31000000-0000-4000-8000-{number:012}"
            domain = "customer{number}.example"

            [[customer]]
            id = "31000000-0000-4000-8000-{number:012}"
            name = "Customer {number}"
            partner = "4390934"

            [[subscription]]
            id = "41000000-0000-4000-8000-{number:012}"
            name = "Customer {number}"
            kind = "CSP"
            directory = "31000000-0000-4000-8000-{number:012}"
            customer = "31000000-0000-4000-8000-{number:012}"
            partner = "4390934"
            from = "2026-09-01"
            "#
        )
        .unwrap();
    }
    text
}
