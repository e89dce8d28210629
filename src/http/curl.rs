//! A request as a curl line that a person can paste, the secret left out.

use super::{AuthMode, AuthUse, BaseUrl, Body, Credentials, Request, mask_passwords, shell::quoted};

/// The name of the shell variable that stands for the secret.
const TOKEN: &str = "$SCIM_CHECK_TOKEN";
/// The same for the token of another tenant.
const OTHER: &str = "$SCIM_CHECK_OTHER_TOKEN";

/// Writes a request as a curl command.
pub fn curl(request: &Request, base: &BaseUrl, credentials: &Credentials) -> String {
    let mut parts = vec!["curl -i".to_owned()];
    // With -X HEAD curl would wait for a body.
    if request.method == reqwest::Method::HEAD {
        parts[0] = "curl -I".to_owned();
    } else if request.method != reqwest::Method::GET {
        parts.push(format!("-X {}", request.method));
    }
    parts.push(quoted(&base.url(request)));
    let written = |name: &str| request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let other = request.auth == AuthUse::Other;
    let token = match request.auth {
        AuthUse::Other => OTHER,
        AuthUse::Suffixed => "${SCIM_CHECK_TOKEN}x",
        _ => TOKEN,
    };
    let plain = matches!(request.auth, AuthUse::Ours | AuthUse::Other | AuthUse::LowerCase | AuthUse::Suffixed);
    let lower = request.auth == AuthUse::LowerCase;
    match (request.auth, if other { credentials.other_mode() } else { credentials.mode() }) {
        // What the scenario writes out goes instead of ours.
        (_, Some(AuthMode::Header(name))) if plain && written(name) => {}
        (_, _) if request.auth != AuthUse::None && written("authorization") => {}
        // Double quotes, so that the shell puts the secret in.
        (_, Some(AuthMode::Bearer)) if plain => {
            let scheme = if lower { "bearer" } else { "Bearer" };
            parts.push(format!("-H \"Authorization: {scheme} {token}\""))
        }
        (_, Some(AuthMode::Basic)) if lower => {
            parts.push(format!("-H \"Authorization: basic $(printf %s \"{token}\" | base64 -w0)\""))
        }
        (_, Some(AuthMode::Raw)) if plain => parts.push(format!("-H \"Authorization: {token}\"")),
        (_, Some(AuthMode::Basic)) if plain => parts.push(format!("-u \"{token}\"")),
        (_, Some(AuthMode::Header(name))) if plain => {
            parts.push(format!("-H \"{name}: {token}\""));
        }
        (AuthUse::Wrong, _) => {
            let (name, value) = credentials.wrong();
            parts.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
        _ => {}
    }
    for name in credentials.extra_names() {
        parts.push(format!("-H {}", quoted(&format!("{name}: ..."))));
    }
    for (name, value) in &request.headers {
        // What every request of Okta's client carries changes nothing here, and would only be long.
        if !matches!(name.as_str(), "Accept-Charset" | "User-Agent" | "Connection" | "Accept-Encoding") {
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

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

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

    #[test]
    fn each_way_of_sending_is_written_as_it_is_sent() {
        let base = BaseUrl::parse("http://127.0.0.1:1/scim").unwrap();
        let line = |mode: &str, token: &str, auth: AuthUse| {
            let credentials = Credentials::new(&mode.parse().unwrap(), &SecretString::from(token.to_owned())).unwrap();
            let request = Request { auth, ..Request::new(Method::GET, "/Users") };
            curl(&request, &base, &credentials)
        };
        assert!(line("raw", "Bearer hush-hush", AuthUse::Ours).ends_with("-H \"Authorization: $SCIM_CHECK_TOKEN\""));
        assert!(line("basic", "u:hush-hush", AuthUse::Ours).ends_with("-u \"$SCIM_CHECK_TOKEN\""));
        assert!(line("header:X-Key", "hush-hush", AuthUse::Ours).ends_with("-H \"X-Key: $SCIM_CHECK_TOKEN\""));
        assert!(line("raw", "Token hush-hush", AuthUse::Wrong).contains("Authorization: Token scim-check-wrong"));
        assert!(!line("bearer", "hush-hush", AuthUse::None).contains("-H"));
        let mut credentials = Credentials::none();
        credentials.set_other(&AuthMode::Bearer, &SecretString::from("of-others".to_owned())).unwrap();
        let request = Request { auth: AuthUse::Other, ..Request::new(Method::GET, "/Users") };
        assert!(curl(&request, &base, &credentials).ends_with("-H \"Authorization: Bearer $SCIM_CHECK_OTHER_TOKEN\""));
    }
}
