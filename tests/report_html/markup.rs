//! Reads the page strictly: what is not closed, not quoted or not known is a failure.

use std::collections::BTreeSet;

/// Elements without an end tag, as HTML has them; those of SVG end with `/>`.
const VOID: [&str; 4] = ["meta", "br", "link", "hr"];

/// One start tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text up to the next tag.
    pub text: String,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Every start tag of the page, in order. Panics where elements are not nested as they should be.
pub fn tags(page: &str) -> Vec<Tag> {
    let body = page.strip_prefix("<!doctype html>\n").expect("a doctype");
    let mut open: Vec<String> = Vec::new();
    let mut tags: Vec<Tag> = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        if let Some(tag) = tags.last_mut() {
            tag.text.push_str(&rest[..at]);
        }
        rest = &rest[at + 1..];
        // No value of an attribute holds it: it is escaped there.
        let end = rest.find('>').expect("a tag that ends");
        let inside = &rest[..end];
        assert!(!inside.contains('<'), "a tag in a tag: <{inside}>");
        rest = &rest[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "</{name}> in {open:?}");
            continue;
        }
        let (inside, alone) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()), "<{inside}>");
        tags.push(Tag { name: name.to_owned(), attributes: read(attributes), text: String::new() });
        if name == "style" {
            let end = rest.find("</style>").expect("an end of the style sheet");
            rest = &rest[end..];
        }
        if !alone && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    tags
}

/// Attributes in double quotes, or names alone.
fn read(mut text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut names = BTreeSet::new();
    while !text.trim_start().is_empty() {
        text = text.trim_start();
        let end = text.find(['=', ' ']).unwrap_or(text.len());
        let name = text[..end].to_owned();
        assert!(name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '-'), "{name} in {text}");
        assert!(names.insert(name.clone()), "{name} twice");
        text = &text[end..];
        let mut value = String::new();
        if let Some(quoted) = text.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a value that ends");
            value = quoted[..end].to_owned();
            text = &quoted[end + 1..];
        } else {
            assert!(!text.starts_with('='), "a value without quotes: {text}");
        }
        all.push((name, value));
    }
    all
}
