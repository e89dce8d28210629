//! Text of others in Markdown and HTML: nothing in it acts.

/// A text in a line of Markdown: as code, in which nothing acts, between more backticks than there are in a row in it.
pub(super) fn code(text: &str) -> String {
    let fence = "`".repeat(backticks(text) + 1);
    // A space at both ends is dropped by whoever reads it, where there is more than spaces.
    let room = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// Lines of code between more backticks than there are in a row in them.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(backticks(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// The longest row of backticks.
fn backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A text in a line of HTML. What is more than a word stands in `<code>`, where neither names of people nor addresses become links.
pub(super) fn html(text: &str) -> String {
    let mut out = String::new();
    let mut open = false;
    for (at, word) in text.split(' ').enumerate() {
        let plain = is_plain(word);
        if open && plain {
            out.push_str("</code>");
        }
        if at > 0 {
            out.push(' ');
        }
        if !open && !plain {
            out.push_str("<code>");
        }
        open = !plain;
        out.push_str(
            &word
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;"),
        );
    }
    if open {
        out.push_str("</code>");
    }
    out
}

/// True for a word that nothing makes a link of: letters, with punctuation behind it or brackets around it at most. What looks like the
/// hash of a commit is none.
fn is_plain(word: &str) -> bool {
    let core = word.trim_start_matches('(').trim_end_matches([',', '.', ';', ':', ')', '?']);
    let mut parts = core.split(['-', '\'']);
    let hash = |part: &str| part.split(|c: char| !c.is_ascii_hexdigit()).any(|row| row.len() >= 7);
    let plain = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric) && !hash(part);
    // `GH-1` is a link to an issue.
    let issue = core.contains('-') && core.contains(char::is_numeric);
    word.is_empty() || (parts.all(plain) && !issue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_code() {
        assert_eq!(code("a ``` c"), "````a ``` c````");
        assert_eq!(code("`b`"), "`` `b` ``");
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(fenced("text", "```\n</details>"), "````text\n```\n</details>\n````\n");
    }

    #[test]
    fn what_is_no_plain_word_is_code_in_html() {
        assert_eq!(
            html("a person, @octocat <b> #1 stays (so)"),
            "a person, <code>@octocat &lt;b&gt; #1</code> stays (so)"
        );
        assert_eq!(html("deadbeef1 www.example.com"), "<code>deadbeef1 www.example.com</code>");
        assert_eq!(html("Okta's well-known GH-1"), "Okta&#39;s well-known <code>GH-1</code>");
        assert_eq!(html("  x"), "  x");
    }
}
