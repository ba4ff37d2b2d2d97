use rand::RngExt;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

/// Chooses the active ones of all connections, in the order in which they have their turns.
///
/// One is drawn from each of as many equal parts, so that they are spread over all: a server
/// that looks through its pollables in order would find the first ones sooner. Their turns are
/// shuffled for the same reason.
pub(crate) fn choose(connections: u32, active: u32, generator: &mut Pcg64Mcg) -> Vec<u32> {
    let (connections, active) = (u64::from(connections), u64::from(active));
    let bound = |part: u64| (part * connections / active) as u32;
    let mut chosen: Vec<u32> =
        (0..active).map(|part| generator.random_range(bound(part)..bound(part + 1))).collect();
    chosen.shuffle(generator);
    chosen
}
