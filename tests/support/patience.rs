//! Waiting for what happens elsewhere.

use std::time::{Duration, Instant};

/// Asks again and again until it is so. Fails when it is not in time.
pub async fn within(limit: Duration, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
