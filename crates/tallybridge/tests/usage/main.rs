//! Usage: from events that resource providers post to the rows that clients read, over HTTP, with a clock that is set.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../clients/environment.rs"]
mod environment;
mod house;
mod interface;
mod meters;
mod pipeline;
mod python;
mod recorded;

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

/// Every rule is shown or has a reason why it is not shown here, and none has both.
#[test]
fn no_rule_is_forgotten() {
    let shown = [interface::SHOWN, interface::errors::SHOWN, pipeline::SHOWN, meters::SHOWN].concat();
    let mut expected = 0;
    for (letter, last) in [("a", 12), ("e6_", 14), ("u", 15), ("m", 9)] {
        for number in 1..=last {
            let name = format!("{letter}{number}");
            let times = shown.iter().filter(|(shown, _)| *shown == name).count();
            let reasons = pipeline::UNSHOWN.iter().filter(|(unshown, _)| *unshown == name).count();
            assert_eq!(times + reasons, 1, "{name}");
            expected += 1;
        }
    }
    assert_eq!(shown.len() + pipeline::UNSHOWN.len(), expected);
}
