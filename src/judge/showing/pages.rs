//! A list that is read page by page (RFC 7644 3.4.2.4).

use std::{collections::HashSet, sync::Arc};

use serde_json::Value;

use super::{Finds, Ours, list, number};
use crate::{
    http::{Request, Response},
    judge::{Level, Sighting, Subject, member},
};

/// One page of a walk.
#[derive(Debug, Clone)]
pub struct Page {
    /// The position asked for, from 1.
    pub start: i64,
    /// How many were asked for.
    pub count: i64,
    /// The number of the exchange.
    pub exchange: usize,
    /// The answer.
    pub answer: Arc<Response>,
}

/// A list, read from the first page to the last, and the same once more.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// The pages.
    pub pages: Vec<Page>,
    /// The pages of the second time.
    pub again: Vec<Page>,
    /// True when the end was reached: nothing more is there by the numbers of the target, or it shows nothing more.
    pub ended: bool,
}

/// Something that does not hold: on which page, how bad it is, and what.
type Broken = (usize, Option<Level>, Sighting);

impl Walk {
    /// The laws of pages that do not hold, each told once. `finds` are those of ours who should be listed. What is certain has
    /// no level of its own; what the standard leaves open, and clients rely on, is a `should`.
    pub fn judge(&self, request: &Request, finds: Option<&Finds>, ours: &Ours<'_>) -> Vec<Broken> {
        let mut broken: Vec<Broken> = Vec::new();
        let mut tell = |found: Option<Broken>| broken.extend(found);
        tell(self.each(longer));
        tell(self.each(|page| self.position(page)));
        tell(self.each(|page| self.size_missing(page)));
        let (shared, same) = (self.shared(ours), self.same_both_times());
        // One steady walk: the total changed between them. Two unsteady ones over the same resources: it is miscounted.
        let moved = shared && (!same || Walk::steady(&self.pages) || Walk::steady(&self.again));
        tell(self.total(moved, shared && !same));
        let repeated = self.strangers(request, ours).or_else(|| self.first_again());
        let whole = if repeated.is_none() { self.members(finds, ours) } else { None };
        tell(repeated);
        let unlike = if whole.is_none() && (same || !shared) { self.order() } else { None };
        tell(whole);
        tell(unlike);
        broken
    }

    fn each(&self, law: impl Fn(&Page) -> Option<Sighting>) -> Option<Broken> {
        self.pages.iter().chain(&self.again).find_map(|page| Some((page.exchange, None, law(page)?)))
    }

    /// True when a page is not the whole list: then it must say where it begins and how long it is.
    fn partial(page: &Page) -> bool {
        let total = number(&page.answer, "totalResults").unwrap_or(0);
        let shown = page.answer.resources().len() as i64;
        shown > 0 && shown < total
    }

    fn position(&self, page: &Page) -> Option<Sighting> {
        let told = page.answer.member("startIndex");
        let wrong = match told {
            None => Walk::partial(page),
            Some(_) => !page.answer.resources().is_empty() && number(&page.answer, "startIndex") != Some(page.start),
        };
        let actual = || told.map_or_else(|| "nothing".to_owned(), Value::to_string);
        wrong.then(|| {
            Sighting::new(
                envelope("startIndex"),
                format!("{}, the position of its first resource", page.start),
                actual(),
            )
        })
    }

    fn size_missing(&self, page: &Page) -> Option<Sighting> {
        let missing = Walk::partial(page) && page.answer.member("itemsPerPage").is_none();
        missing.then(|| Sighting::new(envelope("itemsPerPage"), "the number of resources on the page", "nothing"))
    }

    /// True where somebody who is not ours is in the list: they may come and go meanwhile (RFC 7644 3.4.2.4).
    fn shared(&self, ours: &Ours<'_>) -> bool {
        let mut all = self.pages.iter().chain(&self.again).flat_map(|page| page.answer.resources());
        all.any(|one| ours.who(one).is_none())
    }

    /// True where both walks showed the same resources.
    fn same_both_times(&self) -> bool {
        ids(&self.pages).collect::<HashSet<_>>() == ids(&self.again).collect::<HashSet<_>>()
    }

    /// True where every page of a walk gives the same total.
    fn steady(pages: &[Page]) -> bool {
        let mut totals = pages.iter().map(|page| number(&page.answer, "totalResults"));
        let first = totals.next();
        totals.all(|total| Some(total) == first)
    }

