//! Times of operations, all kept: a percentile is one of them, not an estimate.

use std::collections::BTreeMap;
use std::time::Duration;

/// Times of successes, and a count of each kind of error.
#[derive(Default)]
pub struct Times {
    microseconds: Vec<u32>,
    pub errors: BTreeMap<String, u64>,
}

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.microseconds.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    pub fn fail(&mut self, fault: String) {
        *self.errors.entry(fault).or_default() += 1;
    }

    pub fn count(&self) -> usize {
        self.microseconds.len()
    }

    pub fn failures(&self) -> u64 {
        self.errors.values().sum()
    }

    /// The time that this share of the operations did not pass, in milliseconds.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.microseconds.sort_unstable();
        let last = self.microseconds.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let at = (share * last as f64).round() as usize;
        self.microseconds.get(at).map_or(0.0, |time| f64::from(*time) / 1000.0)
    }
}

/// The middle one of several figures.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}
