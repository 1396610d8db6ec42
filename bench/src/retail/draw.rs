//! Draws of the generator: plain, weighted, log-uniform; exact in whole numbers.

use crate::fixed::{POINT, exp2, log2};

/// A source of draws, the same for the same seed.
#[derive(Debug, Clone)]
pub struct Draw {
    random: fastrand::Rng,
}

impl Draw {
    /// From a seed; draws for one purpose do not disturb those for another.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(purpose)) }
    }

    /// A whole number from `low` to `high`, both included.
    pub fn within(&mut self, low: u32, high: u32) -> u32 {
        self.random.u32(low..=high.max(low))
    }

    /// A place below `count`.
    pub fn below(&mut self, count: u8) -> usize {
        self.random.usize(0..usize::from(count).max(1))
    }

    /// Whether something happens that happens so often in a thousand.
    pub fn in_thousand(&mut self, often: u32) -> bool {
        self.random.u32(0..1_000) < often
    }

    /// One of these.
    pub fn one_of<T: Copy + Default>(&mut self, values: &[T]) -> T {
        let at = self.random.usize(0..values.len().max(1));
        values.get(at).copied().unwrap_or_default()
    }

    /// A place in a list of weights.
    pub fn weighted(&mut self, weights: &Weights) -> usize {
        let at = self.random.u64(0..weights.total.max(1));
        weights.upto.partition_point(|upto| *upto <= at)
    }

    /// A number whose logarithm is spread evenly from that of `low` to that of `high`, both included.
    pub fn log_uniform(&mut self, low: u64, high: u64) -> u64 {
        let (first, last) = (log2(low), log2(high + 1));
        exp2(self.random.u64(first..last), 0).clamp(low, high)
    }
}

/// Weights by place.
#[derive(Debug, Clone)]
pub struct Weights {
    upto: Vec<u64>,
    total: u64,
}

impl Weights {
    /// These weights.
    #[must_use]
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut total = 0_u64;
        let upto = weights.into_iter().map(|weight| {
            total += weight;
            total
        });
        let upto = upto.collect();
        Self { upto, total }
    }

    /// Zipf's law over so many places: the k-th has the weight k^(-tenths / 10).
    #[must_use]
    pub fn zipf(places: u64, tenths: u64) -> Self {
        Self::new((1..=places).map(|place| exp2((40 << POINT) - log2(place) * tenths / 10, 0)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Draw, Weights};

    #[test]
    fn zipf_falls_as_it_should() {
        let zipf = Weights::zipf(200, 11);
        // 2^-1.1 = 0.46651..., 10^-1.1 = 0.07943...
        let weight = |place: usize| zipf.upto[place] - place.checked_sub(1).map_or(0, |before| zipf.upto[before]);
        assert_eq!(weight(0), 1 << 40);
        assert_eq!((weight(1) * 100_000) >> 40, 46_651);
        assert_eq!((weight(9) * 100_000) >> 40, 7_943);
    }

    #[test]
    fn log_uniform_spreads_over_the_decades() {
        let mut draw = Draw::new(1, 2);
        let drawn: Vec<u64> = (0..10_000).map(|_| draw.log_uniform(100, 500_000)).collect();
        assert!(drawn.iter().all(|one| (100..=500_000).contains(one)));
        // From 100 to 1,000 is one decade of 3.7.
        let first = drawn.iter().filter(|one| **one < 1_000).count();
        assert!((2_600..2_800).contains(&first), "{first} of 10,000 below 10.00");
    }
}
