//! Raw requests that are sent at once.

use futures_util::future::join_all;
use serde_json::{Map, Value};

use super::Ask;
use crate::{
    http::Request,
    judge::{Sighting, StatusPattern, Subject},
    run::{conversation::Conversation, verdict::Unmet},
    scenario::AtOnce,
};

/// Sends several raw requests at once and judges the answers, each and together.
pub(in crate::run) async fn perform_at_once<'r>(
    conversation: &Conversation,
    at_once: &'r AtOnce,
    names: &Value,
    saved: &mut Map<String, Value>,
    whom: impl Fn(&Request) -> Option<String>,
) -> Result<Vec<Unmet<'r>>, String> {
    let from = conversation.len();
    let asks = at_once.requests.iter().enumerate().map(|(lane, raw)| Ask::new(raw, names, &whom, lane + 1));
    let asks = asks.collect::<Result<Vec<_>, _>>()?;
    let limits = at_once.statuses.iter().flatten().any(|pattern| pattern.fits(429));
    let numbers = join_all(asks.iter().map(|ask| ask.send(conversation, limits))).await;
    // Exchanges stand in the order of the plan, whatever the clock says.
    let new = conversation.order_by_lane(from);
    let numbers: Vec<usize> = numbers.into_iter().map(|old| new.get(old).copied().unwrap_or(old)).collect();
    let mut unmet = Vec::new();
    for (ask, number) in asks.iter().zip(&numbers) {
        unmet.extend(ask.judge(conversation, *number, saved, None));
        saved.extend(ask.keep(conversation, *number).into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    unmet.extend(together(conversation, at_once, &asks, &numbers));
    Ok(unmet)
}

/// The statuses that do not fit those expected, in any order.
fn together<'r>(
    conversation: &Conversation,
    at_once: &'r AtOnce,
    asks: &[Ask<'r>],
    numbers: &[usize],
) -> Option<Unmet<'r>> {
    let answers: Vec<Option<u16>> = conversation.read(|exchanges| {
        let status = |number: &usize| Some(exchanges.get(*number)?.response()?.status);
        numbers.iter().map(status).collect()
    });
    if at_once.statuses.is_empty() || fit(&at_once.statuses, &answers) {
        return None;
    }
    let words = |answer: &Option<u16>| answer.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let actual = answers.iter().map(words).collect::<Vec<_>>().join(" and ");
    let one = |patterns: &Vec<StatusPattern>| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    let expected = at_once.statuses.iter().map(one).collect::<Vec<_>>().join(", and ");
    Some(Unmet {
        claim: "expect.statuses".to_owned(),
        cause: "expect.statuses".to_owned(),
        about: asks.last().and_then(|ask| ask.request.about.clone()),
        exchange: numbers.last().copied(),
        sighting: Sighting::new(
            Subject::Status,
            format!("status {expected}, in any order"),
            format!("status {actual}"),
        ),
        message: format!("the statuses of the answers to {} requests at once are not as expected", asks.len()),
        level: at_once.level,
        fix: at_once.fix.as_deref(),
    })
}

/// True when each answer can be given an expectation of its own.
fn fit(expected: &[Vec<StatusPattern>], answers: &[Option<u16>]) -> bool {
    let Some((first, rest)) = expected.split_first() else { return answers.is_empty() };
    (0..answers.len()).any(|at| {
        let fits = answers[at].is_some_and(|status| first.iter().any(|pattern| pattern.fits(status)));
        let others: Vec<Option<u16>> = [&answers[..at], &answers[at + 1..]].concat();
        fits && fit(rest, &others)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::judge::Expect;

    #[test]
    fn statuses_fit_in_any_order_and_each_once() {
        let patterns = |value: Value| Expect::statuses(&value).unwrap();
        let expected = [patterns(json!(201)), patterns(json!([409, 429]))];
        assert!(fit(&expected, &[Some(409), Some(201)]));
        assert!(fit(&expected, &[Some(201), Some(429)]));
        assert!(!fit(&expected, &[Some(201), Some(201)]));
        assert!(!fit(&expected, &[Some(201), None]));
        // The first that fits is not always the right one.
        assert!(fit(&[patterns(json!("2xx")), patterns(json!(201))], &[Some(201), Some(200)]));
    }
}
