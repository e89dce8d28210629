//! What the program says to wrong usage and wrong files: golden files under `tests/snapshots`.
//!
//! `INSTA_UPDATE=always cargo test --test cli_usage` writes them anew; read them as a user would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use support::binary::{Desk, Ran, finish, finish_reading};

/// The cases of one golden file: what was typed, and what came.
struct Golden {
    desk: Desk,
    text: String,
}

impl Golden {
    fn new() -> Golden {
        Golden { desk: Desk::new(), text: String::new() }
    }

    /// A usage error: `error:` first, nothing on standard output, exit 2.
    fn refuses(&mut self, title: &str, args: &[&str]) {
        let ran = self.desk.run(args);
        self.note(title, args, &ran, 2);
    }

    fn note(&mut self, title: &str, args: &[&str], ran: &Ran, code: i32) {
        assert_eq!(ran.code, Some(code), "{title}\n{}", ran.all());
        assert!(ran.err.contains("error: "), "{title}: {}", ran.err);
        assert_eq!(ran.out, "", "{title}");
        assert!(!ran.all().contains("panicked") && !ran.all().contains("hush"), "{title}: {}", ran.all());
        let line: Vec<String> = args
            .iter()
            .map(|arg| if arg.is_empty() || arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() })
            .collect();
        let line = line.join(" ").replace("hush-hush", "[the secret]");
        self.text.push_str(&format!("## {title}\n$ scim-check {line}\n{}(exit {code})\n\n", ran.err));
    }

    /// A scenario in a file of its own.
    fn scenario(&mut self, title: &str, text: impl AsRef<[u8]>) {
        self.desk.file("own/mine/story.yaml", text);
        self.refuses(title, &["run", "--embedded", "--scenarios", "own"]);
    }

    fn suite(&mut self, title: &str, text: &str) {
        self.desk.file("own/mine/suite.yaml", text);
        self.refuses(title, &["list", "--scenarios", "own"]);
    }

    fn config(&mut self, title: &str, text: &str) {
        self.desk.file("scim-check.toml", text);
        self.refuses(title, &["run"]);
    }

    fn done(self) -> String {
        self.desk.plain(&self.text)
    }
}

/// A scenario with these steps.
fn story(steps: &str) -> String {
    format!("title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\npeople: {{ ada: {{}} }}\nsteps:\n{steps}\n")
}

/// The target of those who fail before they speak to it.
const NOWHERE: &str = "http://127.0.0.1:9/scim/v2";

/// Every command.
const COMMANDS: [&str; 17] = [
    "run",
    "serve",
    "list",
    "show",
    "explain",
    "snapshots",
    "snapshots status",
    "snapshots review",
    "snapshots accept",
    "snapshots reject",
    "snapshots prune",
    "diff",
    "clean",
    "config",
    "init",
    "completions",
    "man",
];

