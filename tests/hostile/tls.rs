//! TLS that fails, stalls or is of another age.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use super::{
    case::Case,
    stage::{Hostile, close},
    support::raw::{Answer, Raw},
};

/// A target over TLS with a certificate for this name, which the program is told to trust or is not.
fn over_tls(name: &str, trust: bool, change: impl FnOnce(&mut CertificateParams)) -> Hostile {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let raw = Raw::tls(config, |_| Some(Answer::nobody()));
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, certificate.pem()).unwrap();
    let target = Hostile::at(raw.base()).keeping(raw).keeping(folder);
    if trust { target.with(["--ca-file", trusted.to_str().unwrap()]) } else { target }
}

/// A target that does this where TLS is due.
fn instead(act: impl Fn(&TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Hostile {
    let mut target = Hostile::connections(act);
    target.base = target.base.replace("http://", "https://");
    target
}

/// Answers the greeting of TLS with these bytes.
fn answers(bytes: &'static [u8]) -> Hostile {
    instead(|mut stream| {
        let _ = stream.read(&mut [0; 4096])?;
        stream.write_all(bytes)?;
        // Until the client has read it and gone.
        io::copy(&mut stream, &mut io::sink())?;
        close()
    })
}

/// A ServerHello of TLS 1.0: record, handshake, version, random, no session, one cipher of that time.
const TLS_1_0: &[u8] = &[
    0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0, 0, 0x2f, 0,
];

macro_rules! tls {
    ($name:literal, $does:literal, $says:expr, $target:expr) => {
        Case { name: $name, does: $does, exit: 3, says: $says, target: || $target, ..Case::PLAIN }
    };
}

pub const CASES: &[Case] = &[
    tls!(
        "tls-self-signed",
        "has a certificate that it signed itself",
        &["its certificate is from an authority that is not trusted", "hint: for a private authority give --ca-file"],
        over_tls("127.0.0.1", false, |_| ())
    ),
    tls!(
        "tls-expired",
        "has a certificate that has expired",
        &["its certificate expired on 2020-01-01", "hint: renew the certificate"],
        over_tls("127.0.0.1", true, |params| params.not_after = date_time_ymd(2020, 1, 1))
    ),
    tls!(
        "tls-early",
        "has a certificate that is not valid yet",
        &["its certificate is valid only from 3000-01-01 on"],
        over_tls("127.0.0.1", true, |params| params.not_before = date_time_ymd(3000, 1, 1))
    ),
    tls!(
        "tls-other-host",
        "has a certificate for another host",
        &["its certificate is not for 127.0.0.1 but for"],
        over_tls("scim.example.com", true, |_| ())
    ),
    tls!(
        "tls-1.0",
        "speaks TLS 1.0",
        &["it speaks neither TLS 1.2 nor 1.3", "hint: check scheme and port"],
        answers(TLS_1_0)
    ),
    tls!(
        "tls-alert",
        "refuses the handshake",
        &["the server refused the handshake (HandshakeFailure)"],
        answers(&[0x15, 3, 3, 0, 2, 2, 40])
    ),
    tls!(
        "tls-garbage",
        "answers the handshake with garbage",
        &["what came is no TLS"],
        answers(b"\x16\x03\x03\xff\xff\x00\x00\x00garbage")
    ),
    tls!(
        "tls-plain",
        "speaks HTTP where TLS is due",
        &["what came is no TLS; is this an http server?"],
        answers(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    ),
    tls!(
        "tls-closes",
        "ends the connection in the handshake",
        &["the server closed the connection in the handshake"],
        instead(|mut stream| {
            let _ = stream.read(&mut [0; 4096])?;
            close()
        })
    ),
    tls!(
        "tls-silent",
        "accepts the connection and says nothing",
        &["no complete answer within 2 s", "hint: is the server overloaded?"],
        instead(|mut stream| io::copy(&mut stream, &mut io::sink()).map(drop))
    ),
    tls!(
        "tls-slow",
        "shakes hands one byte a second",
        &["no complete answer within 2 s", "hint: is the server overloaded?"],
        instead(|mut stream| {
            for byte in TLS_1_0 {
                stream.write_all(&[*byte])?;
                std::thread::sleep(Duration::from_secs(1));
            }
            close()
        })
    ),
];
