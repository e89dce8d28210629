//! The page in a real Chromium, by `look.mjs`. Pictures of it are left in `target/report-html`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::support::peers;

/// Opens a page in several sizes and colours; `words` must be on it, as text.
pub fn look(name: &str, page: &str, words: &[&str]) {
    let lacking = peers::lacking_for_npm();
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    let (None, Some(chromium)) = (lacking, chromium) else {
        return peers::cannot_run("the HTML report in a browser", lacking.unwrap_or("no chromium"));
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report_html");
    let home = peers::npm_installed("report-html", &source, &["look.mjs", "../support/browser.mjs"]);
    let pictures = peers::target_dir().join("report-html");
    fs::create_dir_all(&pictures).unwrap();
    let file = pictures.join(format!("{name}.html"));
    fs::write(&file, page).unwrap();
    let task = json!({"chromium": chromium, "pictures": pictures, "name": name, "file": file, "words": words});
    let mut command = Command::new("node");
    let ran = command.arg("look.mjs").arg(task.to_string()).current_dir(&home).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "look.mjs ended with {}:\n{said}", ran.status);
}

/// Where a program is.
fn on_path(program: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
