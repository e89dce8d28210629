//! `scim-check snapshots review`: what waits, one after the other.

use std::time::Duration;

use colored::Colorize;
use console::{Key, Term};
use similar::{ChangeTag, TextDiff};

use super::{failure::Failure, print};
use crate::{
    report::sanitise,
    run::ExitCode,
    snapshot::{Entry, Folder, FolderError},
};

/// Lines around a difference.
const AROUND: usize = 3;
/// The same where the reader wants to see more.
const FAR_AROUND: usize = 40;

/// What a person decided about one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It becomes the snapshot.
    Accept,
    /// It is thrown away.
    Reject,
    /// It waits on.
    Skip,
    /// More of it is to be seen.
    Context,
    /// All that is left waits on.
    Quit,
}

/// Walks through what waits in a folder, which `again` names on the command line.
///
/// # Errors
/// If there is no terminal to ask at, or a file can't be read, accepted or removed.
pub fn review(folder: &Folder, again: &str) -> anyhow::Result<ExitCode> {
    let terminal = Term::stdout();
    if waiting(folder)?.is_empty() {
        print::result("nothing waits\n");
        return Ok(ExitCode::Ok);
    }
    if !terminal.is_term() || !console::user_attended_stderr() {
        let hint =
            format!("in a script: scim-check snapshots accept --all{again}, or reject, and status to see what waits");
        return Err(Failure::usage("a review needs a terminal", hint).into());
    }
    walk(folder, &mut |text| print::result(text), &mut || Ok(choice(&terminal.read_key()?)))
}

fn waiting(folder: &Folder) -> Result<Vec<Entry>, FolderError> {
    Ok(folder.entries()?.into_iter().filter(|entry| entry.pending).collect())
}

/// Shows each that waits and does as is chosen; `None` is asked again.
///
/// # Errors
/// What asking fails for, or a file that can't be removed.
pub fn walk(
    folder: &Folder,
    show: &mut dyn FnMut(&str),
    ask: &mut dyn FnMut() -> anyhow::Result<Option<Choice>>,
) -> anyhow::Result<ExitCode> {
    let waiting = waiting(folder)?;
    let (mut accepted, mut rejected) = (0, 0);
    'entries: for (at, entry) in waiting.iter().enumerate() {
        let texts = folder.text(&entry.name, false).and_then(|before| Ok((before, folder.text(&entry.name, true)?)));
        let (before, now) = match texts {
            Ok((before, Some(now))) => (before.unwrap_or_default(), now),
            Ok((_, None)) => continue,
            // One that can't be read is not in the way of the others.
            Err(error) => {
                show(&format!("\n{}  {}\n", sanitise(&entry.name).bold(), sanitise(&error.message).red()));
                continue;
            }
        };
        let mut around = AROUND;
        loop {
            let place = format!("{} of {}", at + 1, waiting.len());
            let difference = difference(&before, &now, around);
            show(&format!("\n{}  {}\n{difference}", sanitise(&entry.name).bold(), place.dimmed()));
            show(&format!("\n{}\n", "a accept   r reject   s skip   c more context   q quit".dimmed()));
            let choice = loop {
                if let Some(choice) = ask()? {
                    break choice;
                }
            };
            match choice {
                Choice::Accept => match folder.accept(&entry.name) {
                    Ok(()) => {
                        accepted += 1;
                        show(&format!("{}\n", "accepted".green()));
                    }
                    Err(error) => show(&format!("{}\n", sanitise(&error.message).red())),
                },
                Choice::Reject => {
                    folder.remove(&entry.name, true)?;
                    rejected += 1;
                    show(&format!("{}\n", "rejected".red()));
                }
                Choice::Skip => show("skipped\n"),
                Choice::Context => {
                    around = if around == AROUND { FAR_AROUND } else { AROUND };
                    continue;
                }
                Choice::Quit => break 'entries,
            }
            break;
        }
    }
    let left = waiting.len() - accepted - rejected;
    show(&format!("\n{accepted} accepted, {rejected} rejected, {left} left\n"));
    Ok(if left == 0 { ExitCode::Ok } else { ExitCode::Findings })
}

