//! What can be typed behind `serve`.

use std::{net::IpAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::Args;

use super::examples;
use crate::config::duration;

#[derive(Args)]
#[command(before_help = examples::SERVE)]
pub struct ServeArgs {
    /// Port to listen on [default: a free one]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// Address to listen on; one that others can reach needs credentials
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// File with the bearer token to ask for, or - for standard input (or set SCIM_CHECK_TOKEN)
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// File with `user:password` to ask for by HTTP Basic, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub basic_file: Option<PathBuf>,
    /// PEM file with the certificate of this server, for https
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the key of that certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// https with a new certificate that vouches for itself alone
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    pub tls_self_signed: bool,
    /// The base URL under which clients see this server, where a tunnel or a proxy stands before it
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// People who are there at the start; a tenth as many groups come with them
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = people, hide_default_value = true)]
    pub seed: usize,
    /// Keep everything in this SQLite file, so that nothing answered is lost; --seed fills a new file only
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Keep to the letter of the RFCs, without the leniences that identity providers need
    #[arg(long)]
    pub strict: bool,
    /// Be wrong in this way (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub faults: Vec<String>,
    /// Be wrong as some server is: several faults together
    #[arg(long, value_name = "NAME")]
    pub persona: Option<String>,
    /// Print the faults and personas there are
    #[arg(long)]
    pub list_faults: bool,
    /// Wait before each answer, such as 200ms; a minute at most
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = latency, hide_default_value = true)]
    pub latency: Duration,
    /// Answer so many requests in a second, such as 10/s, and the others with 429
    #[arg(long, value_name = "N/s", value_parser = rate)]
    pub rate_limit: Option<NonZeroU32>,
    /// Leave out the live page at /, which shows the directory and each exchange
    #[arg(long)]
    pub no_page: bool,
}

fn people(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= 1_000_000);
    number.ok_or_else(|| "it must be a number, 1000000 at most".to_owned())
}

/// A bare number would be taken for milliseconds by one and for seconds by another.
fn latency(text: &str) -> Result<Duration, String> {
    let unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
    let time = if unit { duration(text)? } else { return Err("write it with its unit: 200ms or 2s".to_owned()) };
    if time > Duration::from_secs(60) { Err("it must be 60s at most".to_owned()) } else { Ok(time) }
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    let number = text.trim().strip_suffix("/s").unwrap_or(text).trim();
    number.parse().map_err(|_| "write how many requests in a second: 10/s".to_owned())
}
