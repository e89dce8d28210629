//! A dialogue in the order of the snapshot that it is held against: order that says nothing makes no lines of a difference.

use serde_json::{Map, Value};

use super::{Answer, Dialogue, Turn, change::pairs, tolerant::aligned};

/// The dialogue with the members of its bodies, and the values of attributes, in the order of the snapshot; what is new comes last. The
/// resources of a list stay as they came.
pub fn arranged(snapshot: &Dialogue, actual: &Dialogue) -> Dialogue {
    let mut free: Vec<&Turn> = snapshot.turns.iter().collect();
    let turns = actual.turns.iter().map(|turn| {
        let Some(at) = free.iter().position(|wanted| aligned(wanted, turn)) else { return turn.clone() };
        let wanted = free.remove(at);
        let body = like("", &wanted.body, &turn.body);
        let body_came = match turn.answer.is_let_go() {
            // The accepted one says more.
            true => wanted.answer.body.clone(),
            false => like("", &wanted.answer.body, &turn.answer.body),
        };
        let answer = Answer { body: body_came, ..turn.answer.clone() };
        Turn { body, answer, ..turn.clone() }
    });
    Dialogue { turns: turns.collect(), ..actual.clone() }
}

fn like(name: &str, wanted: &Option<Value>, came: &Option<Value>) -> Option<Value> {
    match (wanted, came) {
        (Some(wanted), Some(came)) => Some(in_order(name, wanted, came)),
        _ => came.clone(),
    }
}

fn in_order(name: &str, wanted: &Value, came: &Value) -> Value {
    match (wanted, came) {
        (Value::Object(wanted), Value::Object(came)) => {
            let known = wanted.iter().filter_map(|(key, before)| Some((key, in_order(key, before, came.get(key)?))));
            let mut out: Map<String, Value> = known.map(|(key, value)| (key.clone(), value)).collect();
            for (key, value) in came.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
                out.insert(key.clone(), value.clone());
            }
            Value::Object(out)
        }
        (Value::Array(wanted), Value::Array(came)) => {
            let places = pairs(name, wanted, came);
            let mut at: Vec<Option<&Value>> = vec![None; came.len()];
            for (before, place) in wanted.iter().zip(&places) {
                if let Some(place) = place {
                    at[*place] = Some(before);
                }
            }
            let one = |(place, value): (usize, &Value)| match at[place] {
                Some(before) => in_order(name, before, value),
                None => value.clone(),
            };
            if name.eq_ignore_ascii_case("Resources") {
                return came.iter().enumerate().map(one).collect();
            }
            let known = places.iter().flatten().copied();
            let new = (0..came.len()).filter(|place| at[*place].is_none());
            known.chain(new).map(|place| one((place, &came[place]))).collect()
        }
        _ => came.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_and_values_stand_as_before_and_what_is_new_comes_last() {
        let before = json!({"a": 1, "name": {"x": 1, "y": 2}, "emails": [{"value": "1"}, {"value": "2"}]});
        let now = json!({"new": 0, "emails": [{"value": "3"}, {"value": "2"}, {"value": "1"}], "name": {"y": 3, "x": 1}, "a": 1});
        assert_eq!(
            in_order("", &before, &now).to_string(),
            r#"{"a":1,"name":{"x":1,"y":3},"emails":[{"value":"1"},{"value":"2"},{"value":"3"}],"new":0}"#
        );
    }

    #[test]
    fn resources_stay_where_they_are() {
        let before = json!({"Resources": [{"id": "1", "a": 1, "b": 2}, {"id": "2"}]});
        let now = json!({"Resources": [{"id": "2"}, {"b": 2, "a": 1, "id": "1"}]});
        assert_eq!(in_order("", &before, &now).to_string(), r#"{"Resources":[{"id":"2"},{"id":"1","a":1,"b":2}]}"#);
    }
}
