//! The text by which resources of a run are known.

use jiff::Timestamp;

/// What every marker begins with.
const PREFIX: &str = "scim-check-";
/// `20261122101501` and four random characters.
const STAMP: usize = 14;
const RANDOM: usize = 4;

/// The marker of one run: `scim-check-20261122101501x7q2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// A new one; the time stamp lets `clean --older-than` tell old runs from one under way.
    pub fn new() -> Marker {
        let stamp = Timestamp::now().strftime("%Y%m%d%H%M%S");
        let random: String = std::iter::repeat_with(|| fastrand::char('a'..='z')).take(RANDOM).collect();
        Marker(format!("{PREFIX}{stamp}{random}"))
    }

    /// A fixed one, so that rehearsals and snapshots read the same each time.
    pub fn fixed() -> Marker {
        Marker(format!("{PREFIX}20260101000000demo"))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The run's part of it.
    pub fn run(&self) -> &str {
        &self.0[PREFIX.len()..]
    }

    /// The text that is unique to one scenario in one dialect of the run. `most` is the highest number there is: all are equally long,
    /// so that none is the beginning of another.
    pub fn unique(&self, number: usize, most: usize) -> String {
        let digits = most.to_string().len().max(3);
        format!("{}-{number:0digits$}", self.0)
    }
}

impl Default for Marker {
    fn default() -> Marker {
        Marker::new()
    }
}

/// The marker in a userName or displayName and the time of its run, if there is one.
pub fn run_of(name: &str) -> Option<(String, Timestamp)> {
    let lower = name.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(PREFIX) {
        let start = from + found + PREFIX.len();
        let run = lower.get(start..start + STAMP + RANDOM);
        if let Some(run) = run
            && run[STAMP..].bytes().all(|byte| byte.is_ascii_lowercase())
            && let Some(time) = stamp(&run[..STAMP])
        {
            return Some((format!("{PREFIX}{run}"), time));
        }
        from = start;
    }
    None
}

fn stamp(text: &str) -> Option<Timestamp> {
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unique_text_is_the_beginning_of_another() {
        let marker = Marker::fixed();
        assert!(marker.unique(1, 854).ends_with("demo-001"));
        assert!(!marker.unique(1000, 2000).contains(&marker.unique(100, 2000)));
    }

    #[test]
    fn a_marker_is_recognised_anywhere_in_a_name() {
        let marker = Marker::new();
        let (found, time) = run_of(&format!("jo.{}-ann@example.com", marker.unique(3, 10).to_uppercase())).unwrap();
        assert_eq!(found, marker.as_str());
        assert!(Timestamp::now().duration_since(time).as_secs() < 60);
        for other in ["scim-check", "scim-check-2026", "scim-check-99999999999999abcd-x", "scim-check-é"] {
            assert!(run_of(other).is_none(), "{other}");
        }
    }
}
