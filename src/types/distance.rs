//! How far one word is from another.

/// Levenshtein distance: how many letters differ. To suggest the name that was meant.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn counts_letters() {
        for (a, b, count) in [("", "", 0), ("", "abc", 3), ("lisen", "listen", 1), ("fr", "en", 2), ("é", "e", 1)] {
            assert_eq!((distance(a, b), distance(b, a)), (count, count), "{a} {b}");
        }
    }
}
