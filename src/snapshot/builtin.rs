//! The snapshots inside the binary.

use super::{Dialogue, read};

/// The built-in snapshot of a scenario, by its name with dialect: `okta/lifecycle/unassign@okta-aiw`.
pub fn builtin(files: &[(&str, &str)], name: &str) -> Option<Dialogue> {
    let path = format!("{name}.snap");
    let at = files.binary_search_by(|(have, _)| (*have).cmp(path.as_str())).ok()?;
    read(files[at].1).ok()
}
