use super::*;

const GOOD: &str =
    "OfferDurableId eq 'MS-AZR-0145P' and Currency eq 'USD' and Locale eq 'en-US' and RegionInfo eq 'US'";

#[test]
fn a_filter_is_read_in_any_order_and_case_of_its_words() {
    let table = [
        GOOD,
        "Currency eq 'USD' and RegionInfo eq 'US' and Locale eq 'en-US' and OfferDurableId eq 'MS-AZR-0003P'",
        "offerdurableid EQ 'ms-azr-0003p' AND currency Eq 'USD' And locale eq 'en-US' and regioninfo eq 'US'",
        "  OfferDurableId  eq  'MS-AZR-0145p'  and Currency eq'USD' and Locale eq 'en-US' and RegionInfo eq 'us' ",
    ];
    for text in table {
        let expected = Wanted { currency: "USD".to_owned(), locale: "en-US".to_owned() };
        assert_eq!(wanted(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_filter_that_says_anything_else_is_refused_by_what_is_wrong_with_it() {
    let table = [
        ("", "OfferDurableId is missing"),
        ("Currency eq 'USD'", "OfferDurableId is missing"),
        ("OfferDurableId eq 'MS-AZR-0145P'", "Currency is missing"),
        ("OfferDurableId eq 'MS-AZR-0145P' and Currency eq 'USD' and Locale eq 'en-US'", "RegionInfo is missing"),
        ("OfferDurableId eq 'MS-AZR-0145P' or Currency eq 'USD'", "'and' or the end is expected"),
        ("OfferDurableId ne 'MS-AZR-0145P'", "'eq' is expected"),
        ("OfferDurableId eq MS-AZR-0145P", "a text between single quotes is expected"),
        ("OfferDurableId eq 'MS-AZR-0145P", "no closing quote"),
        ("MeterId eq '1'", "one of OfferDurableId, Currency, Locale, RegionInfo is expected"),
        ("startswith(Currency,'U')", "is expected"),
        ("(Currency eq 'USD')", "is expected"),
    ];
    for (text, problem) in table {
        let told = wanted(text).unwrap_err();
        assert!(told.contains(problem), "{text}: {told}");
    }
    let replaced = [
        ("'USD'", "'USD' and Currency eq 'USD'", "more than once"),
        ("'MS-AZR-0145P'", "'0145P'", "the OfferDurableId is none"),
        ("'MS-AZR-0145P'", "'MS-AZR-'", "the OfferDurableId is none"),
        ("'MS-AZR-0145P'", "'MS-AZR-0145P'';--'", "the OfferDurableId is none"),
        ("'MS-AZR-0145P'", "'ÄÄÄÄÄÄÄ'", "the OfferDurableId is none"),
        ("'USD'", "'dollars'", "the Currency is none"),
        ("'USD'", "'U''D'", "the Currency is none"),
        ("'USD'", "''", "the Currency is none"),
        ("'en-US'", "''", "the Locale is none"),
        ("'en-US'", "'<script>'", "the Locale is none"),
        ("'US'", "'USA'", "the RegionInfo is none"),
    ];
    for (good, bad, problem) in replaced {
        let text = GOOD.replacen(good, bad, 1);
        let told = wanted(&text).unwrap_err();
        assert!(told.contains(problem), "{text}: {told}");
    }
}
