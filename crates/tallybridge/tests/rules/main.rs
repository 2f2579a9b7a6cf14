//! Rules: one test for each documented rule of registration and access, through HTTP, with the ids of the documentation's
//! examples.
//!
//! The numbers are those of the domain notes: S1 to S36 the page on usage and billing for partners, R1 to R30 registration,
//! T1 to T12 adding tenants, O1 to O7 operations, E1 to E8 error codes, F1 to F28 the corner cases of forwarding and attribution.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cast;
mod codes;
mod corners;
mod house;
mod operations;
mod partners;
mod pipeline;
mod registration;
mod reporting;
mod street;
mod tenants;
mod unshown;

/// Makes a test of each rule, named by its number, and a list of the numbers.
macro_rules! rules {
    ($($number:ident $claim:literal => $show:expr;)*) => {
        /// The rules that are shown here, with what they say.
        pub const SHOWN: &[(&str, &str)] = &[$((stringify!($number), $claim),)*];
        $(
            #[test]
            fn $number() {
                let show: fn(&crate::house::House) = $show;
                show(&crate::house::House::open());
            }
        )*
    };
}
pub(crate) use rules;

/// Every rule is shown or has a reason why software cannot show it, and none has both.
#[test]
fn no_rule_is_forgotten() {
    let ranges = [('s', 36), ('r', 30), ('t', 12), ('o', 7), ('e', 8), ('f', 28)];
    let tables =
        [partners::SHOWN, registration::SHOWN, tenants::SHOWN, operations::SHOWN, codes::SHOWN, corners::SHOWN];
    let shown: Vec<&str> = tables.concat().iter().map(|(number, _)| *number).collect();
    let mut expected = 0;
    for (letter, last) in ranges {
        for number in 1..=last {
            let name = format!("{letter}{number}");
            let times = shown.iter().filter(|shown| **shown == name).count();
            let reasons = unshown::UNSHOWN.iter().filter(|(unshown, _)| *unshown == name).count();
            assert_eq!(times + reasons, 1, "{name}");
            expected += 1;
        }
    }
    assert_eq!(shown.len() + unshown::UNSHOWN.len(), expected);
    // The tests of usage name these, and count on them here.
    let pipeline: Vec<&str> = pipeline::SHOWN.iter().map(|(number, _)| *number).collect();
    assert_eq!(pipeline, ["u4", "u7", "u8", "u10"]);
}
