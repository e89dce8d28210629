//! Credentials of the chosen target that a variable wins over: right by the order of layers, and easily not meant.

use super::{CredentialsSource, Origin, Setting, TokenSource, layers::Layers};

/// A variable that wins over credentials of the chosen target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    /// The variable.
    pub variable: &'static str,
    /// Where the target's own credentials stand.
    pub own: Origin,
}

impl Overruled {
    /// What a user should know of it: both layers, and no value.
    pub fn note(&self) -> String {
        let Overruled { variable, own } = self;
        format!("{variable} wins over the credentials of the chosen target ({}); unset it to use those", own.remark())
    }
}

/// Whether a variable wins over credentials that stand below the chosen target.
pub(super) fn overruled(credentials: Option<&CredentialsSource>, layers: &Layers<'_>) -> Option<Overruled> {
    let Some(CredentialsSource::Token(Setting { origin: Origin::Variable(variable), .. })) = credentials else {
        return None;
    };
    let below = |origin: &Origin| matches!(origin, Origin::File { target: Some(_), .. });
    let token = layers.all("token", |section| section.token.clone()).find(|one| below(&one.origin));
    if let Some(Setting { value, origin: own }) = token {
        // Where the target names the same variable, both layers mean one token.
        let same = matches!(&value, TokenSource::Env(name) if name == variable);
        return (!same).then_some(Overruled { variable, own });
    }
    let oauth = |section: &super::Section| section.oauth.as_ref().and_then(|oauth| oauth.token_url.clone());
    let url = layers.all("oauth.token_url", oauth).find(|one| below(&one.origin))?;
    Some(Overruled { variable, own: url.origin })
}
