use model::Second;

use super::*;

fn read_text(text: &str, form: Form) -> anyhow::Result<Catalogue> {
    parse(text, form, Path::new("."))
}

fn message(text: &str, form: Form) -> String {
    format!("{:#}", read_text(text, form).expect_err("it cannot be read"))
}

fn now() -> Second {
    Second::parse("2026-11-23T12:00:00Z").unwrap()
}

#[test]
fn the_example_is_a_catalogue_without_a_fault() {
    let wanted = read_text(EXAMPLE, Form::Toml).unwrap();
    let problems = wanted.differences(&Office::default(), now()).err().unwrap_or_default();
    assert_eq!(problems, []);
    assert!(wanted.roles.len() >= 5 && wanted.price_lists[0].prices.len() >= 4);
}

#[test]
fn both_forms_say_the_same() {
    let wanted = read_text(EXAMPLE, Form::Toml).unwrap();
    let json = serde_json::to_string(&File::of(wanted.clone()).unwrap()).unwrap();
    assert_eq!(read_text(&json, Form::Json).unwrap(), wanted);
    let toml = toml::to_string(&File::of(wanted.clone()).unwrap()).unwrap();
    assert_eq!(read_text(&toml, Form::Toml).unwrap(), wanted);
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let partner = "[[partner]]\nid = \"1\"\nname = \"A\"\n";
    let table: &[(&str, &[&str])] = &[
        ("[[partner]\n", &["line 1, column"]),
        ("[[partners]]\nid = \"1\"\n", &["line 1, column", "unknown field `partners`"]),
        (&format!("{partner}kind = \"direct\"\nkin = 1\n"), &["line 5, column 1", "unknown field `kin`"]),
        (
            &format!("{partner}kind = \"Direct\"\n"),
            &["line 4, column 8", "\"Direct\" is none of \"direct\", \"indirect_provider\""],
        ),
        (partner, &["line 1, column", "missing field `kind`"]),
        ("[[partner]]\nid = 4390934\n", &["line 2, column 6", "expected a string"]),
        ("[[partner]]\nid = \"a b\"\n", &["line 2, column 6", "\"a b\": an id holds a blank"]),
        ("[[partner]]\nid = \"\"\n", &["line 2, column 6", "an id is empty"]),
        ("[[partner]]\nid = \"1\"\nid = \"2\"\n", &["line 3, column 1", "duplicate key"]),
        ("[[subscription]]\nid = \"1\"\nfrom = \"yesterday\"\n", &["line 3, column 8", "\"yesterday\" is not a date"]),
        ("[[subscription]]\nid = \"1\"\nstate = \"Active\"\n", &["line 3, column 9", "\"cancelled\""]),
        ("[[role]]\nprincipal = \"1\"\nrole = \"King\"\n", &["line 3, column 8", "\"Platform Operator\""]),
        ("[[role]]\nprincipal = \"1\"\nrole = \"Owner\"\nscope = \"subscriptions\"\n", &["line 4, column 9"]),
        (
            "[[user]]\nid = \"1\"\nname = \"a@b\"\ndirectory = \"2\"\nsecret = \"x\"\n",
            &["line 5, column 1", "unknown field `secret`"],
        ),
        (
            "[[price_list]]\nid = \"1\"\nname = \"A\"\ncurrency = \"XYZ\"\n",
            &["line 4, column 12", "not an active ISO 4217"],
        ),
        (
            "[[price_list]]\nid = \"p\"\nname = \"A\"\ncurrency = \"USD\"\n",
            &["price_list p", "`folder`, or `file`, or `prices`"],
        ),
        (
            "[[price_list]]\nid = \"p\"\nname = \"A\"\ncurrency = \"USD\"\nfile = \"not-there.csv\"\n",
            &["price_list p", "open ./not-there.csv"],
        ),
        (
            "[[price_list]]\nid = \"p\"\nname = \"A\"\ncurrency = \"USD\"\nprices = \"\"\"meter,from,unit,priced_unit,divisor,included,tier_from,unit_price,source\nx,2026-01-01,hours,h,1,0,0,1,s\"\"\"\n",
            &["price_list p", "prices.csv, line 2, column \"meter\": meter x is not known"],
        ),
    ];
    for (text, expected) in table {
        let found = message(text, Form::Toml);
        for part in *expected {
            assert!(found.contains(part), "{text}\nis refused with\n{found}\nand not with {part}");
        }
    }
    let found = message("{\"partner\": [\n{\"id\": \"1\", \"name\": \"A\", \"kind\": \"x\"}]}", Form::Json);
    assert!(found.contains("is none of") && found.contains("line 2 column"), "{found}");
}

#[test]
fn what_is_left_out_has_a_default() {
    let text = "[[subscription]]\nid = \"1\"\nname = \"A\"\nkind = \"EA\"\ndirectory = \"2\"\n\
        [[user]]\nid = \"1\"\nname = \"a@b\"\ndirectory = \"2\"\n[[role]]\nprincipal = \"1\"\nrole = \"Owner\"\nscope = \"/x\"\n";
    let wanted = read_text(text, Form::Toml).unwrap();
    let subscription = &wanted.subscriptions[0];
    assert_eq!((subscription.state.word(), subscription.from, &subscription.partner), ("active", None, &None));
    assert_eq!((wanted.principals[0].enabled, wanted.principals[0].administrator), (true, false));
    assert!(!wanted.roles[0].remove);
    assert_eq!(read_text("", Form::Toml).unwrap(), Catalogue::default());
    assert_eq!(read_text("{}", Form::Json).unwrap(), Catalogue::default());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.toml");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(FILE_BYTES_MAX + 1).unwrap();
    let found = format!("{:#}", read(&path).unwrap_err());
    assert!(found.contains("has more than 67108864 bytes"), "{found}");
}
