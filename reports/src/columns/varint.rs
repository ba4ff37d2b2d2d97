//! Whole numbers as sequences of bytes: LEB128, seven bits a byte, the least first (DWARF
//! Debugging Information Format 5, section 7.6).

use std::io::{self, Read};

/// The longest such number of 64 bits, in bytes.
const LONGEST: u32 = 10;

/// Appends a number.
pub fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads a number; one that does not fit into 64 bits is an error.
pub fn read(from: &mut impl Read) -> io::Result<u64> {
    let mut value = 0_u64;
    for place in 0..LONGEST {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        let part = u64::from(byte[0] & 0x7f);
        let shifted = part << (7 * place);
        if shifted >> (7 * place) != part {
            break;
        }
        value |= shifted;
        if byte[0] < 0x80 {
            return Ok(value);
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "a number has more than 64 bits"))
}

/// How far a value is from the one before it, as a small number where that is near, on
/// either side (ZigZag, as in Protocol Buffers).
pub fn step(value: u64, before: u64) -> u64 {
    let distance = value.wrapping_sub(before) as i64;
    ((distance << 1) ^ (distance >> 63)) as u64
}

/// The value that is so far from the one before it.
pub fn after(before: u64, step: u64) -> u64 {
    let distance = (step >> 1) as i64 ^ -((step & 1) as i64);
    before.wrapping_add(distance as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_range_come_back() {
        for value in [0, 1, 0x7f, 0x80, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            write(&mut bytes, value);
            assert_eq!(read(&mut bytes.as_slice()).unwrap(), value);
            for before in [0, 1, u64::MAX] {
                assert_eq!(after(before, step(value, before)), value);
            }
        }
    }

    #[test]
    fn numbers_that_are_too_long_or_cut_off_are_errors() {
        assert!(read(&mut [0xff; 11].as_slice()).is_err());
        assert!(read(&mut [0x80; 9].as_slice()).is_err());
        let mut too_large = [0x80; 10];
        too_large[9] = 2;
        assert!(read(&mut too_large.as_slice()).is_err());
    }
}
