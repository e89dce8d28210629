//! Who we are to a target, and who it is to us: credentials as they arrive and where they never appear, certificates,
//! proxies.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use serde_json::{Value, json};
use support::{
    binary::{Desk, Ran, finish, finish_reading},
    raw::{Answer, Heard, Raw},
};

const SECRET: &str = "hush-Zq7/+tok=en 4711";
/// One request, of Okta's.
const TEST: &str = "okta/connect/test-credentials";

/// What a target hears as the test request, with these options.
fn arrives(variables: &[(&str, &str)], options: &[&str]) -> Heard {
    let raw = Raw::new(|_| Some(Answer::nobody()));
    let base = raw.base();
    let mut args = vec!["run", "--base-url", &base, TEST];
    args.extend(options);
    Desk::new().run_with(variables, &args).ends(0);
    // The first look, and the story: the same request.
    let heard = raw.heard();
    assert!(heard.len() > 1);
    assert!(heard.iter().all(|one| one.headers == heard[0].headers), "{heard:#?}");
    heard[0].clone()
}

#[test]
fn each_way_to_authenticate_arrives_as_it_says() {
    let secret = [("SCIM_CHECK_TOKEN", "s3cret-token")];
    let pair = [("SCIM_CHECK_TOKEN", "ada:s3cret-token")];
    let value =
        |heard: &Heard, name: &str| heard.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.clone());
    let plain = arrives(&secret, &[]);
    assert_eq!(value(&plain, "Authorization").unwrap(), "Bearer s3cret-token");
    let raw = arrives(&secret, &["--auth", "raw"]);
    assert_eq!(value(&raw, "Authorization").unwrap(), "s3cret-token");
    // As Okta's header authentication: the administrator types the scheme, or does not.
    let typed = arrives(&[("SCIM_CHECK_TOKEN", "Bearer s3cret-token")], &["--auth", "raw"]);
    assert_eq!(value(&typed, "Authorization").unwrap(), "Bearer s3cret-token");
    let basic = arrives(&pair, &["--auth", "basic"]);
    assert_eq!(value(&basic, "Authorization").unwrap(), "Basic YWRhOnMzY3JldC10b2tlbg==");
    let own = arrives(&secret, &["--auth", "header:X-Api-Key"]);
    assert_eq!(value(&own, "X-Api-Key").unwrap(), "s3cret-token");
    assert_eq!(own.header("authorization"), None);
    let further = arrives(&secret, &["--header", "X-Tenant: acme", "--header", "x-second:two"]);
    assert_eq!(value(&further, "X-Tenant").unwrap(), "acme");
    assert_eq!(value(&further, "X-Second").unwrap(), "two");
    assert_eq!(value(&further, "Authorization").unwrap(), "Bearer s3cret-token");
    let given = arrives(&[], &["--header", "Authorization: Token t0ken"]);
    assert_eq!(value(&given, "Authorization").unwrap(), "Token t0ken");
    assert_eq!(arrives(&[], &[]).header("authorization"), None);
}

