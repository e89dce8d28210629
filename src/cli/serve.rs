//! `scim-check serve`

use std::{
    io::IsTerminal,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use colored::Colorize;
use secrecy::ExposeSecret;

use super::{
    args::ServeArgs,
    failure::Failure,
    faults, list,
    own::shown,
    print,
    secret::{read_secret, token_of_environment},
    signals::Signals,
};
use crate::{
    config::variable,
    http::BaseUrl,
    run::ExitCode,
    server::{BASE_PATH, Certificate, Fault, Server, ServerOptions, fault::PERSONAS},
};

/// Carries out `serve`.
pub fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    if args.list_faults {
        list::faults(false);
        print::result(&personas());
        return Ok(ExitCode::Ok);
    }
    let options = options(&args)?;
    let asks = options.token.is_some() || options.basic.is_some();
    if !asks && !args.bind.is_loopback() {
        let hint = format!("add --token-file FILE, or set {}", variable("token"));
        return Err(Failure::usage("a server that others can reach needs credentials", hint).into());
    }
    if options.public_url.as_deref().is_some_and(|url| !url.ends_with(BASE_PATH)) {
        print::talk(&format!("notice: --public-url does not end in {BASE_PATH}, under which this server answers\n"));
    }
    if !asks && args.public_url.is_some() {
        print::talk("notice: whoever finds the public URL may change everything: add --token-file FILE\n");
    }
    let certificate = certificate(&args)?;
    if !args.bind.is_loopback() {
        print::talk("notice: whoever can reach this machine can reach the server\n");
        if certificate.is_none() {
            print::talk("notice: without TLS the credentials travel in clear text; --tls-cert or --tls-self-signed\n");
        }
    }
    // Two runtimes: however busy the server is, somebody listens for the signal to end it.
    let served = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let watch = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = watch.block_on(async {
        // Listened for before anybody can know that the server is there.
        let mut signals = Signals::listen();
        let at = SocketAddr::new(args.bind, args.port);
        let told = Told::of(&args, &options);
        let server = served
            .spawn(Server::start_at(options, at, certificate))
            .await?
            .map_err(|error| Failure::untestable(error.message, error.hint))?;
        told.tell(&server);
        let end = tokio::select! {
            _ = signals.next() => Ok(ExitCode::Ok),
            why = server.failed() => Err(Failure::untestable(why, "put it right and start the server again").into()),
        };
        server.stop().await;
        end
    });
    served.shutdown_background();
    result
}

fn options(args: &ServeArgs) -> anyhow::Result<ServerOptions> {
    let public_url = args.public_url.as_deref().map(BaseUrl::parse).transpose()?;
    if args.public_url.as_deref().is_some_and(|url| url.contains(['?', '\n', '\r', '\t'])) {
        return Err(Failure::usage("--public-url has a query", "give the URL up to the path, such as /scim/v2").into());
    }
    Ok(ServerOptions {
        token: token(args)?,
        basic: basic(args)?,
        faults: faults::chosen(&args.faults, args.persona.as_deref())?,
        seed: args.seed,
        strict: args.strict,
        latency: args.latency,
        rate_limit: args.rate_limit,
        database: args.db.clone(),
        live_page: !args.no_page,
        public_url: public_url.map(|url| url.as_str().to_owned()),
        patience: None,
    })
}

fn token(args: &ServeArgs) -> Result<Option<String>, Failure> {
    let token = match &args.token_file {
        Some(path) => Some(read_secret(path, "token", "check --token-file")?),
        None => token_of_environment()?,
    };
    Ok(token.map(|token| token.expose_secret().to_owned()))
}

fn basic(args: &ServeArgs) -> Result<Option<(String, String)>, Failure> {
    let Some(path) = &args.basic_file else {
        return Ok(None);
    };
    let text = read_secret(path, "user name and password", "check --basic-file")?;
    match text.expose_secret().split_once(':') {
        Some((user, password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Some((user.to_owned(), password.to_owned())))
        }
        _ => Err(Failure::usage(
            format!("{} holds no user name and password", path.display()),
            "it must hold one line, `user:password`",
        )),
    }
}

