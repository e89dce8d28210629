//! Durations as people write them.

use std::{str::FromStr, time::Duration};

use serde::Deserialize;

/// Reads `30s`, `200ms`, `2m`, `1h`, `7d`; a bare number means seconds.
///
/// # Errors
/// A sentence on how to write it.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "no duration: write it like 30s, 200ms, 2m, 1h or 7d".to_owned();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let factor = match text[digits..].trim() {
        "ms" => return Ok(Duration::from_millis(number)),
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(factor).map(Duration::from_secs).ok_or_else(wrong)
}

/// The longest time for one exchange: Okta closes the connection then (okta-client 2.4).
const LONGEST: Duration = Duration::from_secs(60);

/// A time for one exchange: some, and no more than Okta gives.
///
/// # Errors
/// A sentence on what it may be.
pub fn exchange_time(time: Duration) -> Result<Duration, String> {
    if time.is_zero() || time > LONGEST {
        return Err("it must be more than 0 and at most 60s, when Okta closes the connection".to_owned());
    }
    Ok(time)
}

/// A time for one exchange in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(pub Duration);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seconds, String> {
        duration(text).map(Seconds)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        let text = String::deserialize(deserializer)?;
        let Seconds(time) = text.parse().map_err(serde::de::Error::custom)?;
        exchange_time(time).map(Seconds).map_err(serde::de::Error::custom)
    }
}

/// Any time in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        duration(&String::deserialize(deserializer)?).map(Span).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("30s").unwrap(), Duration::from_secs(30));
        assert_eq!(duration("200ms").unwrap(), Duration::from_millis(200));
        assert_eq!(duration("2").unwrap(), Duration::from_secs(2));
        assert_eq!(duration("1h").unwrap(), Duration::from_secs(3600));
        for wrong in ["", "s", "3 weeks", "-1s", "99999999999999999999s", "9999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
