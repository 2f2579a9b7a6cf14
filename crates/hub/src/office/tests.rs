//! Office copy tests: what readers see, and when the office is copied.

use model::{Directory, DirectoryId};

use super::*;

fn directory(number: u32, domain: &str) -> OfficeRecord {
    OfficeRecord::Directory(Directory { id: DirectoryId::new(&number.to_string()).unwrap(), domain: domain.to_owned() })
}

/// A copy with some directories, and the same office kept by itself.
fn begin() -> (OfficeCopy, Office) {
    let records: Vec<_> = (0..100).map(|number| directory(number, "first")).collect();
    let (mut copy, mut alone) = (OfficeCopy::default(), Office::default());
    copy.put(records.clone()).unwrap();
    store::put_all(&mut alone, records).unwrap();
    (copy, alone)
}

#[test]
fn whoever_looks_sees_the_office_as_it_was_whatever_others_hold() {
    let (mut copy, mut alone) = begin();
    let mut held: Vec<(Arc<Office>, Office)> = Vec::new();
    for step in 0..500_u32 {
        // How long an office is held varies: some are let go at once, some after many changes.
        if step % 3 != 2 {
            held.push((Arc::clone(&copy.office), alone.clone()));
        }
        let keep = usize::try_from(step % 7).unwrap();
        held.drain(..held.len().saturating_sub(keep));
        let many = if step % 97 == 96 { 1_001 } else { step % 4 };
        let records: Vec<_> = (0..many).map(|one| directory(step + one * 13, &format!("step {step}"))).collect();
        copy.put(records.clone()).unwrap();
        store::put_all(&mut alone, records).unwrap();
        assert_eq!(*copy.office, alone, "step {step}");
        for (seen, was) in &held {
            assert_eq!(**seen, *was, "step {step}");
        }
        assert!(copy.earlier.len() <= EARLIER_MAX);
    }
}

#[test]
fn nothing_is_copied_when_nothing_changed_or_a_free_office_is_there() {
    let (mut copy, _) = begin();
    let first = Arc::clone(&copy.office);
    copy.put(Vec::new()).unwrap();
    assert!(Arc::ptr_eq(&first, &copy.office), "nothing changed");
    copy.put(vec![directory(1, "second")]).unwrap();
    let second = Arc::clone(&copy.office);
    assert!(!Arc::ptr_eq(&first, &second), "somebody looks at the first");
    let place = Arc::as_ptr(&first);
    drop(first);
    copy.put(vec![directory(2, "third")]).unwrap();
    assert_eq!(Arc::as_ptr(&copy.office), place, "the first is used again");
    drop(second);
    copy.put(vec![directory(3, "fourth")]).unwrap();
    assert_eq!(Arc::as_ptr(&copy.office), place, "nobody looks");
}
