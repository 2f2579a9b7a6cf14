//! Files: the texts as they are built in, one file for each part of the portal. A test compares the languages.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        pub(super) const ENGLISH: &[&str] = &[$(include_str!(concat!("../../locales/en/", $name, ".ftl"))),*];
        pub(super) const FRENCH: &[&str] = &[$(include_str!(concat!("../../locales/fr/", $name, ".ftl"))),*];
    };
}

files![
    "frame",
    "words",
    "name",
    "chart",
    "sign_in",
    "first",
    "overview",
    "stamps",
    "customers",
    "usage",
    "invoices",
    "prices",
    "held",
    "audit",
    "access",
    "settings",
    "stamp",
];
