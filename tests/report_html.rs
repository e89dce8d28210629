//! The HTML report: what is on it, that it is well-formed, and that nothing in it acts.
//!
//! `INSTA_UPDATE=always cargo test --test report_html` writes the small report anew; read it as a reviewer would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "report_html/browser.rs"]
mod browser;
#[path = "report_html/hostile.rs"]
mod hostile;
#[path = "report_html/markup.rs"]
mod markup;
mod support;

use std::collections::BTreeSet;

use markup::Tag;
use regex_lite::Regex;
use scim_check::{
    http::{AuthMode, BaseUrl, Credentials},
    idp::Dialect,
    report::{Context, html},
    run::{Ending, Outcome, Plan, RunRecord, ScenarioRecord, Waived},
    scenario::{Library, Selection},
};
use support::{runs, suite::plan};

const TOKEN: &str = "test-token-0123456789";

fn context(record: &RunRecord) -> Context {
    let credentials = Credentials::new(&AuthMode::Bearer, &TOKEN.to_owned().into()).unwrap();
    let base = BaseUrl::parse(record.base_url.split(['"', '<']).next().unwrap()).unwrap();
    Context { base, secrets: credentials.secrets(), credentials, width: 100, embedded: false, scenarios: None }
}

fn page(record: &RunRecord) -> String {
    html(record, &context(record))
}

fn ids(tags: &[Tag]) -> Vec<&str> {
    tags.iter().filter_map(|tag| tag.attribute("id")).collect()
}

/// Well-formed, with headings in order, ids that are there once, and links that lead somewhere.
fn is_sound(page: &str) -> Vec<Tag> {
    let tags = markup::tags(page);
    let known = ids(&tags);
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len(), "an id twice");
    for tag in &tags {
        assert!(!["script", "img", "iframe", "base", "form", "object", "link"].contains(&tag.name.as_str()), "{tag:?}");
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{tag:?}");
            if name == "href" {
                let own = value.strip_prefix('#').is_some_and(|id| known.contains(&id));
                assert!(own || value.starts_with("https:&#x2f;&#x2f;"), "{tag:?}");
            }
        }
    }
    let headings = tags.iter().filter_map(|tag| tag.name.strip_prefix('h')?.parse::<u8>().ok());
    let headings: Vec<u8> = headings.collect();
    assert_eq!(headings.iter().filter(|level| **level == 1).count(), 1);
    assert!(headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{headings:?}");
    tags
}

#[tokio::test]
async fn every_finding_is_on_it_and_no_secret() {
    let faults = ["patch-active-noop-200", "error-schema-missing", "create-echoes-request", "page-one-short"];
    let mut record = runs::against_reference_by(&plan("okta"), &faults, 120, 4).await;
    let waived = record.roots().last().unwrap().id.clone();
    for finding in record.scenarios.iter_mut().flat_map(|scenario| &mut scenario.findings) {
        finding.waived = finding.id == waived;
    }
    record.waived.insert(waived, Waived { reason: "known, see ticket 4711".to_owned(), until: None });
    let page = page(&record);
    let tags = is_sound(&page);
    let cards: BTreeSet<&str> = ids(&tags).into_iter().filter_map(|id| id.strip_prefix("f-")).collect();
    let folded: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.attribute("data-finding")).collect();
    for finding in record.findings() {
        let there = match &finding.follows_from {
            None => cards.contains(finding.id.as_str()),
            Some(_) => folded.contains(finding.id.as_str()),
        };
        assert!(there, "{finding:?}");
    }
    let own = record.findings().filter(|finding| finding.follows_from.is_none()).count();
    assert!(cards.len() == own && own > 3 && folded.len() > 10, "{own} stand alone, {} follow", folded.len());
    assert!(page.contains("known, see ticket 4711"));
    for (at, scenario) in record.scenarios.iter().enumerate() {
        assert!(ids(&tags).contains(&format!("s{}", at + 1).as_str()), "{}", scenario.name());
    }
    let exchanges = tags.iter().filter(|tag| tag.attribute("class") == Some("x")).count();
    assert_eq!(exchanges, record.summary().exchanges);

    assert!(!page.contains(TOKEN));
    let mut passwords = 0;
    for exchange in record.scenarios.iter().flat_map(|scenario| &scenario.exchanges) {
        let sent = exchange.request.body_json().and_then(|body| body["password"].as_str()).filter(|own| own.len() > 3);
        if let Some(password) = sent {
            assert!(!page.contains(password), "{password}");
            passwords += 1;
        }
    }
    assert!(passwords > 10, "{passwords}");
    let strangers = page.matches(" that are not of this run").count();
    assert!(strangers > 5, "{strangers}");
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}

#[tokio::test]
async fn the_evidence_is_marked() {
    let marks = async |which: &str, fault: &str| -> Vec<String> {
        let record = runs::against_reference_by(&plan(which), &[fault], 3, 1).await;
        let page = page(&record);
        let cards: Vec<&str> =
            page.split("<article").skip(1).map(|card| card.split("</article>").next().unwrap()).collect();
        assert!(!cards.is_empty(), "{fault}");
        cards
            .iter()
            .flat_map(|card| card.split("<mark>").skip(1).map(|rest| rest.split("</mark>").next().unwrap().to_owned()))
            .collect()
    };
    assert!(marks("okta/lifecycle/unassign", "patch-active-noop-200").await.contains(&"\"active\": true".to_owned()));
    let status = marks("okta/lifecycle/assign", "post-200-not-201").await;
    assert!(status.contains(&"200".to_owned()), "{status:?}");
    let missing = marks("okta/lookup/stranger", "list-total-missing").await;
    assert!(missing.contains(&"\u{2026} totalResults is missing here".to_owned()), "{missing:?}");
    let header = marks("okta/connect/no-token", "www-authenticate-missing").await;
    assert!(header.contains(&"\u{2026} www-authenticate is missing here".to_owned()), "{header:?}");
}