#[test]
fn a_token_is_taken_from_where_it_was_said() {
    let desk = Desk::new();
    desk.file("token", "from-file\n");
    desk.file("windows", "from-file\r\n");
    let raw = Raw::new(|_| Some(Answer::nobody()));
    let base = raw.base();
    let last = || raw.heard().last().unwrap().header("authorization").map(str::to_owned);
    let run = |variables: &[(&str, &str)], options: &[&str]| {
        let mut args = vec!["run", "--base-url", &base, TEST];
        args.extend(options);
        desk.run_with(variables, &args).ends(0);
        last()
    };
    let variable = [("SCIM_CHECK_TOKEN", "from-environment")];
    assert_eq!(run(&[], &["--token-file", "token"]).unwrap(), "Bearer from-file");
    assert_eq!(run(&[], &["--token-file", "windows"]).unwrap(), "Bearer from-file");
    assert_eq!(run(&[], &["--token", "from-flag"]).unwrap(), "Bearer from-flag");
    assert_eq!(run(&variable, &[]).unwrap(), "Bearer from-environment");
    // A flag wins over the environment.
    assert_eq!(run(&variable, &["--token-file", "token"]).unwrap(), "Bearer from-file");
    assert_eq!(run(&variable, &["--token", "from-flag"]).unwrap(), "Bearer from-flag");
    finish_reading(desk.command(["run", "--base-url", &base, TEST, "--token-file", "-"]), "from-input\n").ends(0);
    assert_eq!(last().unwrap(), "Bearer from-input");
    // The environment wins over the file.
    desk.file("scim-check.toml", "token = { env = \"MINE\" }\nauth = \"raw\"\n");
    assert_eq!(run(&[("MINE", "from-mine")], &[]).unwrap(), "from-mine");
    assert_eq!(run(&[("MINE", "from-mine"), variable[0]], &[]).unwrap(), "from-environment");
    assert_eq!(run(&[("MINE", "from-mine")], &["--auth", "bearer"]).unwrap(), "Bearer from-mine");
    desk.file("scim-check.toml", "token = { file = \"token\" }\n");
    assert_eq!(run(&[], &[]).unwrap(), "Bearer from-file");
}

#[test]
fn okta_s_headers_arrive_as_recorded() {
    let directory = Directory::default();
    let raw = Raw::new(move |heard| Some(directory.answer(heard)));
    let base = raw.base();
    let variables = [("SCIM_CHECK_TOKEN", "s3cret-token")];
    let args = ["run", "--base-url", &base, "okta/lifecycle/unassign", "okta/groups/delete"];
    Desk::new().run_with(&variables, &args);
    let heard = raw.heard();
    let host = format!("127.0.0.1:{}", raw.port());
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let of: Vec<&Heard> = heard.iter().filter(|one| one.method == method).collect();
        assert!(!of.is_empty(), "no {method}");
        for one in of {
            let length = one.body.len().to_string();
            let mut expected = vec![
                ("Accept", "application/scim+json"),
                ("Accept-Charset", "utf-8"),
                ("Content-Type", "application/scim+json; charset=utf-8"),
                ("User-Agent", "Okta SCIM Client 1.0.0"),
                ("Authorization", "Bearer s3cret-token"),
                ("Content-Length", length.as_str()),
                ("Host", host.as_str()),
                ("Connection", "Keep-Alive"),
                ("Accept-Encoding", "gzip,deflate"),
            ];
            expected.retain(|(name, _)| match *name {
                "Content-Type" => method != "GET",
                "Content-Length" => !["GET", "DELETE"].contains(&method),
                _ => true,
            });
            let came: Vec<(&str, &str)> =
                one.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(came, expected, "{method} {}", one.target);
        }
    }
    let create = heard.iter().find(|one| one.method == "POST" && one.target.ends_with("/Users")).unwrap();
    let body: Value = serde_json::from_str(&create.body).unwrap();
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schemas",
            "userName",
            "name",
            "emails",
            "displayName",
            "locale",
            "externalId",
            "groups",
            "password",
            "active"
        ]
    );
    let lookup = heard.iter().find(|one| one.target.contains("filter=")).unwrap();
    assert!(lookup.target.contains("?filter=userName%20eq%20%22scim-check-"), "{}", lookup.target);
    assert!(lookup.target.contains("%40example.com%22&startIndex=1&count=100"), "{}", lookup.target);
}

#[test]
fn a_query_of_the_base_url_follows_ours() {
    let raw = Raw::new(|_| Some(Answer::nobody()));
    let base = format!("{}/?connection=acme", raw.base());
    Desk::new().run(&["run", "--base-url", &base, TEST]).ends(0);
    assert_eq!(raw.heard()[0].target, "/scim/v2/Users?startIndex=1&count=2&connection=acme");
}

/// A directory that says back all it was told.
#[derive(Default)]
struct Directory {
    people: Mutex<Vec<Value>>,
    /// Echoes headers and bodies wherever there is room.
    chatty: bool,
}

