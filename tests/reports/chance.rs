//! Texts put together by chance, out of what could act: none of them breaks a format.

use proptest::{collection::vec, prelude::*, sample::select};
use scim_check::report::Format;
use serde_json::Value;

use super::{github, hostile, junit, markdown, tap, written_of};

/// Pieces of texts; what is good for one format is bad for another.
const PIECES: &[&str] = &[
    "`",
    "``",
    "```",
    "````",
    "~~~",
    "|",
    "\\|",
    "\\",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "<",
    ">",
    "&",
    "&lt;",
    "\"",
    "'",
    "</code>",
    "</summary>",
    "</details>",
    "</pre>",
    "<details>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "<?x",
    "[a](https://evil.example)",
    "![",
    "](",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "@octocat",
    "#1",
    "GH-1",
    "deadbeef",
    "*",
    "_",
    "**",
    "# ",
    "- ",
    "1. ",
    "===",
    "---",
    "...",
    "::",
    "::error::",
    "##[error]",
    "%0A",
    "%",
    ",",
    "=",
    "#",
    " # TODO",
    " # SKIP",
    "ok 1",
    "{",
    "}",
    "{0}",
    "${x}",
    "\u{0}",
    "\u{1b}[0m",
    "\u{9b}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "é",
    "漢",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_format(pieces in vec(select(PIECES), 1..14)) {
        let text = pieces.concat();
        let mut record = hostile::record();
        record.scenarios[0].exchanges.truncate(2);
        for scenario in &mut record.scenarios {
            scenario.title.clone_from(&text);
            scenario.reason = scenario.reason.as_ref().map(|_| text.clone());
            for finding in &mut scenario.findings {
                for place in [&mut finding.message, &mut finding.expected, &mut finding.actual, &mut finding.step_name, &mut finding.admin] {
                    place.clone_from(&text);
                }
            }
        }
        let own = record.scenarios.last_mut().unwrap();
        (own.suite, own.id) = (text.clone(), format!("{text}/{text}"));
        record.stale_waivers[0].why.clone_from(&text);
        record.stale_waivers[0].file.clone_from(&text);
        record.waived.values_mut().for_each(|waived| waived.reason.clone_from(&text));

        let html = markdown::contained(&written_of(Format::Markdown, &record));
        prop_assert_eq!(html.matches("<details>").count(), 8);
        junit::known(&written_of(Format::Junit, &record));
        prop_assert_eq!(github::commands(&written_of(Format::Github, &record)).len(), 8);
        prop_assert_eq!(tap::tests(&written_of(Format::Tap, &record)).len(), 8);
        for format in [Format::Json, Format::Sarif, Format::Har] {
            prop_assert!(serde_json::from_str::<Value>(&written_of(format, &record)).is_ok());
        }
    }
}
