//! HAR 1.2: what the format makes mandatory, in our words.

use scim_check::report::Format;
use serde_json::Value;

use super::{is_golden, written};

/// A key, and what its value has to be.
type Key = (&'static str, fn(&Value) -> bool);

fn has(value: &Value, keys: &[Key]) {
    for (key, fits) in keys {
        assert!(value.get(key).is_some_and(fits), "{key}: {:?}", value.get(key));
    }
}

#[test]
fn everything_mandatory_is_there() {
    let text = written(Format::Har);
    let har: Value = serde_json::from_str(&text).unwrap();
    let log = &har["log"];
    assert_eq!(log["version"], "1.2");
    has(&log["creator"], &[("name", Value::is_string), ("version", Value::is_string)]);
    for page in log["pages"].as_array().unwrap() {
        has(page, &[("startedDateTime", Value::is_string), ("id", Value::is_string), ("title", Value::is_string)]);
        assert!(page["pageTimings"].is_object());
    }
    let entries = log["entries"].as_array().unwrap();
    // What was withheld did not go out.
    assert_eq!(entries.len(), 5);
    for entry in entries {
        has(entry, &[("startedDateTime", Value::is_string), ("time", Value::is_number), ("cache", Value::is_object)]);
        let both: [Key; 5] = [
            ("httpVersion", Value::is_string),
            ("cookies", Value::is_array),
            ("headers", Value::is_array),
            ("headersSize", Value::is_i64),
            ("bodySize", Value::is_i64),
        ];
        for message in [&entry["request"], &entry["response"]] {
            has(message, &both);
            for header in message["headers"].as_array().unwrap() {
                has(header, &[("name", Value::is_string), ("value", Value::is_string)]);
            }
        }
        has(&entry["request"], &[("method", Value::is_string), ("queryString", Value::is_array)]);
        let url = entry["request"]["url"].as_str().unwrap();
        url::Url::parse(url).unwrap();
        has(
            &entry["response"],
            &[("status", Value::is_i64), ("statusText", Value::is_string), ("redirectURL", Value::is_string)],
        );
        has(&entry["response"]["content"], &[("size", Value::is_i64), ("mimeType", Value::is_string)]);
        // The parts that are known make up the whole.
        let timings = &entry["timings"];
        let sum: f64 = ["send", "wait", "receive"].iter().map(|key| timings[key].as_f64().unwrap()).sum();
        assert_eq!(Some(sum), entry["time"].as_f64());
    }
    let moments: Vec<&str> = entries.iter().map(|entry| entry["startedDateTime"].as_str().unwrap()).collect();
    assert!(moments.is_sorted());
    assert_eq!(moments[1], "2026-11-22T10:15:02.510Z");
    is_golden("hostile.har", &text);
}

#[test]
fn requests_are_told_as_they_were_sent() {
    let har: Value = serde_json::from_str(&written(Format::Har)).unwrap();
    let request = |at: usize| &har["log"]["entries"][at]["request"];
    let headers = |at: usize| -> Vec<String> {
        let all = request(at)["headers"].as_array().unwrap().iter();
        all.map(|header| format!("{}: {}", header["name"].as_str().unwrap(), header["value"].as_str().unwrap()))
            .collect()
    };
    let length = format!("Content-Length: {}", request(0)["bodySize"]);
    assert_eq!(
        headers(0),
        [
            "Content-Type: application/scim+json",
            "User-Agent: Okta SCIM Client 1.0.0",
            "Authorization: [secret]",
            length.as_str(),
            "Host: scim.example.com"
        ]
    );
    assert!(request(0)["postData"]["text"].as_str().unwrap().contains("\"password\":\"[password]\""));
    let query = &request(2)["queryString"][0];
    assert_eq!(query["name"], "filter");
    assert!(query["value"].as_str().unwrap().starts_with("userName eq \"scim-check-"), "{query}");
    // Nobody's credentials are no secret.
    assert!(
        headers(3).iter().any(|header| header.starts_with("Authorization: Bearer scim-check-wrong")),
        "{:?}",
        headers(3)
    );
    let answer = &har["log"]["entries"][4]["response"];
    assert_eq!(answer["status"], 0);
    assert!(answer["_error"].as_str().unwrap().starts_with("the answer broke off"));
}
