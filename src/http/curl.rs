//! A request as a curl line that a person can paste, the secret left out.

use super::{AuthUse, BaseUrl, Body, Credentials, Request, mask_passwords};

/// The name of the shell variable that stands for the secret.
const TOKEN: &str = "$SCIM_CHECK_TOKEN";

/// Writes a request as a curl command.
pub fn curl(request: &Request, base: &BaseUrl, credentials: &Credentials) -> String {
    let mut parts = vec!["curl -i".to_owned()];
    if request.method != reqwest::Method::GET {
        parts.push(format!("-X {}", request.method));
    }
    parts.push(quoted(&base.url(request)));
    match (request.auth, credentials.shape()) {
        // Double quotes, so that the shell puts the secret in.
        (AuthUse::Ours, Some((_, "Basic"))) => parts.push(format!("-u \"{TOKEN}\"")),
        (AuthUse::Ours, Some((name, "Bearer"))) => parts.push(format!("-H \"{name}: Bearer {TOKEN}\"")),
        (AuthUse::Ours, Some((name, _))) => parts.push(format!("-H \"{name}: {TOKEN}\"")),
        (AuthUse::Wrong, shape) => {
            let name = shape.map_or("Authorization", |(name, _)| name);
            parts.push(format!("-H {}", quoted(&format!("{name}: Bearer scim-check-wrong-credentials"))));
        }
        (AuthUse::Ours | AuthUse::None, _) => {}
    }
    for name in credentials.extra_names() {
        parts.push(format!("-H {}", quoted(&format!("{name}: ..."))));
    }
    for (name, value) in &request.headers {
        if matches!(name.as_str(), "Accept" | "Content-Type") {
            parts.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    match &request.body {
        Some(Body::Json(value)) => parts.push(format!("-d {}", quoted(&mask_passwords(value).to_string()))),
        Some(Body::Raw(bytes)) => parts.push(format!("--data-binary {}", quoted(&String::from_utf8_lossy(bytes)))),
        None => {}
    }
    parts.join(" ")
}

/// Single quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;
    use crate::http::AuthMode;

    #[test]
    fn the_secret_stays_out_and_quotes_survive() {
        let base = BaseUrl::parse("http://127.0.0.1:1/scim").unwrap();
        let credentials = Credentials::new(&AuthMode::Bearer, &SecretString::from("hush-hush".to_owned())).unwrap();
        let request = Request::new(Method::POST, "/Users").json(json!({"userName": "o'brien", "password": "pw12"}));
        assert_eq!(
            curl(&request, &base, &credentials),
            "curl -i -X POST 'http://127.0.0.1:1/scim/Users' -H \"Authorization: Bearer $SCIM_CHECK_TOKEN\" \
             -d '{\"userName\":\"o'\\''brien\",\"password\":\"[password]\"}'"
        );
    }
}
