//! What the file has for one address is not sent to another.

use super::{CredentialsSource, GivenUrl, Origin, Section, Setting, SettingsError, layers::Layers};
use crate::http::BaseUrl;

/// Who names a target means its address, not one that the environment happens to hold; and what the file has for one address is not sent
/// to another.
pub(super) fn one_address(
    target: Option<&Setting<String>>,
    secrets: &[&Origin],
    urls: &[Setting<GivenUrl>],
) -> Result<(), SettingsError> {
    let Some(Setting { value: base, origin: said }) = urls.first() else {
        return Ok(());
    };
    let chosen = target.filter(|target| !matches!(target.origin, Origin::File { .. }));
    if let (Some(Setting { value: name, .. }), Origin::Variable(variable)) = (chosen, said)
        && urls.iter().find(|url| url.origin.is_file()).is_some_and(|own| !same_address(&own.value, base))
    {
        let message = format!("the target {name} has a base URL, and the variable {variable} says another one");
        return Err(SettingsError { message, hint: format!("unset {variable}, or choose no target") });
    }
    let Some((secret, own)) = secrets.iter().find_map(|secret| Some((secret, elsewhere(secret, urls)?))) else {
        return Ok(());
    };
    let message = format!(
        "the credentials ({}) are for the base URL beside them ({}), and {} says another one",
        secret.remark(),
        own.origin.remark(),
        said.remark()
    );
    let hint = match said {
        Origin::File { .. } => "give this target a token of its own, or leave base_url at the top out",
        _ => {
            "give the token for this address, too: --token-file FILE or SCIM_CHECK_TOKEN; or choose the target that has it"
        }
    };
    Err(SettingsError { message, hint: hint.to_owned() })
}

/// The base URL that something in the file is for, where it is not the one that is asked: the one beside it, and for a target that has
/// none that at the top. What stands beside no base URL is for all.
pub(super) fn elsewhere<'u>(origin: &Origin, urls: &'u [Setting<GivenUrl>]) -> Option<&'u Setting<GivenUrl>> {
    let Origin::File { target, .. } = origin else { return None };
    let beside = |place: Option<&String>| {
        urls.iter().find(|url| matches!(&url.origin, Origin::File { target, .. } if target.as_ref() == place))
    };
    let own = beside(target.as_ref()).or_else(|| beside(None))?;
    let base = urls.first()?;
    (!same_address(&own.value, &base.value)).then_some(own)
}

/// True where two texts are one base URL.
fn same_address(one: &GivenUrl, other: &GivenUrl) -> bool {
    match (BaseUrl::parse(one.as_str()), BaseUrl::parse(other.as_str())) {
        (Ok(one), Ok(other)) => one.is_same(&other),
        _ => one == other,
    }
}

impl CredentialsSource {
    /// Where the secrets among them stand.
    pub fn origins(&self) -> Vec<&Origin> {
        match self {
            CredentialsSource::Token(token) => vec![&token.origin],
            CredentialsSource::Oauth(oauth) => [&oauth.client_secret, &oauth.refresh_token]
                .into_iter()
                .flatten()
                .map(|secret| &secret.origin)
                .collect(),
        }
    }
}

/// What the file has for one token endpoint is not sent to another.
pub(super) fn one_token_url(layers: &Layers<'_>, credentials: Option<&CredentialsSource>) -> Result<(), SettingsError> {
    let Some(CredentialsSource::Oauth(oauth)) = credentials else {
        return Ok(());
    };
    let Some(url) = &oauth.token_url else {
        return Ok(());
    };
    let all = |section: &Section| section.oauth.as_ref().and_then(|oauth| oauth.token_url.clone());
    let urls: Vec<Setting<GivenUrl>> = layers.all("oauth.token_url", all).collect();
    for secret in [&oauth.client_secret, &oauth.refresh_token].into_iter().flatten() {
        let Origin::File { target, .. } = &secret.origin else { continue };
        let beside = |place: Option<&String>| {
            urls.iter().find(|one| matches!(&one.origin, Origin::File { target: own, .. } if own.as_ref() == place))
        };
        let own = beside(target.as_ref()).or_else(|| beside(None));
        if let Some(beside) = own.filter(|beside| beside.value != url.value) {
            let message = format!(
                "a secret ({}) is for the token URL beside it ({}), and {} says another one",
                secret.origin.remark(),
                beside.origin.remark(),
                url.origin.remark()
            );
            let hint = "name the secret beside the token URL that it is for";
            return Err(SettingsError { message, hint: hint.to_owned() });
        }
    }
    Ok(())
}
