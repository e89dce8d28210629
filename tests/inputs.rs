//! What the program reads may be anything: the inputs that fuzzing has kept, and our own files with changes. What has to hold of each is in
//! `fuzz/inputs`, which the fuzz targets share (fuzz/README.md).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use proptest::{prelude::*, sample::Index};

#[path = "../fuzz/inputs/answers.rs"]
mod answers;
#[path = "../fuzz/inputs/attribute_path.rs"]
mod attribute_path;
#[path = "../fuzz/inputs/config.rs"]
mod config;
#[path = "../fuzz/inputs/filter.rs"]
mod filter;
#[path = "../fuzz/inputs/patch.rs"]
mod patch;
#[path = "../fuzz/inputs/scenario.rs"]
mod scenario;
#[path = "../fuzz/inputs/snapshot.rs"]
mod snapshot;

/// The name of a fuzz target, and what has to hold.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 7] = [
    ("answers", answers::hold),
    ("attribute_path", attribute_path::hold),
    ("config", config::hold),
    ("filter", filter::hold),
    ("patch", patch::hold),
    ("scenario", scenario::hold),
    ("snapshot", snapshot::hold),
];

/// All files below a folder of the project.
fn files(folder: &str) -> Vec<Vec<u8>> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { below(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    found.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn what_fuzzing_has_kept() {
    for (name, hold) in TARGETS {
        let kept = files(&format!("fuzz/corpus/{name}"));
        assert!(kept.len() > 20, "{name}: {}", kept.len());
        kept.iter().for_each(|input| hold(input));
    }
}

/// One change of a text: from a place on, so many bytes give way to another text.
type Edit = (Index, usize, String);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let words = prop::sample::select(vec![
        "", " ", "\n", ":", "\"", "'", "[", "]", "{", "}", "- ", "null", "true", "-1", "1e400", "&a", "*a", "!!x", "|",
        "\t", "\u{202e}", "\u{0}", "é", "=", "---", "${", "{{", "}}",
    ]);
    let word = prop_oneof![words.prop_map(str::to_owned), ".{0,6}"];
    prop::collection::vec((any::<Index>(), 0..12_usize, word), 1..4)
}

fn changed(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut text = original.to_vec();
    for (place, length, word) in edits {
        let at = place.index(text.len() + 1);
        let end = (at + length).min(text.len());
        text.splice(at..end, word.bytes());
    }
    text
}

static SCENARIOS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files("scenarios"));
static SNAPSHOTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files("snapshots"));
/// The configurations that stand in the manual.
static CONFIGS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let manual = include_str!("../docs/configuration.md");
    manual.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or("").into()).collect()
});

proptest! {
    #[test]
    fn a_scenario_with_changes(file in any::<Index>(), edits in edits()) {
        scenario::hold(&changed(&SCENARIOS[file.index(SCENARIOS.len())], &edits));
    }

    #[test]
    fn a_snapshot_with_changes(file in any::<Index>(), edits in edits()) {
        snapshot::hold(&changed(&SNAPSHOTS[file.index(SNAPSHOTS.len())], &edits));
    }

    #[test]
    fn a_configuration_with_changes(file in any::<Index>(), edits in edits()) {
        config::hold(&changed(&CONFIGS[file.index(CONFIGS.len())], &edits));
    }
}
