//! Puts `scenarios/` and `snapshots/` into the binary: a sorted table of paths and texts for each.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?).join("data.rs");
    let mut file = fs::File::create(out)?;
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    for (name, folder, ending) in [("SCENARIOS", "scenarios", "yaml"), ("SNAPSHOTS", "snapshots", "snap")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut paths = Vec::new();
        walk(&root.join(folder), ending, &mut paths)?;
        // As texts, since they are looked up as texts: `okta-qa/...` comes before `okta/...`, of which paths have it the other way.
        let mut paths: Vec<(String, PathBuf)> =
            paths.into_iter().map(|path| (relative(&path, &root.join(folder)), path)).collect();
        paths.sort();
        writeln!(file, "/// Every file of `{folder}/`: path and text.")?;
        writeln!(file, "pub static {name}: &[(&str, &str)] = &[")?;
        for (relative, path) in paths {
            writeln!(file, "    ({relative:?}, include_str!({path:?})),")?;
        }
        writeln!(file, "];")?;
    }
    Ok(())
}

/// The path below a folder, with `/` between its parts.
fn relative(path: &Path, folder: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<&str> = relative.iter().filter_map(|part| part.to_str()).collect();
    parts.join("/")
}

fn walk(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, ending, paths)?;
        } else if path.extension().is_some_and(|have| have == ending) {
            paths.push(path);
        }
    }
    Ok(())
}
