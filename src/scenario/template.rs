//! Templates: `{{ ada.userName | quoted }}`.

use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

use super::suggest::did_you_mean;

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
        for name in template.undeclared_variables(false) {
            if !names.contains(&name.as_str()) {
                let hint = did_you_mean(&name, names.iter().copied());
                return Err((format!("`{name}` in `{text}` is not known here"), hint));
            }
        }
        Ok(())
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
            Value::String(text) => Value::String(self.text(text, names)?),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quoted_adds_quotes_and_escapes() {
        let rendered =
            Templates::default().text("userName eq {{ ada.userName | quoted }}", &json!({"ada": {"userName": "a\"b"}}));
        assert_eq!(rendered.unwrap(), r#"userName eq "a\"b""#);
    }

    #[test]
    fn an_unknown_name_is_an_error_with_a_suggestion() {
        let (message, hint) = Templates::default().check("{{ uniqe }}", &["unique", "ada"]).unwrap_err();
        assert!(message.contains("uniqe") && hint.contains("`unique`"));
        assert!(Templates::default().text("{{ gone }}", &json!({})).is_err());
    }
}
