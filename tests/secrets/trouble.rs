//! Errors: what is said of a secret that is wrong, or in the wrong place.

use scim_check::Check;

use crate::{
    LOUD, REPORTS,
    scan::{OWN, Scan, secret},
    support::{
        binary::Desk,
        raw::{Answer, Raw, closed_port},
        target::Target,
    },
    ways,
};

/// A secret of letters and digits, which may stand anywhere.
fn plain(name: &str) -> String {
    secret(name).chars().filter(char::is_ascii_alphanumeric).collect()
}

#[test]
fn a_secret_in_the_wrong_place_on_the_command_line() {
    let mut scan = Scan::default();
    let (hidden, odd) = (plain("hush"), secret("hush"));
    scan.add("a secret", &hidden);
    scan.add("an odd secret", &odd);
    let desk = Desk::new();
    desk.file(&format!("{OWN}/two-lines"), format!("{hidden}\n{odd}\n"));
    desk.file(&format!("{OWN}/one-line"), &hidden);
    desk.file(&format!("{OWN}/binary"), [hidden.as_bytes(), &[0xff, 0xfe]].concat());
    let file = |name: &str| format!("{OWN}/{name}");
    let url = format!("http://ada:{hidden}@127.0.0.1:9/scim/v2");
    let name_only = format!("http://{hidden}@127.0.0.1:9/scim/v2");
    let options: Vec<Vec<String>> = [
        vec!["--base-url", &url],
        vec!["--base-url", &name_only],
        vec!["--base-url", &url[7..]],
        vec!["--base-url", &format!("http://[{hidden}]/")],
        vec!["--base-url", &format!("http://ada:{hidden}@h:port/")],
        vec!["--base-url", &format!("ftp://ada:{hidden}@h/")],
        vec!["--base-url", &format!("{hidden}://h/")],
        vec!["--base-url", &format!("http://h/#{hidden}")],
        vec!["--auth", &format!("basic:{hidden}")],
        vec!["--auth", &format!("Bearer {hidden}")],
        vec!["--auth", &odd],
        vec!["--auth", &format!("--auth=basic {odd}")],
        vec!["--header", &hidden],
        vec!["--header", &format!("Bearer {odd}: x")],
        vec!["--header", &format!("Accept: {odd}")],
        vec!["--header", &format!("X-Key: {odd}\nX-More: x")],
        vec!["--token", &format!("{hidden}\n{odd}")],
        vec!["--token", &format!("{hidden}\u{7f}")],
        vec!["--token", &hidden, "--auth", "basic"],
        vec!["--token", &hidden, "--token-file", "x"],
        vec!["--token", &hidden, "--token", &odd],
        vec!["--token", &hidden, "--oauth-token-url", "http://h/"],
        vec!["--tokn", &hidden],
        vec![&format!("--tokn={hidden}")],
        vec!["--token-file", &file("two-lines")],
        vec!["--token-file", &file("binary")],
        vec!["--token-file", &file("one-line"), "--auth", "basic"],
        vec!["--oauth-client-secret", &hidden],
    ]
    .into_iter()
    .map(|options| options.into_iter().map(str::to_owned).collect())
    .collect();
    for options in &options {
        for command in ["run", "clean", "config"] {
            let mut args = vec![command];
            args.extend(options.iter().map(String::as_str));
            if !args.contains(&"--base-url") {
                args.extend(["--base-url", "http://127.0.0.1:9/scim/v2"]);
            }
            let ran = desk.run(&args);
            assert!(matches!(ran.code, Some(0 | 2 | 3)), "{args:?}: {}", ran.all());
            // What is a path is shown as one where settings are shown.
            if command != "config" || !options[0].contains("-file") {
                scan.command(&format!("{args:?}"), &desk, &ran);
            }
        }
    }
    for base in [&url, &name_only] {
        for command in [&["run"][..], &["clean"], &["config"], &["config", "--json"]] {
            let ran = desk.run_with(&[("SCIM_CHECK_BASE_URL", base)], command);
            scan.command(&format!("{command:?} SCIM_CHECK_BASE_URL={base}"), &desk, &ran);
        }
    }
    for args in [
        &["serve", "--public-url", &url][..],
        &["serve", "--token-file", &file("two-lines")],
        &["serve", "--basic-file", &file("one-line")],
    ] {
        let ran = desk.run(args).ends(2);
        scan.command(&format!("{args:?}"), &desk, &ran);
    }
    scan.ends("secrets in the wrong place on the command line");
}

