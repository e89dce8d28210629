//! Markdown: what becomes of it where it is shown, by a renderer that follows GitHub's.

use comrak::{Options, markdown_to_html};
use regex_lite::Regex;
use scim_check::report::Format;

use super::{is_golden, written};

/// The tags that we write, and those that the renderer makes of ours.
const TAGS: [&str; 16] =
    ["h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "b", "code", "pre", "ul", "li", "a"];

fn rendered(text: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    // As GitHub does, markup goes through; what of it is harmful is removed later.
    options.render.r#unsafe = true;
    markdown_to_html(text, &options)
}

/// Holds what becomes of a report against what we write: our tags alone, ours closed, our links alone, and outside of code nobody who is
/// mentioned. Answers the HTML.
pub fn contained(text: &str) -> String {
    let html = rendered(text);
    let tag = Regex::new("<(/?)([a-zA-Z0-9]+)([^>]*)>").unwrap();
    let mut open: Vec<String> = Vec::new();
    for found in tag.captures_iter(&html) {
        let (end, name, attributes) = (&found[1] == "/", found[2].to_owned(), found[3].to_owned());
        assert!(TAGS.contains(&name.as_str()), "<{name}{attributes}> in\n{html}");
        if end {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        match name.as_str() {
            "a" => assert!(attributes.starts_with(" href=\"https://www.rfc-editor.org/rfc/rfc7644#"), "{attributes}"),
            "th" | "td" => assert!(["", " align=\"right\""].contains(&attributes.as_str()), "{attributes}"),
            "code" => {
                assert!(["", " class=\"language-sh\"", " class=\"language-text\""].contains(&attributes.as_str()))
            }
            _ => assert_eq!(attributes, "", "{name}"),
        }
        open.push(name);
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!html.contains("<!--"));
    // Outside of code nobody is mentioned and nothing is referred to.
    let code = Regex::new("(?s)<code[^>]*>.*?</code>|<pre>.*?</pre>|<[^>]*>").unwrap();
    let bare = code.replace_all(&html, "");
    for word in ["@", "#1", "GH-1", "evil", "deadbeef", "javascript"] {
        assert!(!bare.contains(word), "{word} in\n{bare}");
    }
    html
}

#[test]
fn no_text_breaks_out() {
    let text = written(Format::Markdown);
    let html = contained(&text);
    // Five findings, and a list each of what could not be carried out, what is waived and what was left.
    assert_eq!(html.matches("<details>").count(), 8);
    is_golden("hostile.md", &text);
}

#[test]
fn every_finding_stands_on_its_own() {
    let text = written(Format::Markdown);
    let blocks: Vec<&str> = text.split("<details>").skip(1).take(5).collect();
    for block in &blocks {
        for part in
            ["<b>", "where ", "expected ", "came ", "breaks ", "fix ", "explain ", "Read [RFC 7644 section 3.5.2]"]
        {
            assert!(block.contains(part), "`{part}` is not in\n{block}");
        }
    }
    let levels: Vec<bool> = blocks.iter().map(|block| block.contains("<b>must</b>")).collect();
    assert_eq!(levels, [true, true, false, false, false], "the worst first");
    assert!(blocks[0].contains("```sh") || blocks[0].contains("curl -i -X PATCH"));
    assert!(blocks[1].contains("because "), "what it follows from is told: {}", blocks[1]);
}
