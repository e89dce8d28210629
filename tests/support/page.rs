//! Pages: what tests write of them, and what they read in them.

#![allow(dead_code, reason = "each integration test uses a part of it")]

use std::{fs, path::Path};

/// The contents of all code blocks of one language in a page, in order.
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Holds a page against what it should say, or writes it where `SCIM_CHECK_RECORD` is set; `test` is what `cargo test` is told.
#[track_caller]
pub fn hold(path: &str, text: &str, test: &str) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&place, text).unwrap();
    }
    let have = fs::read_to_string(&place).unwrap_or_default();
    let differs = have.lines().zip(text.lines()).find(|(have, wanted)| have != wanted);
    assert_eq!(differs, None, "{path}: SCIM_CHECK_RECORD=1 cargo test {test} writes it anew");
    assert_eq!(have.lines().count(), text.lines().count(), "{path}");
}
