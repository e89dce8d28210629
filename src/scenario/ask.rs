//! Reads raw requests and what is expected of their answers.

use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use super::{
    DataError,
    expect_file::{ExpectFile, ShouldFile},
    file::AskFile,
    load::Reading,
    model::{AtOnce, Place, RawRequest},
    steps::trimmed,
    suggest::did_you_mean,
};
use crate::{
    http::AuthUse,
    judge::{Expect, StatusPattern},
};

pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// Whose credentials a request can be sent with.
pub(super) const AUTHS: [&str; 6] = ["ours", "none", "lower_case", "suffixed", "wrong", "other"];

/// Most requests that are sent at once: a target is tested, not flooded.
pub(super) const AT_ONCE: usize = 8;

/// Most times that a request is sent.
pub(super) const TIMES: usize = 200;

pub(super) fn at_once(
    reading: &Reading<'_>,
    at: Location,
    asks: Vec<AskFile>,
    together: Option<Spanned<ExpectFile>>,
) -> Result<AtOnce, DataError> {
    if !(2..=AT_ONCE).contains(&asks.len()) {
        let hint = format!("write {} below it, {AT_ONCE} at most", "two requests");
        return Err(reading.error(at, "at_once", "several requests are sent at once", hint));
    }
    let requests = asks.into_iter().map(|ask| request(reading, at, ask)).collect::<Result<Vec<_>, _>>()?;
    let Some(together) = together else {
        return Ok(AtOnce { requests, statuses: Vec::new(), level: None, fix: None });
    };
    let (at, file) = (together.referenced, together.value);
    let statuses = file.statuses.unwrap_or_default();
    if statuses.len() != requests.len() {
        let hint = format!("`statuses` has an entry for each of the {} requests, in any order", requests.len());
        return Err(reading.error(at, "", "what is expected of these requests together can't be read", hint));
    }
    let statuses = statuses.iter().map(|one| patterns(reading, at, one)).collect::<Result<_, _>>()?;
    let own = [file.status.is_some(), file.body.is_some(), !file.absent.is_empty(), !file.headers.is_empty()];
    if own.contains(&true) || file.within_ms.is_some() || file.should.is_some() {
        let hint = "beside `statuses` there may be `level` and `fix`; the rest belongs to the requests";
        return Err(reading.error(at, "", "this can't be expected of several requests together", hint));
    }
    Ok(AtOnce { requests, statuses, level: file.level, fix: file.fix })
}

pub(super) fn request(reading: &Reading<'_>, at: Location, file: AskFile) -> Result<RawRequest, DataError> {
    if file.pages.is_some_and(|pages| pages == 0 || times_or_saves(&file)) {
        let hint = "write a number from 1 on; a list that is read in pages is sent as often as it takes, and nothing of it is saved";
        return Err(reading.error(at, "pages", "pages that can't be read", hint));
    }
    let (method, path) = match file.request.split_once(' ') {
        Some((method, path)) => (method, path.trim()),
        None => (file.request.as_str(), ""),
    };
    if !METHODS.contains(&method) {
        let hint = did_you_mean(method, METHODS);
        return Err(reading.error(at, &file.request, format!("unknown HTTP method `{method}`"), hint));
    }
    let (path, path_raw) = match (path, file.path_raw) {
        ("", Some(raw)) => (raw, true),
        (path, None) if path.starts_with('/') => (path.to_owned(), false),
        (_, Some(_)) => {
            return Err(reading.error(at, "path_raw", "a path and a `path_raw`", "give one of them"));
        }
        _ => {
            let hint = "write method and path in one line: `request: GET /Users`";
            return Err(reading.error(at, &file.request, "the path of a request begins with `/`", hint));
        }
    };
    if !path_raw && path.contains('?') {
        let hint = "put parameters under `query`, which escapes their values, or use `path_raw`";
        return Err(reading.error(at, &file.request, "the path of a request holds a `?`", hint));
    }
    let auth = match file.auth.as_deref() {
        None | Some("ours") => AuthUse::Ours,
        Some("none") => AuthUse::None,
        Some("lower_case") => AuthUse::LowerCase,
        Some("suffixed") => AuthUse::Suffixed,
        Some("wrong") => AuthUse::Wrong,
        Some("other") => AuthUse::Other,
        Some(other) => {
            let hint = did_you_mean(other, AUTHS);
            return Err(reading.error(at, other, format!("`auth` can't be `{other}`"), hint));
        }
    };
    if file.body.is_some() && file.body_raw.is_some() {
        return Err(reading.error(at, "body_raw", "a `body` and a `body_raw`", "give one of them"));
    }
    let times = file.times.unwrap_or(1);
    if !(1..=TIMES).contains(&times) {
        let message = format!("a request can't be sent {times} times");
        return Err(reading.error(at, "times", message, format!("write a number up to {TIMES}")));
    }
    reading.check(at, &Value::from(path.as_str()))?;
    for value in file.body.iter() {
        reading.check(at, value)?;
    }
    for text in file.body_raw.iter() {
        reading.check(at, &Value::from(text.as_str()))?;
    }
    let expect = match file.expect {
        Some(expect) => self::expect(reading, expect)?,
        None => Expect::default(),
    };
    Ok(RawRequest {
        method: method.to_owned(),
        path,
        path_raw,
        query: texts(reading, at, file.query)?,
        headers: texts(reading, at, file.headers)?,
        auth,
        body: file.body,
        body_raw: file.body_raw,
        times,
        pages: file.pages,
        save: places(reading, at, file.save)?,
        expect,
    })
}

