//! Reports that are shown where there is little room.

use std::time::Duration;

use scim_check::{
    judge::{Finding, Level},
    report::{COMMENT, Format, markdown},
    run::RunRecord,
};

use super::{hostile, written_of};

/// A run with many findings, of long texts.
fn large(levels: &[Level], times: usize, length: usize) -> RunRecord {
    let mut record = hostile::record();
    record.stale_waivers.clear();
    let pattern = record.scenarios[0].findings[0].clone();
    let long = |text: &str| format!("{text}{}", "漢 ".repeat(length / 2));
    let all = (0..times).flat_map(|_| levels).enumerate();
    record.scenarios[0].findings = all
        .map(|(at, level)| Finding {
            id: format!("{at:08x}"),
            level: *level,
            message: long(&format!("finding {at} ")),
            expected: long(""),
            actual: long(""),
            ..pattern.clone()
        })
        .collect();
    record.scenarios.truncate(1);
    record.duration = Duration::from_secs(90);
    record
}

#[test]
fn a_comment_fits_and_says_what_is_left_out() {
    let record = large(&[Level::May, Level::Must, Level::Should], 40, 3000);
    let text = written_of(Format::Markdown, &record);
    assert!(text.len() <= COMMENT && text.len() > COMMENT / 2, "{}", text.len());
    let shown = text.matches("\n<details>\n<summary><b>must</b>").count();
    assert!(shown > 2 && !text.contains("<b>may</b>"), "the worst come first: {shown}");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with(&format!("Left out, since there is no room here: {} findings", 120 - shown)), "{last}");
    // As many bytes as a step's summary may have leave room for more.
    let more = markdown(&record, &hostile::context(), 1 << 20);
    assert!(more.len() <= 1 << 20 && more.matches("<details>").count() > shown);
    assert!(more.contains(" characters more)"));
}

#[test]
fn where_there_is_room_nothing_is_left_out() {
    let record = large(&[Level::Must], 3, 20);
    let text = written_of(Format::Markdown, &record);
    assert_eq!(text.matches("<b>must</b>").count(), 3);
    assert!(!text.contains("Left out"));
}

#[test]
fn what_has_no_room_at_all_is_not_begun() {
    for room in [0, 10, 300, 1000, 2000] {
        let text = markdown(&large(&[Level::Must], 3, 20), &hostile::context(), room);
        assert!(text.len() <= room, "{} of {room}", text.len());
        assert!(text.is_empty() || text.starts_with("### "), "{text}");
    }
}

#[test]
fn github_gets_ten_annotations_of_a_kind_the_worst_first() {
    let mut record = large(&[Level::May, Level::Should, Level::Must], 15, 10_000);
    let text = written_of(Format::Github, &record);
    for kind in ["error", "warning", "notice"] {
        assert_eq!(text.lines().filter(|line| line.starts_with(&format!("::{kind} "))).count(), 10, "{kind}");
    }
    assert!(text.lines().all(|line| line.len() < 64 << 10));
    // The verdict is the first of the errors.
    assert!(text.contains("\n6 more errors have no annotation: GitHub shows 10 of a kind\n"), "{text}");
    assert!(text.contains("\n5 more warnings have no annotation: GitHub shows 10 of a kind\n"));
    record.fail_on = Level::Should;
    let text = written_of(Format::Github, &record);
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with("::error title=must")).collect();
    assert_eq!(titles.len(), 9, "what fails the run is an error, and the worst come first");
    assert!(!text.contains("::warning "));
}
