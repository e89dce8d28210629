//! How texts compare where the standards say so, and where they leave it open.

use std::cmp::Ordering;

/// The order of two texts, where every collation agrees on it: they differ first in letters of ASCII, or one begins with
/// the other. `exact` says whether letter case counts; `None` where that is not known.
pub(super) fn order(left: &str, right: &str, exact: Option<bool>) -> Option<Ordering> {
    match exact {
        Some(true) => by_letters(left, right),
        Some(false) => by_letters(&left.to_ascii_lowercase(), &right.to_ascii_lowercase()),
        None => {
            let (exactly, folded) = (order(left, right, Some(true))?, order(left, right, Some(false))?);
            (exactly == folded).then_some(exactly)
        }
    }
}

fn by_letters(left: &str, right: &str) -> Option<Ordering> {
    let mut pairs = left.chars().zip(right.chars());
    match pairs.find(|(left, right)| left != right) {
        None => Some(left.chars().count().cmp(&right.chars().count())),
        Some((left, right)) => {
            let lower = left.is_ascii_lowercase() && right.is_ascii_lowercase();
            let upper = left.is_ascii_uppercase() && right.is_ascii_uppercase();
            (lower || upper).then(|| left.cmp(&right))
        }
    }
}

/// Whether something holds of two texts, with letter case or without: `None` where it depends on what is not known.
pub(super) fn holds(have: &str, want: &str, exact: Option<bool>, test: impl Fn(&str, &str) -> bool) -> Option<bool> {
    let exactly = test(have, want);
    let folded = test(&have.to_lowercase(), &want.to_lowercase());
    match exact {
        _ if exactly == folded => Some(exactly),
        Some(true) => Some(exactly),
        // How letters outside ASCII fold is a matter of PRECIS profiles.
        Some(false) if have.is_ascii() && want.is_ascii() => Some(folded),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_order_that_all_agree_on_counts() {
        assert_eq!(order("ab-1", "ac", Some(true)), Some(Ordering::Less));
        assert_eq!(order("Ab", "aB", Some(false)), Some(Ordering::Equal));
        assert_eq!(order("Ba", "ab", Some(false)), Some(Ordering::Greater));
        assert_eq!(order("B", "a", Some(true)), None, "whether capitals come first");
        assert_eq!(order("a1", "ab", Some(true)), None, "whether digits come first");
        assert_eq!(order("B", "a", None), None);
        assert_eq!(order("a", "ab", None), Some(Ordering::Less));
    }

    #[test]
    fn letter_case_counts_as_far_as_it_is_known() {
        let equal = |exact| holds("Ada", "ada", exact, |have, want| have == want);
        assert_eq!((equal(Some(true)), equal(Some(false)), equal(None)), (Some(false), Some(true), None));
        assert_eq!(holds("Ä", "ä", Some(false), |have, want| have == want), None);
    }
}
