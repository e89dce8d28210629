//! One thing is told once: findings of one step about the same subject merge.

use super::{Finding, Owner};

/// Merges the findings of one scenario in one dialect: those of one step about the same thing become one, told
/// by the rule if there is one, else by the expectation, else by the snapshot.
///
/// The level is the highest of rule and expectation: a scenario that asserts what a rule only recommends is heard.
pub fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        match merged.iter_mut().find(|have| same_thing(have, &finding)) {
            Some(have) => absorb(have, finding),
            None => merged.push(finding),
        }
    }
    merged
}

fn same_thing(one: &Finding, other: &Finding) -> bool {
    let same = if one.subject.of_exchange() { one.exchange == other.exchange } else { one.about == other.about };
    same && one.step == other.step
        && one.subject == other.subject
        // Two rules say two things, also about one attribute.
        && !(matches!((&one.owner, &other.owner), (Owner::Rule(a), Owner::Rule(b)) if a != b))
        && !of_the_name(one)
        && !of_the_name(other)
}

/// True where a rule speaks of how an attribute is named: what its value is, is another thing.
fn of_the_name(finding: &Finding) -> bool {
    matches!(&finding.owner, Owner::Rule(id) if ["attribute-name-case", "json-name-twice"].contains(&id.as_str()))
}

fn absorb(have: &mut Finding, other: Finding) {
    let (mut kept, lost) =
        if other.owner.rank() < have.owner.rank() { (other, have.clone()) } else { (have.clone(), other) };
    // What a snapshot finds is as bad as the rule about it says.
    let level = if lost.owner == Owner::Snapshot { kept.level } else { kept.level.max(lost.level) };
    if lost.claim != kept.claim && !kept.seen_by.contains(&lost.claim) {
        kept.seen_by.push(lost.claim);
    }
    for claim in lost.seen_by {
        if claim != kept.claim && !kept.seen_by.contains(&claim) {
            kept.seen_by.push(claim);
        }
    }
    if kept.admin.is_empty() {
        kept.admin = lost.admin;
    }
    for breaks in lost.breaks {
        if !kept.breaks.contains(&breaks) {
            kept.breaks.push(breaks);
        }
    }
    kept.level = level;
    *have = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Level, Subject, fold};

    fn finding(owner: Owner, claim: &str, level: Level, exchange: usize) -> Finding {
        Finding {
            about: Some("ada".to_owned()),
            scenario: "okta/lifecycle/unassign".to_owned(),
            dialect: Some("okta-aiw".to_owned()),
            step: Some(0),
            step_name: "unassign ada".to_owned(),
            exchange: Some(exchange),
            kind: "User deactivate".to_owned(),
            ..Finding::of(owner, level, claim, Subject::Attribute("active".to_owned()))
        }
        .with_id()
    }

    #[test]
    fn the_rule_tells_it_and_the_highest_level_stays() {
        let merged = merge(vec![
            finding(Owner::Snapshot, "snapshot", Level::Should, 1),
            finding(Owner::Expectation, "unassign ada/then[0].active", Level::Must, 2),
            finding(Owner::Rule("still-active".to_owned()), "rule:still-active", Level::Should, 1),
        ]);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].claim, "rule:still-active");
        assert_eq!(merged[0].level, Level::Must);
        assert_eq!(merged[0].seen_by, ["unassign ada/then[0].active", "snapshot"]);
    }

    #[test]
    fn statuses_of_two_exchanges_stay_two_findings() {
        let mut one = finding(Owner::Expectation, "a", Level::Must, 1);
        let mut two = finding(Owner::Expectation, "b", Level::Must, 2);
        one.subject = Subject::Status;
        two.subject = Subject::Status;
        assert_eq!(merge(vec![one, two]).len(), 2);
    }

    #[test]
    fn a_cause_seen_again_elsewhere_follows_from_the_first() {
        let mut findings =
            vec![finding(Owner::Expectation, "x", Level::Must, 1), finding(Owner::Expectation, "x", Level::Must, 1)];
        findings[1].scenario = "okta/lifecycle/assign-again".to_owned();
        findings[1] = findings[1].clone().with_id();
        fold(&mut findings);
        assert_eq!(findings[0].follows_from, None);
        assert_eq!(findings[1].follows_from.as_deref(), Some(findings[0].id.as_str()));
    }
}
