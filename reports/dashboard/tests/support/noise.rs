/// Numbers that look random and are the same on every run: a linear congruential generator
/// (Knuth, The Art of Computer Programming, 3.3.4).
pub struct Noise(pub u64);

impl Noise {
    /// From 0 to 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal, with a mean of 0 and a standard deviation of 1.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
