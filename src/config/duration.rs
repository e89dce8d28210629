//! Durations as people write them.

use std::time::Duration;

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

/// A time as people write it: `30s`, `200ms`.
pub fn written(time: Duration) -> String {
    if time.subsec_millis() > 0 { format!("{}ms", time.as_millis()) } else { format!("{}s", time.as_secs()) }
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
        for text in ["30s", "200ms", "1500ms", "0s"] {
            assert_eq!(written(duration(text).unwrap()), text);
        }
        for wrong in ["", "s", "3 weeks", "-1s", "99999999999999999999s", "9999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
