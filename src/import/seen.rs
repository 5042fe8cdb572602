//! The keys of the records that went in, each with its line: 12 bytes a record and no more.

use std::hash::{BuildHasher as _, RandomState};

/// Tables; each grows on its own, so that growing never doubles the whole.
const SHARDS: usize = 64;

/// Which lines went in, by key. Keys are kept as keyed 64-bit hashes: among ten million records the
/// chance of one mistake is one in a hundred thousand.
pub struct Seen {
    shards: Vec<Shard>,
    hashing: RandomState,
}

#[derive(Default)]
struct Shard {
    /// Open addressing; 0 is a free place.
    hashes: Vec<u64>,
    lines: Vec<u32>,
    used: usize,
}

impl Seen {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), hashing: RandomState::new() }
    }

    /// The line with this key.
    pub fn line_of(&self, key: &str) -> Option<u64> {
        let hash = self.hash(key);
        let shard = &self.shards[shard_of(hash)];
        if shard.hashes.is_empty() {
            return None;
        }
        let place = shard.place(hash);
        (shard.hashes[place] == hash).then(|| u64::from(shard.lines[place]))
    }

    /// Remembers that the record of this line went in.
    pub fn insert(&mut self, key: &str, line: u64) {
        let hash = self.hash(key);
        self.shards[shard_of(hash)].insert(hash, u32::try_from(line).unwrap_or(u32::MAX));
    }

    fn hash(&self, key: &str) -> u64 {
        self.hashing.hash_one(key).max(1)
    }
}

impl Shard {
    fn insert(&mut self, hash: u64, line: u32) {
        // At most four fifths full, a quarter more at a time.
        if self.used * 5 >= self.hashes.len() * 4 {
            let size = (self.hashes.len() * 5 / 4).max(64);
            let before = std::mem::take(self);
            self.hashes = vec![0; size];
            self.lines = vec![0; size];
            for (hash, line) in before.hashes.into_iter().zip(before.lines).filter(|(hash, _)| *hash != 0) {
                self.insert(hash, line);
            }
        }
        let place = self.place(hash);
        if self.hashes[place] == 0 {
            self.used += 1;
            self.hashes[place] = hash;
            self.lines[place] = line;
        }
    }

    /// Where the hash is, or the free place where it would be.
    fn place(&self, hash: u64) -> usize {
        // The lower half, as a fraction of the size; the upper bits chose the shard.
        let size = self.hashes.len();
        let start = usize::try_from(((hash & 0xFFFF_FFFF) * size as u64) >> 32).unwrap_or_default();
        let free = |place: &usize| self.hashes[*place] == 0 || self.hashes[*place] == hash;
        (start..size).chain(0..start).find(free).unwrap_or(start)
    }
}

fn shard_of(hash: u64) -> usize {
    usize::try_from(hash >> 58).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_every_line() {
        let mut seen = Seen::new();
        assert_eq!(seen.line_of("x"), None);
        for line in 1..=100_000 {
            seen.insert(&format!("m{line}"), line);
        }
        for line in 1..=100_000 {
            assert_eq!(seen.line_of(&format!("m{line}")), Some(line));
        }
        assert_eq!(seen.line_of("m0"), None);
        seen.insert("m5", 7);
        assert_eq!(seen.line_of("m5"), Some(5), "the first stays");
        let places: usize = seen.shards.iter().map(|shard| shard.hashes.len()).sum();
        assert!(places * 12 < 100_000 * 24, "{places}");
    }
}
