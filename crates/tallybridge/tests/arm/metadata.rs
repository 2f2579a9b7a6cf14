//! Metadata: three shapes of the same addresses, for everybody.

use serde_json::json;

use crate::house::House;

#[test]
fn each_version_has_its_shape() {
    let house = House::open();
    let origin = house.origin();
    let object = json!({
        "name": "Tallybridge",
        "resourceManager": format!("{origin}/"),
        "portal": format!("{origin}/"),
        "gallery": format!("{origin}/"),
        "graph": format!("{origin}/graph/"),
        "graphAudience": format!("{origin}/graph/"),
        "microsoftGraphResourceId": format!("{origin}/graph/"),
        "authentication": {
            "loginEndpoint": format!("{origin}/"),
            "audiences": [format!("{origin}/")],
            "tenant": "organizations",
            "identityProvider": "AAD",
        },
        "suffixes": {},
    });
    let first = json!({
        "galleryEndpoint": format!("{origin}/"),
        "graphEndpoint": format!("{origin}/graph/"),
        "portalEndpoint": format!("{origin}/"),
        "authentication": {"loginEndpoint": format!("{origin}/adfs"), "audiences": [format!("{origin}/")]},
    });
    let table = [
        ("/metadata/endpoints?api-version=2022-09-01", object.clone()),
        ("//metadata/endpoints?api-version=2022-09-01", object.clone()),
        ("/Metadata/Endpoints", object.clone()),
        ("/metadata/endpoints?api-version=", object.clone()),
        ("/metadata/endpoints?API-Version=2019-05-01", json!([object])),
        ("/metadata/endpoints?api-version=2015-01-01", first),
    ];
    for (target, expected) in table {
        assert_eq!(house.ask(None, "GET", target, None).ok(), expected, "{target}");
    }
}
