//! What is kept of answers: memory grows neither with the directory of a target nor with what it likes to send.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::http::{Exchange, Request, Response};

/// Bytes of memory for the later pages of the lists of a scenario: some thousands of people. Those beyond are not judged.
const PAGES: usize = 8 << 20;
/// Bytes of memory for all else that a scenario hears. What is large beyond counts as too large to be read.
const OTHERS: usize = 8 << 20;
/// An answer of a scenario that weighs no more is kept in any case.
const LARGE: usize = 1 << 20;
/// Bytes of memory for the answers of scenarios that have ended. Reports and the user's own snapshots miss those beyond.
const ANSWERS: usize = 32 << 20;
/// An answer of a run that weighs no more is kept in any case.
const SMALL: usize = 64 << 10;

/// What the answers weigh that a scenario keeps.
#[derive(Debug, Default)]
pub(super) struct Heap {
    pages: usize,
    others: usize,
}

impl Heap {
    /// An answer as it is kept: without its body where it is one page too many, cut where it is large and much was heard.
    pub fn keep(&mut self, request: &Request, answer: Arc<Response>) -> Arc<Response> {
        let weight = answer.weight();
        let later = request.query.iter().any(|(name, value)| name == "startIndex" && value != "1");
        if later && answer.is_success() {
            if self.pages + weight > PAGES {
                return Arc::new(answer.let_go());
            }
            self.pages += weight;
            return answer;
        }
        if weight > LARGE && self.others > 0 && self.others + weight > OTHERS {
            return Arc::new(answer.cut_short("after as much as is kept of a scenario"));
        }
        self.others += weight;
        answer
    }
}

/// What the answers weigh that a run keeps.
#[derive(Debug, Default)]
pub(super) struct Kept(AtomicUsize);

impl Kept {
    /// Lets go of what nobody will see of a scenario that has ended, and of whole bodies from where there are too many.
    pub fn after(&self, exchanges: &mut [Exchange], marker: &str) {
        for exchange in exchanges {
            let Ok(answer) = &mut exchange.answer else { continue };
            if is_large(answer.weight()) && exchange.kind.is_list() && exchange.kind.resource().is_some() {
                Arc::make_mut(answer).forget_strangers(marker);
            }
            let weight = answer.weight();
            if is_large(weight) && self.0.fetch_add(weight, Ordering::SeqCst) + weight > ANSWERS {
                self.0.fetch_sub(weight, Ordering::SeqCst);
                *answer = Arc::new(answer.let_go());
            }
        }
    }

    /// Makes room: these are not kept any longer.
    pub fn forget(&self, exchanges: &[Exchange]) {
        let weights = exchanges.iter().filter_map(|exchange| Some(exchange.answer.as_ref().ok()?.weight()));
        self.0.fetch_sub(weights.filter(|weight| is_large(*weight)).sum(), Ordering::SeqCst);
    }
}

fn is_large(weight: usize) -> bool {
    weight > SMALL
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::Method;

    use super::*;
    use crate::http::{Json, Kind, Look, Purpose};

    fn answer(bytes: usize) -> Arc<Response> {
        Arc::new(Response::new(200, Vec::new(), format!("\"{}\"", "x".repeat(bytes)).into(), false))
    }

    #[test]
    fn later_pages_are_let_go_once_there_are_many() {
        let mut pages = Heap::default();
        let page = |start: &str| Request::new(Method::GET, "/Users").query("startIndex", start.to_owned());
        let kept: Vec<bool> = (0..5).map(|_| pages.keep(&page("101"), answer(3 << 19)).json != Json::LetGo).collect();
        assert_eq!(kept, [true, true, false, false, false]);
        assert!(!pages.keep(&page("1"), answer(3 << 19)).cut);
    }

    #[test]
    fn what_is_large_is_cut_once_a_scenario_has_heard_much() {
        let mut heap = Heap::default();
        let request = Request::new(Method::GET, "/Users/7");
        // One is read, however large it is.
        let cut: Vec<bool> = [13, 2, 0].map(|size| heap.keep(&request, answer(size << 19)).cut).into();
        assert_eq!(cut, [false, true, false]);
    }

    #[test]
    fn answers_are_let_go_once_a_run_has_heard_much() {
        let exchange = |bytes| {
            let request = Request::new(Method::GET, "/Users/7");
            let (kind, answer) = (Kind::of(&request), Ok(answer(bytes)));
            let (sent_after, took) = (Duration::ZERO, Duration::ZERO);
            let (purpose, look) = (Purpose::Spoken, Look::Only);
            Exchange { number: 0, purpose, step: None, request, kind, answer, sent_after, took, look }
        };
        let kept = Kept::default();
        let mut exchanges: Vec<Exchange> = (0..6).map(|_| exchange(7 << 19)).chain([exchange(100)]).collect();
        kept.after(&mut exchanges, "scim-check-");
        let there: Vec<bool> =
            exchanges.iter().map(|exchange| exchange.response().unwrap().json != Json::LetGo).collect();
        assert_eq!(there, [true, true, true, true, false, false, true]);
        assert_eq!(exchanges[5].response().unwrap().size, (7 << 19) + 2);

        kept.forget(&exchanges);
        let mut again: Vec<Exchange> = (0..4).map(|_| exchange(7 << 19)).collect();
        kept.after(&mut again, "scim-check-");
        assert!(again.iter().all(|exchange| exchange.response().unwrap().json != Json::LetGo));
    }
}
