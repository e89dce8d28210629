//! Attribute paths: where in a resource a value lives (RFC 7644 sections 3.10 and 3.5.2, figure 7).

use std::fmt;
use std::str::FromStr;

use super::cursor::Cursor;
use super::filter::{Filter, FilterError, parse};

/// What is wrong with the text of a path. The offset counts bytes.
pub type PathError = FilterError;

/// A path such as `name.givenName`, `emails[type eq "work"].value` or
/// `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`.
///
/// An extension as a whole is a path too: `urn` is set and `attr` is empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AttrPath {
    /// The schema that the attribute belongs to, if the path names one.
    pub urn: Option<String>,
    /// The attribute's name; empty when the path is a bare schema URN.
    pub attr: String,
    /// Selects values of a multi-valued attribute: the part in square brackets.
    pub filter: Option<Box<Filter>>,
    /// The sub-attribute after the dot.
    pub sub: Option<String>,
}

impl AttrPath {
    /// The path of a plain attribute.
    pub fn of(attr: impl Into<String>) -> Self {
        AttrPath { attr: attr.into(), ..AttrPath::default() }
    }

    /// True if the path names a whole schema (extension) and no attribute in it.
    pub fn is_bare_urn(&self) -> bool {
        self.urn.is_some() && self.attr.is_empty()
    }

    /// True if the path is this plain attribute, with neither schema nor filter nor sub-attribute.
    pub fn is_plain(&self, attr: &str) -> bool {
        self.urn.is_none() && self.filter.is_none() && self.sub.is_none() && self.attr.eq_ignore_ascii_case(attr)
    }
}

impl FromStr for AttrPath {
    type Err = PathError;

    /// Reads a path.
    ///
    /// # Errors
    /// If the text is no path, with the offset of the first byte that does not fit.
    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut cursor = Cursor::new(text.trim_end());
        cursor.skip_spaces();
        let path = parse::path(&mut cursor, 0)?;
        if cursor.at_end() { Ok(path) } else { Err(cursor.error("the path should end here")) }
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            out.write_str(urn)?;
            if !self.attr.is_empty() {
                out.write_str(":")?;
            }
        }
        out.write_str(&self.attr)?;
        if let Some(filter) = &self.filter {
            write!(out, "[{filter}]")?;
        }
        match &self.sub {
            Some(sub) => write!(out, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// Splits `urn:...:User:department` into schema and rest. A text that is the URN alone has an empty rest. Any URI will do
/// for a schema, says the grammar.
///
/// A URN and an attribute are joined by a colon, which URNs contain too, so the split rests on how schema URNs end: in a
/// version and a type name with a capital (`2.0:User`), or in a version (`1.0`).
pub(super) fn split_urn(token: &str) -> Option<(&str, &str)> {
    let (head, last) = token.rsplit_once(':')?;
    let after_version = head.rsplit(':').next().is_some_and(is_version);
    let names_a_type = last.starts_with(|c: char| c.is_ascii_uppercase());
    let dotted = last.contains('.');
    if is_version(last) || (after_version && names_a_type && !dotted) { Some((token, "")) } else { Some((head, last)) }
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AttrPath {
        text.parse().unwrap()
    }

    #[test]
    fn plain_dotted_and_value_paths_round_trip() {
        for text in [
            "userName",
            "name.givenName",
            "members",
            "members[value eq \"x\"]",
            "members[value eq \"2819c223-7f76-453a-919d-413861904646\"].displayName",
            "addresses[type eq \"work\"]",
            "emails[type eq \"work\" and primary eq true].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq \"home\"].value",
            "urn:okta:custom:group:1.0:description",
            "members.$ref",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
    }

    #[test]
    fn urn_and_attribute_are_told_apart() {
        let path = read("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department");
        assert_eq!(path.urn.as_deref(), Some(crate::scim::urn::ENTERPRISE_USER));
        assert_eq!(path.attr, "department");
        assert!(read(crate::scim::urn::ENTERPRISE_USER).is_bare_urn());
        let group = read("urn:okta:custom:group:1.0:description");
        assert_eq!(group.urn.as_deref(), Some("urn:okta:custom:group:1.0"));
    }

    #[test]
    fn broken_paths_say_where() {
        for (text, offset) in [
            ("", 0),
            ("emails[", 7),
            ("emails[type eq \"work\"", 21),
            ("1name", 0),
            ("name.", 5),
            ("name givenName", 4),
            ("a.b.c", 3),
            ("a:b:", 4),
            (":a", 0),
        ] {
            let error = text.parse::<AttrPath>().unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {}", error.message);
        }
    }
}