impl Directory {
    fn answer(&self, heard: &Heard) -> Answer {
        let mut people = self.people.lock().unwrap();
        let path = heard.target.split('?').next().unwrap().trim_start_matches("/scim/v2/");
        let id = path.split_once('/').map(|(_, id)| id.to_owned());
        let said: Vec<String> = heard.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let echo = format!("{} | {}", said.join(" | "), heard.body);
        let known = id.as_ref().and_then(|id| people.iter().position(|one| one["id"] == id.as_str()));
        let (status, mut body) = match (heard.method.as_str(), known) {
            ("POST", _) => {
                let mut body: Value = serde_json::from_str(&heard.body).unwrap();
                body["id"] = json!(format!("id-{}", people.len()));
                people.push(body.clone());
                (201, body)
            }
            ("GET", Some(at)) => (200, people[at].clone()),
            ("PUT", Some(at)) => {
                let body: Value = serde_json::from_str(&heard.body).unwrap();
                people[at] = body.clone();
                (200, body)
            }
            ("PATCH", Some(at)) => (200, people[at].clone()),
            ("DELETE", Some(at)) => {
                people[at]["id"] = json!("gone");
                return Answer { status: 204, headers: Vec::new(), body: String::new() };
            }
            ("GET", None) if id.is_none() && heard.target.contains("count=2") => return Answer::nobody(),
            ("GET", None) if id.is_none() && !self.chatty => return Answer::nobody(),
            _ => {
                let error = "urn:ietf:params:scim:api:messages:2.0:Error";
                (400, json!({"schemas": [error], "status": "400", "detail": echo}))
            }
        };
        if !self.chatty {
            return Answer::json(status, &body);
        }
        body["nickName"] = json!(echo);
        body["title"] = json!(heard.body);
        body["displayName"] = json!(format!("{} {echo}", body["displayName"].as_str().unwrap_or("")));
        body[echo.replace('"', "'")] = json!(true);
        let token = heard.header("authorization").unwrap_or("none");
        Answer::json(status, &body)
            .header("Location", &format!("http://127.0.0.1/{}", token.replace(' ', "%20")))
            .header("WWW-Authenticate", &format!("Bearer realm=\"{token}\""))
            .header("Retry-After", heard.header("x-tenant").unwrap_or("0"))
    }
}

#[test]
fn no_secret_appears_in_any_output_even_when_the_target_says_it_back() {
    for (mode, token, secrets) in [
        ("bearer", SECRET, vec![SECRET]),
        ("raw", "Token s3cret-raw-token", vec!["s3cret-raw-token"]),
        ("basic", "admin:s3cret-password", vec!["s3cret-password", "YWRtaW46czNjcmV0LXBhc3N3b3Jk"]),
        ("header:X-Api-Key", SECRET, vec![SECRET]),
    ] {
        let directory = Directory { chatty: true, ..Directory::default() };
        let raw = Raw::new(move |heard| Some(directory.answer(heard)));
        let desk = Desk::new();
        let base = raw.base();
        let args = [
            "run",
            "--base-url",
            &base,
            "--auth",
            mode,
            "--header",
            "X-Tenant: t3nant-secret",
            "-vv",
            "--exchanges",
            "--report",
            "json=r.json",
            "okta/lifecycle",
            "okta/groups/push",
            "okta/lookup/stranger",
            "okta/connect",
        ];
        let ran = desk.run_with(&[("SCIM_CHECK_TOKEN", token)], &args);
        assert!(matches!(ran.code, Some(1)), "{}", ran.all());
        let said = format!("{}{}", ran.all(), fs::read_to_string(desk.path().join("r.json")).unwrap());
        assert!(said.contains("[secret]"), "the target said nothing back");
        let mut secrets: Vec<String> = secrets.into_iter().map(str::to_owned).collect();
        secrets.push("t3nant-secret".to_owned());
        let heard = raw.heard();
        let bodies = heard.iter().filter_map(|one| serde_json::from_str::<Value>(&one.body).ok());
        let passwords: Vec<String> = bodies.filter_map(|body| body["password"].as_str().map(str::to_owned)).collect();
        assert!(passwords.len() > 3);
        secrets.extend(passwords);
        for secret in secrets {
            let escaped = secret.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D").replace(' ', "%20");
            for form in [secret.clone(), escaped, secret.replace(' ', "%20")] {
                if let Some(at) = said.find(&form) {
                    let from = said.floor_char_boundary(at.saturating_sub(200));
                    panic!("{mode}: `{form}` is in ...{}", &said[from..said.ceil_char_boundary(at + 40)]);
                }
            }
        }
    }
}

