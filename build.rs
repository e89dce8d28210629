//! Puts `scenarios/` and `snapshots/` into the binary: a sorted table of paths and contents for each. Snapshots, of which a run looks at a few,
//! are compressed to an eighth.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::ZlibEncoder};

fn main() -> io::Result<()> {
    let folder = |name| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let (out, root) = (folder("OUT_DIR")?, folder("CARGO_MANIFEST_DIR")?);
    let mut file = fs::File::create(out.join("data.rs"))?;
    writeln!(file, "/// Every file of `scenarios/`: path and text.\npub static SCENARIOS: &[(&str, &str)] = &[")?;
    for (relative, path) in files(&root, "scenarios", "yaml")? {
        writeln!(file, "    ({relative:?}, include_str!({path:?})),")?;
    }
    writeln!(
        file,
        "];\n/// Every file of `snapshots/`: path and text, compressed by zlib.\npub static SNAPSHOTS: &[(&str, &[u8])] = &["
    )?;
    for (at, (relative, path)) in files(&root, "snapshots", "snap")?.into_iter().enumerate() {
        let compressed = out.join(format!("{at}.zlib"));
        let mut encoder = ZlibEncoder::new(fs::File::create(&compressed)?, Compression::best());
        encoder.write_all(&fs::read(path)?)?;
        encoder.finish()?;
        writeln!(file, "    ({relative:?}, include_bytes!({compressed:?})),")?;
    }
    writeln!(file, "];")
}

/// The files of a folder with an ending: their paths below it, and as they are.
fn files(root: &Path, folder: &str, ending: &str) -> io::Result<Vec<(String, PathBuf)>> {
    println!("cargo::rerun-if-changed={folder}");
    let folder = root.join(folder);
    let mut paths = Vec::new();
    walk(&folder, ending, &mut paths)?;
    // As texts, since they are looked up as texts: `okta-qa/...` comes before `okta/...`, of which paths have it the other way.
    let mut paths: Vec<(String, PathBuf)> = paths.into_iter().map(|path| (relative(&path, &folder), path)).collect();
    paths.sort();
    Ok(paths)
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
