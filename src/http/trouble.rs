//! What went wrong on the way, in plain words: the libraries' own are for who writes HTTP clients.

use std::{error::Error, io};

use jiff::Timestamp;
use rustls::{
    CertificateError, Error as Tls, InvalidMessage,
    pki_types::{ServerName, UnixTime},
};

/// What the libraries put before their words: where in them it happened.
const WHERE: [&str; 4] = [
    "error reading a body from connection: ",
    "client error (Connect): ",
    "client error (SendRequest): ",
    "connection error: ",
];

/// Said of a host whose name leads nowhere.
pub const UNKNOWN_HOST: &str = "no address is known for this host";

/// The libraries' words, and ours.
const WORDS: [(&str, &str); 11] = [
    ("Temporary failure in name resolution", "no address is known for this host: DNS gives no answer"),
    ("failed to lookup address information", UNKNOWN_HOST),
    ("invalid HTTP header parsed", "a header is malformed"),
    ("invalid HTTP version parsed", "what came is not HTTP/1.1"),
    ("invalid HTTP status-code parsed", "the status is no number of three digits"),
    (
        "message head is too large",
        "the headers are more than are read (100, of 400 kB altogether), or Content-Length is too large",
    ),
    ("invalid content-length parsed", "Content-Length is no number, or there are two"),
    ("end of file before message length reached", "the connection ended before the answer did"),
    ("EOF during chunk", "the connection ended before the answer did"),
    ("Invalid chunk", "the chunks of the body are malformed"),
    ("connection closed before message completed", "the connection ended before the answer did"),
];

/// The causes below an error, without the outer ones that only repeat the URL.
pub(super) fn causes(error: &dyn Error) -> String {
    let chain: Vec<String> = sources(error).map(ToString::to_string).collect();
    // The innermost says what happened; the one above it often says where.
    let text = match chain.as_slice() {
        [] => "the request failed".to_owned(),
        [only] => only.clone(),
        [.., outer, inner] if outer.contains(inner.as_str()) => outer.clone(),
        [.., outer, inner] => format!("{outer}: {inner}"),
    };
    let text = WHERE.iter().fold(text.as_str(), |text, place| text.strip_prefix(place).unwrap_or(text));
    WORDS.iter().find(|(theirs, _)| text.contains(theirs)).map_or(text, |(_, ours)| ours).to_owned()
}

/// Why TLS failed, where that is the cause of an error.
pub(super) fn tls(error: &dyn Error) -> Option<String> {
    sources(error).find_map(inside).map(tls_words)
}

/// An error of the standard library shows what is in it as no source of its own.
fn inside<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Tls> {
    match error.downcast_ref::<io::Error>() {
        Some(outer) => inside(outer.get_ref()?),
        None => error.downcast_ref(),
    }
}

fn sources<'a>(error: &'a dyn Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause: &&'a (dyn Error + 'static)| (*cause).source())
}

fn tls_words(error: &Tls) -> String {
    match error {
        Tls::InvalidCertificate(error) => certificate(error),
        Tls::PeerIncompatible(why) => format!("it speaks neither TLS 1.2 nor 1.3 as we do ({why:?})"),
        Tls::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what came is no TLS; is this an http server?".to_owned()
        }
        Tls::InvalidMessage(why) => format!("what came is no TLS ({why:?})"),
        Tls::AlertReceived(why) => format!("the server refused the handshake ({why:?})"),
        other => other.to_string(),
    }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired => "its certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}", day(*not_after))
        }
        CertificateError::NotValidYet => "its certificate is not valid yet".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is valid only from {} on", day(*not_before))
        }
        CertificateError::UnknownIssuer => "its certificate is from an authority that is not trusted".to_owned(),
        CertificateError::NotValidForName => "its certificate is for another host".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            format!("its certificate is not for {} but for {}", host(expected), presented.join(", "))
        }
        other => format!("its certificate is not good: {other}"),
    }
}

fn host(name: &ServerName<'_>) -> String {
    name.to_str().into_owned()
}

fn day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let stamp = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    stamp.map_or_else(|| "a day beyond all calendars".to_owned(), |stamp| stamp.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_certificate_that_has_expired_is_told_with_its_day() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expired = CertificateError::ExpiredContext { time: at(1_795_679_824), not_after: at(1_577_836_800) };
        assert_eq!(tls_words(&Tls::InvalidCertificate(expired)), "its certificate expired on 2020-01-01");
        let early = CertificateError::NotValidYetContext { time: at(0), not_before: at(u64::MAX) };
        assert_eq!(certificate(&early), "its certificate is valid only from a day beyond all calendars on");
    }

    #[test]
    fn the_words_of_libraries_are_put_plainly() {
        #[derive(Debug, thiserror::Error)]
        #[error("error sending request")]
        struct Outer(#[source] io::Error);

        let told = |text: &str| causes(&Outer(io::Error::other(text)));
        assert_eq!(told("client error (SendRequest): invalid HTTP header parsed"), "a header is malformed");
        let unknown = "error resolving DNS: failed to lookup address information: Name or service not known";
        assert_eq!(told(unknown), UNKNOWN_HOST);
        assert_eq!(told("connection error: Connection reset by peer"), "Connection reset by peer");
    }
}
