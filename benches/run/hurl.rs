//! The requests of one of our runs, as a file for hurl.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::measured::TOKEN;

/// Writes the requests of a report with exchanges for hurl: each with its headers and its body, and the status that was answered. Ids are
/// those of the answers, which hurl captures as ours does.
pub fn file(folder: &Path, base: &str, report: &Value) -> PathBuf {
    let mut text = String::new();
    // Ids of resources that were created, and what hurl calls them.
    let mut ids: Vec<(String, String)> = Vec::new();
    let mut exchanges: Vec<&Value> = report["exchanges"].as_array().unwrap().iter().collect();
    exchanges.sort_by_key(|exchange| exchange["n"].as_u64());
    for exchange in exchanges {
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let named = |text: &str| {
            ids.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, &format!("{{{{{name}}}}}")))
        };
        writeln!(text, "{} {base}{}", request["method"].as_str().unwrap(), named(request["target"].as_str().unwrap()))
            .unwrap();
        for (name, value) in request["headers"].as_object().unwrap() {
            writeln!(text, "{name}: {}", value.as_str().unwrap()).unwrap();
        }
        writeln!(text, "Authorization: Bearer {TOKEN}").unwrap();
        if !request["body"].is_null() {
            writeln!(text, "{}", named(&request["body"].to_string())).unwrap();
        }
        writeln!(text, "HTTP {}", response["status"]).unwrap();
        if exchange["kind"] == "create" && response["status"] == 201 {
            let name = format!("id{}", ids.len());
            writeln!(text, "[Captures]\n{name}: jsonpath \"$.id\"").unwrap();
            ids.push((response["body"]["id"].as_str().unwrap().to_owned(), name));
        }
        text.push('\n');
    }
    let path = folder.join("requests.hurl");
    fs::write(&path, text).unwrap();
    path
}
