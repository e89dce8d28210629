//! What a run shows while it goes on, on standard error and only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::{Event, Outcome};

/// A line that counts by suite while a run goes on.
pub struct Progress {
    bar: ProgressBar,
    /// Suite, and how many of its scenarios passed and did not.
    suites: Vec<(String, usize, usize)>,
}

impl Progress {
    /// A line for so many scenarios; hidden where standard error is no terminal.
    pub fn new(scenarios: usize, shown: bool) -> Progress {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(scenarios as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len}  {wide_msg}") {
            bar.set_style(style);
        }
        Progress { bar, suites: Vec::new() }
    }

    /// Takes notice of what happens.
    pub fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(name) => self.say(name),
            Event::Repeating(name) => {
                let suite = self.suite(name.split('/').next().unwrap_or(name));
                suite.2 = suite.2.saturating_sub(1);
                self.say(&format!("{name} again, alone"));
            }
            Event::Ended(record) => {
                let suite = self.suite(&record.suite);
                match record.outcome {
                    Outcome::Passed | Outcome::Skipped => suite.1 += 1,
                    Outcome::Failed | Outcome::Error => suite.2 += 1,
                }
                let done: usize = self.suites.iter().map(|(_, passed, failed)| passed + failed).sum();
                self.bar.set_position(done as u64);
            }
        }
    }

    fn suite(&mut self, name: &str) -> &mut (String, usize, usize) {
        let at = self.suites.iter().position(|(have, ..)| have == name).unwrap_or_else(|| {
            self.suites.push((name.to_owned(), 0, 0));
            self.suites.len() - 1
        });
        &mut self.suites[at]
    }

    fn say(&self, now: &str) {
        let counts =
            self.suites.iter().map(|(suite, passed, failed)| format!("{suite} {passed} passed, {failed} failed"));
        self.bar.set_message(format!("{}  {now}", counts.collect::<Vec<_>>().join(" | ")));
    }

    /// Removes the line.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
