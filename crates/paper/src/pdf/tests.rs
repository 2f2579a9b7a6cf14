//! Tests of words, numbers and texts on pages.

use model::{Currency, Day, Family, Money, Month, Quantity, Unit};

use super::{Language, clean, fill};

#[test]
fn digits_are_grouped_as_the_language_does() {
    for (plain, english, french) in [
        ("0", "0", "0"),
        ("999", "999", "999"),
        ("1000", "1,000", "1\u{202f}000"),
        ("-1234567.8901234", "\u{2212}1,234,567.8901234", "\u{2212}1\u{202f}234\u{202f}567,8901234"),
        ("0.000046", "0.000046", "0,000046"),
    ] {
        assert_eq!(Language::English.words().number(plain), english);
        assert_eq!(Language::French.words().number(plain), french);
    }
}

#[test]
fn amounts_are_never_cut_and_have_the_decimals_of_their_currency() {
    for (currency, minor, shown) in [
        ("JPY", 1_234_567, "1,234,567\u{a0}JPY"),
        ("EUR", -5, "\u{2212}0.05\u{a0}EUR"),
        ("KWD", 1, "0.001\u{a0}KWD"),
        ("USD", i128::MAX, "1,701,411,834,604,692,317,316,873,037,158,841,057.27\u{a0}USD"),
    ] {
        let money = Money { currency: Currency::parse(currency).unwrap(), minor };
        assert_eq!(Language::English.words().money(money), shown);
    }
}

#[test]
fn quantities_are_cut_to_six_decimals_and_say_so() {
    for (exact, shown, is_cut) in [
        ("1644", "1,644", false),
        ("1644.123456", "1,644.123456", false),
        ("1644.1234567", "1,644.123456…", true),
        ("-0.9999999", "\u{2212}0.999999…", true),
        ("0.00000008381903171539307", "0.000000083…", true),
        ("0.0000001", "0.0000001", false),
    ] {
        let number = Language::English.words().quantity(Quantity::parse(exact).unwrap());
        assert_eq!((number.text.as_str(), number.is_cut), (shown, is_cut), "{exact}");
    }
}

#[test]
fn dates_are_written_out() {
    let shown = |language: Language, day: &str| language.words().day(Day::parse(day).unwrap());
    assert_eq!(shown(Language::English, "2026-11-03"), "3 November 2026");
    assert_eq!(shown(Language::French, "2026-08-01"), "1er août 2026");
    let december = Month::parse("2026-12").unwrap();
    assert_eq!(Language::French.words().month(december), "décembre 2026");
}

#[test]
fn a_price_says_for_how_much_it_is() {
    let words = Language::English.words();
    for (unit, divisor, listed, shown) in [
        (Some(Unit::VcpuHours), 1, None, "per vCPU hour"),
        (Some(Unit::GbHours), 720, None, "per 720 GB hours"),
        (Some(Unit::GbHours), 720, Some("GB month"), "per GB month\n= 720 GB hours"),
        (None, 1, None, ""),
        (None, 10_000, None, "per 10,000"),
    ] {
        assert_eq!(words.priced(unit, divisor, listed).join("\n"), shown);
    }
    let french = |listed| Language::French.words().priced(Some(Unit::GbHours), 720, Some(listed)).join("\n");
    assert_eq!(french("GB month"), "par Go-mois\n= 720 Go-heures");
    assert_eq!(french("a word of the list's own"), "par a word of the list's own\n= 720 Go-heures");
    assert_eq!(words.service(Some(Family::Storage), "Tables"), "Storage: Tables");
    assert_eq!(Language::French.words().service(Some(Family::Storage), "Tables"), "Stockage\u{a0}: Tables");
    assert_eq!(words.service(None, "Tables"), "Tables");
}

#[test]
fn every_language_has_a_word_for_every_unit_and_service() {
    for language in Language::ALL {
        let words = language.words();
        assert_eq!(Language::from_code(language.code()), Some(*language));
        for unit in Unit::ALL {
            let (units, one) = (words.unit)(*unit);
            assert!(!units.is_empty() && !one.is_empty());
        }
        for family in Family::ALL {
            assert!(!(words.family)(*family).is_empty());
        }
    }
    assert_eq!(Language::from_code("de"), None);
}

#[test]
fn texts_of_users_lose_what_would_spoil_a_page_and_keep_the_rest() {
    for (text, shown) in [
        ("Adatum & Sons", "Adatum & Sons"),
        ("*bold* #x $y$ \\ `z`", "*bold* #x $y$ \\ `z`"),
        (" two\nlines\tand\u{a0}more ", "two lines and more"),
        ("a\u{202e}b\u{2066}c\u{0}d", "abcd"),
        ("שלום", "שלום"),
        ("30000000-0000-4000-8000-0000000000a1", "30000000-0000-4000-8000-0000000000a1"),
    ] {
        assert_eq!(clean(text), shown);
    }
    let long = clean(&"x".repeat(200));
    assert_eq!(long.replace('\u{200b}', ""), "x".repeat(200));
    assert!(long.split('\u{200b}').all(|part| part.len() <= 8));
    let hyphens = clean(&"1-".repeat(100));
    assert!(hyphens.split('\u{200b}').all(|part| part.len() <= 9), "{hyphens}");
}

#[test]
fn a_value_that_is_filled_in_is_not_filled_itself() {
    assert_eq!(fill("{} of {}", &["{}", "b"]), "{} of b");
    assert_eq!(fill("{} of {}", &["a"]), "a of ");
}
