//! The snapshots inside the binary.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Dialogue, read};

/// The built-in snapshot of a scenario, by its name with dialect: `okta/lifecycle/unassign@okta-aiw`.
pub fn builtin(files: &[(&str, &[u8])], name: &str) -> Option<Dialogue> {
    let path = format!("{name}.snap");
    let at = files.binary_search_by(|(have, _)| (*have).cmp(path.as_str())).ok()?;
    let mut text = String::new();
    ZlibDecoder::new(files[at].1).read_to_string(&mut text).ok()?;
    read(&text).ok()
}
