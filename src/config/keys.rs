//! The keys of the file: how each is written, and which flag and variable say the same.

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its tables and its name: `people.domain`.
    pub path: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// The flag that says the same; empty where there is none.
    pub flag: &'static str,
    /// The variable that says the same; empty where there is none.
    pub variable: &'static str,
}

const fn key(path: &'static str, form: &'static str, flag: &'static str, variable: &'static str) -> Key {
    Key { path, form, flag, variable }
}

/// All keys, in the order in which settings are shown.
pub const KEYS: &[Key] = &[
    key("default_target", "default_target = \"staging\"", "--target", "SCIM_CHECK_TARGET"),
    key("base_url", "base_url = \"https://scim.example.com/scim/v2\"", "--base-url", "SCIM_CHECK_BASE_URL"),
    key("token", "token = { env = \"NAME\" } or token = { file = \"PATH\" }", "--token-file", "SCIM_CHECK_TOKEN"),
    key(
        "other_token",
        "other_token = { env = \"NAME\" } or other_token = { file = \"PATH\" }",
        "--other-token-file",
        "SCIM_CHECK_OTHER_TOKEN",
    ),
    key("auth", "auth = \"bearer\"", "--auth", ""),
    key("ca_file", "ca_file = \"ca.pem\"", "--ca-file", ""),
    key("client_cert", "client_cert = \"client.pem\"", "--client-cert", ""),
    key("client_key", "client_key = \"client-key.pem\"", "--client-key", ""),
    key("insecure", "insecure = true", "--insecure", ""),
    key("yes", "yes = true", "--yes", ""),
    key("suites", "suites = [\"okta\", \"rfc7644\"]", "SCENARIO, --all", ""),
    key("scenarios", "scenarios = \"FOLDER\"", "--scenarios", ""),
    key("dialects", "dialects = [\"okta-catalogue\", \"okta-aiw\"]", "--dialect", ""),
    key("off", "off = [\"groups\"]", "--off", ""),
    key("fail_on", "fail_on = \"should\"", "--fail-on", ""),
    key("reports", "reports = [\"json=report.json\"]", "--report", ""),
    key("jobs", "jobs = 4", "--jobs", ""),
    key("timeout", "timeout = \"30s\"", "--timeout", ""),
    key("patience", "patience = \"30s\"", "--patience", ""),
    key("settle", "settle = \"2s\"", "--settle", ""),
    key("wait", "wait = \"30s\"", "--wait", ""),
    key("max_body", "max_body = 1048576", "--max-body", ""),
    key("oauth", "[oauth] on a line of its own, and its keys below", "", ""),
    key("oauth.token_url", "token_url = \"https://login.example.com/oauth2/token\"", "--oauth-token-url", ""),
    key("oauth.client_id", "client_id = \"NAME\"", "--oauth-client-id", ""),
    key(
        "oauth.client_secret",
        "client_secret = { env = \"NAME\" } or client_secret = { file = \"PATH\" }",
        "--oauth-client-secret-file",
        "SCIM_CHECK_OAUTH_CLIENT_SECRET",
    ),
    key(
        "oauth.refresh_token",
        "refresh_token = { env = \"NAME\" } or refresh_token = { file = \"PATH\" }",
        "--oauth-refresh-token-file",
        "SCIM_CHECK_OAUTH_REFRESH_TOKEN",
    ),
    key("oauth.scope", "scope = \"scim.read scim.write\"", "--oauth-scope", ""),
    key("people", "[people] on a line of its own, and its keys below", "", ""),
    key("people.domain", "domain = \"example.com\"", "", ""),
    key("people.logins", "logins = \"address\" or logins = \"name\"", "", ""),
    key("people.password_prefix", "password_prefix = \"Aa1!\"", "", ""),
    key("people.attributes", "[people.attributes] on a line of its own, and paths with values below", "", ""),
    key("snapshots", "[snapshots] on a line of its own, and its keys below", "", ""),
    key("snapshots.folder", "folder = \"snapshots\"", "--snapshots", ""),
    key("snapshots.level", "level = \"should\"", "", ""),
    key("snapshots.redact", "redact = [{ at = \".meta.etag\", as = \"[tag]\" }]", "", ""),
    key("targets", "[targets.staging] on a line of its own, and its keys below", "", ""),
    key("waive", "[[waive]] on a line of its own, and its keys below", "", ""),
    key("[waive]", "[[waive]] with two brackets: there may be several", "", ""),
    key("waive.rule", "rule = \"media-type-not-json\"", "", ""),
    key("waive.subject", "subject = \"name.familyName\"", "", ""),
    key("waive.scenario", "scenario = \"okta/groups/*\"", "", ""),
    key("waive.dialect", "dialect = \"okta-aiw\"", "", ""),
    key("waive.reason", "reason = \"fixed with ticket 4711\"", "", ""),
    key("waive.until", "until = \"2027-01-31\"", "", ""),
];

/// A key by its path.
pub fn by_path(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// How a key is written whose line begins with this name, wherever it stands.
pub(super) fn form(name: &str) -> Option<&'static str> {
    let named = |key: &&Key| key.path == name || key.path.rsplit('.').next() == Some(name);
    KEYS.iter().find(named).map(|key| key.form)
}
