//! `inner-workings-shown`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "inner-workings-shown",
    level: Level::May,
    title: "An answer shows the inside of the server",
    spec: &["rfc7644#3.12", "rfc7643#9.2"],
    looks_at: "The body of answers with status 400 and above, and the headers of every answer: stack traces, SQL, and paths \
          of files on the server.",
    why: "It tells an attacker what to try next, and the administrator nothing. No standard forbids it.",
    breaks: &[],
    admin: "",
    example: "{\"detail\": \"Traceback (most recent call last): File \\\"/app/users.py\\\", line 7\"}",
    fix: "Write the trace into your log, and a sentence for the administrator into detail.",
    judge,
};

/// Texts that only the inside of a server has, in lower case.
const SIGNS: [&str; 36] = [
    "traceback (most recent call last)",
    "stack trace:",
    "stacktrace",
    "\n   at ",
    "\n    at ",
    "\n\tat ",
    ".java:",
    ".php:",
    ".rb:",
    ".go:",
    ".cs:line ",
    "java.lang.",
    "org.hibernate",
    "org.springframework",
    "system.nullreferenceexception",
    "exception in thread",
    "node_modules/",
    "site-packages/",
    ".py\", line ",
    "goroutine 1 [",
    "runtime error: ",
    "sqlstate",
    "ora-00",
    "ora-01",
    "psycopg2.",
    "sqlalchemy.",
    "pdoexception",
    "activerecord::",
    "you have an error in your sql syntax",
    "violates unique constraint",
    "unique constraint failed",
    "duplicate entry '",
    "duplicate key error collection",
    "invalid `prisma.",
    "sqlite_",
    "/var/www/",
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response() else {
        return Vec::new();
    };
    let headers = response.headers.iter().filter_map(|(name, value)| {
        let sign = sign(value)?;
        let actual = format!("\"{}\" in it", sign.escape_debug());
        Some(Sighting::new(Subject::Header(name.to_ascii_lowercase()), "nothing of the kind", actual))
    });
    let mut sightings: Vec<Sighting> = headers.collect();
    // What a person stored may hold any text, so that only errors are searched.
    if let Some(response) = seen.error()
        && let Some(sign) = sign(&unescaped(&response.text()))
    {
        let subject = Subject::Envelope("detail".to_owned());
        let actual = format!("\"{}\" in the body", sign.escape_debug());
        sightings.push(Sighting::new(subject, "a sentence for the administrator", actual));
    }
    sightings
}

fn sign(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    SIGNS.iter().find(|sign| text.contains(**sign)).copied()
}

/// Line ends and quotes as they were before they became JSON.
fn unescaped(body: &str) -> String {
    body.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, with, wrong},
        *,
    };

    #[test]
    fn traces_and_queries_fire() {
        for detail in ["x\n    at Object.run (/app/a.js:1:2)", "SQLSTATE[23505]", "File \"/a/b.py\", line 7"] {
            wrong(&RULE, &[get("/Users/7").answers(500, with(error(500), "detail", json!(detail)))]);
        }
        wrong(&RULE, &[get("/Users/7").answers_text(500, &[], "java.lang.NullPointerException")]);
        wrong(&RULE, &[get("/Users/7").answers_text(400, &[], r#"{"detail": "Failed\r\n   at Scim.Users.Get()"}"#)]);
        wrong(&RULE, &[get("/Users/7").answers_text(200, &[("X-Debug", "at a.B.get(B.java:42)")], "{}")]);
    }

    #[test]
    fn sentences_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers_text(200, &[("X-Served-By", "aurora-0")], "{}")]);
        fine(&RULE, &[get("/Users/7").answers(200, json!({"title": "stack trace reader"}))]);
    }
}
