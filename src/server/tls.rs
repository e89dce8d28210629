//! TLS for the server: certificates, and a listener that shakes hands beside its other work.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Clients that shake hands, or have done so and wait to be taken, at once.
const SHAKING: usize = 1024;

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CertificateError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

fn error(message: impl Into<String>, hint: &str) -> CertificateError {
    CertificateError { message: message.into(), hint: hint.to_owned() }
}

/// A certificate and its key.
#[derive(Clone)]
pub struct Certificate(Arc<ServerConfig>);

impl fmt::Debug for Certificate {
    /// Leaves the key out.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Certificate")
    }
}

impl Certificate {
    /// From two PEM files: the certificate with its chain, and its key.
    ///
    /// # Errors
    /// A file that can't be read, that holds something else, or a key of another certificate.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Certificate, CertificateError> {
        let pem = read(certificate)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| {
            let hint = "it must begin with -----BEGIN CERTIFICATE-----";
            error(format!("{} holds no PEM certificate", certificate.display()), hint)
        })?;
        let key_der = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| {
            let hint = "it must begin with -----BEGIN PRIVATE KEY----- and not be encrypted";
            error(format!("{} holds no PEM private key", key.display()), hint)
        })?;
        Certificate::new(chain, key_der).map_err(|_| {
            let message = format!("{} is not the key of {}", key.display(), certificate.display());
            error(message, "give the certificate and the key that belongs to it")
        })
    }

    /// A new one that signs itself, for `localhost` and these addresses.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn self_signed(addresses: &[IpAddr]) -> Result<Certificate, CertificateError> {
        let names: Vec<String> =
            std::iter::once("localhost".to_owned()).chain(addresses.iter().map(IpAddr::to_string)).collect();
        let impossible = |why: &dyn fmt::Display| {
            error(format!("no certificate can be made: {why}"), "give one with --tls-cert and --tls-key")
        };
        let made = rcgen::generate_simple_self_signed(names).map_err(|why| impossible(&why))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        Certificate::new(vec![made.cert.der().clone()], key).map_err(|why| impossible(&why))
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Certificate, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = builder.with_no_client_auth().with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificate(Arc::new(config)))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(path)
        .map_err(|why| error(format!("{} can't be read: {why}", path.display()), "check the path and its permissions"))
}

/// Takes connections and speaks TLS on them. Clients that are slow to shake hands keep nobody else waiting, up to [`SHAKING`] of them.
pub(super) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    accepting: AbortHandle,
}

impl TlsListener {
    /// Takes the connections of a listener that is bound to that address.
    pub(super) fn new(listener: TcpListener, address: SocketAddr, certificate: Certificate) -> TlsListener {
        let (sender, ready) = mpsc::channel(16);
        let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(certificate.0), sender)).abort_handle();
        TlsListener { address, ready, accepting }
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    ready: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let room = Arc::new(Semaphore::new(SHAKING));
    loop {
        let place = Arc::clone(&room).acquire_owned().await;
        // By the trait's `accept`, which waits a moment where the system is out of file descriptors.
        let (stream, address) = Listener::accept(&mut listener).await;
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                // It fails only when the server has stopped.
                let _ = ready.send((stream, address)).await;
            }
            drop(place);
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The task that accepts ends only with this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
