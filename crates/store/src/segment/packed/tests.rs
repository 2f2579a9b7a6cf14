use proptest::prelude::*;

use super::*;

#[test]
fn an_index_fits_into_the_width_of_its_list() {
    let table = [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (256, 8), (257, 9), (1 << 20, 20)];
    for (length, bits) in table {
        assert_eq!(width(length), bits, "{length}");
    }
}

#[test]
fn packed_values_look_as_the_format_says() {
    // The example of the format's document: 0 to 7 in three bits each.
    let mut bytes = Vec::new();
    pack(&[0, 1, 2, 3, 4, 5, 6, 7], 3, &mut bytes);
    assert_eq!(bytes, [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    bytes.clear();
    pack(&[1; 1_000], 1, &mut bytes);
    assert_eq!(bytes[..3], [0xfb, 0x01, 0xff]);
    assert_eq!(bytes.len(), 2 + 125);
}

#[test]
fn runs_of_both_kinds_follow_each_other() {
    // Five times 300, then eight packed values, then nothing more.
    let bytes = [10, 0x2c, 0x01, 3, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0];
    let values: Vec<u32> = Unpacked::new(&bytes, 16).collect();
    assert_eq!(values, [300, 300, 300, 300, 300, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn what_is_no_run_gives_no_values() {
    for (bytes, width) in [(&[][..], 3), (&[0xff; 9], 3), (&[5, 0], 8), (&[2], 8), (&[3, 1, 2], 33), (&[0x80], 1)] {
        assert_eq!(Unpacked::new(bytes, width).count(), 0, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn values_come_back(
        (width, values) in (0_u8..=32).prop_flat_map(|width| {
            let largest = u32::try_from((1_u64 << width) - 1).unwrap();
            (Just(width), proptest::collection::vec(0..=largest, 0..200))
        })
    ) {
        let mut bytes = Vec::new();
        pack(&values, width, &mut bytes);
        let back: Vec<u32> = Unpacked::new(&bytes, width).take(values.len()).collect();
        prop_assert_eq!(back, values);
    }

    #[test]
    fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..64), width in any::<u8>()) {
        let _ = Unpacked::new(&bytes, width).take(10_000).count();
    }
}