#[test]
fn a_secret_in_the_configuration() {
    let mut scan = Scan::default();
    let hidden = plain("hush");
    scan.add("a secret", &hidden);
    let desk = Desk::new();
    for text in [
        format!("token = \"{hidden}\"\n"),
        format!("token = {hidden}\n"),
        format!("token = \"{hidden}\n"),
        format!("token = \"\"\"\n{hidden}\n"),
        format!("token = '''{hidden}\n"),
        format!("\"token\" = \"{hidden}\"\n"),
        format!("token = [\"{hidden}\"]\n"),
        format!("token = {{ env = \"X\", value = \"{hidden}\" }}\n"),
        format!("token = {{ value = \"{hidden}\" }}\n"),
        format!("token = {{\n env = \"X\",\n value = \"{hidden}\",\n}}\n"),
        format!("token.value = \"{hidden}\"\n"),
        format!("[token]\nvalue = \"{hidden}\"\n"),
        format!("[token]\nenv = \"X\"\n  value = {hidden}\n"),
        format!("tokn = \"{hidden}\"\n"),
        format!("password = \"{hidden}\"\n"),
        format!("api_key = {hidden}\n"),
        format!("bearer = \"{hidden}\n"),
        format!("other_token = \"{hidden}\"\n"),
        format!("other_token = \"{hidden}\nother_token = \"x\"\n"),
        format!("[oauth]\nclient_secret = \"{hidden}\"\n"),
        format!("[oauth]\nclient_secret = {hidden}\n"),
        format!("[oauth]\nrefresh_token = \"{hidden}\n"),
        format!("[oauth]\nsecret = \"{hidden}\"\n"),
        format!("oauth = {{ client_secret = \"{hidden}\" }}\n"),
        format!("[targets.one]\ntoken = \"{hidden}\"\n"),
        format!("[targets.one]\nbase_url = \"http://ada:{hidden}@127.0.0.1:9/\"\n"),
        format!("base_url = \"http://ada:{hidden}@127.0.0.1:9/\"\n"),
        format!("base_url = \"http://ada:{hidden}@127.0.0.1:9/\n"),
        format!("base_url = http://ada:{hidden}@127.0.0.1:9/\n"),
        format!("base_url = \"http://ada:{hidden}@127.0.0.1:9/\" x\n"),
        format!("auth = \"basic:{hidden}\"\n"),
        format!("auth = \"Bearer {hidden}\"\n"),
        format!("header = \"Authorization: Bearer {hidden}\"\n"),
        format!("headers = [\"X-Api-Key: {hidden}\"]\n"),
        format!("[headers]\nX-Api-Key = \"{hidden}\"\n"),
        format!("[headers]\nX-Api-Key = {hidden}\n"),
    ] {
        desk.file("scim-check.toml", &text);
        for command in [&["run"][..], &["config", "--json", "--target", "one"], &["clean"], &["config"], &["list"]] {
            let ran = desk.run(command);
            let shown = [&ran.out, &ran.err];
            for text in shown {
                scan.text(&format!("{command:?} with {text}"), text.as_bytes());
            }
        }
    }
    scan.ends("secrets in the configuration");
}

#[test]
fn a_target_that_can_not_be_tested() {
    let mut leaks = Scan::default();
    let other = Target::new(3, &[]);
    let plain = Raw::new(|_| Some(Answer::nobody()));
    let broken = Raw::new(|_| None);
    let bases = [
        // It wants another token.
        other.base().to_owned(),
        format!("http://127.0.0.1:{}/scim/v2", closed_port()),
        format!("https://127.0.0.1:{}/scim/v2", plain.port()),
        broken.base(),
        "http://example.invalid/scim/v2".to_owned(),
    ];
    for way in ways() {
        let mut scan = crate::scan_for(&way);
        let desk = way.desk();
        for base in &bases {
            let loud = [&["run", "--yes"][..], &REPORTS, &LOUD].concat();
            let ran = way.run(&desk, &mut scan, &loud, base);
            assert!(matches!(ran.code, Some(3)), "{base}: {}", ran.all());
            way.run(&desk, &mut scan, &["clean", "--yes"], base);
        }
        // Without consent nothing is sent.
        way.run(&desk, &mut scan, &["run"], "http://example.invalid/scim/v2").ends(2);
        leaks.merge(scan);
    }
    leaks.ends("targets that can't be tested");
}

#[test]
fn a_check_that_can_not_be_carried_out() {
    let mut scan = Scan::default();
    let (hidden, odd) = (plain("hush"), secret("hush"));
    scan.add("a secret", &hidden);
    scan.add("an odd secret", &odd);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let base = format!("http://127.0.0.1:{}/scim/v2", closed_port());
    for check in [
        Check::new(format!("http://ada:{hidden}@127.0.0.1:9/")),
        Check::new(&base).bearer(format!("{hidden}\n{odd}")),
        Check::new(&base).bearer(&odd),
        Check::new(&base).basic("ada", &odd),
        Check::new(&base).header("X-Api-Key", &format!("{hidden}\n")),
        Check::new(&base).header(&format!("X {hidden}"), "x"),
        Check::new(&base).header("Accept", &odd),
    ] {
        let error = runtime.block_on(check.run()).unwrap_err();
        scan.text("an error", format!("{error} {error:?} {error:#?} {check:?}").as_bytes());
    }
    scan.ends("checks that can't be carried out");
}
