/// How many connections can be told apart.
pub(crate) const CONNECTIONS: u64 = 1 << (64 - INDEX_BITS);
/// How many words of a connection can be told apart.
pub(crate) const WORDS: u64 = 1 << INDEX_BITS;
const INDEX_BITS: u32 = 40;

/// The length of a word.
pub(crate) const WORD: usize = 8;

/// The bytes that each connection carries from its first to its last.
///
/// A stream is words of 8 bytes. Each is the number of its connection and its place in the
/// stream, mixed by a permutation of all 64-bit numbers. So no two words of a run are the
/// same, and any whole word that is found says where it comes from, whatever the size of a
/// request is. Where a request begins follows from its size. Both ends make the bytes up
/// from the position, and nothing is stored.
///
/// The permutation is the finalizer of SplitMix64 (Steele, Lea and Flood, *Fast Splittable
/// Pseudorandom Number Generators*, OOPSLA 2014).
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    seed: u64,
}

impl Pattern {
    /// The pattern of a run.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Writes the bytes of a connection's stream from a position on.
    pub fn fill(self, connection: u32, position: u64, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            let word = self.word_at(connection, position + at as u64);
            let rest = &word.bytes[word.skip..];
            let length = rest.len().min(bytes.len() - at);
            bytes[at..at + length].copy_from_slice(&rest[..length]);
            at += length;
        }
    }

    /// How many bytes agree with the stream of a connection from a position on, until the first
    /// that does not.
    pub(crate) fn agreeing(self, connection: u32, position: u64, found: &[u8]) -> usize {
        let mut at = 0;
        while at < found.len() {
            let word = self.word_at(connection, position + at as u64);
            let expected = &word.bytes[word.skip..];
            let pairs = expected.iter().zip(&found[at..]);
            let length = pairs.len();
            let agreeing = pairs.take_while(|(expected, found)| expected == found).count();
            at += agreeing;
            if agreeing < length {
                break;
            }
        }
        at
    }

    /// The connection and the position in its stream that a whole word is from.
    pub(crate) fn origin(self, word: [u8; WORD]) -> (u64, u64) {
        let key = unmix(u64::from_le_bytes(word)) ^ self.seed;
        (key >> INDEX_BITS, (key & (WORDS - 1)) * WORD as u64)
    }

    fn word_at(self, connection: u32, position: u64) -> Word {
        let index = position / WORD as u64;
        let key = (u64::from(connection) << INDEX_BITS) | index;
        let skip = (position % WORD as u64) as usize;
        Word { bytes: mix(key ^ self.seed).to_le_bytes(), skip }
    }
}

struct Word {
    bytes: [u8; WORD],
    skip: usize,
}

const FACTORS: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

pub(crate) fn mix(mut it: u64) -> u64 {
    it = (it ^ (it >> 30)).wrapping_mul(FACTORS[0]);
    it = (it ^ (it >> 27)).wrapping_mul(FACTORS[1]);
    it ^ (it >> 31)
}

fn unmix(mut it: u64) -> u64 {
    it = unshift(it, 31).wrapping_mul(inverse(FACTORS[1]));
    it = unshift(it, 27).wrapping_mul(inverse(FACTORS[0]));
    unshift(it, 30)
}

/// The inverse of `it ^ (it >> shift)`, for a shift of more than 21.
fn unshift(it: u64, shift: u32) -> u64 {
    it ^ (it >> shift) ^ (it >> (2 * shift))
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration: each step doubles the
/// number of right bits, of which there are 3 to begin with.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut bits = 3;
    while bits < u64::BITS {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_word_says_where_it_is_from(
            seed: u64,
            connection in 0..CONNECTIONS as u32,
            index in 0..WORDS,
        ) {
            let pattern = Pattern::new(seed);
            let mut word = [0; WORD];
            pattern.fill(connection, index * WORD as u64, &mut word);
            prop_assert_eq!(pattern.origin(word), (connection.into(), index * WORD as u64));
        }

        #[test]
        fn a_stream_is_the_same_in_whatever_pieces(
            seed: u64,
            connection in 0..CONNECTIONS as u32,
            start in 0..1_000_u64,
            lengths in prop::collection::vec(0..40_usize, 0..20),
        ) {
            let pattern = Pattern::new(seed);
            let mut whole = vec![0; lengths.iter().sum()];
            pattern.fill(connection, start, &mut whole);
            prop_assert_eq!(pattern.agreeing(connection, start, &whole), whole.len());
            let mut at = 0;
            for length in lengths {
                let mut piece = vec![0; length];
                pattern.fill(connection, start + at as u64, &mut piece);
                prop_assert_eq!(&piece, &whole[at..at + length]);
                at += length;
            }
            if let Some(last) = whole.last_mut() {
                *last ^= 1;
                prop_assert_eq!(pattern.agreeing(connection, start, &whole), whole.len() - 1);
            }
        }
    }
}
