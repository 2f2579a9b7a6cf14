//! Unshown: the rules that the hub cannot show, each with the reason.

/// The rules, by number.
pub const UNSHOWN: &[(&str, &str)] = &[
    ("s11", "it is about the stamp's own administration, which signs people in by itself"),
    ("s17", "it only says that the following rules are about one feature"),
    (
        "s26",
        "who pays without a partner's subscription is a rule of attribution: docs/rooms/attribute.md has the worked table",
    ),
    ("s36", "it is about the stamp's usage API: the tests of the emulated stamp read it"),
    ("r1", "it is a duty of the licence, and nothing can be refused for it"),
    ("r4", "the hub cannot know whether a stamp is connected: a token and a key travel by file as well"),
    ("r20", "it is shown on the stamp: `tallybridge stamp status`, in the tests of the program"),
    ("r24", "it is advice on which subscription to buy"),
    ("r25", "it is about the bridge's reporting, day by day"),
    ("r29", "it is about what the stamp keeps while nothing is reported"),
    ("r30", "the stamp's token maker refuses, before the hub is asked"),
    ("t7", "who works in a local subscription changes nothing in the hub"),
    ("t8", "it is about access inside the stamp"),
    ("t9", "it is advice on accounts"),
    ("t11", "directories are onboarded on the stamp"),
    ("t12", "it is about the words of reports: statements name the customer, and their tests show it"),
];
