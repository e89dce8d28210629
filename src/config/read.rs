//! How single values of the file are read.

use std::{fmt, num::NonZeroU16, str::FromStr, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use serde_json::{Map, Value};

use super::{duration, exchange_time};
use crate::{http::AuthMode, idp::Dialect};

/// Most scenarios at once.
pub(super) const MOST_JOBS: u16 = 64;
/// Fewest bytes of an answer that may be read.
pub(super) const LEAST_BODY: usize = 1024;

/// A number of scenarios at once.
///
/// # Errors
/// A sentence on what it may be.
pub fn jobs_at_once(text: &str) -> Result<NonZeroU16, String> {
    let number = text.parse().ok().filter(|number: &NonZeroU16| number.get() <= MOST_JOBS);
    number.ok_or_else(|| format!("it must be a number from 1 to {MOST_JOBS}"))
}

/// A number of bytes that are read of an answer.
///
/// # Errors
/// A sentence on what it may be.
pub fn body_bytes(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|bytes| *bytes >= LEAST_BODY);
    number.ok_or_else(|| format!("it must be a number of bytes, {LEAST_BODY} or more"))
}

pub(super) fn auth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AuthMode>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = text.parse();
    read.map(Some).map_err(|message| match text.starts_with("header:") {
        true => D::Error::custom(message),
        false => D::Error::unknown_variant(&text, &["bearer", "raw", "basic", "header:NAME"]),
    })
}

pub(super) fn dialects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Dialect>>, D::Error> {
    let all = Vec::<One>::deserialize(deserializer)?;
    if all.is_empty() {
        return Err(D::Error::custom("without a dialect nothing of Okta's would run"));
    }
    Ok(Some(all.into_iter().map(|one| one.0).collect()))
}

pub(super) fn domain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let domain = String::deserialize(deserializer)?;
    if domain.is_empty() || domain.contains(|c: char| c.is_whitespace() || c.is_control() || "@/".contains(c)) {
        return Err(D::Error::custom("this is not the domain of an address"));
    }
    Ok(Some(domain))
}

/// What is said of an attribute that is not for the settings.
pub(super) const NO_PLACE: &str = "is up to the scenarios, and has no place here";

/// What scenarios say themselves of everybody.
const OWN: [&str; 8] = ["userName", "active", "password", "id", "externalId", "schemas", "meta", "groups"];

/// Paths and values. A table below an attribute holds its parts: `name.givenName = "x"` without quotation marks is one to TOML.
pub(super) fn attributes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    let mut out = Map::new();
    for (name, value) in Map::<String, Value>::deserialize(deserializer)? {
        // Whatever part of it, and with or without its schema.
        let attribute = name.rsplit(':').next().unwrap_or(&name).split(['.', '[']).next().unwrap_or_default();
        if let Some(own) = OWN.iter().find(|own| own.eq_ignore_ascii_case(attribute)) {
            return Err(D::Error::custom(format!("`{own}` {NO_PLACE}")));
        }
        match value {
            Value::Object(parts) if !name.contains(':') => {
                out.extend(parts.into_iter().map(|(part, value)| (format!("{name}.{part}"), value)));
            }
            value => {
                out.insert(name, value);
            }
        }
    }
    Ok(out)
}

/// One dialect, so that an error is drawn at it and not at the list.
struct One(Dialect);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<One, D::Error> {
        deserializer.deserialize_str(Name)
    }
}

struct Name;

impl Visitor<'_> for Name {
    type Value = One;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a dialect")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<One, E> {
        let preset = text.split('+').next().unwrap_or(text);
        if !Dialect::NAMES.contains(&preset) {
            return Err(E::unknown_variant(preset, &Dialect::NAMES));
        }
        Dialect::from_str(text).map(One).map_err(E::custom)
    }
}

pub(super) fn jobs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NonZeroU16>, D::Error> {
    let number = NonZeroU16::deserialize(deserializer)?;
    jobs_at_once(&number.to_string()).map(Some).map_err(D::Error::custom)
}

pub(super) fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let number = usize::deserialize(deserializer)?;
    body_bytes(&number.to_string()).map(Some).map_err(D::Error::custom)
}

pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    deserializer.deserialize_any(Time).map(Some)
}

pub(super) fn exchange<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let time = deserializer.deserialize_any(Time)?;
    exchange_time(time).map(Some).map_err(D::Error::custom)
}

/// A time: what a flag takes, and a number of seconds without quotation marks.
struct Time;

impl Visitor<'_> for Time {
    type Value = Duration;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        duration(text).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Duration, E> {
        duration(&seconds.to_string()).map_err(E::custom)
    }
}
