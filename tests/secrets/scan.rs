//! Looks for secrets in everything that commands write, in every form in which a target may send them back.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::binary::{Desk, Ran};

/// The folder of a desk that is not searched: what tests put there holds secrets.
pub const OWN: &str = "hidden";

/// A secret that nothing else looks like, with characters that every encoding writes in its own way.
pub fn secret(name: &str) -> String {
    let letters: String = std::iter::repeat_with(fastrand::alphanumeric).take(14).collect();
    format!("{name}{}/+\"<&%=\\t{}~", &letters[..7], &letters[7..])
}

/// All forms that a target can write a secret in.
pub fn forms(secret: &str) -> Vec<String> {
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let json = serde_json::to_string(secret).unwrap();
    let json = json.trim_matches('"').to_owned();
    let entities = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        lower_escapes(&percent),
        secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        json.replace('/', "\\/"),
        secret.chars().map(|letter| format!("\\u{:04x}", letter as u32)).collect(),
        serde_json::to_string(&json).unwrap().trim_matches('"').to_owned(),
        json,
        entities.replace('&', "&amp;"),
        entities.replace('/', "&sol;").replace('+', "&plus;"),
        entities,
        percent.replace('%', "%25"),
        percent,
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.to_lowercase(),
        secret.to_uppercase(),
    ]
}

fn lower_escapes(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |out, part| format!("{out}%{}{}", part[..2].to_ascii_lowercase(), &part[2..]))
}

/// What has been searched so far.
#[derive(Default)]
pub struct Scan {
    /// Forms of secrets, and beginnings and ends of them, by what they are.
    needles: HashMap<[u8; 4], Vec<(String, String)>>,
    forms: usize,
    secrets: usize,
    /// Files as they were when they were searched.
    seen: HashSet<(PathBuf, SystemTime, u64)>,
    commands: usize,
    files: usize,
    bytes: usize,
    found: Vec<String>,
}

impl Scan {
    /// Looks for a secret from now on: whole in every form, and its beginning and its end as they are, which a text that was cut
    /// would show.
    pub fn add(&mut self, name: &str, secret: &str) {
        self.add_whole(name, secret);
        if secret.len() >= 16 {
            for written in [secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()] {
                self.insert(written[..10].to_owned(), format!("{name}, its beginning"));
                self.insert(written[written.len() - 10..].to_owned(), format!("{name}, its end"));
            }
        }
    }

    /// Looks for a secret from now on, whole in every form: its parts may stand elsewhere.
    pub fn add_whole(&mut self, name: &str, secret: &str) {
        self.secrets += 1;
        self.seen.clear();
        for (at, form) in forms(secret).into_iter().enumerate() {
            self.insert(form, format!("{name}, form {at}"));
        }
    }

    fn insert(&mut self, needle: String, name: String) {
        let alike = self.needles.entry(*needle.as_bytes().first_chunk().unwrap()).or_default();
        if !alike.iter().any(|(have, _)| *have == needle) {
            self.forms += 1;
            alike.push((needle, name));
        }
    }

    /// Searches what a command has said, and all files of its folder.
    pub fn command(&mut self, what: &str, desk: &Desk, ran: &Ran) {
        assert!(!ran.err.contains("panicked"), "{what}: {}", ran.err);
        self.commands += 1;
        self.text(&format!("{what}, stdout"), ran.out.as_bytes());
        self.text(&format!("{what}, stderr"), ran.err.as_bytes());
        self.folder(what, desk.path());
    }

    fn folder(&mut self, what: &str, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_name() == OWN {
                continue;
            }
            if path.is_dir() {
                self.folder(what, &path);
                continue;
            }
            let data = entry.metadata().unwrap();
            if !self.seen.insert((path.clone(), data.modified().unwrap(), data.len())) {
                continue;
            }
            self.files += 1;
            self.text(&format!("{what}, name of a file"), path.display().to_string().as_bytes());
            self.text(&format!("{what}, {}", path.display()), &fs::read(&path).unwrap());
        }
    }

    /// Adds up what two have searched and found.
    pub fn merge(&mut self, other: Scan) {
        self.secrets += other.secrets;
        self.commands += other.commands;
        self.files += other.files;
        self.bytes += other.bytes;
        self.forms += other.forms;
        self.found.extend(other.found);
    }

    /// Searches some bytes.
    pub fn text(&mut self, what: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        for (at, first) in bytes.windows(4).enumerate() {
            let Some(alike) = self.needles.get(first) else { continue };
            for (needle, name) in alike.iter().filter(|(needle, _)| bytes[at..].starts_with(needle.as_bytes())) {
                let around = &bytes[at.saturating_sub(120)..bytes.len().min(at + needle.len() + 30)];
                self.found.push(format!("{what}: {name}\n    {}", String::from_utf8_lossy(around)));
            }
        }
    }

    /// Tells what was searched, and fails where something was found.
    #[track_caller]
    pub fn ends(self, what: &str) {
        eprintln!(
            "{what}: {} commands, {} files, {} bytes searched for {} secrets in {} forms",
            self.commands, self.files, self.bytes, self.secrets, self.forms
        );
        assert!(self.secrets > 0 && self.bytes > 0, "{what}: nothing was searched");
        let shown: Vec<&String> = self.found.iter().take(30).collect();
        assert!(self.found.is_empty(), "{what}: {} leaks, such as\n{shown:#?}", self.found.len());
    }
}

#[test]
fn a_scan_finds_every_form_and_every_part() {
    let hidden = secret("probe");
    for form in forms(&hidden).into_iter().chain([hidden[..12].to_owned(), hidden[hidden.len() - 12..].to_owned()]) {
        let mut scan = Scan::default();
        scan.add("a secret", &hidden);
        scan.text("a text", format!("before {form} after").as_bytes());
        assert!(!scan.found.is_empty(), "{form}");
    }
}
