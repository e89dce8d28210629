//! Golden transcripts, and what `scim-check show` prints.

use serde_json::Value;

use super::spoken::Spoken;

/// The text of a golden file: the requests as they were on the wire, path and protocol of the line included.
pub fn golden(title: &str, path: &str, spoken: &[Spoken]) -> String {
    let mut out = format!("{title}\n");
    for Spoken { what, remarks, line, headers, body } in spoken {
        out.push_str(&format!("\n# {what}\n"));
        remarks.iter().for_each(|remark| out.push_str(&format!("! {remark}\n")));
        let (method, target) = line.split_once(' ').unwrap();
        out.push_str(&format!("{method} {path}{target} HTTP/1.1\n"));
        headers.iter().for_each(|(name, value)| out.push_str(&format!("{name}: {value}\n")));
        if !body.is_empty() {
            out.push_str(&format!("\n{body}\n"));
        }
    }
    out
}

/// The requests in what `show` prints for one dialect.
pub fn shown(text: &str) -> Vec<Spoken> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("# ")).peekable();
    let mut shown = Vec::new();
    while let Some(what) = lines.next() {
        let what = what.strip_prefix("# ").expect("a request begins with `# `").to_owned();
        let mut remarks = Vec::new();
        while let Some(remark) = lines.next_if(|line| line.starts_with("! ")) {
            remarks.push(remark[2..].to_owned());
        }
        let mut said = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('>')) {
            said.push(line[1..].strip_prefix(' ').unwrap_or("").to_owned());
        }
        let line = said.remove(0);
        let end = said.iter().position(String::is_empty).unwrap_or(said.len());
        let split = |line: &String| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = said[..end].iter().map(|line| split(line).expect("`Name: value`")).collect();
        let body = said[end..].join("\n");
        // Keys keep their order, so that the compact text is that of the wire.
        let body = if body.is_empty() { body } else { serde_json::from_str::<Value>(&body).unwrap().to_string() };
        shown.push(Spoken { what, remarks, line, headers, body });
        assert!(lines.next().is_none_or(str::is_empty), "an empty line stands between requests");
    }
    shown
}
