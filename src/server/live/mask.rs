//! Secrets are taken out of an exchange before it is kept: credentials, cookies, passwords.

use std::cmp::Reverse;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// What stands in place of a secret.
const MASKED: &str = "[masked]";

/// What stands in place of a text in which a secret can't be told from the rest.
const NOT_KEPT: &str = "[not kept: it may hold a password, and it is no JSON in which one could be masked]";

/// How many secrets of a request are looked for in its answer.
const MOST_SECRETS: usize = 2_000;

/// What stands in place of an answer to a request with more of them.
const TOO_MANY: &str = "[not kept: it may repeat one of more passwords than are looked for]";

/// What the names of headers with secrets have in them.
const HEADERS: [&str; 10] =
    ["auth", "cookie", "password", "token", "secret", "api-key", "apikey", "api_key", "credential", "session"];

/// The value of a header as it may be kept. The scheme of credentials stays: a missing `Bearer` is worth seeing.
pub(super) fn header(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name == "authorization" || name == "proxy-authorization" {
        let scheme = value.trim_start().split_once(' ').map(|(scheme, _)| scheme);
        return match scheme.filter(|s| ["bearer", "basic", "digest"].contains(&s.to_ascii_lowercase().as_str())) {
            Some(scheme) => format!("{scheme} {MASKED}"),
            None => MASKED.to_owned(),
        };
    }
    match HEADERS.iter().any(|part| name.contains(part)) || mentions_password(value) {
        true => MASKED.to_owned(),
        false => value.to_owned(),
    }
}

/// Takes secrets out of one request, and then out of its answer if that repeats them.
#[derive(Debug, Default)]
pub(super) struct Mask {
    /// What was taken out so far.
    secrets: Vec<String>,
}

impl Mask {
    /// Path and query as they may be kept: filters that speak of passwords, and parameters that carry a secret, lose their
    /// value.
    pub(super) fn target(&mut self, target: &str) -> String {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let path = if says_password(&decoded, &['?', '=', '"', ' ']) {
            self.found(&decoded);
            format!("/{}", percent_encode(MASKED.as_bytes(), NON_ALPHANUMERIC))
        } else {
            path.to_owned()
        };
        let Some(query) = query else { return path };
        let pairs: Vec<String> = query.split('&').map(|pair| self.pair(pair)).collect();
        format!("{path}?{}", pairs.join("&"))
    }

    fn pair(&mut self, raw: &str) -> String {
        let secret = |name: &str, value: &str| {
            is_secret(name)
                || ["token", "key", "secret"].iter().any(|end| name.ends_with(end))
                || mentions_password(value)
        };
        let parsed = url::form_urlencoded::parse(raw.as_bytes());
        let Some((_, value)) = parsed.into_iter().find(|(name, value)| secret(&name.to_lowercase(), value)) else {
            return raw.to_owned();
        };
        self.found(&value);
        let name = raw.split('=').next().filter(|name| name.len() < raw.len()).unwrap_or("filter");
        format!("{name}={}", percent_encode(MASKED.as_bytes(), NON_ALPHANUMERIC))
    }

    /// A body as it may be kept. It stays as it came, unless it speaks of a password.
    pub(super) fn body(&mut self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        // A JSON escape can hide a name, and so can the zeros of UTF-16 and the encoding of a form.
        let is_json = text.trim_start().starts_with(['{', '[', '"']);
        let hidden = text.contains("\\u") || text.contains('\0') || (!is_json && text.contains('%'));
        if !hidden && !mentions_password(&text) {
            return text.into_owned();
        }
        match serde_json::from_slice::<Value>(bytes) {
            Ok(mut value) => {
                self.value(&mut value);
                value.to_string()
            }
            Err(_) => NOT_KEPT.to_owned(),
        }
    }

    /// A body that did not come whole, as it may be kept: the word that would give a password away may be missing.
    pub(super) fn broken_off(&mut self, bytes: &[u8]) -> String {
        match serde_json::from_slice::<IgnoredAny>(bytes) {
            Err(_) if !bytes.is_empty() => NOT_KEPT.to_owned(),
            _ => self.body(bytes),
        }
    }

    /// The body of an answer: a `detail` may repeat what the request said.
    pub(super) fn answer(&mut self, bytes: &[u8]) -> String {
        let mut text = self.body(bytes);
        // The longest first: one secret may be a part of another.
        self.secrets.sort_by(|one, other| (Reverse(one.len()), one).cmp(&(Reverse(other.len()), other)));
        self.secrets.dedup();
        if self.secrets.len() > MOST_SECRETS {
            return TOO_MANY.to_owned();
        }
        for secret in &self.secrets {
            let escaped = Value::from(secret.as_str()).to_string();
            text = text.replace(escaped.trim_matches('"'), MASKED).replace(secret.as_str(), MASKED);
        }
        text
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.value(element)),
            Value::Object(object) => self.object(object),
            // JSON in a text.
            Value::String(text) if text.contains('{') && mentions_password(text) => {
                self.found(text);
                *value = MASKED.into();
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>) {
        let mentions = |value: &Value| value.as_str().is_some_and(mentions_password);
        let about_password = object.iter().any(|(name, path)| name.eq_ignore_ascii_case("path") && mentions(path));
        for (name, value) in object.iter_mut() {
            let name = name.to_lowercase();
            let says = TEXTS.contains(&name.as_str())
                && value.as_str().is_some_and(|text| says_password(text, &['"', ' ', '=', '?', '[', '{']));
            let secret = is_secret(&name) || (about_password && name == "value") || says;
            if !secret || value.is_null() {
                self.value(value);
                continue;
            }
            if let Some(text) = value.as_str() {
                self.found(text);
            }
            *value = MASKED.into();
        }
    }

