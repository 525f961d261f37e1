//! Random numbers that a seed fixes for good, whatever versions of crates do (SplitMix64).

/// A stream of random numbers.
pub(crate) struct Rng(u64);

impl Rng {
    /// Starts the stream of one case of a seed.
    pub(crate) fn new(seed: u64, case: u64) -> Self {
        let mut rng = Self(seed);
        let start = rng.next();
        Self(start ^ case.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `end`, which is above 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Says yes in so many of a hundred times.
    pub(super) fn percent(&mut self, yes: usize) -> bool {
        self.below(100) < yes
    }

    /// Picks one of some things, of which there is at least one.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Picks up to `count` different things.
    pub(super) fn pick_some<T: Clone>(&mut self, from: &[T], count: usize) -> Vec<T> {
        let mut left = from.to_vec();
        let mut picked = Vec::new();
        while picked.len() < count && !left.is_empty() {
            picked.push(left.swap_remove(self.below(left.len())));
        }
        picked
    }

    /// Shuffles.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for i in (1..things.len()).rev() {
            things.swap(i, self.below(i + 1));
        }
    }
}