/// However much there is, a browser opens it: what comes late is cut, and the page says so.
#[tokio::test]
async fn a_large_run_is_no_larger_than_a_browser_likes() {
    let mut record = runs::against_reference_by(&plan("okta/lifecycle/unassign"), &[], 2, 1).await;
    let mut one = record.scenarios[0].clone();
    one.outcome = Outcome::Failed;
    record.scenarios = vec![one; 700];
    let page = page(&record);
    is_sound(&page);
    assert!((6_000_000..10_000_000).contains(&page.len()), "{} bytes", page.len());
    let told = page.split("This run is large.").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(told.contains("are cut like those that passed.") && told.contains("are left out."), "{told}");
    let [first, .., last] = page.split("<details class=\"story").collect::<Vec<_>>()[1..] else { panic!("no stories") };
    assert!(first.contains("User-Agent: Okta") && !last.contains("User-Agent: Okta") && !last.contains("userName\":"));
}

/// Every scenario of Okta's suites belongs to a feature, in each dialect in which it is played.
#[test]
fn every_scenario_of_okta_is_part_of_a_feature() {
    let library = Library::builtin().unwrap();
    let plan = Plan::new(&library, &Selection::new(&[], true).unwrap(), &Dialect::ALL, &[]);
    let passed = || Ending { outcome: Outcome::Passed, kind: None, reason: None };
    let scenarios = plan.entries.iter().map(|planned| ScenarioRecord::of(planned, passed()));
    let (base, marker) = ("http://127.0.0.1:1/scim/v2", "scim-check-20260101000000abcd");
    let record = RunRecord::new(base, marker, scim_check::judge::Level::Must, scenarios.collect());
    let page = page(&record);
    is_sound(&page);
    let features = page.split("id=\"coverage\"").nth(1).unwrap().split("class=\"fold\"").next().unwrap();
    assert!(!page.contains("Not exercised in this run"), "a feature without a scenario");
    let mut counted = 0;
    for (at, scenario) in record.scenarios.iter().enumerate() {
        let there = features.matches(&format!("href=\"#s{}\"", at + 1)).count();
        assert_eq!(there, usize::from(scenario.suite.starts_with("okta")), "{}", scenario.name());
        counted += there;
    }
    assert!(counted > 150, "{counted}");
    assert!(page.contains("The cases of Okta&#x27;s QA plan that show on the wire"), "a suite without its title");
    assert!(page.contains("QA plan, case C9290") && page.contains("SPEC suite, step 12"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_target_says_acts() {
    let record = hostile::record().await;
    let page = page(&record);
    is_sound(&page);
    for acting in ['\u{202e}', '\u{2066}', '\u{1b}', '\u{7}', '\u{200b}', '\u{e0041}'] {
        assert!(!page.contains(acting), "{acting:?}");
    }
    assert!(page.contains("\\u{202e}") && page.contains("\\u202e"), "what acts is shown");
    let policy = page.find("Content-Security-Policy").unwrap();
    assert!(policy < page.find("<title>").unwrap(), "the policy comes before all that it is for");
    let words = ["<script>document.title = 'acted'</script>", "{{ 7 * 7 }}", "&lt;b&gt;&#x3c;script&#x3e;"];
    browser::look("hostile", &page, &words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_an_ordinary_run() {
    let faults = ["patch-active-noop-200", "page-one-short", "error-schema-missing"];
    let record = runs::against_reference(&plan("okta"), &faults).await;
    browser::look("ordinary", &page(&record), &["Okta would have trouble with this server", "How to fix it"]);
}

/// A small report as it is, without its style sheet and what differs from run to run.
#[tokio::test]
async fn a_small_report_reads_well() {
    let record = runs::against_reference_by(&plan("okta/lifecycle/unassign"), &["patch-active-noop-200"], 2, 1).await;
    let replace =
        |text: &str, pattern: &str, with: &str| Regex::new(pattern).unwrap().replace_all(text, with).into_owned();
    let mut text = page(&record);
    is_sound(&text);
    for (pattern, with) in [
        (r"(?s)<style>.*</style>", "<style>[style]</style>"),
        (r"sha256-.*?=&#x27;", "sha256-[hash]&#x27;"),
        (
            r"(?s)<tbody role=.rowgroup.>\n<tr role=.row.><th role=.rowheader. scope=.row.>(User|Group).*?</tbody>",
            "[times]",
        ),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:41234"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
        ("00u[0-9A-Za-z]{17}", "[external id]"),
        (r"content-length: \d+", "content-length: [length]"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z)", "[date]"),
        (r"\d+(\.\d)? m?s\b", "[time]"),
        (r#"W/(\\?)"[0-9a-f]+"#, "W/$1\"[version]"),
        (r"scim-check 0\.\d+\.\d+", "scim-check [version]"),
        (r"scim-check [0-9.]+", "scim-check [version]"),
    ] {
        text = replace(&text, pattern, with);
    }
    insta::assert_snapshot!("small", text);
}
