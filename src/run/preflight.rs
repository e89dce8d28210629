//! One look at the target before the run: a clear message instead of forty failures.

use crate::{
    http::{BaseUrl, Failure, Json, Request, Response, Transport, UNKNOWN_HOST},
    idp::okta,
};

/// Why the target can't be tested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PreflightError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// True when waiting may help: nobody listens yet, or the server says it is not ready.
    pub not_yet: bool,
}

fn error(message: String, hint: &str) -> PreflightError {
    PreflightError { message, hint: hint.to_owned(), not_yet: false }
}

/// Sends Okta's test request; `base` is for messages, `check` is what to check where credentials are refused, and
/// `None` where there are none.
///
/// # Errors
/// No connection, TLS failure, no answer, refused credentials, an endless answer, or no JSON, or 404, on `/Users` and `/ServiceProviderConfig`.
pub async fn preflight(transport: &dyn Transport, base: &BaseUrl, check: Option<&str>) -> Result<(), PreflightError> {
    let answer = send(transport, &okta::credentials_test(), base).await?;
    if matches!(answer.status, 401 | 403) {
        let status = answer.status;
        return Err(match check {
            Some(check) => error(format!("the target refuses the credentials (status {status})"), check),
            None => error(
                format!("the target wants credentials (status {status}), and none were given"),
                "put the token into SCIM_CHECK_TOKEN, or into a file named by --token-file",
            ),
        });
    }
    // A 404 in JSON may be a wrong path on a server that answers everything in JSON.
    if is_json(&answer) && answer.status != 404 {
        return Ok(());
    }
    let unavailable = matches!(answer.status, 502..=504);
    let config = Request::new(reqwest::Method::GET, "/ServiceProviderConfig").header("Accept", "application/scim+json");
    let second = send(transport, &config, base).await?;
    if is_json(&second) && (answer.status != 404 || second.is_success()) {
        return Ok(());
    }
    if answer.cut || second.cut {
        let path = if answer.cut { "/Users" } else { "/ServiceProviderConfig" };
        let message = format!("{path} answers with more than is read");
        return Err(error(message, "heed `count`, which asks for few resources; --max-body reads more"));
    }
    if unavailable {
        return Err(PreflightError {
            message: format!("the target is not ready: /Users answers status {}", answer.status),
            hint: "is it still starting, or is what stands behind its proxy down? `--wait 30s` waits for it".to_owned(),
            not_yet: true,
        });
    }
    let what = match (answer.status, answer.header("location")) {
        (404, _) => "/Users is not there (status 404)".to_owned(),
        (300..=399, Some(_)) => format!("/Users is redirected (status {})", answer.status),
        (status, _) => format!("/Users answers no JSON (status {status})"),
    };
    Err(PreflightError {
        message: format!("there is no SCIM server at this base URL: {what}"),
        hint: match endpoint(base) {
            Some(endpoint) => format!("leave {endpoint} out of the base URL: `/Users` is appended to it, as Okta does"),
            None => {
                "check the base path: `/Users` is appended to the base URL, as Okta does (often it ends in /scim/v2)"
                    .to_owned()
            }
        },
        not_yet: false,
    })
}

/// The endpoint that a base URL ends in, as where somebody took the URL of a list for it.
fn endpoint(base: &BaseUrl) -> Option<&str> {
    const ENDPOINTS: [&str; 7] =
        ["/Users", "/Groups", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/Me", "/Bulk"];
    let last = &base.as_str()[base.as_str().rfind('/')?..];
    ENDPOINTS.iter().any(|endpoint| endpoint.eq_ignore_ascii_case(last)).then_some(last)
}

fn is_json(answer: &Response) -> bool {
    matches!(&answer.json, Json::Value(value) if value.is_object() || value.is_array())
}

async fn send(transport: &dyn Transport, request: &Request, base: &BaseUrl) -> Result<Response, PreflightError> {
    let host = base.host();
    transport.send(request).await.map_err(|failure| match failure {
        Failure::NoConnection(why) => PreflightError {
            message: format!("no connection to {host}: {why}"),
            hint: if why.contains(UNKNOWN_HOST) {
                "is the host spelled right, and does its name exist where this runs?"
            } else {
                "is the server running? `--wait 30s` waits for one that is still starting"
            }
            .to_owned(),
            not_yet: true,
        },
        Failure::Tls(why) => {
            let hint = if why.contains("an http server") {
                "write http:// in place of https:// if it is one; else check the port"
            } else if why.contains("closed the connection") {
                "write http:// in place of https:// if it is an http server; else it may want --client-cert and --client-key"
            } else if why.contains("no TLS") || why.contains("neither TLS") {
                "check scheme and port: https:// wants a server that speaks TLS 1.2 or 1.3"
            } else if why.contains("expired") || why.contains("valid only") {
                "renew the certificate of the server, and check the clocks of both machines"
            } else {
                "for a private authority give --ca-file, for a client certificate --client-cert and --client-key"
            };
            error(format!("TLS to {host} failed: {why}"), hint)
        }
        Failure::TimedOut(_) => PreflightError {
            not_yet: true,
            ..error(format!("{host}: {failure}"), "is the server overloaded? --timeout sets how long it may take")
        },
        Failure::NoToken(trouble) => {
            PreflightError { message: trouble.to_string(), not_yet: trouble.not_yet, hint: trouble.hint }
        }
        other => PreflightError {
            message: format!("{host}: {other}"),
            hint: if base.is_tls() {
                "is this an HTTP server? check the port, the log of the server, and whether it wants --client-cert"
            } else {
                "is this an HTTP server? an https server answers so, too: then write https:// in place of http://"
            }
            .to_owned(),
            not_yet: matches!(other, Failure::Broken(_)),
        },
    })
}
