//! Which of the scenario's people and groups a list shows.

use serde_json::Value;

use super::{Finds, Ours, Own, asked, asked_types, list, number};
use crate::{
    http::{Request, Response},
    judge::{
        Sighting, Subject,
        oracle::{Truth, truth, why},
    },
    scim::Filter,
};

impl Finds {
    /// What is wrong with whom a list shows.
    pub(super) fn judge(
        &self,
        request: &Request,
        pages: &[&Response],
        shown: &[&Value],
        ours: &Ours<'_>,
    ) -> Option<Sighting> {
        let filter = asked(request, "filter").and_then(|text| Filter::parse(&text).ok());
        let due = |own: &Own| self.due(own, request, filter.as_ref(), ours);
        let times = |own: &Own| {
            shown.iter().filter(|resource| ours.who(resource).is_some_and(|who| who.key == own.key)).count()
        };
        let complete = complete(request, pages, shown.len());
        let mut wrong: Vec<String> = Vec::new();
        for own in ours.own {
            let reason = || self.reason(own, filter.as_ref(), ours);
            match (due(own), times(own)) {
                (Truth::Yes, 0) if complete => wrong.push(format!("{} is missing{}", own.key, reason())),
                (Truth::No, 1..) => wrong.push(format!("{} does not belong there{}", own.key, reason())),
                (_, times @ 2..) => wrong.push(format!("{} is listed {times} times", own.key)),
                _ => {}
            }
        }
        let strangers = ours.strangers(request, shown);
        if strangers > 0 {
            wrong.push(format!("{strangers} resources that are not ours do not match"));
        }
        if wrong.is_empty() {
            return None;
        }
        let wanted: Vec<String> =
            ours.own.iter().filter(|own| due(own) == Truth::Yes).map(|own| own.key.clone()).collect();
        let have: Vec<String> = ours.own.iter().filter(|own| times(own) > 0).map(|own| own.key.clone()).collect();
        let of = filter.map_or_else(String::new, |filter| format!(", of whom `{filter}` holds"));
        let actual = format!("{}: {}", list(&have), wrong.join("; "));
        Some(Sighting::new(Subject::Found, format!("of our own exactly {}{of}", list(&wanted)), actual))
    }

    fn due(&self, own: &Own, request: &Request, filter: Option<&Filter>, ours: &Ours<'_>) -> Truth {
        match self {
            Finds::Exactly(names) if names.contains(&own.key) => Truth::Yes,
            Finds::Exactly(_) => Truth::No,
            Finds::Matching if !asked_types(request).contains(&own.resource) => Truth::No,
            Finds::Matching => match (filter, &own.shown) {
                (Some(filter), Some(shown)) => truth(filter, shown, ours.declared, &|path| Ours::hides(own, path)),
                (None, Some(_)) => Truth::Yes,
                // What is not at the target is in no list of it.
                (_, None) if own.id.is_none() => Truth::No,
                (_, None) => Truth::Open,
            },
        }
    }

    /// What the filter says of one of ours, for a reader.
    fn reason(&self, own: &Own, filter: Option<&Filter>, ours: &Ours<'_>) -> String {
        match (filter, &own.shown) {
            (Some(filter), Some(shown)) => {
                format!(", since {}", why(filter, shown, ours.declared, &|path| Ours::hides(own, path)))
            }
            _ => String::new(),
        }
    }
}

impl Ours<'_> {
    /// How many resources that are not ours a list shows though the filter does not hold of them, for certain.
    pub(super) fn strangers(&self, request: &Request, shown: &[&Value]) -> usize {
        let filter = asked(request, "filter").and_then(|text| Filter::parse(&text).ok());
        let strange = |resource: &&&Value| {
            let no = |filter| truth(filter, resource, self.declared, &|_| true) == Truth::No;
            self.who(resource).is_none() && filter.as_ref().is_some_and(no)
        };
        shown.iter().filter(strange).count()
    }
}

/// True when an answer holds all there is: a server may show less than a page asks for.
fn complete(request: &Request, pages: &[&Response], shown: usize) -> bool {
    let first = asked(request, "startIndex").and_then(|start| start.parse::<i64>().ok()).unwrap_or(1) <= 1;
    let total = pages.first().and_then(|page| number(page, "totalResults"));
    first && total.is_none_or(|total| usize::try_from(total).is_ok_and(|total| total <= shown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{answer, get, own, user};
    use crate::judge::{
        Showing,
        oracle::Declared,
        showing::{Finds, Ours},
    };

    fn told(finds: Finds, filter: &str, shown: &[serde_json::Value]) -> Option<String> {
        let all = [
            own("ada", json!({"userName": "scim-ada", "active": true})),
            own("bob", json!({"userName": "scim-bob", "active": false})),
        ];
        let declared = Declared::default();
        let showing = Showing { finds: Some(finds), ..Showing::default() };
        let answer = answer(json!({"totalResults": shown.len(), "Resources": shown}));
        let ours = Ours { own: &all, declared: &declared };
        showing.judge(&get("/Users").query("filter", filter), &[&answer], &ours).pop().map(|sighting| sighting.actual)
    }

    #[test]
    fn who_is_missing_and_who_is_too_many_is_told_with_the_reason() {
        let (ada, bob) = (user("ada", "scim-ada"), user("bob", "scim-bob"));
        assert_eq!(told(Finds::Matching, "active eq true", std::slice::from_ref(&ada)), None);
        let wrong = told(Finds::Matching, "active eq true", std::slice::from_ref(&bob)).unwrap();
        assert!(wrong.contains("ada is missing, since `active eq true` holds"), "{wrong}");
        assert!(wrong.contains("bob does not belong there, since `active eq true` does not hold"), "{wrong}");
        assert_eq!(told(Finds::Exactly(vec!["ada".to_owned()]), "active eq true", std::slice::from_ref(&ada)), None);
        assert!(told(Finds::Exactly(vec![]), "x pr", std::slice::from_ref(&ada)).unwrap().contains("does not belong"));
        assert!(told(Finds::Matching, "active eq true", &[ada.clone(), ada]).unwrap().contains("2 times"));
    }

    #[test]
    fn strangers_count_only_where_they_do_not_match_for_certain() {
        let (ada, eve) = (user("ada", "scim-ada"), user("eve", "eve"));
        assert_eq!(told(Finds::Matching, "active eq true", &[ada.clone(), eve.clone()]), None);
        let wrong = told(Finds::Matching, r#"userName eq "scim-ada""#, &[ada, eve]).unwrap();
        assert!(wrong.contains("1 resources that are not ours"), "{wrong}");
        assert!(!wrong.contains("eve"), "{wrong}");
    }

    #[test]
    fn on_a_part_of_the_list_nobody_is_missing() {
        let all = [own("ada", json!({"userName": "scim-ada"}))];
        let (declared, showing) = (Declared::default(), Showing { finds: Some(Finds::Matching), ..Showing::default() });
        let ours = Ours { own: &all, declared: &declared };
        let judge = |total: u64| {
            let answer = answer(json!({"totalResults": total, "Resources": []}));
            showing.judge(&get("/Users").query("filter", "userName pr"), &[&answer], &ours).len()
        };
        assert_eq!((judge(0), judge(7)), (1, 0));
    }
}