#[test]
fn help() {
    let desk = Desk::new();
    let whole = desk.run(&["--help"]).ends(0);
    assert_eq!(whole.err, "");
    insta::assert_snapshot!("help", whole.out);
    for command in COMMANDS {
        let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = desk.run(&args).ends(0).out;
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        insta::assert_snapshot!(format!("{}_help", command.replace(' ', "_")), help);
    }
    let short = desk.run(&["run", "-h"]).ends(0).out;
    insta::assert_snapshot!("run_short_help", short);
    let page = desk.run(&["man", "snapshots", "review"]).ends(0).out;
    assert!(page.contains(".TH scim-check-snapshots-review 1") && page.contains("\\fB\\-\\-snapshots\\fR"));
    for (word, told) in [
        ("okta-aiw", "okta-aiw  dialect"),
        ("okta-catalogue+users=put", "given passwords by PUT"),
        ("must", "must  level of a finding"),
        ("may", "may  level of a finding"),
    ] {
        desk.run(&["explain", word]).ends(0).prints(told);
    }
    let listed = whole.out.lines().skip_while(|line| *line != "Commands:").take_while(|line| *line != "Options:");
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
    for name in names {
        assert!(COMMANDS.contains(&name), "{name} is not in this test");
    }
    let bare = desk.run(&[]).ends(2);
    assert!(bare.err.contains("Usage: scim-check") && bare.out.is_empty());
    desk.run(&["--version"]).ends(0).prints(concat!("scim-check ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_shows_nothing_of_the_environment() {
    let variables = [("SCIM_CHECK_BASE_URL", "http://u:hush-hush@host"), ("SCIM_CHECK_TOKEN", "hush-hush")];
    for args in [&["run", "--help"][..], &["clean", "--help"], &["run", "-h"]] {
        let ran = Desk::new().run_with(&variables, args).ends(0);
        assert!(!ran.all().contains("hush"), "{}", ran.all());
    }
}

#[test]
fn targets() {
    let mut golden = Golden::new();
    golden.refuses("no target", &["run"]);
    golden.refuses("no target for clean", &["clean"]);
    golden.refuses("two targets", &["run", "--embedded", "--base-url", NOWHERE]);
    golden.refuses("credentials for the embedded server", &["run", "--embedded", "--token-file", "token"]);
    golden.refuses("another tenant of the embedded server", &["run", "--embedded", "--other-token-file", "token"]);
    for (title, url) in [
        ("empty", ""),
        ("no URL", "scim"),
        ("scheme forgotten", "localhost:8080/scim/v2"),
        ("another scheme", "ftp://127.0.0.1/scim"),
        ("no host", "http://"),
        ("bad port", "http://127.0.0.1:99999/"),
        ("fragment", "http://127.0.0.1/scim#users"),
        ("user and password", "http://ada:hush-hush@127.0.0.1/scim"),
        ("password in what is no URL", "http://ada:hush-hush@127.0.0.1:port/"),
    ] {
        golden.refuses(title, &["run", "--base-url", url]);
    }
    golden.refuses("no consent", &["run", "--base-url", "http://scim.example.invalid/scim"]);
    golden.refuses(
        "no consent, with a token",
        &["run", "--base-url", "http://scim_1.example.invalid/scim", "--token", "hush-hush"],
    );
    insta::assert_snapshot!(golden.done());
}

#[test]
fn options() {
    let mut golden = Golden::new();
    golden.refuses("unknown command", &["rn"]);
    golden.refuses("unknown option", &["run", "--embeded"]);
    golden.refuses("an option of another command", &["list", "--embedded"]);
    for (title, option, value) in [
        ("dialect, near", "--dialect", "okta-awi"),
        ("dialect, far", "--dialect", "entra"),
        ("setting of a dialect, near", "--dialect", "okta-aiw+user=put"),
        ("value of a setting, near", "--dialect", "okta-aiw+users=ptu"),
        ("capability, near", "--off", "gropus"),
        ("persona, near", "--persona", "flask-bet"),
        ("embedded and a target", "--target", "staging"),
        ("no time", "--timeout", "0"),
        ("longer than Okta waits", "--timeout", "61s"),
        ("no duration", "--timeout", "soon"),
        ("wait", "--wait", "-1s"),
        ("jobs", "--jobs", "0"),
        ("level", "--fail-on", "mist"),
        ("max-body", "--max-body", "10"),
        ("auth", "--auth", "digest"),
        ("auth header", "--auth", "header:two words"),
        ("fault, near", "--fault", "filter-ignore"),
        ("fault, far", "--fault", "xyz"),
        ("report format", "--report", "xml=report.xml"),
        ("report without path", "--report", "json"),
        ("report with empty path", "--report", "json="),
        ("report in no folder", "--report", "json=nowhere/report.json"),
        ("report on a folder", "--report", "json=."),
        ("config not there", "--config", "nowhere.toml"),
        ("scenarios not there", "--scenarios", "nowhere"),
    ] {
        golden.refuses(title, &["run", "--embedded", option, value]);
    }
    golden.refuses("fault without embedded", &["run", "--base-url", NOWHERE, "--fault", "filter-ignored"]);
    golden.refuses("dry run with a fault", &["run", "--embedded", "--dry-run", "--fault", "filter-ignore"]);
    std::fs::create_dir(golden.desk.path().join("empty")).unwrap();
    golden.refuses("scenarios without files", &["run", "--embedded", "--scenarios", "empty"]);
    golden.refuses("show", &["show", "okta/lifecycle/unasign"]);
    golden.refuses("explain", &["explain", "create-status"]);
    golden.refuses("explain, far", &["explain", "xyz"]);
    golden.refuses("explain, persona", &["explain", "flask-bet"]);
    golden.refuses("explain, dialect", &["explain", "okta-aww"]);
    golden.refuses("explain, setting of a dialect", &["explain", "okta-aiw+users=ptu"]);
    golden.refuses("explain, level", &["explain", "shuold"]);
    golden.refuses("page of a command", &["man", "rnu"]);
    golden.refuses("page of a command inside", &["man", "snapshots", "acept"]);
    golden.refuses("a command of snapshots", &["snapshots", "acept", "okta"]);
    golden.refuses("no command of snapshots", &["snapshots", "list"]);
    golden.refuses("a command of snapshots alone", &["acept", "okta"]);
    golden.refuses("a command of snapshots before it", &["accept", "--snapshots", "snapshots", "okta"]);
    golden.refuses("a command of snapshots that is nearer", &["reveiw"]);
    golden.refuses("help as a command", &["help", "snapshots"]);
    golden.refuses("colour", &["list", "--color", "alwys"]);
    golden.refuses("shell", &["completions", "zhs"]);
    golden.refuses("rules and scenarios", &["list", "--rules", "okta"]);
    golden.refuses("target of clean", &["clean", "--target", "staging"]);
    golden.refuses("copy", &["init", "--from", "okta/lifecycle/unasign"]);
    golden.refuses("age", &["clean", "--base-url", NOWHERE, "--older-than", "yesterday"]);
    insta::assert_snapshot!(golden.done());
}

#[test]
fn selection() {
    let mut golden = Golden::new();
    golden.refuses("bad glob", &["run", "--embedded", "okta/[a"]);
    golden.refuses("all beside a selection", &["run", "--embedded", "--all", "okta/lifecycle"]);
    for (title, pattern) in [
        ("near folder", "okta/lifecycl"),
        ("near scenario", "okta/lifecycle/asign"),
        ("far", "xyz"),
        ("a glob that fits nothing", "okta/*/xyz*"),
        ("a dialect that is none", "okta/lifecycle/assign@okta"),
    ] {
        let args = ["run", "--embedded", pattern];
        let ran = golden.desk.run(&args);
        golden.note(title, &args, &ran, 4);
    }
    let args = ["list", "okta/lifecycl"];
    let ran = golden.desk.run(&args);
    golden.note("list", &args, &ran, 4);
    insta::assert_snapshot!(golden.done());
}

#[test]
fn credentials() {
    let mut golden = Golden::new();
    golden.desk.file("empty", "");
    golden.desk.file("blank", "  \n");
    golden.desk.file("two-lines", "hush-hush\nhush-hush\n");
    golden.desk.file("too-long", "hush-hush".repeat(8_000));
    golden.desk.file("binary", [0xff, 0xfe, 0x00, 0x01]);
    golden.desk.file("control", "hush\u{7}-hush\n");
    golden.desk.file("no-colon", "hush-hush\n");
    for (title, file) in [
        ("token file not there", "nowhere"),
        ("token file is a folder", "."),
        ("token file empty", "empty"),
        ("token file blank", "blank"),
        ("token file of two lines", "two-lines"),
        ("token file that is too long", "too-long"),
        ("token file not text", "binary"),
        ("token that no header can hold", "control"),
    ] {
        golden.refuses(title, &["run", "--base-url", NOWHERE, "--token-file", file]);
    }
    golden
        .refuses("basic without colon", &["run", "--base-url", NOWHERE, "--token-file", "no-colon", "--auth", "basic"]);
    golden.refuses("token twice", &["run", "--base-url", NOWHERE, "--token-file", "no-colon", "--token", "hush-hush"]);
    let args = ["run", "--base-url", NOWHERE, "--token-file", "-"];
    let ran = finish_reading(golden.desk.command(args), "");
    golden.note("nothing on standard input", &args, &ran, 2);
    let mut command = golden.desk.command(["run", "--base-url", NOWHERE]);
    command.env("SCIM_CHECK_TOKEN", "hush-hush\nhush-hush");
    let ran = finish(command);
    golden.note("SCIM_CHECK_TOKEN of two lines", &["run", "--base-url", NOWHERE], &ran, 2);
    for (title, header) in [
        ("header without colon", "X-Tenant hush-hush"),
        ("header without name", ": hush-hush"),
        ("header with a name that is none", "Bearer hush-hush: x"),
        ("header with a line break", "X-Tenant: hush\nhush"),
        ("header of Okta's own", "user-agent: curl"),
        ("header that frames the message", "Content-Length: 3"),
    ] {
        golden.refuses(title, &["run", "--base-url", NOWHERE, "--header", header]);
    }
    insta::assert_snapshot!(golden.done());
}

#[test]
fn certificates() {
    let mut golden = Golden::new();
    golden.desk.file("garbage.pem", "hush-hush\n");
    golden.desk.file("empty.pem", "");
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    golden.desk.file("cert.pem", own.cert.pem());
    golden.desk.file("other-key.pem", other.signing_key.serialize_pem());
    golden.desk.file("broken.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    let base = "https://127.0.0.1:9/scim/v2";
    for (title, options) in [
        ("authority not there", &["--ca-file", "nowhere.pem"][..]),
        ("authority empty", &["--ca-file", "empty.pem"]),
        ("authority garbage", &["--ca-file", "garbage.pem"]),
        ("authority broken", &["--ca-file", "broken.pem"]),
        ("certificate not there", &["--client-cert", "nowhere.pem"]),
        ("certificate garbage", &["--client-cert", "garbage.pem"]),
        ("certificate without key", &["--client-cert", "cert.pem"]),
        ("key not there", &["--client-cert", "cert.pem", "--client-key", "nowhere.pem"]),
        ("key garbage", &["--client-cert", "cert.pem", "--client-key", "garbage.pem"]),
        ("key empty", &["--client-cert", "cert.pem", "--client-key", "empty.pem"]),
        ("key without certificate", &["--client-key", "other-key.pem"]),
        ("key of another certificate", &["--client-cert", "cert.pem", "--client-key", "other-key.pem"]),
    ] {
        let args: Vec<&str> = ["run", "--base-url", base].iter().chain(options).copied().collect();
        golden.refuses(title, &args);
    }
    insta::assert_snapshot!(golden.done());
}

#[test]
fn malformed_scenarios() {
    let mut golden = Golden::new();
    let fine = story("  - assign: ada");
    let request = |rest: &str| story(&format!("  - request: {rest}"));
    golden.scenario("unknown key", fine.replace("why:", "wy:"));
    golden.scenario("unknown action", story("  - asign: ada"));
    golden.scenario("unknown key of a postcondition", story("  - assign: ada\n    then: [{ user: ada, iss: {} }]"));
    golden.scenario("missing key", fine.replace("why: W\n", ""));
    golden.scenario("unknown person, near", story("  - assign: adda"));
    golden.scenario("unknown person, far", story("  - assign: zoltan"));
    golden.scenario("unknown person in given", fine.replace("steps:", "given: { users: [bob] }\nsteps:"));
    golden.scenario("unknown group", story("  - push: crew"));
    golden.scenario("unknown level", fine.replace("must", "high"));
    golden.scenario("unknown source", fine.replace("rfc7644#", "rfc9999#"));
    golden.scenario("unknown need", fine.replace("steps:", "needs: [gruops]\nsteps:"));
    golden.scenario("status out of range", request("GET /Users\n    expect: { status: 2000 }"));
    golden.scenario("status that is a word", request("GET /Users\n    expect:\n      status: ok"));
    golden.scenario("unknown method", request("FETCH /Users"));
    golden.scenario("path without slash", request("GET Users"));
    golden.scenario("query in the path", request("GET /Users?count=1"));
    golden.scenario("unknown credentials", request("GET /Users\n    auth: theirs"));
    golden.scenario("open template", request("GET /Users/{{ ada.id"));
    golden.scenario("unknown name in a template", request("GET /Users/{{ adda.id }}"));
    golden.scenario("unquoted template", request("GET /Users\n    query:\n      filter: {{ ada.userName }}"));
    golden.scenario("unquoted template in a body", request("POST /Users\n    body: { userName: {{ ada.userName }} }"));
    golden.scenario("bad expression", request("GET /Users\n    expect: { body: { id: { matches: \"(\" } } }"));
    golden.scenario("unknown key below should", request("GET /Users\n    expect: { should: { bdy: {} } }"));
    golden.scenario("bad place to save from", request("GET /Users\n    save: { id: \"Resources[id eq].id\" }"));
    golden.scenario("bad attribute path", story("  - edit: { user: ada, set: { \"name..x\": 1 } }"));
    golden.scenario("two actions", story("  - assign: ada\n    unassign: ada"));
    golden.scenario("no action", story("  - name: nothing"));
    golden.scenario("expect on an action", story("  - assign: ada\n    expect: { status: 200 }"));
    golden.scenario("lookup without finds", story("  - assign: ada\n    then: [{ lookup: ada }]"));
    golden.scenario("no steps", fine.replace("steps:\n  - assign: ada", "steps: []"));
    golden.scenario("nothing below steps", story(""));
    golden.scenario("userName not unique", fine.replace("ada: {}", "ada: { userName: bob@example.com }"));
    golden.scenario("name of a person", fine.replace("ada", "a-b"));
    golden.scenario("duplicate key", story("  - assign: ada\n    assign: ada"));
    golden.scenario("duplicate key at the top", format!("{fine}title: again\n"));
    golden.scenario("list for text", fine.replace("title: T", "title: [T]"));
    golden.scenario("colon in a text", fine.replace("why: W", "why: first: second"));
    golden.scenario("tab", story("\t- assign: ada"));
    golden.scenario("tab deeper", story("  - assign: ada\n    then:\n\t  - user: ada"));
    golden.scenario("not YAML", "title: [T\nwhy: }\n");
    golden.scenario("a text alone", "hello\n");
    golden.scenario("empty", "");
    golden.scenario("not UTF-8", b"title: \xff\xfe\n");
    golden.scenario("aliases that multiply", bomb());
    insta::assert_snapshot!(golden.done());
}

/// A few lines that stand for a billion texts.
fn bomb() -> String {
    let mut text = "people:\n  a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='k').zip('a'..) {
        let items = vec![format!("*{before}"); 9].join(", ");
        text.push_str(&format!("  {name}: &{name} [{items}]\n"));
    }
    text
}

#[test]
fn malformed_suites() {
    let mut golden = Golden::new();
    golden.desk.file("own/mine/story.yaml", story("  - assign: ada"));
    let level = |rule: &str, level: &str| {
        format!("title: T\nwhy: W\nlevels:\n  - rule: {rule}\n    level: {level}\n    reason: R\n")
    };
    golden.suite("unknown rule, near", &level("create-status-not-20", "must"));
    golden.suite("unknown level", &level("create-status-not-201", "hard"));
    golden.suite("unknown key", "title: T\nwhy: W\nlevel: []\n");
    golden.suite("no reason", "title: T\nwhy: W\nlevels:\n  - { rule: create-status-not-201, level: off }\n");
    golden.suite("missing key", "title: T\n");
    golden.desk.file("own/mine/suite.yaml", "title: T\nwhy: W\n");
    golden.desk.file("own/okta/lifecycle/assign.yaml", story("  - assign: ada"));
    golden.refuses("an ID that is built in", &["list", "--scenarios", "own"]);
    golden.desk.file("more/okta/suite.yaml", "title: T\nwhy: W\n");
    golden.desk.file("more/okta/own.yaml", story("  - assign: ada"));
    golden.refuses("a suite that is built in", &["list", "--scenarios", "more"]);
    golden.desk.file("linked/mine/suite.yaml", "title: T\nwhy: W\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.yaml", golden.desk.path().join("linked/mine/story.yaml")).unwrap();
    golden.refuses("a link to a scenario that is not there", &["list", "--scenarios", "linked"]);
    insta::assert_snapshot!(golden.done());
}

#[test]
fn malformed_configuration() {
    let mut golden = Golden::new();
    golden.config("unknown key", "base_ulr = \"http://127.0.0.1:9\"\n");
    golden.config("unknown key in a table", "[people]\ndomian = \"example.com\"\n");
    golden.config("not TOML", "base_url = \"http://127.0.0.1:9\n");
    golden.config("no value", "base_url\n");
    golden.config("wrong type", "timeout = true\n");
    golden.config("a time too long, as a number", "timeout = 90\n");
    golden.config("a table by one value", "people = 1\n");
    golden.config("a day for a level", "fail_on = 1979-05-27\n");
    golden.config("a word for a switch", "insecure = \"yes\"\n");
    golden.config("no folder", "scenarios = \"nowhere\"\n");
    golden.config("no duration", "timeout = \"soon\"\n");
    golden.config("longer than Okta waits", "timeout = \"2m\"\n");
    golden.config("no time to settle", "settle = \"a while\"\n");
    golden.config("jobs, a text", "jobs = \"many\"\n");
    golden.config("jobs, none", "jobs = 0\n");
    golden.config("a text for a list", "dialects = \"okta-aiw\"\n");
    golden.config("unknown dialect", "dialects = [\"okta-awi\"]\n");
    golden.config("unknown capability", "off = [\"gropus\"]\n");
    golden.config("unknown key of a target", "[targets.a]\ntimout = \"5s\"\n");
    golden.config("a target that is no table", "targets = [\"a\"]\n");
    golden.config("a target that is a text", "[targets]\na = \"https://a.example/scim\"\n");
    golden.config("no such target", "default_target = \"stagin\"\n[targets.staging]\n");
    golden.config("none of the targets chosen", "[targets.one]\n[targets.other]\n");
    golden.config("a target without an address", "default_target = \"a\"\n[targets.a]\njobs = 1\n");
    golden.config("a report", &format!("base_url = \"{NOWHERE}\"\nreports = [\"xml=x\"]\n"));
    golden.config("targets in a target", "[targets.a.targets.b]\njobs = 1\n");
    golden.config("a setting of a dialect", "dialects = [\"okta-aiw+usrs=put\"]\n");
    golden.config("a level", "fail_on = \"mist\"\n");
    golden.config("twice", "jobs = 1\njobs = 2\n");
    golden.config("token in the file", "token = \"hush-hush\"\n");
    golden.config("token in the file, open", "token = \"hush-hush\n");
    golden.config("token from two places", "token = { env = \"A\", file = \"b\" }\n");
    golden.config("a secret under oauth", "[oauth]\nclient_secret = \"hush-hush\"\n");
    golden.config("a secret in a table on one line", "oauth = { refresh_token = \"hush-hush\" }\n");
    golden.config("unknown key under oauth", "[oauth]\ntoken_uri = \"https://login.example.com/token\"\n");
    let base = format!("base_url = \"{NOWHERE}\"\n");
    golden.config("oauth beside a token", &format!("{base}token = {{ env = \"A\" }}\n[oauth]\n"));
    golden.config("oauth without a token URL", &format!("{base}[oauth]\nclient_id = \"check\"\n"));
    let oauth = format!("{base}[oauth]\ntoken_url = \"http://login.example.invalid/token\"\n");
    golden.config("oauth without a client", &oauth);
    golden.config("oauth without a secret", &format!("{oauth}client_id = \"check\"\n"));
    golden.config(
        "client secret not set",
        &format!("{oauth}client_id = \"check\"\nclient_secret = {{ env = \"MY_SECRET\" }}\n"),
    );
    golden.desk.file("secret", "hush-hush");
    let secret = "client_id = \"check\"\nclient_secret = { file = \"secret\" }\n";
    golden.config("a token URL for all to read", &format!("{oauth}{secret}"));
    golden.config(
        "a token URL with a password",
        &format!("{base}[oauth]\ntoken_url = \"https://a:hush-hush@h/t\"\n{secret}"),
    );
    golden.config("variable not set", &format!("{base}token = {{ env = \"MY_TOKEN\" }}\n"));
    golden.config("token file not there", &format!("{base}token = {{ file = \"nowhere\" }}\n"));
    golden.config("auth", &format!("{base}auth = \"digest\"\n"));
    golden.config("attribute path", "[people.attributes]\n\"a..b\" = 1\n");
    golden.config("base URL", "base_url = \"127.0.0.1:8080\"\n");
    let waive = |body: &str| format!("{base}[[waive]]\n{body}\n");
    golden.config("one bracket", "[waive]\nrule = \"redirect\"\n");
    golden.config("unknown key of a waiver", &waive("rule = \"redirect\"\nreson = \"r\""));
    golden.config("a waiver of nothing", &waive("reason = \"r\""));
    golden.config("a waiver without reason", &waive("rule = \"redirect\""));
    golden.config("an empty reason", &waive("rule = \"redirect\"\nreason = \"\""));
    golden.config("a list of rules", &waive("rule = [\"redirect\"]\nreason = \"r\""));
    golden.config("an empty rule", &waive("rule = \"\"\nreason = \"r\""));
    golden.config("a bad glob", &waive("scenario = \"okta/***\"\nreason = \"r\""));
    golden.config("a dialect in the scenario", &waive("scenario = \"okta/**@okta-aiw\"\nreason = \"r\""));
    golden.config("no date", &waive("rule = \"redirect\"\nreason = \"r\"\nuntil = \"31.1.2027\""));
    golden.config("no such day", &waive("rule = \"redirect\"\nreason = \"r\"\nuntil = 2027-02-30"));
    insta::assert_snapshot!(golden.done());
}