/// An authority of the test's own.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        Authority { params, key: KeyPair::generate().unwrap() }
    }

    fn pem(&self) -> String {
        self.params.clone().self_signed(&self.key).unwrap().pem()
    }

    /// A certificate and its key, for a server or a client.
    fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        (params.signed_by(&key, &issuer).unwrap(), key)
    }

    fn server(&self, name: &str, change: impl FnOnce(&mut CertificateParams), clients: bool) -> Raw {
        let (cert, key) = self.issue(name, change);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let builder = if clients {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from(self.params.clone().self_signed(&self.key).unwrap())).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Raw::tls(builder.with_single_cert(vec![cert.der().clone()], key).unwrap(), |_| Some(Answer::nobody()))
    }
}

/// A desk with the authority's certificate on it.
fn desk_with(authority: &Authority) -> (Desk, PathBuf) {
    let desk = Desk::new();
    let path = desk.file("ca.pem", authority.pem());
    (desk, path)
}

fn over_tls(desk: &Desk, raw: &Raw, options: &[&str]) -> Ran {
    let base = raw.base();
    let mut args = vec!["run", "--base-url", &base, TEST];
    args.extend(options);
    desk.run_with(&[("SCIM_CHECK_TOKEN", "s3cret-token")], &args)
}

/// One clear message about TLS, and no request.
fn refused(ran: Ran, raw: &Raw, words: &[&str]) {
    let ran = ran.ends(3);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    assert!(ran.err.starts_with("error: TLS to 127.0.0.1:") && ran.err.contains("\nhint: "), "{}", ran.err);
    for word in words {
        assert!(ran.err.contains(word), "`{word}` is not in {}", ran.err);
    }
    assert!(raw.heard().is_empty(), "a request was sent");
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_named() {
    let authority = Authority::new();
    let (desk, _) = desk_with(&authority);
    let raw = authority.server("127.0.0.1", |_| (), false);
    refused(over_tls(&desk, &raw, &[]), &raw, &["--ca-file"]);
    over_tls(&desk, &raw, &["--ca-file", "ca.pem"]).ends(0);
    assert!(raw.heard().iter().all(|heard| heard.header("authorization") == Some("Bearer s3cret-token")));
}

#[test]
fn a_certificate_that_is_not_good_is_refused() {
    let authority = Authority::new();
    let (desk, _) = desk_with(&authority);
    let expired = authority.server("127.0.0.1", |params| params.not_after = date_time_ymd(2020, 1, 1), false);
    refused(over_tls(&desk, &expired, &["--ca-file", "ca.pem"]), &expired, &["expired"]);
    let another = authority.server("scim.example.com", |_| (), false);
    refused(over_tls(&desk, &another, &["--ca-file", "ca.pem"]), &another, &["127.0.0.1"]);
    let stranger = Authority::new().server("127.0.0.1", |_| (), false);
    refused(over_tls(&desk, &stranger, &["--ca-file", "ca.pem"]), &stranger, &[]);

    for raw in [&expired, &another, &stranger] {
        let ran = over_tls(&desk, raw, &["--insecure"]).ends(0).says("notice: --insecure");
        assert!(ran.err.contains("token"), "{}", ran.err);
    }
}

#[test]
fn https_to_a_server_without_tls_is_told() {
    let desk = Desk::new();
    let plain = Raw::new(|_| Some(Answer::nobody()));
    let base = plain.base().replace("http://", "https://");
    let ran = desk.run(&["run", "--base-url", &base]).ends(3).says("TLS to 127.0.0.1:");
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    let authority = Authority::new();
    let raw = authority.server("127.0.0.1", |_| (), false);
    let base = raw.base().replace("https://", "http://");
    let ran = desk.run(&["run", "--base-url", &base]).ends(3);
    assert!(ran.err.contains("hint: ") && ran.err.contains("https:// in place of http://"), "{}", ran.err);
}

#[test]
fn a_client_certificate_is_shown_to_who_asks_for_it() {
    let authority = Authority::new();
    let (desk, _) = desk_with(&authority);
    let raw = authority.server("127.0.0.1", |_| (), true);
    let (cert, key) = authority.issue("okta.example.com", |_| ());
    desk.file("cert.pem", cert.pem());
    desk.file("key.pem", key.serialize_pem());
    desk.file("both.pem", format!("{}{}", cert.pem(), key.serialize_pem()));
    over_tls(&desk, &raw, &["--ca-file", "ca.pem", "--client-cert", "cert.pem", "--client-key", "key.pem"]).ends(0);
    over_tls(&desk, &raw, &["--ca-file", "ca.pem", "--client-cert", "both.pem"]).ends(0);

    let raw = authority.server("127.0.0.1", |_| (), true);
    refused(over_tls(&desk, &raw, &["--ca-file", "ca.pem"]), &raw, &["--client-cert"]);
    let (cert, key) = Authority::new().issue("okta.example.com", |_| ());
    desk.file("other.pem", format!("{}{}", cert.pem(), key.serialize_pem()));
    refused(over_tls(&desk, &raw, &["--ca-file", "ca.pem", "--client-cert", "other.pem"]), &raw, &["--client-cert"]);
}

#[test]
fn a_proxy_is_used_for_others_and_not_for_this_machine() {
    let proxy = Raw::new(|_| Some(Answer::nobody()));
    let target = Raw::new(|_| Some(Answer::nobody()));
    let origin = proxy.origin();
    let desk = Desk::new();
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let before = proxy.heard().len();
        let variables = [(name, origin.as_str()), ("SCIM_CHECK_TOKEN", "s3cret-token")];
        desk.run_with(&variables, &["run", "--base-url", &target.base(), TEST]).ends(0);
        assert_eq!(proxy.heard().len(), before, "{name}: loopback went through the proxy");
        let base = "http://scim.example.invalid/scim/v2";
        desk.run_with(&variables, &["run", "--base-url", base, "--yes", TEST]).ends(0).says("notice: ");
        let heard = proxy.heard();
        assert!(heard.len() > before, "{name}");
        assert_eq!(heard.last().unwrap().target, "http://scim.example.invalid/scim/v2/Users?startIndex=1&count=2");
        assert_eq!(heard.last().unwrap().header("host"), Some("scim.example.invalid"));
    }
    // For https a tunnel is asked for; the token is not for the proxy.
    let before = proxy.heard().len();
    let variables = [("HTTPS_PROXY", origin.as_str()), ("SCIM_CHECK_TOKEN", "s3cret-token")];
    let mut command = desk.command(["run", "--base-url", "https://scim.example.invalid/scim/v2", "--yes", TEST]);
    command.envs(variables);
    finish(command).ends(3);
    let heard = &proxy.heard()[before..];
    assert!(!heard.is_empty());
    for one in heard {
        assert_eq!((one.method.as_str(), one.target.as_str()), ("CONNECT", "scim.example.invalid:443"));
        assert_eq!(one.header("authorization"), None);
    }
    // NO_PROXY is honoured: without a proxy there is no such host.
    let before = proxy.heard().len();
    let variables = [("HTTP_PROXY", origin.as_str()), ("NO_PROXY", "scim.example.invalid")];
    let args = ["run", "--base-url", "http://scim.example.invalid/scim/v2", "--yes", "--timeout", "5s", TEST];
    desk.run_with(&variables, &args).ends(3);
    assert_eq!(proxy.heard().len(), before);
}
