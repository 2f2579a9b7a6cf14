//! Openapi: Schemathesis tries every operation of the served description, with what fits it and with what does not. Nothing
//! may fail, and every answer must be one that the description has.
//!
//! The first run installs it from the package index that `pip` uses; later runs find it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../partner/cast.rs"]
#[expect(dead_code, reason = "its other names are for the tests of partners")]
mod cast;
#[path = "../clients/environment.rs"]
mod environment;
mod house;

use std::{collections::BTreeMap, fs, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use house::{CREDENTIAL, House, PASSWORD, PROGRAM, Person, READER, WIDE};
use serde_json::{Value, json};

/// What asks.
const SCHEMATHESIS: environment::Requirements =
    environment::Requirements { file: "openapi/requirements.txt", text: include_str!("requirements.txt") };

/// What is looked at in every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Values that lead somewhere, by the parameters that they are for.
fn dictionaries(house: &House) -> BTreeMap<&'static str, Value> {
    let token = json!({
        "billingModel": "PayAsYouUse", "objectId": "70000000-0000-4000-8000-0000000000b1", "cloudId": cast::NORTH,
        "hardwareInfo": [], "issuer": "test", "version": "1.0", "regionNames": ["north"],
    });
    let registration = house::registration();
    let group = format!("/subscriptions/{}/resourceGroups/azurestack", cast::D);
    let roles: Vec<&str> = hub::access::ROLES.iter().map(|role| role.id).collect();
    let values = [
        ("path.stamp", json!([cast::NORTH])),
        ("path.hour", json!(["2026-10-10T00:00:00Z", "2026-11-01T05"])),
        ("path.tenant", json!(["common", "adfs", "adatum.example"])),
        ("path.subscription", json!([cast::D, cast::D, cast::A1])),
        ("path.group", json!(["azurestack", "azurestack", "other"])),
        ("path.registration", json!([registration.rsplit('/').next()])),
        ("path.customer", json!([cast::A1, cast::B1, cast::ADATUM])),
        ("path.namespace", json!(["Microsoft.AzureStack", "Microsoft.Resources"])),
        ("path.lock", json!(["keep"])),
        ("path.role", json!(roles)),
        ("path.assignment", json!(["90000000-0000-4000-8000-000000000001", "90000000-0000-4000-8000-000000000002"])),
        ("path.partner", json!([cast::CONTOSO, cast::PROVIDER])),
        ("path.month", json!(["2026-10", "2026-11"])),
        ("path.number", json!(house.documents())),
        ("query.$filter", json!(["atScope()", "name eq 'north'", "tagName eq 'team'"])),
        ("query.$expand", json!(["createdTime,changedTime"])),
        ("body.location", json!(["local"])),
        ("body.properties.registrationToken", json!([STANDARD.encode(token.to_string())])),
        ("body.properties.tenantId", json!([cast::ADATUM])),
        ("body.properties.roleDefinitionId", json!(roles)),
        ("body.properties.principalId", json!(["70000000-0000-4000-8000-000000000010"])),
        ("body.resources[*]", json!([registration])),
        ("body.targetResourceGroup", json!([group])),
        ("body.companyProfile.domain", json!(["new.example", "adatum.example"])),
        ("body.referenceCustomerId", json!([cast::ADATUM])),
        ("body.billingCycle", json!(["monthly"])),
        ("body.lineItems[*].offerId", json!(["MS-AZR-0145P"])),
        ("body.lineItems[*].quantity", json!([1])),
        ("body.lineItems[*].subscriptionId", json!([""])),
        ("body.lineItems[*].partnerIdOnRecord", json!([cast::CONTOSO])),
        ("body.client_id", json!([PROGRAM.0])),
        ("body.client_secret", json!([PROGRAM.1])),
        ("body.scope", json!([format!("{}/.default", house.origin)])),
        ("body.resource", json!([house.origin])),
        ("body.username", json!([READER.0])),
        ("body.password", json!([PASSWORD])),
    ];
    BTreeMap::from(values)
}

/// What Schemathesis is told.
fn settings(house: &House, who: Option<&Person>) -> String {
    let dictionaries = dictionaries(house);
    let name = |parameter: &str| parameter.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let lists: BTreeMap<String, Value> =
        dictionaries.iter().map(|(parameter, values)| (name(parameter), json!({ "values": values }))).collect();
    let bindings: BTreeMap<&str, Value> = dictionaries
        .keys()
        .map(|parameter| (*parameter, json!({ "dictionary": name(parameter), "probability": 0.8 })))
        .collect();
    let mut settings = json!({
        "hooks": concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi/window.py"),
        "dictionaries": lists,
        "parameters": bindings,
    });
    if let Some(who) = who {
        // The issuer's routes take another kind of Authorization, so they are tried without.
        let with = |paths: &str, token: &str| {
            let headers = json!({ "Authorization": format!("Bearer {token}") });
            json!({ "include-path-regex": paths, "headers": headers })
        };
        settings["operations"] = json!([
            with("^/(subscriptions|providers|tenants|partners|v1)", &house.token(who)),
            with("^/stamps/", CREDENTIAL),
        ]);
    }
    toml::to_string(&settings).unwrap()
}

/// How many operations there are to try: all but the one that gives the description, which is asked before.
fn operations() -> usize {
    let document: Value = serde_json::from_str(include_str!("../../../../docs/reference/openapi.json")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let all: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    all - 1
}

/// Tries everything as somebody. `examples` is how often each operation is tried with drawn values.
#[track_caller]
fn try_everything(who: Option<&Person>, phases: &str, examples: u32) {
    let python = environment::python(SCHEMATHESIS);
    let house = House::open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schemathesis.toml");
    fs::write(&file, settings(&house, who)).unwrap();
    let mut command = Command::new(python);
    command.current_dir(folder.path()).env("PYTHONDONTWRITEBYTECODE", "1").args(["-m", "schemathesis.cli"]);
    command.arg("--config-file").arg(&file).args(["run", &format!("{}/openapi.json", house.origin)]);
    command.args(["--checks", CHECKS, "--phases", phases, "--max-examples", &examples.to_string()]);
    command.args(["--seed", "1", "--generation-database", "none", "--suppress-health-check", "all"]);
    command.args(["--warnings", "off", "--continue-on-failure", "--no-color", "--max-redirects", "0"]);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("{0} selected / {0} total", operations())), "{said}");
}

#[test]
fn nothing_that_a_wide_account_sends_is_answered_as_nobody_described() {
    try_everything(Some(&WIDE), "coverage,fuzzing", 15);
}

#[test]
fn nothing_that_a_reader_sends_is_answered_as_nobody_described() {
    try_everything(Some(&READER), "fuzzing", 5);
}

#[test]
fn nothing_that_nobody_sends_is_answered_as_nobody_described() {
    try_everything(None, "fuzzing", 5);
}
