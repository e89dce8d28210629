//! Templates: `{{ ada.userName | quoted }}`.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, value::ValueKind};
use serde_json::Value;

use super::suggest::did_you_mean;

/// Functions that templates may call.
const FUNCTIONS: [&str; 2] = ["range", "many"];

/// Most objects that `many` makes.
const MANY: usize = 1000;

/// Renders templates with one set of names; an unknown name is an error, never an empty text.
pub struct Templates {
    environment: Environment<'static>,
}

impl Default for Templates {
    fn default() -> Templates {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Quotes and JSON escapes, as a filter literal has them (RFC 7644 3.4.2.2).
        environment.add_filter("quoted", |text: String| Value::from(text).to_string());
        // The same moment so many seconds later, as a clock so many hours east of Greenwich shows it.
        environment.add_filter("moved", |moment: &str, seconds: i64, hours: Option<i8>| {
            moved(moment, seconds, hours.unwrap_or(0))
        });
        // A date that names one moment: with an offset, whatever clock the reader has.
        environment.add_test("moment", |value: &minijinja::Value| {
            value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
        });
        // Ids as a group lists its members.
        environment.add_filter("members", |ids: Vec<minijinja::Value>| -> Vec<minijinja::Value> {
            ids.into_iter().map(|id| minijinja::Value::from(BTreeMap::from([("value", id)]))).collect()
        });
        // As many objects with one text each, which hold their number from 1.
        environment.add_function("many", |count: usize, key: String, before: String, after: String| {
            (1..=count.min(MANY))
                .map(|at| minijinja::Value::from(BTreeMap::from([(key.clone(), format!("{before}{at}{after}"))])))
                .collect::<Vec<_>>()
        });
        Templates { environment }
    }
}

impl Templates {
    /// True when a text has something to render.
    pub fn is_template(text: &str) -> bool {
        text.contains("{{") || text.contains("{%")
    }

    /// Checks that a text is a template over known names.
    ///
    /// # Errors
    /// A sentence and a hint.
    pub fn check(&self, text: &str, names: &[&str]) -> Result<(), (String, String)> {
        if !Templates::is_template(text) {
            return Ok(());
        }
        let template = self.environment.template_from_str(text).map_err(|error| {
            let error = error.to_string();
            let error = error.trim_start_matches("syntax error: ").trim_end_matches(" (in <string>:1)");
            let hint = "a template looks like {{ ada.id }} or {{ ada.userName | quoted }}";
            (format!("`{text}` is not a template: {error}"), hint.to_owned())
        })?;
        let used = template.undeclared_variables(false);
        Templates::known(text, used.iter().map(String::as_str), names)
    }

    /// Checks that a text is an expression over known names.
    ///
    /// # Errors
    /// A sentence and a hint.
    pub fn check_condition(&self, text: &str, names: &[&str]) -> Result<(), (String, String)> {
        let expression = self.environment.compile_expression(text).map_err(|error| {
            let hint = "a condition looks like `limit < 1000` or `made is defined`";
            (format!("`{text}` is not a condition: {error}"), hint.to_owned())
        })?;
        let used = expression.undeclared_variables(false);
        Templates::known(text, used.iter().map(String::as_str), names)
    }

