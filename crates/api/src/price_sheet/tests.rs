use super::*;

#[test]
fn a_key_is_read_in_any_case_and_order_and_nothing_else_is() {
    let prices = Some(Asked::Prices("US".to_owned()));
    let rates = Some(Asked::Rates(Month::parse("2026-10").unwrap()));
    let table = [
        ("pricesheets(Market='US',PricesheetView='azure_consumption')", prices.clone()),
        ("PriceSheets(pricesheetview='Azure_Consumption', market='us')", prices),
        ("fxrates(Month='202610')", rates),
        ("fxrates(Month='202613')", None),
        ("fxrates(Month='2026-10')", None),
        ("fxrates(Month=202610)", None),
        ("fxrates(Month='202610'", None),
        ("fxrates()", None),
        ("pricesheets(Market='USA',PricesheetView='azure_consumption')", None),
        ("pricesheets(Market='U1',PricesheetView='azure_consumption')", None),
        ("pricesheets(Market='US',PricesheetView='updatedlicensebased')", None),
        ("pricesheets(Market='US')", None),
        ("pricesheets(Market='US',Market='DE',PricesheetView='azure_consumption')", None),
        ("", None),
        (")(", None),
        ("ü('", None),
    ];
    for (text, expected) in table {
        assert_eq!(asked(text).ok(), expected, "{text}");
    }
}

#[test]
fn cells_are_quoted_where_they_must_be_and_no_text_is_a_formula() {
    let mut out = String::new();
    write_row(&["a", "b,c", "d\"e", &plain("=1+1"), &plain("x=1"), "-1"], &mut out);
    assert_eq!(out, "a,\"b,c\",\"d\"\"e\",'=1+1,x=1,-1\r\n");
}

#[test]
fn months_are_six_digits() {
    assert_eq!(read_month("202601"), Month::parse("2026-01").ok());
    for text in ["2026", "20260", "2026011", "2026ü", "202600", "+20261"] {
        assert_eq!(read_month(text), None, "{text}");
    }
}