fn certificate(args: &ServeArgs) -> Result<Option<Certificate>, Failure> {
    let made = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Certificate::from_files(certificate, key),
        _ if args.tls_self_signed => {
            Certificate::self_signed(&[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into(), args.bind])
        }
        _ => return Ok(None),
    };
    made.map(Some).map_err(|error| Failure::usage(error.message, error.hint))
}

/// What the user is told when the server listens.
struct Told {
    credentials: &'static str,
    directory: String,
    database: Option<PathBuf>,
    seeded: bool,
    manner: Vec<String>,
    faults: Vec<&'static Fault>,
    /// A command to try; the base URL goes in place of `BASE`.
    command: String,
    public_url: Option<String>,
}

impl Told {
    fn of(args: &ServeArgs, options: &ServerOptions) -> Told {
        let mut manner: Vec<String> = args.persona.iter().map(|name| format!("persona {name}")).collect();
        if options.strict {
            manner.push("strict: the letter of the RFCs".to_owned());
        }
        if !options.latency.is_zero() {
            manner.push(format!("{:?} before each answer", options.latency));
        }
        if let Some(most) = options.rate_limit {
            manner.push(format!("429 after {most} requests in a second"));
        }
        Told {
            credentials: match (&options.token, &options.basic) {
                (Some(_), Some(_)) => "the bearer token, or user name and password (Basic)",
                (Some(_), None) => "the bearer token",
                (None, Some(_)) => "user name and password (Basic)",
                (None, None) => "none: everybody may change everything (a run fails for it; set a token)",
            },
            directory: format!("{} people, {} groups", options.seed, options.seed / 10),
            database: args.db.clone(),
            seeded: args.seed > 0,
            manner,
            faults: options.faults.clone(),
            command: command(args, options),
            public_url: options.public_url.clone(),
        }
    }

    fn tell(&self, server: &Server) {
        let base = server.base_url();
        let mut rows = vec![("Base URL", base.to_owned())];
        if let Some(url) = &self.public_url {
            rows.push(("Seen as", url.clone()));
        }
        rows.extend(server.page_url().map(|url| ("Live page", url)));
        rows.push(("Credentials", self.credentials.to_owned()));
        let directory = match (&self.database, server.restored()) {
            (None, _) => format!("{}, in memory", self.directory),
            (Some(path), None) => format!("{}, in the new file {}", self.directory, path.display()),
            (Some(path), Some(count)) => {
                let ignored = if self.seeded { " (--seed adds nothing to it)" } else { "" };
                format!("the {count} resources of {}{ignored}", path.display())
            }
        };
        rows.push(("Directory", directory));
        rows.extend(self.manner.iter().map(|line| ("Manner", line.clone())));
        rows.extend(self.faults.iter().map(|fault| ("Fault", format!("{}: {}", fault.name, fault.summary))));
        let mut out = String::from("scim-check's reference server is listening\n\n");
        for (title, text) in rows {
            out.push_str(&format!("  {}  {text}\n", format!("{title:<11}").bold()));
        }
        out.push_str(&format!("\nTry   {}\nStop  Ctrl-C\n", self.command.replace("BASE", base)));
        print::talk(&out);
        // For a script that has to find a free port.
        if !std::io::stdout().is_terminal() {
            print::result(&format!("{base}\n"));
        }
    }
}

/// A run against the server, with the credentials that it asks for.
fn command(args: &ServeArgs, options: &ServerOptions) -> String {
    let (variable, credentials) = match (&args.token_file, &args.basic_file) {
        (Some(path), _) => ("", format!(" --token-file {}", shown(path))),
        (None, _) if options.token.is_some() => ("SCIM_CHECK_TOKEN=... ", String::new()),
        (None, Some(path)) => ("", format!(" --auth basic --token-file {}", shown(path))),
        (None, None) => ("", String::new()),
    };
    let insecure = if args.tls_self_signed { " --insecure" } else { "" };
    format!("{variable}scim-check run --base-url BASE{credentials}{insecure}")
}

fn personas() -> String {
    let mut out = String::from("\nPersonas, for --persona:\n");
    for persona in PERSONAS {
        let text = format!("{}: {} ({})", persona.name, persona.summary, persona.faults.join(", "));
        let options = textwrap::Options::new(print::width()).initial_indent("  ").subsequent_indent("    ");
        out.push_str(&format!("{}\n", textwrap::fill(&text, options)));
    }
    out
}