    fn known<'u>(text: &str, used: impl Iterator<Item = &'u str>, names: &[&str]) -> Result<(), (String, String)> {
        let mut unknown = used.filter(|name| !names.contains(name) && !FUNCTIONS.contains(name));
        unknown.next().map_or(Ok(()), |name| {
            let hint = did_you_mean(name, names.iter().copied());
            Err((format!("`{name}` in `{text}` is not known here"), hint))
        })
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// A sentence.
    pub fn holds(&self, condition: &str, names: &Value) -> Result<bool, String> {
        Ok(self.evaluate(condition, names)?.is_true())
    }

    fn evaluate(&self, expression: &str, names: &Value) -> Result<minijinja::Value, String> {
        self.environment
            .compile_expression(expression)
            .and_then(|compiled| compiled.eval(minijinja::value::Serde(names)))
            .map_err(|error| format!("`{expression}` can't be filled in: {error}"))
    }

    /// What a text stands for that is nothing but one template, if that is a list or an object.
    fn structure(&self, text: &str, names: &Value) -> Result<Option<Value>, String> {
        let inner = text.trim().strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
        let Some(inner) = inner.filter(|inner| !Templates::is_template(inner)) else {
            return Ok(None);
        };
        let value = self.evaluate(inner, names)?;
        if !matches!(value.kind(), ValueKind::Seq | ValueKind::Map | ValueKind::Iterable) {
            return Ok(None);
        }
        serde_json::to_value(value).map(Some).map_err(|error| format!("`{text}` can't be filled in: {error}"))
    }

    /// Renders one text.
    ///
    /// # Errors
    /// A sentence.
    pub fn text(&self, text: &str, names: &Value) -> Result<String, String> {
        if !Templates::is_template(text) {
            return Ok(text.to_owned());
        }
        self.environment
            .render_str(text, minijinja::value::Serde(names))
            .map_err(|error| format!("`{text}` can't be filled in: {error}"))
    }

    /// Renders every text in a value.
    ///
    /// # Errors
    /// A sentence.
    pub fn value(&self, value: &Value, names: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match self.structure(text, names)? {
                Some(structure) => structure,
                None => Value::String(self.text(text, names)?),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item, names)).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| Ok((self.text(name, names)?, self.value(value, names)?)))
                    .collect::<Result<_, String>>()?,
            ),
            other => other.clone(),
        })
    }
}

fn moved(moment: &str, seconds: i64, hours: i8) -> Result<String, minijinja::Error> {
    let wrong = |error: jiff::Error| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, error.to_string());
    let moment: jiff::Timestamp = moment.parse().map_err(wrong)?;
    let moment = moment.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(wrong)?;
    if hours == 0 {
        return Ok(moment.to_string());
    }
    let offset = jiff::tz::Offset::constant(hours.clamp(-14, 14));
    Ok(moment.display_with_offset(offset).to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_moment_is_moved() {
        let moved = |template: &str| Templates::default().text(template, &json!({"t": "2026-01-01T23:30:00.25Z"}));
        assert_eq!(moved("{{ t | moved(3600) }}").unwrap(), "2026-01-02T00:30:00.25Z");
        assert_eq!(moved("{{ t | moved(-1800, 5) }}").unwrap(), "2026-01-02T04:00:00.25+05:00");
        assert!(Templates::default().text("{{ t | moved(1) }}", &json!({"t": "yesterday"})).is_err());
    }

    #[test]
    fn a_moment_is_told_from_other_texts() {
        for (text, wanted) in [("2026-01-01T00:00:00Z", "yes"), ("2026-01-01T00:00:00", "no"), ("1769846400", "no")] {
            let told = Templates::default().text("{{ 'yes' if t is moment else 'no' }}", &json!({"t": text}));
            assert_eq!(told.unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn quoted_adds_quotes_and_escapes() {
        let rendered =
            Templates::default().text("userName eq {{ ada.userName | quoted }}", &json!({"ada": {"userName": "a\"b"}}));
        assert_eq!(rendered.unwrap(), r#"userName eq "a\"b""#);
    }

    #[test]
    fn a_template_alone_may_stand_for_a_list() {
        let names = json!({"ids": ["1", "2"], "n": 2});
        let value = |text: &str| Templates::default().value(&json!({"x": text}), &names).unwrap()["x"].clone();
        assert_eq!(value("{{ ids | members }}"), json!([{"value": "1"}, {"value": "2"}]));
        assert_eq!(value("{{ [{'a': 'x' ~ n}] * (n + 1) }}"), json!([{"a": "x2"}, {"a": "x2"}, {"a": "x2"}]));
        assert_eq!(value("{{ n }}"), json!("2"));
        assert_eq!(value("{{ n }} of {{ n }}"), json!("2 of 2"));
        assert!(Templates::default().holds("n > 1 and gone is not defined", &names).unwrap());
        assert!(Templates::default().check_condition("gone > 1", &["n"]).is_err());
    }

    #[test]
    fn an_unknown_name_is_an_error_with_a_suggestion() {
        let (message, hint) = Templates::default().check("{{ uniqe }}", &["unique", "ada"]).unwrap_err();
        assert!(message.contains("uniqe") && hint.contains("`unique`"));
        assert!(Templates::default().text("{{ gone }}", &json!({})).is_err());
    }
}