    /// Where nothing changes, every page gives the same total: that of all matches.
    fn total(&self, moved: bool, others_came_or_went: bool) -> Option<Broken> {
        let totals = || self.pages.iter().chain(&self.again).map(|page| (page, number(&page.answer, "totalResults")));
        let first = totals().next()?.1?;
        if let Some((page, other)) = totals().find(|(_, total)| *total != Some(first)).filter(|_| !moved) {
            let other = other.map_or_else(|| "none".to_owned(), |total| total.to_string());
            let actual = format!("{first} on the first page and {other} from position {}", page.start);
            return Some((
                page.exchange,
                None,
                Sighting::new(envelope("totalResults"), "the same total on every page", actual),
            ));
        }
        let seen = ids(&self.pages).collect::<HashSet<_>>().len() as i64;
        let wrong = self.ended && first < seen && !others_came_or_went;
        let page = self.pages.first()?;
        wrong.then(|| {
            let sighting =
                Sighting::new(envelope("totalResults"), format!("at least {seen}, who were shown"), first.to_string());
            (page.exchange, None, sighting)
        })
    }

    /// The pages hold matches only.
    fn strangers(&self, request: &Request, ours: &Ours<'_>) -> Option<Broken> {
        let of = |page: &&Page| ours.strangers(request, &page.answer.resources().iter().collect::<Vec<_>>());
        let (page, count) = self.pages.iter().map(|page| (page, of(&page))).find(|(_, count)| *count > 0)?;
        let actual = format!("{count} resources that are not ours and do not match");
        Some((page.exchange, None, Sighting::new(Subject::Found, "resources of whom the filter holds", actual)))
    }

    /// A later page that is the first one again: `startIndex` is ignored.
    fn first_again(&self) -> Option<Broken> {
        let first: Vec<String> = ids(self.pages.get(..1)?).collect();
        let same = |page: &&Page| !first.is_empty() && ids(std::slice::from_ref(page)).eq(first.iter().cloned());
        let page = self.pages.iter().skip(1).find(same)?;
        let expected = format!("those from position {} on", page.start);
        Some((page.exchange, None, Sighting::new(Subject::Found, expected, "the first page again")))
    }

    /// Together the pages hold everybody, each once.
    fn members(&self, finds: Option<&Finds>, ours: &Ours<'_>) -> Option<Broken> {
        let Some(Finds::Exactly(wanted)) = finds else { return None };
        let last = self.pages.last()?;
        let shown: Vec<&Value> = self.pages.iter().flat_map(|page| page.answer.resources()).collect();
        let times = |key: &String| shown.iter().filter(|one| ours.who(one).is_some_and(|own| own.key == *key)).count();
        let several: Vec<String> = wanted.iter().filter(|key| times(key) > 1).cloned().collect();
        let missing: Vec<String> = wanted.iter().filter(|key| self.ended && times(key) == 0).cloned().collect();
        let others: Vec<String> = ours
            .own
            .iter()
            .map(|own| &own.key)
            .filter(|key| !wanted.contains(key) && times(key) > 0)
            .cloned()
            .collect();
        let mut words = Vec::new();
        if !others.is_empty() {
            words.push(format!("{}, who do not belong there", list(&others)));
        }
        if !several.is_empty() {
            words.push(format!("{} on several pages", list(&several)));
        }
        if !missing.is_empty() {
            words.push(format!("{} on none", list(&missing)));
        }
        if words.is_empty() {
            return None;
        }
        // Some again and some not at all: no order holds from page to page, which the standard does not ask for; and a
        // page may be shorter than asked for, even empty. Who is lost without that was passed over.
        let empty = last.answer.resources().is_empty() && number(&last.answer, "totalResults") >= Some(last.start);
        let level = (others.is_empty() && (!several.is_empty() || empty)).then_some(Level::Should);
        let sighting = Sighting::new(
            Subject::Found,
            format!("on the pages together {}, each once", list(wanted)),
            words.join(", "),
        );
        Some((last.exchange, level, sighting))
    }

    /// The second time the order is the same.
    fn order(&self) -> Option<Broken> {
        let (first, again) = (ids(&self.pages), ids(&self.again));
        let page = self.again.first()?;
        let wrong = !first.eq(again);
        wrong.then(|| {
            let sighting = Sighting::new(envelope("order"), "the same order the second time", "another one");
            (page.exchange, Some(Level::Should), sighting)
        })
    }
}