fn texts(reading: &Reading<'_>, at: Location, map: Map<String, Value>) -> Result<Vec<(String, String)>, DataError> {
    map.into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => {
                    return Err(reading.error(at, &name, format!("`{name}` must be a text"), "quote it"));
                }
            };
            reading.check(at, &Value::from(text.as_str()))?;
            Ok((name, text))
        })
        .collect()
}

fn places(reading: &Reading<'_>, at: Location, map: Map<String, Value>) -> Result<Vec<(String, Place)>, DataError> {
    map.into_iter()
        .map(|(name, value)| {
            let place = match &value {
                Value::String(text) if text.is_empty() || text.starts_with('/') => Place::Pointer(text.clone()),
                Value::String(text) => Place::Path(reading.path(at, text)?),
                Value::Object(members) if members.len() == 1 && members.contains_key("header") => {
                    Place::Header(members["header"].as_str().unwrap_or_default().to_owned())
                }
                Value::Object(members) if members.len() == 1 && members.contains_key("status") => {
                    let hint = "for instance { status: 4xx }: kept where the answer has such a status";
                    let statuses = Expect::statuses(&members["status"]);
                    Place::Status(statuses.map_err(|error| reading.error(at, &name, error.to_string(), hint))?)
                }
                _ => {
                    let hint = "write a pointer (/id), an attribute path, {header: ETag} or {status: 4xx}";
                    return Err(reading.error(at, &name, format!("where `{name}` stands can't be read"), hint));
                }
            };
            Ok((name, place))
        })
        .collect()
}

fn expect(reading: &Reading<'_>, file: Spanned<ExpectFile>) -> Result<Expect, DataError> {
    let at = file.referenced;
    let showing = super::showing::read(reading, at, &file.value)?;
    let ExpectFile { status, statuses, body, absent, headers, within_ms, or, should, level, fix, .. } = file.value;
    if statuses.is_some() {
        let hint = "one request has a `status`; `statuses` goes with `at_once`";
        return Err(reading.error(at, "statuses", "`statuses` of one request", hint));
    }
    let should = should.map(|should| answer(reading, at, *should).map(Box::new)).transpose()?;
    let expect = answer(reading, at, ShouldFile { status, body, absent, headers, fix })?;
    let or = or.map(|or| answer(reading, at, *or).map(Box::new)).transpose()?;
    if or.as_ref().is_some_and(|or| or.status.is_empty()) {
        return Err(reading.error(at, "or:", "`or` without a status", "say by which status it is known"));
    }
    let expect = Expect { within_ms, showing, or, should, level, ..expect };
    expect.check().map_err(|error| {
        let regex = "how they are written: https://docs.rs/regex-lite/latest/regex_lite/#syntax";
        let (needle, hint) = match error.to_string().contains("regular expression") {
            true => ("matches", regex),
            false => ("", "matchers are described in docs/scenarios.md"),
        };
        reading.error(at, needle, error.to_string(), hint)
    })?;
    Ok(expect)
}

fn times_or_saves(file: &AskFile) -> bool {
    file.times.is_some() || !file.save.is_empty()
}

fn patterns(reading: &Reading<'_>, at: Location, value: &Value) -> Result<Vec<StatusPattern>, DataError> {
    Expect::statuses(value)
        .map_err(|error| reading.error(at, "status", error.to_string(), "for example `status: [200, 204]`"))
}

/// What is expected of an answer itself.
fn answer(reading: &Reading<'_>, at: Location, file: ShouldFile) -> Result<Expect, DataError> {
    let status = match &file.status {
        Some(value) => patterns(reading, at, value)?,
        None => Vec::new(),
    };
    let absent = file.absent.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?;
    for value in file.body.iter().chain(file.headers.values()) {
        reading.check(at, value)?;
    }
    let headers = file.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ok(Expect { status, body: file.body, absent, headers, fix: file.fix.map(trimmed), ..Expect::default() })
}
