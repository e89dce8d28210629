//! The rules, one small file each.

use super::Rule;

mod create_status_not_201;

/// Every rule there is. A new rule is one file and its name here.
pub static RULES: &[&Rule] = &[&create_status_not_201::RULE];

/// Looks a rule up by its ID.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_explains_itself() {
        let mut ids = HashSet::new();
        for rule in RULES {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            assert!(!rule.spec.is_empty(), "{} has no source", rule.id);
            for key in rule.spec {
                assert!(crate::judge::spec::source(key).is_some(), "{}: unknown source {key}", rule.id);
            }
            for text in [rule.title, rule.looks_at, rule.why, rule.example, rule.fix] {
                assert!(!text.is_empty(), "{} lacks a text", rule.id);
            }
            assert_eq!(rule.admin.is_empty(), rule.breaks.is_empty(), "{}: who breaks, and what is seen?", rule.id);
        }
    }
}
