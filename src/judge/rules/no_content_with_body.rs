//! `no-content-with-body`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "no-content-with-body",
    level: Level::Should,
    title: "A 204 announces or brings a body",
    spec: &["rfc9110#8.6", "rfc9110#15.3.5"],
    looks_at: "Answers with status 204: a body, or a Content-Length other than 0.",
    why: "A 204 ends with its headers. A body behind it is read as the beginning of the next answer on the connection, so that \
          another request fails, now and then.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 204 No Content with Content-Length: 2 and {}",
    fix: "Answer 200 with the body, or 204 with none.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.status == 204) else {
        return Vec::new();
    };
    let announced = response.header("content-length").filter(|length| length.trim() != "0");
    let bytes = response.body.len();
    Sighting::when(bytes > 0 || announced.is_some(), || {
        let actual = match announced {
            Some(length) => format!("Content-Length: {length}"),
            None => format!("{bytes} bytes"),
        };
        Sighting::new(Subject::Envelope("body".to_owned()), "no body", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{delete, fine, wrong},
        *,
    };

    #[test]
    fn a_body_and_its_length_fire() {
        wrong(&RULE, &[delete("/Users/7").answers(204, json!({}))]);
        wrong(&RULE, &[delete("/Users/7").answers_with(204, &[("Content-Length", "2")], json!(null))]);
    }

    #[test]
    fn nothing_and_another_status_are_fine() {
        fine(&RULE, &[delete("/Users/7").answers_with(204, &[("Content-Length", "0")], json!(null))]);
        fine(&RULE, &[delete("/Users/7").answers(200, json!({}))]);
    }
}