fn choice(key: &Key) -> Option<Choice> {
    match key {
        Key::Char('a' | 'A') => Some(Choice::Accept),
        Key::Char('r' | 'R') => Some(Choice::Reject),
        Key::Char('s' | 'S') | Key::Char(' ') | Key::ArrowDown => Some(Choice::Skip),
        Key::Char('c' | 'C') => Some(Choice::Context),
        Key::Char('q' | 'Q') | Key::Escape | Key::CtrlC | Key::Char('\u{4}') => Some(Choice::Quit),
        _ => None,
    }
}

/// The lines that differ, with some around them; each part under the line that names its exchange.
fn difference(before: &str, now: &str, around: usize) -> String {
    if before.is_empty() {
        // Who wants to see more sees all of what is new.
        let room = if around == AROUND { AROUND * 8 } else { usize::MAX };
        let lines = now.lines().count();
        let shown: String = now.lines().take(room).map(|line| format!("{}\n", sanitise(line).green())).collect();
        let more = lines.saturating_sub(room);
        return if more > 0 { format!("{shown}{}\n", format!("... {more} more lines").dimmed()) } else { shown };
    }
    // After so long it is told less finely.
    let diff = TextDiff::configure().timeout(Duration::from_secs(5)).diff_lines(before, now);
    let old: Vec<&str> = before.lines().collect();
    let mut out = String::new();
    for group in diff.grouped_ops(around) {
        let first = group.first().map_or(0, |op| op.old_range().start);
        if let Some(head) = old.iter().take(first + 1).rev().find(|line| line.starts_with("# ")) {
            out.push_str(&format!("{}\n", sanitise(head).cyan()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = sanitise(change.value().trim_end_matches('\n'));
            let line = match change.tag() {
                ChangeTag::Delete => format!("-{line}").red(),
                ChangeTag::Insert => format!("+{line}").green(),
                ChangeTag::Equal => format!(" {line}").normal(),
            };
            out.push_str(&format!("{line}\n"));
        }
    }
    if out.is_empty() { "no line differs\n".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::to_write(place.path()).unwrap();
        for name in names {
            folder.keep(name, "---\nsource: scim-check\n---\n# look | ada | read\n> GET /Users\n< 200\n").unwrap();
        }
        (place, folder)
    }

    fn walked(folder: &Folder, keys: &[Key]) -> (String, ExitCode) {
        let (mut out, mut keys) = (String::new(), keys.iter());
        let mut ask = || Ok(choice(keys.next().unwrap_or(&Key::Escape)));
        let code = walk(folder, &mut |text| out.push_str(text), &mut ask).unwrap();
        (out, code)
    }

    #[test]
    fn each_key_does_what_it_says() {
        let (_place, folder) = folder(&["okta/a", "okta/b", "okta/c"]);
        let keys = [Key::Char('x'), Key::Char('c'), Key::Char('a'), Key::Char('r'), Key::Char('s')];
        let (out, code) = walked(&folder, &keys);
        assert!(out.contains("1 accepted, 1 rejected, 1 left"), "{out}");
        assert_eq!(code, ExitCode::Findings);
        let entries = folder.entries().unwrap();
        assert_eq!(entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["okta/a", "okta/c"]);
        assert!(entries[0].accepted && entries[1].pending);
    }

    #[test]
    fn who_quits_leaves_the_rest() {
        let (_place, folder) = folder(&["okta/a", "okta/b"]);
        let (out, _) = walked(&folder, &[Key::Char('q')]);
        assert!(out.contains("0 accepted, 0 rejected, 2 left"), "{out}");
    }

    #[test]
    fn a_difference_stands_under_its_exchange() {
        let before = "# look | ada | read\n> GET /Users\n< 200\n< {\n<   \"title\": \"x\"\n< }\n";
        let told = difference(before, &before.replace("\"x\"", "\"\u{1b}[2J\""), 1);
        assert!(told.starts_with("# look | ada | read\n"), "{told}");
        assert!(told.contains("-<   \"title\": \"x\"\n"), "{told}");
        assert!(!told.contains('\u{1b}'), "{told:?}");
    }
}
