//! One request to a token endpoint and what it says (RFC 6749 sections 4.4, 5 and 6).

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::{OauthOptions, TokenError, TokenUrl};
use crate::http::{ClientError, ClientOptions, client, trouble};

/// Time for one answer: a token endpoint that takes longer is out of order.
const LONGEST: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const MOST: usize = 64 * 1024;
/// Letters of what a server says that are repeated.
const QUOTED: usize = 200;

/// What a token endpoint gave.
pub(super) struct Granted {
    pub access_token: SecretString,
    pub expires_in: Option<Duration>,
    pub refresh_token: Option<SecretString>,
}

/// A token endpoint, and who we are to it.
pub(super) struct Endpoint {
    client: reqwest::Client,
    url: TokenUrl,
    client_id: String,
    client_secret: Option<SecretString>,
    basic: SecretString,
    scope: Option<String>,
    /// It wants client id and secret in the form rather than in the header.
    in_form: AtomicBool,
}

/// An answer of a token endpoint.
struct Answer {
    status: u16,
    body: Value,
}

impl Endpoint {
    pub fn new(options: &OauthOptions, client: &ClientOptions) -> Result<Endpoint, ClientError> {
        let url = options.token_url.clone();
        let client = ClientOptions { timeout: client.timeout.min(LONGEST), ..client.clone() };
        let client = client::build(&client, url.is_tls(), url.is_loopback())?;
        // RFC 6749 section 2.3.1: both parts are encoded as in a form.
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let secret = options.client_secret.as_ref().map_or("", |secret| secret.expose_secret());
        let basic = STANDARD.encode(format!("{}:{}", encoded(&options.client_id), encoded(secret)));
        Ok(Endpoint {
            client,
            url,
            client_id: options.client_id.clone(),
            client_secret: options.client_secret.clone(),
            basic: basic.into(),
            scope: options.scope.clone(),
            in_form: AtomicBool::new(options.client_secret.is_none()),
        })
    }

    /// What proves who we are, as it stands in the header.
    pub fn basic(&self) -> &str {
        self.basic.expose_secret()
    }

    pub fn host(&self) -> String {
        self.url.host()
    }

    /// Asks for an access token: with a refresh token, or as the client that we are.
    pub async fn ask(&self, refresh_token: Option<&SecretString>) -> Result<Granted, TokenError> {
        let in_form = self.in_form.load(Ordering::SeqCst);
        let mut answer = self.send(refresh_token, in_form).await?;
        // Every server has to take the header and may take the form (RFC 6749 section 2.3.1); some do it the other
        // way round.
        if !in_form && answer.refuses_client() {
            let second = self.send(refresh_token, true).await?;
            if !second.refuses_client() {
                self.in_form.store(true, Ordering::SeqCst);
                answer = second;
            }
        }
        self.granted(&answer)
    }

    fn form(&self, refresh_token: Option<&SecretString>, in_form: bool) -> String {
        let mut form = Serializer::new(String::new());
        match refresh_token {
            Some(token) => {
                form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose_secret())
            }
            None => form.append_pair("grant_type", "client_credentials"),
        };
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        if in_form {
            form.append_pair("client_id", &self.client_id);
            if let Some(secret) = &self.client_secret {
                form.append_pair("client_secret", secret.expose_secret());
            }
        }
        form.finish()
    }

    async fn send(&self, refresh_token: Option<&SecretString>, in_form: bool) -> Result<Answer, TokenError> {
        let mut request = self
            .client
            .post(self.url.url().clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form(refresh_token, in_form));
        if !in_form && let Ok(mut value) = HeaderValue::from_str(&format!("Basic {}", self.basic())) {
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.unreachable(&error))? {
            if body.len() + chunk.len() > MOST {
                return Err(self.unusable("more than 64 KiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    fn granted(&self, answer: &Answer) -> Result<Granted, TokenError> {
        if answer.status != 200 {
            return Err(self.refusal(answer));
        }
        let text = |name: &str| answer.body[name].as_str().filter(|text| !text.is_empty());
        let Some(token) = text("access_token") else {
            return Err(self.unusable("status 200 and no `access_token` in JSON"));
        };
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(self.unusable("a token that is not of the type Bearer, the only one that Okta sends"));
        }
        let seconds = &answer.body["expires_in"];
        // RFC 6749 section 5.1 has a number; digits in a text are common.
        let seconds = seconds.as_u64().or_else(|| seconds.as_str()?.parse().ok());
        Ok(Granted {
            access_token: token.to_owned().into(),
            expires_in: seconds.map(Duration::from_secs),
            refresh_token: text("refresh_token").map(|token| token.to_owned().into()),
        })
    }

    /// The endpoint answers with something that is of no use.
    pub fn unusable(&self, what: &str) -> TokenError {
        TokenError {
            message: format!("the token endpoint {} answers {what}", self.host()),
            hint: "check the token URL".to_owned(),
            not_yet: false,
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> TokenError {
        let what = if error.is_timeout() { "does not answer in time".to_owned() } else { trouble::causes(error) };
        TokenError {
            message: format!("the token endpoint {}: {what}", self.host()),
            hint: "check the token URL, and that the authorization server is up".to_owned(),
            not_yet: true,
        }
    }

    fn refusal(&self, answer: &Answer) -> TokenError {
        let code = answer.body["error"].as_str().unwrap_or("");
        let hint = match (code, answer.status) {
            ("invalid_client", _) => "check the client id and the client secret",
            ("invalid_grant", _) => "the refresh token is not, or no longer, valid for this client: get a new one",
            ("invalid_scope", _) => "check the scope",
            ("unauthorized_client" | "unsupported_grant_type", _) => {
                "the authorization server must allow this client the grant: `refresh_token` where there is a refresh \
                 token, `client_credentials` where there is none"
            }
            (_, 300..=399) => "redirects are not followed: give the address that it leads to",
            _ => "check the token URL",
        };
        let said = match answer.body["error_description"].as_str() {
            Some(description) if !code.is_empty() => format!(": {code} ({description})"),
            _ if !code.is_empty() => format!(": {code}"),
            _ => String::new(),
        };
        let mut said: String = said.chars().filter(|letter| !letter.is_control()).collect();
        if let Some((end, _)) = said.char_indices().nth(QUOTED) {
            said.truncate(end);
            said.push_str("...");
        }
        TokenError {
            message: format!("the token endpoint {} answers status {}{said}", self.host(), answer.status),
            hint: hint.to_owned(),
            not_yet: answer.status >= 500,
        }
    }
}

impl Answer {
    /// True when it may be for the way in which we say who we are that it refuses.
    fn refuses_client(&self) -> bool {
        let code = self.body["error"].as_str().unwrap_or("");
        self.status == 401 || (self.status == 400 && matches!(code, "invalid_client" | "invalid_request"))
    }
}
