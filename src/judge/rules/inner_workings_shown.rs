//! `inner-workings-shown`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "inner-workings-shown",
    level: Level::May,
    title: "An error shows the inside of the server",
    spec: &["rfc7644#3.12", "rfc7643#9.2"],
    looks_at: "The body of answers with status 400 and above: stack traces, SQL, and paths of files on the server.",
    why: "It tells an attacker what to try next, and the administrator nothing. No standard forbids it.",
    breaks: &[],
    admin: "",
    example: "{\"detail\": \"Traceback (most recent call last): File \\\"/app/users.py\\\", line 7\"}",
    fix: "Write the trace into your log, and a sentence for the administrator into detail.",
    judge,
};

/// Texts that only the inside of a server has.
const SIGNS: [&str; 22] = [
    "Traceback (most recent call last)",
    "stack trace",
    "stacktrace",
    "\n    at ",
    "\\n    at ",
    "\n\tat ",
    "\\n\\tat ",
    ".java:",
    "java.lang.",
    "org.hibernate",
    "System.NullReferenceException",
    "Exception in thread",
    "node_modules/",
    "site-packages/",
    ".py\\\", line ",
    "goroutine 1 [",
    "SQLSTATE",
    "ORA-0",
    "psycopg2.",
    "You have an error in your SQL syntax",
    "violates unique constraint",
    "SQLITE_",
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error() else {
        return Vec::new();
    };
    let text = response.text();
    let sign = SIGNS.iter().find(|sign| text.contains(**sign));
    sign.map_or_else(Vec::new, |sign| {
        let subject = Subject::Envelope("detail".to_owned());
        vec![Sighting::new(
            subject,
            "a sentence for the administrator",
            format!("\"{}\" in the body", sign.escape_debug()),
        )]
    })
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
    }

    #[test]
    fn sentences_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(200, json!({"title": "stack trace reader"}))]);
    }
}
