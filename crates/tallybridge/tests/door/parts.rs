//! Windows in parts: nothing counts before the last part is here, and then it counts as if it had come whole.

use crate::{
    house::{FIRST_HOUR, House},
    request::{Answer, LOCAL, METER, Request, TENANT, page, row},
};

/// The parts of a window: one row is there twice, one is held, and the table comes last.
fn bodies() -> [String; 3] {
    let held = row("held", "\"NaN\"");
    let table = format!(r#"{{"subscriptions":[{{"subscriptionId":"{LOCAL}","tenantId":"{TENANT}"}}]}}"#);
    [page(&[row("a", "1"), row("b", "2")]), page(&[row("a", "1"), held]), page(&[row("c", "3")]) + &table]
}

fn send_part(house: &House, part: usize, parts: usize, body: &str) -> Answer {
    house.send(&Request::deliver(FIRST_HOUR, body).query(&format!("part={part}&parts={parts}")))
}

#[test]
fn parts_in_any_order_count_for_nothing_until_the_last_and_then_like_the_whole() {
    let bodies = bodies();
    let whole = {
        let house = House::open();
        house.deliver(FIRST_HOUR, bodies.concat())
    };
    assert_eq!((whole.received, whole.stored, whole.copies, whole.held), (5, 3, 1, 1));
    for order in [[1, 2, 3], [3, 1, 2], [2, 3, 1], [3, 2, 1]] {
        let house = House::open();
        let before = house.hub.counts().unwrap();
        for (sent, part) in order[..2].iter().enumerate() {
            let mut kept = send_part(&house, *part, 3, &bodies[part - 1]).part_kept();
            kept.parts.extend_from_slice(&kept.missing);
            kept.parts.sort_unstable();
            assert_eq!((kept.parts, kept.missing.len()), (vec![1, 2, 3], 2 - sent), "{order:?}");
            assert_eq!(house.look(FIRST_HOUR).error().code, "WindowNotFound", "{order:?}");
            assert_eq!(house.hub.counts().unwrap(), before, "{order:?}");
            house.assert_lawful("a part");
        }
        let last = order[2];
        assert_eq!(send_part(&house, last, 3, &bodies[last - 1]).receipt(), whole, "{order:?}");
        house.assert_lawful("the last part");
    }
}

#[test]
fn a_part_that_is_sent_again_replaces_itself() {
    let house = House::open();
    assert_eq!(send_part(&house, 2, 2, &page(&[row("a", "1"), row("b", "1")])).part_kept().missing, [1]);
    assert_eq!(send_part(&house, 2, 2, &page(&[row("a", "5")])).part_kept().missing, [1]);
    let receipt = send_part(&house, 1, 2, &page(&[row("c", "2")])).receipt();
    assert_eq!((receipt.received, receipt.stored), (2, 2));
    assert_eq!(receipt.totals, [(METER.to_owned(), "7".to_owned())].into());
    house.assert_lawful("a part was replaced");
}

#[test]
fn a_part_that_cannot_be_read_is_refused_and_the_others_wait_on() {
    let house = House::open();
    assert_eq!(send_part(&house, 1, 2, &page(&[row("a", "1")])).part_kept().missing, [2]);
    assert_eq!(send_part(&house, 2, 2, "{\"value\":[").error().code, "BodyInvalid");
    assert_eq!(house.look(FIRST_HOUR).error().code, "WindowNotFound");
    assert_eq!(send_part(&house, 2, 2, &page(&[row("b", "2")])).receipt().stored, 2);
    house.assert_lawful("a part was refused");
}

#[test]
fn all_parts_sent_again_are_copies() {
    let house = House::open();
    let bodies = bodies();
    let send_all = || {
        let answers = bodies.iter().zip(1..).map(|(body, part)| send_part(&house, part, 3, body));
        answers.last().unwrap().receipt()
    };
    let first = send_all();
    // The first part alone is no window: those that were there before have been used up.
    assert_eq!(send_part(&house, 1, 3, &bodies[0]).part_kept().missing, [2, 3]);
    let second = send_all();
    assert_eq!((second.received, second.stored, second.copies, second.held), (5, 0, 5, 0));
    assert_eq!((second.revision, &second.hash, &second.totals), (first.revision, &first.hash, &first.totals));
    assert_eq!(second.held_reasons, first.held_reasons);
    house.assert_lawful("all parts came again");
}

#[test]
fn a_window_comes_in_up_to_sixteen_parts() {
    let house = House::open();
    for part in 1..=15 {
        let kept = send_part(&house, part, 16, &page(&[row(&part.to_string(), "1")])).part_kept();
        assert_eq!(kept.missing.len(), 16 - part);
    }
    assert_eq!(send_part(&house, 16, 16, &page(&[row("16", "1")])).receipt().stored, 16);
    let error = send_part(&house, 1, 17, &page(&[])).error();
    assert_eq!(error.code, "PartInvalid");
    assert!(error.message.contains("up to 16 parts"), "{error:?}");
    house.assert_lawful("sixteen parts");
}
