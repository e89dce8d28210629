//! Points in time as SCIM writes them (RFC 7643 section 2.3.5).

/// Reads an `xsd:dateTime` to the letter: date and time with a `T` between, any fraction, an offset or none.
///
/// Answers the instant in nanoseconds since 1970; without an offset it counts as UTC. `None` for everything else, a date
/// alone and a count of seconds included.
pub fn moment(text: &str) -> Option<i128> {
    let (date, time) = text.split_once('T')?;
    let (time, offset) = split_offset(time)?;
    let (clock, fraction) = match time.split_once('.') {
        Some((clock, digits)) => (clock, fraction(digits)?),
        None => (time, 0),
    };
    let [year, month, day] = numbers(date, '-', 4)?;
    let [hour, minute, second] = numbers(clock, ':', 2)?;
    // The end of a day may be written as hour 24.
    let midnight = hour == 24 && minute == 0 && second == 0 && fraction == 0;
    if !(hour < 24 || midnight) || minute > 59 || second > 60 {
        return None;
    }
    let civil = jiff::civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let days = i128::from(days_since_1970(civil));
    let seconds = days * 86_400 + i128::from(hour * 3600 + minute * 60 + second) - i128::from(offset);
    Some(seconds * 1_000_000_000 + i128::from(fraction))
}

/// How many digits of a second a moment is written with.
pub fn fraction_digits(text: &str) -> usize {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    text.split_once('T').and_then(|(_, time)| time.split_once('.')).map_or(0, |(_, rest)| digits(rest))
}

fn days_since_1970(date: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = epoch.until(date).map(|span| i64::from(span.get_days()));
    // Dates this crate can hold are at most some millions of days apart.
    days.unwrap_or_default()
}

/// The time without its offset, and the offset in seconds.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let sign = if time[at..].starts_with('-') { -1 } else { 1 };
    Some((&time[..at], sign * (hours * 3600 + minutes * 60)))
}

/// Three numbers of two digits, the first with as many as said.
fn numbers(text: &str, between: char, first: usize) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let three = [number(parts.next()?, first)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?];
    parts.next().is_none().then_some(three)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Nanoseconds; what is finer is cut.
fn fraction(digits: &str) -> Option<u32> {
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    sound.then(|| nine.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_language_allows_is_read() {
        let second = 1_000_000_000;
        for (text, nanoseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:01.5Z", second + second / 2),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1969-12-31T23:30:00-00:30", 0),
            ("1970-01-01T00:00:00", 0),
            ("1970-01-01T24:00:00Z", 86_400 * second),
            ("2000-02-29T00:00:00.000001Z", 951_782_400 * second + 1000),
            ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
        ] {
            assert_eq!(moment(text), Some(nanoseconds), "{text}");
        }
        assert_eq!(fraction_digits("1970-01-01T00:00:00.120+01:00"), 3);
        assert_eq!(fraction_digits("1970-01-01T00:00:00Z"), 0);
    }

    #[test]
    fn everything_else_is_none() {
        for text in [
            "",
            "2000-01-01",
            "2000-01-01 00:00:00Z",
            "2000-13-01T00:00:00Z",
            "2001-02-29T00:00:00Z",
            "2000-01-01T25:00:00Z",
            "2000-01-01T00:00Z",
            "2000-01-01T00:00:00.Z",
            "2000-01-01T00:00:00+0100",
            "2000-01-01T00:00:00 +01:00",
            "946684800",
            "Sat, 01 Jan 2000 00:00:00 GMT",
            "2000-01-01T00:00:00éZ",
            "2000-1-1T00:00:00Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
