//! Dialogues as text, written and read.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Dialogue, Turn};
use crate::http::acts;

/// Version of the format: a file of a later one is not read.
const FORMAT: u64 = 1;

/// What is read of a header. cargo-insta writes it anew in a style of its own.
#[derive(Default, Deserialize)]
struct Header {
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    info: Value,
}

/// The whole file: insta's header, whose keys survive cargo-insta, and the exchanges, requests behind `>`, answers
/// behind `<`.
pub fn file(dialogue: &Dialogue) -> String {
    let info = json!({"scenario": dialogue.scenario, "dialect": dialogue.dialect, "format": FORMAT});
    let title = Value::from(dialogue.title.as_str());
    let turns: Vec<String> = dialogue.turns.iter().map(|turn| request(turn, &[]) + &answer(&turn.answer)).collect();
    format!("---\nsource: scim-check\ndescription: {title}\ninfo: {info}\n---\n{}", turns.join("\n"))
}

/// One request: a line that says which, remarks behind `!`, then the request behind `>`.
pub fn request(turn: &Turn, remarks: &[String]) -> String {
    let about = turn.about.as_deref().unwrap_or("-");
    let mut out = format!("# {} | {about} | {}\n", turn.step, turn.kind);
    for remark in remarks {
        out.push_str(&format!("! {remark}\n"));
    }
    out.push_str(&format!("> {} {}\n", turn.method, turn.target));
    part(&mut out, '>', &turn.headers, turn.body.as_ref());
    out
}

fn answer(answer: &Answer) -> String {
    let mut out = format!("< {}\n", answer.status);
    part(&mut out, '<', &answer.headers, answer.body.as_ref());
    out
}

fn part(out: &mut String, mark: char, headers: &[(String, String)], body: Option<&Value>) {
    for (name, value) in headers {
        out.push_str(&format!("{mark} {name}: {value}\n"));
    }
    if let Some(body) = body {
        out.push_str(&format!("{mark}\n"));
        for line in format!("{body:#}").split('\n') {
            out.push_str(&format!("{mark} {}\n", visible(line)));
        }
    }
}

/// A line of JSON with escapes for what nobody sees, which means the same: a version control shows it to people.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        match acts(character) {
            true => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
            false => out.push(character),
        }
    }
    out
}

/// Reads a file.
///
/// # Errors
/// A sentence saying which line is not as it should be.
pub fn read(text: &str) -> Result<Dialogue, String> {
    let text = text.replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or("the file does not begin with ---")?;
    let (header, body) = rest.split_once("\n---\n").ok_or("the header has no end")?;
    let header: Header = serde_saphyr::from_str(header).map_err(|_| "the header is no YAML")?;
    let info = header.info;
    let format = &info["format"];
    if !format.is_null() && format.as_u64().is_none_or(|format| format > FORMAT) {
        return Err("it was written by a newer scim-check".to_owned());
    }
    let mut turns = Vec::new();
    let mut lines = body.lines().enumerate().filter(|(_, line)| !line.is_empty()).peekable();
    while let Some((number, line)) = lines.next() {
        let wrong = |what: &str| format!("line {} of the dialogue: {what}", number + 1);
        let head = line.strip_prefix("# ").ok_or_else(|| wrong("expected `# step | whom | kind`"))?;
        let mut words = head.rsplitn(3, " | ");
        let (kind, about, step) = (words.next(), words.next(), words.next());
        let (Some(kind), Some(about), Some(step)) = (kind, about, step) else {
            return Err(wrong("expected `# step | whom | kind`"));
        };
        let mut sent = Vec::new();
        let mut came = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with(['>', '<'])) {
            let part = if line.starts_with('>') { &mut sent } else { &mut came };
            part.push(line[1..].strip_prefix(' ').unwrap_or(&line[1..]).to_owned());
        }
        let (request, headers, request_body) = read_part(sent).map_err(|what| wrong(&what))?;
        let (status, answer_headers, answer_body) = read_part(came).map_err(|what| wrong(&what))?;
        let (method, target) = request.split_once(' ').ok_or_else(|| wrong("expected a method and a path"))?;
        turns.push(Turn {
            step: step.to_owned(),
            about: (about != "-").then(|| about.to_owned()),
            kind: kind.to_owned(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: request_body,
            answer: Answer {
                status: status.trim().parse().map_err(|_| wrong("expected a status"))?,
                headers: answer_headers,
                body: answer_body,
            },
            exchange: None,
        });
    }
    Ok(Dialogue {
        title: header.description.unwrap_or_default(),
        scenario: info["scenario"].as_str().unwrap_or("").to_owned(),
        dialect: info["dialect"].as_str().map(str::to_owned),
        turns,
    })
}

type Part = (String, Vec<(String, String)>, Option<Value>);

fn read_part(lines: Vec<String>) -> Result<Part, String> {
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or("a request or answer is missing")?;
    let mut headers = Vec::new();
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").ok_or_else(|| format!("`{line}` is not a header"))?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    let body: String = lines.collect::<Vec<_>>().join("\n");
    let body = match body.trim() {
        "" => None,
        text => Some(serde_json::from_str(text).map_err(|error| format!("a body is not JSON: {error}"))?),
    };
    Ok((first, headers, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let dialogue = Dialogue {
            title: "A \"title\"".to_owned(),
            scenario: "okta/x".to_owned(),
            dialect: Some("okta-aiw".to_owned()),
            turns: vec![
                Turn {
                    step: "assign ada | bob".to_owned(),
                    about: Some("ada".to_owned()),
                    kind: "create".to_owned(),
                    method: "POST".to_owned(),
                    target: "/Users".to_owned(),
                    headers: vec![("Accept".to_owned(), "application/scim+json".to_owned())],
                    body: Some(json!({"userName": "[unique]-ada", "note": "a\n> b"})),
                    answer: Answer {
                        status: 201,
                        headers: vec![("content-type".to_owned(), "application/scim+json".to_owned())],
                        body: Some(json!({"id": "[ada.id]", "list": [1, "[n others]"]})),
                    },
                    exchange: None,
                },
                Turn {
                    step: "delete".to_owned(),
                    about: None,
                    kind: "delete".to_owned(),
                    method: "DELETE".to_owned(),
                    target: "/Groups/[crew.id]".to_owned(),
                    headers: Vec::new(),
                    body: None,
                    answer: Answer { status: 204, headers: Vec::new(), body: None },
                    exchange: None,
                },
            ],
        };
        assert_eq!(read(&file(&dialogue)).unwrap(), dialogue);
    }

    #[test]
    fn a_header_may_be_written_in_another_style() {
        let text =
            "---\nsource: scim-check\ndescription: \"Who: is gone\"\ninfo:\n  dialect: ~\n  scenario: okta/x\n---\n";
        let dialogue = read(text).unwrap();
        assert_eq!((dialogue.title.as_str(), dialogue.scenario.as_str()), ("Who: is gone", "okta/x"));
        assert_eq!(dialogue.dialect, None);
        let newer = text.replace("okta/x", "okta/x\n  format: 2");
        assert!(read(&newer).unwrap_err().contains("newer"));
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        for text in ["", "---\nx\n", "---\nsource: x\n---\nnonsense\n", "---\nsource: x\n---\n# a | b | c\n> GET /\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
