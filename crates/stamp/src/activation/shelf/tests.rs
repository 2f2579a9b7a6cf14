use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::activation::tests::activation;

#[test]
fn an_activation_is_read_as_it_was_written_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("activation.json");
    let shelf = Shelf::new(file.clone());
    assert_eq!(shelf.read(), Ok(None));
    assert_eq!(shelf.remove(), Ok(false));
    let first = activation();
    let second = Activation { usage_reporting: false, ..activation() };
    // What a failure left behind, and who could read it, does not matter.
    fs::write(folder.path().join("activation.new"), "half").unwrap();
    for activation in [first, second] {
        shelf.write(&activation).unwrap();
        assert_eq!(shelf.read(), Ok(Some(activation)));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!((shelf.remove(), shelf.read(), shelf.remove()), (Ok(true), Ok(None), Ok(false)));
}

#[test]
fn a_file_that_is_no_activation_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().join("activation.json"));
    for text in ["", "{}", &" ".repeat(FILE_BYTES_MAX.saturating_mul(2))] {
        fs::write(folder.path().join("activation.json"), text).unwrap();
        assert!(matches!(shelf.read(), Err(ActivationError::File(_))));
    }
    let nowhere = Shelf::new(folder.path().join("missing/activation.json"));
    assert!(matches!(nowhere.write(&activation()), Err(ActivationError::Shelf(_))));
}
