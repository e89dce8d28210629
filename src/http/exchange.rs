//! One request and its answer.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Failure, Kind, Request, Response};

/// A body of more bytes than this may be cut off.
const LARGE: usize = 1 << 20;

/// Why an exchange took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Prepares the ground of a story.
    Setup,
    /// What the identity provider says, or a raw request of the scenario.
    Spoken,
    /// A read-back of ours, to see what became of it.
    Check,
    /// Removes what we created.
    Cleanup,
}

impl Purpose {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Setup => "setup",
            Purpose::Spoken => "spoken",
            Purpose::Check => "check",
            Purpose::Cleanup => "cleanup",
        }
    }
}

/// Whether a read-back shows what it should: a change may show late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// It was made once.
    #[default]
    Only,
    /// It was made again, and counts no more.
    Early,
    /// It was made again and is right, so long after the change was answered.
    Late(Duration),
}

/// One request and its answer, or the failure to get one.
#[derive(Clone)]
pub struct Exchange {
    /// Number within the scenario, from 0, in the order of the plan.
    pub number: usize,
    /// Why it took place.
    pub purpose: Purpose,
    /// Index of the scenario's step it belongs to; `None` for setup and clean-up.
    pub step: Option<usize>,
    /// What was sent.
    pub request: Request,
    /// What kind of exchange it is, judged by the request alone.
    pub kind: Kind,
    /// The answer, or why there is none.
    pub answer: Result<Arc<Response>, Failure>,
    /// When the request was sent, counted from the start of the scenario.
    pub sent_after: Duration,
    /// Time until the whole answer was there.
    pub took: Duration,
    /// What a read-back has shown.
    pub look: Look,
}

/// In short: bodies may hold passwords, and people who are not ours.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status().map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        write!(f, "{} {} {status} in {:?}", self.number, self.kind.word(), self.took)
    }
}

impl Exchange {
    /// The answer, if there is one.
    pub fn response(&self) -> Option<&Response> {
        self.answer.as_deref().ok()
    }

    /// True where the connection broke over a body of more than a megabyte: a server may close it while the request is still
    /// on its way (RFC 9110 15.5.14).
    pub fn cut_off(&self) -> bool {
        let large = self.request.body.as_ref().is_some_and(|body| body.bytes().len() > LARGE);
        large && matches!(self.answer, Err(Failure::Broken(_)))
    }

    /// The status, if there is an answer.
    pub fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }

    /// The answer, if its status is 2xx.
    pub fn success(&self) -> Option<&Response> {
        self.response().filter(|response| response.is_success())
    }

    /// The value this request gives to `active`, by PATCH, PUT or POST.
    pub fn sets_active(&self) -> Option<bool> {
        self.kind.sets_active(&self.request)
    }
}
