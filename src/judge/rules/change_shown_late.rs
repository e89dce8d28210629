//! `change-shown-late`

use crate::{
    http::Look,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "change-shown-late",
    level: Level::Should,
    title: "A change that was answered shows only later",
    spec: &["okta-wire#echo-put", "okta-scim20#read", "rfc7644#3.4.1"],
    looks_at: "Read-backs of ours after a change. One that does not show it is repeated for a while (--settle); it \
          fires where a repetition shows it.",
    why: "Okta's next request follows after 100 to 250 milliseconds and does not wait for the change. It reads \
          before it writes and sends back what it read: a read that is behind is written over the change.",
    breaks: &["okta"],
    admin: "Nothing, while a change is undone by the next one; or a failed task under Tasks, where a new person \
          or group is not found yet.",
    example: "POST /Users answered 201, then GET /Users/7 answered 404, and 200 half a second later",
    fix: "Answer a write once reads show it, or read where you write: from the primary, past the cache.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Look::Late(after) = seen.exchange.look else {
        return Vec::new();
    };
    let actual = format!("the change shows {} ms after its answer", after.as_millis());
    vec![Sighting::new(Subject::Envelope("body".to_owned()), "the change, as soon as it is answered", actual)]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        super::testing::{ada_as, created, fine, get, wrong},
        *,
    };

    #[test]
    fn a_look_that_is_right_only_later_fires() {
        let mut late = get("/Users/7").answers(200, ada_as("7"));
        fine(&RULE, &[created(), late.clone()]);
        late.look = Look::Late(Duration::from_millis(350));
        assert_eq!(wrong(&RULE, &[created(), late]).actual, "the change shows 350 ms after its answer");
    }
}
