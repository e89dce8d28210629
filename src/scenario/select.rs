//! Which scenarios run: folders, globs, and one dialect behind an `@`.

use glob::Pattern;

use super::suggest::{did_you_mean, nearest};
use crate::idp::Dialect;

/// What the user selected.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    patterns: Vec<(String, Option<Pattern>, Option<String>)>,
    all: bool,
}

/// Why a selection can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SelectionError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Selection {
    /// Reads folders, globs and IDs; nothing selects the suite `okta`, or everything with `all`.
    ///
    /// # Errors
    /// A glob that can't be read.
    pub fn new(patterns: &[String], all: bool) -> Result<Selection, SelectionError> {
        let default = ["okta".to_owned()];
        let patterns = if patterns.is_empty() && !all { &default[..] } else { patterns };
        let patterns = patterns
            .iter()
            .map(|text| {
                let text = text.trim_end_matches('/').trim_end_matches(".yaml");
                let text = text.strip_prefix("scenarios/").unwrap_or(text);
                let (path, dialect) = match text.split_once('@') {
                    Some((path, dialect)) => (path, Some(dialect.to_owned())),
                    None => (text, None),
                };
                let glob = if path.contains(['*', '?', '[']) {
                    Some(Pattern::new(path).map_err(|error| SelectionError {
                        message: format!("`{path}` is not a pattern: {}", error.msg),
                        hint: "write a folder like okta/lifecycle, an ID, or a glob like okta/*/assign*".to_owned(),
                    })?)
                } else {
                    None
                };
                Ok((path.to_owned(), glob, dialect))
            })
            .collect::<Result<_, _>>()?;
        Ok(Selection { patterns, all })
    }

    /// True when the scenario is selected in a dialect (`None` for a raw one).
    pub fn takes(&self, id: &str, dialect: Option<&str>) -> bool {
        let fits = |(path, glob, wanted): &(String, Option<Pattern>, Option<String>)| {
            here(path, glob.as_ref(), id)
                && wanted.as_deref().is_none_or(|wanted| dialect.is_none_or(|dialect| dialect == wanted))
        };
        (self.patterns.is_empty() && self.all) || self.patterns.iter().any(fits)
    }

    /// The first name that fits none of the IDs of all scenarios, whatever the dialect.
    pub fn vain(&self, ids: &[&str]) -> Option<&str> {
        let vain = |(path, glob, _): &&(String, Option<Pattern>, Option<String>)| {
            !ids.iter().any(|id| here(path, glob.as_ref(), id))
        };
        self.patterns.iter().find(vain).map(|(path, ..)| path.as_str())
    }

    /// A hint for a selection that takes nothing.
    pub fn hint(&self, ids: &[&str]) -> String {
        let mut known: Vec<&str> = Vec::new();
        for id in ids {
            let folders = id.match_indices('/').map(|(at, _)| &id[..at]);
            known.extend(folders.chain([*id]));
        }
        let dialects = Dialect::NAMES;
        let wanted = self.patterns.iter().filter_map(|(_, _, wanted)| wanted.as_deref());
        if let Some(unknown) = wanted.into_iter().find(|wanted| !dialects.iter().any(|known| known == wanted)) {
            return format!("there is no dialect `{unknown}`: {}", did_you_mean(unknown, dialects));
        }
        let vain = self.vain(ids);
        // Who leaves out the folders means the first that is called so; else the name that is nearest.
        let called = |path: &str| known.iter().find(|id| id.rsplit('/').next() == Some(path)).copied();
        // Who names its file means the scenario.
        let of_file = |path: &str| {
            let path = path.strip_suffix(".yaml").unwrap_or(path);
            ids.iter()
                .find(|id| path.strip_suffix(**id).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
                .copied()
        };
        let near = vain
            .filter(|path| !path.contains(['*', '?', '[']))
            .and_then(|path| of_file(path).or_else(|| called(path)).or_else(|| nearest(path, known.iter().copied())));
        match near {
            Some(near) => format!("did you mean `{near}`? `scim-check list` shows what there is"),
            None => "`scim-check list` shows what there is".to_owned(),
        }
    }
}

/// True where a folder, an ID or a glob fits the ID of a scenario.
fn here(path: &str, glob: Option<&Pattern>, id: &str) -> bool {
    match glob {
        Some(glob) => glob.matches(id),
        None => id == path || id.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(patterns: &[&str], id: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        Selection::new(&patterns, false).unwrap().takes(id, Some("okta-aiw"))
    }

    #[test]
    fn folders_globs_ids_and_dialects_select() {
        assert!(takes(&[], "okta/lifecycle/unassign"));
        assert!(!takes(&[], "mine/x"));
        assert!(takes(&["okta/lifecycle/"], "okta/lifecycle/unassign"));
        assert!(!takes(&["okta/life"], "okta/lifecycle/unassign"));
        assert!(takes(&["okta/*/un*"], "okta/lifecycle/unassign"));
        assert!(takes(&["okta/lifecycle/unassign@okta-aiw"], "okta/lifecycle/unassign"));
        assert!(!takes(&["okta@okta-catalogue"], "okta/lifecycle/unassign"));
        assert!(Selection::new(&["a[".to_owned()], false).is_err());
    }
}
