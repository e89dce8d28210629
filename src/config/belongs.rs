//! What the file has for one address is not sent to another.

use super::{CredentialsSource, GivenUrl, Origin, Section, Setting, SettingsError, layers::Layers};
use crate::http::BaseUrl;

/// Who names a target means its address, not one that the environment happens to hold; and what the file has for one address is not sent
/// to another.
pub(super) fn one_address(
    target: Option<&Setting<String>>,
    credentials: Option<&CredentialsSource>,
    layers: &Layers<'_>,
) -> Result<(), SettingsError> {
    let urls: Vec<Setting<GivenUrl>> = layers.all("base_url", |section| section.base_url.clone()).collect();
    let [Setting { value: first, origin: said @ (Origin::Flag(_) | Origin::Variable(_)) }, rest @ ..] = urls.as_slice()
    else {
        return Ok(());
    };
    let filed = rest.iter().filter(|url| matches!(url.origin, Origin::File { .. }));
    let Some(other) =
        filed.clone().next().filter(|_| filed.clone().all(|url| !same_address(first.as_str(), url.value.as_str())))
    else {
        return Ok(());
    };
    let chosen = target.filter(|target| !matches!(target.origin, Origin::File { .. }));
    if let (Some(Setting { value: name, .. }), Origin::Variable(variable)) = (chosen, said) {
        let message = format!("the target {name} has a base URL, and the variable {variable} says another one");
        return Err(SettingsError { message, hint: format!("unset {variable}, or choose no target") });
    }
    let Some(origin) = credentials.and_then(CredentialsSource::of_file) else {
        return Ok(());
    };
    let message = format!(
        "the credentials ({}) are for the base URL beside them ({}), and {said} says another one",
        origin.remark(),
        other.origin.remark()
    );
    let hint =
        "give the token for this address, too: --token-file FILE or SCIM_CHECK_TOKEN; or choose the target that has it";
    Err(SettingsError { message, hint: hint.to_owned() })
}

/// True where two texts are one base URL.
fn same_address(one: &str, other: &str) -> bool {
    match (BaseUrl::parse(one), BaseUrl::parse(other)) {
        (Ok(one), Ok(other)) => one.as_str() == other.as_str(),
        _ => one == other,
    }
}

impl CredentialsSource {
    /// Where a secret among them stands in the file; `None` where all were given otherwise.
    fn of_file(&self) -> Option<&Origin> {
        let origins: Vec<&Origin> = match self {
            CredentialsSource::Token(token) => vec![&token.origin],
            CredentialsSource::Oauth(oauth) => [&oauth.client_secret, &oauth.refresh_token]
                .into_iter()
                .flatten()
                .map(|secret| &secret.origin)
                .collect(),
        };
        origins.into_iter().find(|origin| matches!(origin, Origin::File { .. }))
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
        let beside = urls.iter().find(|one| matches!(&one.origin, Origin::File { target: own, .. } if own == target));
        if let Some(beside) = beside.filter(|beside| beside.value != url.value) {
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
