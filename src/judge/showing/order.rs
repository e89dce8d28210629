//! In which order a list shows them.

use serde_json::Value;

use super::{InOrder, Ours, asked};
use crate::{
    http::Request,
    judge::{
        Sighting, Subject, describe,
        oracle::{Sorting, inverted, sort_key},
    },
};

impl InOrder {
    /// What is wrong with the order of a list.
    pub(super) fn judge(&self, request: &Request, shown: &[&Value], ours: &Ours<'_>) -> Option<Sighting> {
        match self {
            InOrder::Names(names) => by_names(names, shown, ours),
            InOrder::Sorted => sorted(request, shown, ours),
        }
    }
}

fn subject() -> Subject {
    Subject::Envelope("order".to_owned())
}

fn by_names(names: &[Vec<String>], shown: &[&Value], ours: &Ours<'_>) -> Option<Sighting> {
    let rank = |key: &str| names.iter().position(|tied| tied.iter().any(|name| name == key));
    let have: Vec<(usize, &str)> = shown
        .iter()
        .filter_map(|resource| ours.who(resource))
        .filter_map(|own| Some((rank(&own.key)?, own.key.as_str())))
        .collect();
    if have.is_sorted_by_key(|(rank, _)| *rank) {
        return None;
    }
    let wanted: Vec<String> = names
        .iter()
        .map(|tied| if tied.len() == 1 { tied[0].clone() } else { format!("({} in any order)", tied.join(", ")) })
        .collect();
    let actual: Vec<&str> = have.iter().map(|(_, key)| *key).collect();
    Some(Sighting::new(subject(), wanted.join(", "), actual.join(", ")))
}

fn sorted(request: &Request, shown: &[&Value], ours: &Ours<'_>) -> Option<Sighting> {
    let by = asked(request, "sortBy")?.parse().ok()?;
    let descending = asked(request, "sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("descending"));
    let sorting = Sorting { by, descending };
    let (at, behind) = inverted(&sorting, shown, ours.declared, &|resource| ours.who(resource).is_some())?;
    let told = |place: usize| match ours.who(shown[place]) {
        Some(own) => {
            let value = sort_key(&sorting.by, shown[place]).map_or_else(|| "no value".to_owned(), describe);
            format!("{} with {value}", own.key)
        }
        None => "somebody who is not ours".to_owned(),
    };
    let way = if descending { "descending" } else { "ascending" };
    let actual =
        format!("{} at position {} stands before {} at position {}", told(at), at + 1, told(behind), behind + 1);
    Some(Sighting::new(subject(), format!("{way} order by {}", sorting.by), actual))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{answer, get, own, user};
    use crate::judge::{
        Showing,
        oracle::Declared,
        showing::{InOrder, Ours},
    };

    fn told(in_order: InOrder, shown: &[Value]) -> Option<String> {
        let all = [own("ada", json!({"userName": "a"})), own("bob", json!({"userName": "b"}))];
        let declared = Declared::default();
        let showing = Showing { in_order: Some(in_order), ..Showing::default() };
        let answer = answer(json!({"Resources": shown}));
        let ours = Ours { own: &all, declared: &declared };
        showing
            .judge(&get("/Users").query("sortBy", "userName"), &[&answer], &ours)
            .pop()
            .map(|sighting| sighting.actual)
    }

    #[test]
    fn the_wrong_order_is_told() {
        let (ada, bob, eve) = (user("ada", "a"), user("bob", "b"), user("eve", "e"));
        let names = |names: &[&[&str]]| {
            InOrder::Names(names.iter().map(|tied| tied.iter().map(|name| (*name).to_owned()).collect()).collect())
        };
        assert_eq!(told(names(&[&["ada"], &["bob"]]), &[ada.clone(), eve.clone(), bob.clone()]), None);
        assert_eq!(told(names(&[&["ada"], &["bob"]]), &[bob.clone(), ada.clone()]).unwrap(), "bob, ada");
        assert_eq!(told(names(&[&["ada", "bob"]]), &[bob.clone(), ada.clone()]), None);
        assert_eq!(told(InOrder::Sorted, &[ada.clone(), bob.clone(), eve.clone()]), None);
        let wrong = told(InOrder::Sorted, &[ada, eve, bob]).unwrap();
        assert_eq!(wrong, "somebody who is not ours at position 2 stands before bob with \"b\" (string) at position 3");
    }
}
