//! What a claim is about, within one step.

/// What a claim is about. Findings of one step about the same subject are one finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The status of an exchange, or that there was no answer at all.
    Status,
    /// A header of an answer, by its name in lower case.
    Header(String),
    /// The envelope of an answer: a member of a list or error body, or the body as such (`body`).
    Envelope(String),
    /// An attribute of a person or group, by its path: `active`, `name.familyName`, `members`. The exchange
    /// does not matter: an answer and a read-back in one step speak of the same attribute.
    Attribute(String),
    /// Which resources a lookup or list finds.
    Found,
}

impl Subject {
    /// The text for it in claims.
    pub fn word(&self) -> String {
        match self {
            Subject::Status => "status".to_owned(),
            Subject::Header(name) => format!("header {name}"),
            Subject::Envelope(name) => name.clone(),
            Subject::Attribute(path) => path.clone(),
            Subject::Found => "found".to_owned(),
        }
    }

    /// True when the exchange is part of what the claim is about.
    pub fn of_exchange(&self) -> bool {
        matches!(self, Subject::Status | Subject::Header(_) | Subject::Envelope(_))
    }
}
