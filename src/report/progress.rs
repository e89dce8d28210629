//! What a run shows while it goes on, on standard error and only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::{Event, Outcome};

/// A line that counts while a run goes on.
pub struct Progress {
    bar: ProgressBar,
    passed: usize,
    failed: usize,
}

impl Progress {
    /// A line for so many scenarios; hidden where standard error is no terminal.
    pub fn new(scenarios: usize, shown: bool) -> Progress {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(scenarios as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Progress { bar, passed: 0, failed: 0 }
    }

    /// Takes notice of what happens.
    pub fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(name) => self.bar.set_message(format!("{}  {name}", self.counts())),
            Event::Repeating(name) => {
                self.failed = self.failed.saturating_sub(1);
                self.bar.set_message(format!("{}  {name} again, alone", self.counts()));
            }
            Event::Ended(record) => {
                match record.outcome {
                    Outcome::Passed | Outcome::Skipped => self.passed += 1,
                    Outcome::Failed | Outcome::Error => self.failed += 1,
                }
                self.bar.set_position((self.passed + self.failed) as u64);
            }
        }
    }

    fn counts(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// Removes the line.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