    /// Remembers a secret, and the words of a filter in it. What is shorter than four characters can't be told from other
    /// text.
    fn found(&mut self, text: &str) {
        let words = text.split(['"', ' ', '(', ')', '[', ']']).filter(|word| !mentions_password(word));
        self.secrets.extend(words.chain([text]).filter(|word| word.len() > 3).map(str::to_owned));
    }
}

/// Attributes whose text may hold a password beside the word.
const TEXTS: [&str; 7] = ["path", "filter", "sortby", "value", "detail", "attributes", "excludedattributes"];

/// True for the names of attributes with passwords; expects lower case.
fn is_secret(name: &str) -> bool {
    // What a server can do is no secret (RFC 7643 section 5).
    (name.contains("password") && name != "changepassword") || ["pwd", "passwd"].contains(&name)
}

/// Whether a text speaks of passwords and says more than the name of the attribute.
fn says_password(text: &str, beside: &[char]) -> bool {
    mentions_password(text) && text.contains(beside)
}

fn mentions_password(text: &str) -> bool {
    text.to_lowercase().contains("password")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(value: &Value) -> Value {
        serde_json::from_str(&Mask::default().body(value.to_string().as_bytes())).unwrap()
    }

    #[test]
    fn credentials_keep_their_scheme_only() {
        assert_eq!(header("Authorization", "Bearer abc"), "Bearer [masked]");
        assert_eq!(header("authorization", "abc"), "[masked]");
        assert_eq!(header("authorization", "abc def"), "[masked]");
        assert_eq!(header("cookie", "a=b"), "[masked]");
        assert_eq!(header("x-api-key", "abc"), "[masked]");
        for name in ["X-Auth", "x-auth-key", "Api_Key", "X-Credential", "X-Session-Id"] {
            assert_eq!(header(name, "abc"), "[masked]", "{name}");
        }
        assert_eq!(header("referer", "http://x.example/?password=q7"), "[masked]");
        assert_eq!(header("accept", "*/*"), "*/*");
    }

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        let create = json!({"userName": "ada", "password": "q7", "x": [{"newPassword": {"a": "q7"}}]});
        assert_eq!(masked(&create), json!({"userName": "ada", "password": MASKED, "x": [{"newPassword": MASKED}]}));
        let patch = json!({"Operations": [
            {"op": "replace", "Path": "urn:ietf:params:scim:schemas:core:2.0:User:Password", "Value": "q7"},
            {"op": "replace", "value": {"PASSWORD": "q7"}},
            {"op": "replace", "path": "active", "value": false}]});
        let patch = masked(&patch);
        assert!(!patch.to_string().contains("q7"), "{patch}");
        assert_eq!(patch["Operations"][2]["value"], false);
        let search = json!({"filter": "password eq \"q7\""});
        assert_eq!(masked(&search)["filter"], MASKED);
    }

    #[test]
    fn no_trick_brings_a_password_past() {
        for text in [
            r#"{"p\u0061ssword":"q7"}"#,
            r#"{"password":"q7""#,
            r#"{"x":{"password":"q7"},"x":1}"#,
            "password=q7&userName=ada",
            "p\0a\0s\0s\0w\0o\0r\0d\0q7",
            "p%61ssword=q7",
            r#"{"op":"replace","value":"{\"password\":\"q7\"}"}"#,
            r#""{\"password\":\"q7\"}""#,
            r#"{"path":"password eq q7"}"#,
            r#"{"path":"/Users/x?password=q7"}"#,
            r#"{"sortBy":"password q7"}"#,
            r#"{"passwordHash":"q7","pwd":"q7"}"#,
        ] {
            assert!(!Mask::default().body(text.as_bytes()).contains("q7"), "{text}");
        }
        assert!(!Mask::default().broken_off(br#"{"value":"q7","path":"passw"#).contains("q7"));
        assert_eq!(Mask::default().broken_off(br#"{"userName":"ada"}"#), r#"{"userName":"ada"}"#);
        let able = json!({"changePassword": {"supported": true}});
        assert_eq!(masked(&able), able);
        let harmless = "{ \"userName\":  \"ada\" ";
        assert_eq!(Mask::default().body(harmless.as_bytes()), harmless);
    }

    #[test]
    fn filters_on_passwords_lose_their_value() {
        let filter = "/scim/v2/Users?filter=pass%77ord%20eq%20%22q7%22&count=2";
        let target = |text| Mask::default().target(text);
        assert_eq!(target(filter), "/scim/v2/Users?filter=%5Bmasked%5D&count=2");
        assert_eq!(target("/x?access_token=q7"), "/x?access_token=%5Bmasked%5D");
        assert_eq!(target("/x?api_key=q7"), "/x?api_key=%5Bmasked%5D");
        assert!(!target("/scim/v2/Users%3Ffilter=password%20eq%20%22q7%22").contains("q7"));
        let plain = "/scim/v2/Users?filter=userName+eq+%22a%40b%22";
        assert_eq!(target(plain), plain);
    }

    #[test]
    fn an_answer_does_not_repeat_what_was_masked() {
        let mut mask = Mask::default();
        mask.target("/Users?filter=password%20eq%20%22abcd%22");
        mask.body(br#"{"password": "q7\"Zt"}"#);
        let error = json!({"status": "400", "detail": "not q7\"Zt, nor \"abcd\""}).to_string();
        let kept = mask.answer(error.as_bytes());
        assert!(!kept.contains("Zt") && !kept.contains("abcd"), "{kept}");
        assert!(serde_json::from_str::<Value>(&kept).is_ok(), "{kept}");
    }
}
