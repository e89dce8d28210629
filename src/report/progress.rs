//! What a run shows while it goes on, on standard error: on a terminal a line that changes, elsewhere a line now and
//! then.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::{Event, Outcome};

/// A run that takes no longer says nothing of the time that is left.
const SHORT: Duration = Duration::from_secs(5);
/// Between two lines where there is no terminal: builds are ended that are silent for some minutes.
const QUIET: Duration = Duration::from_secs(60);

/// Counts by suite while a run goes on.
pub struct Progress {
    /// The line on a terminal.
    bar: Option<ProgressBar>,
    /// Suite, and how many of its scenarios passed and did not.
    suites: Vec<(String, usize, usize)>,
    /// What is under way, the longest first.
    running: Vec<String>,
    scenarios: usize,
    began: Instant,
    /// When a line was printed where there is no terminal.
    told: Duration,
}

impl Progress {
    /// For so many scenarios; `terminal` says whether standard error is one.
    pub fn new(scenarios: usize, terminal: bool) -> Progress {
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(Some(scenarios as u64), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{pos}/{len}  {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        let told = Duration::ZERO;
        Progress { bar, suites: Vec::new(), running: Vec::new(), scenarios, began: Instant::now(), told }
    }

    /// Takes notice of what happens; a line to be printed where there is no terminal and it is time for one.
    pub fn note(&mut self, event: &Event<'_>) -> Option<String> {
        match event {
            Event::Started(name) => self.running.push((*name).to_owned()),
            Event::Repeating(record) => {
                self.repeated(&record.suite, record.outcome);
                self.running.push(format!("{} again, alone", record.name()));
            }
            Event::Ended(record) => {
                let name = record.name();
                self.running.retain(|running| running.strip_suffix(" again, alone").unwrap_or(running) != name);
                self.ended(&record.suite, record.outcome);
            }
        }
        self.show(self.began.elapsed())
    }

    fn show(&mut self, elapsed: Duration) -> Option<String> {
        if let Some(bar) = &self.bar {
            bar.set_position(self.done() as u64);
            bar.set_message(self.line(elapsed));
            return None;
        }
        if elapsed.saturating_sub(self.told) < QUIET {
            return None;
        }
        self.told = elapsed;
        Some(format!("{}/{}  {}\n", self.done(), self.scenarios, self.line(elapsed)))
    }

    fn ended(&mut self, suite: &str, outcome: Outcome) {
        *self.count(suite, outcome) += 1;
    }

    /// What was counted of it does not count.
    fn repeated(&mut self, suite: &str, outcome: Outcome) {
        let count = self.count(suite, outcome);
        *count = count.saturating_sub(1);
    }

    /// How many of a suite ended so.
    fn count(&mut self, suite: &str, outcome: Outcome) -> &mut usize {
        let suite = self.suite(suite);
        match outcome {
            Outcome::Passed | Outcome::Skipped => &mut suite.1,
            Outcome::Failed | Outcome::Error => &mut suite.2,
        }
    }

    fn suite(&mut self, name: &str) -> &mut (String, usize, usize) {
        let at = self.suites.iter().position(|(have, ..)| have == name).unwrap_or_else(|| {
            self.suites.push((name.to_owned(), 0, 0));
            self.suites.len() - 1
        });
        &mut self.suites[at]
    }

    /// How many have ended.
    fn done(&self) -> usize {
        self.suites.iter().map(|(_, passed, failed)| passed + failed).sum()
    }

    /// Counts, the time that is left, and what is under way.
    fn line(&self, elapsed: Duration) -> String {
        let counts =
            self.suites.iter().map(|(suite, passed, failed)| format!("{suite} {passed} passed, {failed} failed"));
        let mut parts = vec![counts.collect::<Vec<_>>().join(" | ")];
        parts.extend(self.left(elapsed));
        parts.extend(self.running.first().cloned());
        parts.retain(|part| !part.is_empty());
        parts.join("  ")
    }

    /// The time that is left if the rest goes as what is done; `None` at first, when nobody can know.
    fn left(&self, elapsed: Duration) -> Option<String> {
        let (done, all) = (self.done() as u32, self.scenarios as u32);
        if elapsed < SHORT || done == 0 || done >= all {
            return None;
        }
        let seconds = (elapsed / done * (all - done)).as_secs().max(1);
        Some(if seconds < 90 {
            format!("about {seconds} s left")
        } else {
            format!("about {} min left", (seconds + 30) / 60)
        })
    }

    /// Removes the line.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    fn progress() -> Progress {
        let mut progress = Progress::new(100, false);
        for name in ["okta/a@okta-aiw", "okta/b", "okta/c"] {
            assert_eq!(progress.note(&Event::Started(name)), None, "too early for a line");
        }
        *progress.suite("okta") = ("okta".to_owned(), 18, 2);
        progress
    }

    #[test]
    fn a_line_says_what_runs_longest_and_how_long_it_will_take() {
        let progress = progress();
        assert_eq!(progress.line(seconds(4)), "okta 18 passed, 2 failed  okta/a@okta-aiw");
        assert_eq!(progress.line(seconds(10)), "okta 18 passed, 2 failed  about 40 s left  okta/a@okta-aiw");
        assert_eq!(progress.line(seconds(100)), "okta 18 passed, 2 failed  about 7 min left  okta/a@okta-aiw");
    }

    #[test]
    fn whoever_is_repeated_counts_once_however_it_ended() {
        let mut progress = Progress::new(1, false);
        for outcome in [Outcome::Passed, Outcome::Failed, Outcome::Error] {
            progress.ended("okta", outcome);
            progress.repeated("okta", outcome);
            assert_eq!(progress.done(), 0);
        }
        progress.ended("okta", Outcome::Passed);
        assert_eq!(progress.line(SHORT), "okta 1 passed, 0 failed");
    }

    #[test]
    fn without_a_terminal_a_line_a_minute_is_told() {
        let mut progress = progress();
        assert_eq!(progress.show(seconds(59)), None);
        let line = "20/100  okta 18 passed, 2 failed  about 4 min left  okta/a@okta-aiw\n";
        assert_eq!(progress.show(seconds(60)).as_deref(), Some(line));
        assert_eq!(progress.show(seconds(119)), None);
        assert!(progress.show(seconds(121)).is_some());
    }
}
