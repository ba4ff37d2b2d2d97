//! Numbers as LEB128: seven bits in each byte, the low ones first; the high bit says that more
//! follow.

use crate::columns::varint;
pub use crate::columns::varint::write as put;

/// Takes a number from the beginning of the bytes; `None` if they end before it or it has
/// more than 64 bits.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    varint::read(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_numbers_take_a_byte() {
        let mut bytes = Vec::new();
        [0, 127, 128, u64::MAX].into_iter().for_each(|it| put(&mut bytes, it));
        assert_eq!(bytes.len(), 1 + 1 + 2 + 10);
    }

    #[test]
    fn what_is_cut_short_or_too_large_is_no_number() {
        for mut bytes in [
            &[][..],
            &[0x80],
            &[0xff; 9],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ] {
            assert_eq!(take(&mut bytes), None);
        }
    }

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec(any::<u64>(), 0..20)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|it| put(&mut bytes, *it));
            let mut rest = &bytes[..];
            for number in numbers {
                prop_assert_eq!(take(&mut rest), Some(number));
            }
            prop_assert!(rest.is_empty());
        }
    }
}