fn longer(page: &Page) -> Option<Sighting> {
    let shown = page.answer.resources().len() as i64;
    let wrong = shown > page.count.max(0);
    wrong.then(|| {
        Sighting::new(envelope("Resources"), format!("at most {} resources", page.count), format!("{shown} resources"))
    })
}

fn envelope(name: &str) -> Subject {
    Subject::Envelope(name.to_owned())
}

fn ids(pages: &[Page]) -> impl Iterator<Item = String> {
    pages
        .iter()
        .flat_map(|page| page.answer.resources())
        .map(|one| member(one, "id").map_or_else(String::new, Value::to_string))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{answer, get, own, user};
    use super::*;
    use crate::judge::oracle::Declared;

    /// Pages of two: of each its startIndex, its total, and who is on it.
    fn walk(pages: &[(i64, i64, &[&str])]) -> Walk {
        let page = |(at, (start, total, names)): (usize, &(i64, i64, &[&str]))| {
            let resources: Vec<Value> = names.iter().map(|name| user(name, name)).collect();
            let body = json!({"totalResults": total, "startIndex": start, "itemsPerPage": names.len(), "Resources": resources});
            Page { start: 1 + 2 * at as i64, count: 2, exchange: at, answer: Arc::new(answer(body)) }
        };
        let pages: Vec<Page> = pages.iter().enumerate().map(page).collect();
        Walk { again: pages.clone(), pages, ended: true }
    }

    fn told(walk: &Walk) -> Vec<(Option<Level>, String)> {
        let all: Vec<_> = ["ada", "bob", "eve"].iter().map(|key| own(key, json!({"userName": key}))).collect();
        let declared = Declared::default();
        let finds = Finds::Exactly(all.iter().map(|own| own.key.clone()).collect());
        let broken = walk.judge(&get("/Users"), Some(&finds), &Ours { own: &all, declared: &declared });
        broken.into_iter().map(|(_, level, sighting)| (level, sighting.actual)).collect()
    }

    #[test]
    fn good_pages_are_quiet() {
        assert_eq!(told(&walk(&[(1, 3, &["ada", "bob"]), (3, 3, &["eve"])])), []);
    }

    #[test]
    fn each_law_can_be_broken() {
        let found = told(&walk(&[(1, 3, &["ada", "bob"]), (3, 3, &["ada", "bob"])]));
        assert_eq!(found, [(None, "the first page again".to_owned())]);
        let found = told(&walk(&[(1, 3, &["bob", "eve"]), (3, 3, &[])]));
        assert_eq!(found, [(Some(Level::Should), "ada on none".to_owned())]);
        let found = told(&walk(&[(1, 2, &["bob", "eve"])]));
        assert_eq!(found, [(None, "ada on none".to_owned())]);
        let found = told(&walk(&[(1, 3, &["bob", "eve"]), (3, 3, &["eve"])]));
        assert_eq!(found, [(Some(Level::Should), "eve on several pages, ada on none".to_owned())]);
        let found = told(&walk(&[(0, 2, &["ada", "bob"]), (3, 1, &["eve"])]));
        assert_eq!(
            found.iter().map(|(_, actual)| actual.as_str()).collect::<Vec<_>>(),
            ["0", "2 on the first page and 1 from position 3"]
        );
        let found = told(&walk(&[(1, 3, &["ada", "bob", "eve"])]));
        assert_eq!(found, [(None, "3 resources".to_owned())]);
        let mut walk = walk(&[(1, 3, &["ada", "bob"]), (3, 3, &["eve"])]);
        walk.again.reverse();
        assert_eq!(told(&walk), [(Some(Level::Should), "another one".to_owned())]);
    }

    #[test]
    fn others_may_come_and_go() {
        let with = |total: i64, last: &[&str]| {
            walk(&[(1, total, &["ada", "bob"]), (3, total, &["eve", "zoe"]), (5, total, last)])
        };
        let mut still = with(5, &["max"]);
        assert_eq!(told(&still), []);
        still.again.reverse();
        assert_eq!(told(&still), [(Some(Level::Should), "another one".to_owned())]);
        let moved = Walk { again: with(6, &["max", "tim"]).pages, ..with(5, &["max"]) };
        assert_eq!(told(&moved), []);
        // What is wrong both times over the same people is no coincidence.
        let wrong = walk(&[(1, 4, &["ada", "bob"]), (3, 2, &["eve", "zoe"])]);
        assert_eq!(told(&wrong), [(None, "4 on the first page and 2 from position 3".to_owned())]);
    }
}
