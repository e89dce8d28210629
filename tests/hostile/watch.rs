//! One run of the program, and what holds of it whatever the target does.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    COMMAND,
    case::Case,
    support::binary::{Desk, Ran, start},
};

/// Bytes of memory that no target makes the program use.
pub const MEMORY: u64 = 100 << 20;

/// What a run needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needed {
    /// Bytes of memory at most; 0 where this machine does not tell.
    pub memory: u64,
    /// From start to end.
    pub time: Duration,
}

/// Runs the program against a case; `Err` says what is wrong with what it did.
pub fn watch(case: &Case) -> Result<Needed, String> {
    let target = (case.target)();
    let desk = Desk::new();
    let mut command = desk.command(["run", "--base-url", &target.base]);
    command.args(COMMAND).args(["--report", "json=report.json"]);
    command.args(&target.options).args(case.run);
    let began = Instant::now();
    let mut running = start(command);
    let mut memory = 0;
    while !running.ended() {
        memory = memory.max(peak(running.id()));
        if memory > MEMORY || began.elapsed() > case.within {
            let what = if memory > MEMORY { "it fills the memory" } else { "it does not end" };
            return Err(format!("{what}: {} MB, {:?}", memory >> 20, began.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let ran = running.wait();
    let needed = Needed { memory, time: began.elapsed() };
    let report = fs::read_to_string(desk.path().join("report.json")).ok();
    match wrong(case, &ran, report.as_deref()) {
        None => Ok(needed),
        Some(what) => Err(format!("{what}\n--- stdout\n{}\n--- stderr\n{}", brief(&ran.out), brief(&ran.err))),
    }
}

/// The most memory that a process has had, where the system tells.
fn peak(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn wrong(case: &Case, ran: &Ran, report: Option<&str>) -> Option<String> {
    if ran.code != Some(case.exit) {
        return Some(format!("it ends with {:?} and not {}", ran.code, case.exit));
    }
    let all = words(&ran.all());
    for panic in ["panicked", "a fault in scim-check itself", "RUST_BACKTRACE"] {
        if all.contains(panic) {
            return Some(format!("a panic: {panic}"));
        }
    }
    let longest = ran.all().lines().map(str::len).max().unwrap_or(0);
    if longest > 4_000 {
        return Some(format!("a line of {longest} bytes"));
    }
    if let Some(missing) = case.says.iter().find(|text| !all.contains(&words(text))) {
        return Some(format!("it does not say `{missing}`"));
    }
    if let Some(said) = case.never.iter().find(|text| all.contains(&words(text))) {
        return Some(format!("it says `{said}`"));
    }
    if let Some(acts) = acting(&ran.all()) {
        return Some(format!("the screen holds {acts:?}"));
    }
    let Some(report) = report else {
        // There is none where the first look ends it.
        return (case.exit != 3).then(|| "there is no report".to_owned());
    };
    if let Some(acts) = acting(report) {
        return Some(format!("the report holds {acts:?}"));
    }
    let report: Value = match serde_json::from_str(report) {
        Ok(report) => report,
        Err(error) => return Some(format!("the report is no JSON: {error}")),
    };
    let findings = report["findings"].as_array().into_iter().flatten();
    let told: Vec<&Value> = findings.filter(|one| one["follows_from"].is_null() && one["level"] != "may").collect();
    if told.len() > case.findings {
        let told: Vec<String> = told.iter().map(|one| format!("{} {}", one["claim"], one["subject"])).collect();
        return Some(format!("one cause is told {} times: {told:#?}", told.len()));
    }
    None
}

/// A character that could act on a terminal.
pub fn acting(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && !['\n', '\t'].contains(c))
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
            || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e007f}')
            || u32::from(*c) & 0xfffe == 0xfffe
    })
}

/// A text without how it is broken into lines.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn brief(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| line.chars().take(400).collect()).collect();
    lines.join("\n")
}
