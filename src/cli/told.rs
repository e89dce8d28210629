//! Which rule or scenario tells which fault: what the tests have seen, kept in the tables of `tests/faults`.

/// The tables, in the order of their names.
const TABLES: [&str; 6] = [
    include_str!("../../tests/faults/matrix.txt"),
    include_str!("../../tests/faults/okta-qa.txt"),
    include_str!("../../tests/faults/okta-spec.txt"),
    include_str!("../../tests/faults/rfc-discovery.txt"),
    include_str!("../../tests/faults/rfc-writes.txt"),
    include_str!("../../tests/faults/rfc7644-lists.txt"),
];

/// A finding that a fault leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The name of the fault.
    pub fault: &'static str,
    /// The ID of the scenario; `okta` where the whole suite was run.
    pub place: &'static str,
    /// `must`, `should` or `may`.
    pub level: &'static str,
    /// The ID of a rule, or the step and what was expected of it.
    pub claim: &'static str,
}

/// All of them, a table after the other.
pub fn told() -> impl Iterator<Item = Told> {
    TABLES.into_iter().flat_map(str::lines).filter_map(|line| line.split_once(": ")).flat_map(|(pair, findings)| {
        // A line of the matrix is a fault; one of the other tables a scenario and a fault.
        let (place, fault) = pair.split_once(' ').unwrap_or(("okta", pair));
        findings.trim().split(" + ").filter_map(move |finding| {
            let (level, claim) = finding.split_once(' ')?;
            Some(Told { fault, place, level, claim })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{judge::rules, scenario::Library, server::fault};

    #[test]
    fn every_table_is_read() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), TABLES.len());
    }

    #[test]
    fn every_line_names_what_there_is() {
        let library = Library::builtin().unwrap();
        for told in told() {
            assert!(fault::by_name(told.fault).is_some(), "{told:?}");
            assert!(told.place == "okta" || library.scenario(told.place).is_some(), "{told:?}");
            assert!(["must", "should", "may"].contains(&told.level), "{told:?}");
            assert!(rules::by_id(told.claim).is_some() || told.claim.contains('/'), "{told:?}");
        }
    }
}
