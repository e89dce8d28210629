//! What will run, in the order of reports.

use std::sync::Arc;

use super::record::SkipKind;
use crate::{
    http::AuthUse,
    idp::Dialect,
    scenario::{Library, Listing, Need, Scenario, Selection, Step, Suite},
};

/// One scenario in one dialect.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Its suite.
    pub suite: Option<Arc<Suite>>,
    /// The dialect; `None` for a raw scenario.
    pub dialect: Option<Dialect>,
    /// Why it is not run.
    pub skip: Option<(SkipKind, String)>,
}

impl Planned {
    /// `okta/lifecycle/unassign@okta-aiw`.
    pub fn name(&self) -> String {
        match &self.dialect {
            Some(dialect) => format!("{}@{}", self.scenario.id, dialect.name),
            None => self.scenario.id.clone(),
        }
    }

    /// The steps during which nothing else may be changed; see [`Scenario::listing`].
    pub fn listing(&self) -> Option<Listing> {
        self.scenario.listing(self.dialect.as_ref().is_some_and(|dialect| dialect.import_groups))
    }

    /// What its suite is for, in one line; empty where no `suite.yaml` says it.
    pub fn suite_title(&self) -> String {
        self.suite.as_ref().map(|suite| suite.title.clone()).unwrap_or_default()
    }
}

/// Everything that will run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// In the order of reports.
    pub entries: Vec<Planned>,
}

impl Plan {
    /// Plans what is selected, in the dialects given, leaving out what the user says the target does not have.
    pub fn new(library: &Library, selection: &Selection, dialects: &[Dialect], off: &[Need]) -> Plan {
        let mut entries = Vec::new();
        let suites: Vec<Arc<Suite>> = library.suites.iter().cloned().map(Arc::new).collect();
        for scenario in &library.scenarios {
            let suite = suites.iter().find(|suite| suite.id == scenario.suite).cloned();
            let shared = Arc::new(scenario.clone());
            let spoken: Vec<Option<Dialect>> = if scenario.is_raw() {
                vec![None]
            } else {
                let count = if scenario.one_dialect { 1 } else { dialects.len() };
                dialects.iter().take(count).map(|dialect| Some(dialect.with(&scenario.app))).collect()
            };
            for dialect in spoken {
                if !selection.takes(&scenario.id, dialect.as_ref().map(|dialect| &*dialect.name)) {
                    continue;
                }
                let skip =
                    scenario.needs.iter().find(|need| off.contains(need)).map(|need| {
                        (SkipKind::CapabilityOff, format!("the target has no {0} (off = {0})", need.word()))
                    });
                entries.push(Planned { scenario: Arc::clone(&shared), suite: suite.clone(), dialect, skip });
            }
        }
        let mut plan = Plan { entries };
        let reason = "it needs the token of another tenant: --other-token-file or SCIM_CHECK_OTHER_TOKEN";
        plan.skip_where(|auth| auth == AuthUse::Other, (SkipKind::NoOtherTenant, reason));
        plan
    }

    /// One of several parts of about the same size: the `part`th, from 1, of `parts`.
    pub fn shard(mut self, part: usize, parts: usize) -> Plan {
        let mut at = 0;
        self.entries.retain(|_| {
            at += 1;
            at % parts == part % parts
        });
        self
    }

    /// Takes in what needs the token of another tenant, which is left out otherwise.
    pub fn with_other_tenant(mut self) -> Plan {
        for planned in &mut self.entries {
            planned.skip.take_if(|(kind, _)| *kind == SkipKind::NoOtherTenant);
        }
        self
    }

    /// Leaves out what tries missing or wrong credentials, where a client certificate lets everybody in.
    pub fn with_client_certificate(mut self) -> Plan {
        let reason = "the client certificate, not a token, lets requests in";
        self.skip_where(|auth| auth != AuthUse::Ours, (SkipKind::ClientCertificate, reason));
        self
    }

    fn skip_where(&mut self, sends: impl Fn(AuthUse) -> bool, (kind, reason): (SkipKind, &str)) {
        for planned in self.entries.iter_mut().filter(|planned| planned.skip.is_none()) {
            if planned.scenario.steps.iter().flat_map(Step::requests).any(|raw| sends(raw.auth)) {
                planned.skip = Some((kind, reason.to_owned()));
            }
        }
    }
}
