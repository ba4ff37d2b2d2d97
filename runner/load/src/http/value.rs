use crate::pattern::mix;

/// The value of a number, which only a server knows that has the seed of the plan.
pub fn value(seed: u64, number: u32) -> u32 {
    mixed(seed, number) as u32
}

/// How long the server waits before it answers the request for a number, in the unit of the
/// longest time: any share of that.
pub fn delay(seed: u64, number: u32, longest: u64) -> u64 {
    let share = mixed(seed, number) >> 32;
    ((u128::from(share) * u128::from(longest)) >> 32) as u64
}

fn mixed(seed: u64, number: u32) -> u64 {
    mix(mix(seed) ^ u64::from(number))
}
