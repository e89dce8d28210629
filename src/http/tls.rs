//! Certificates: whom we trust and who we are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use reqwest::{Certificate, ClientBuilder, Identity};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::ClientError;

/// What the user said about TLS.
#[derive(Debug, Clone, Default)]
pub struct TlsOptions {
    /// A PEM file of further authorities to trust.
    pub ca_file: Option<PathBuf>,
    /// A PEM file with our certificate.
    pub client_cert: Option<PathBuf>,
    /// A PEM file with its key.
    pub client_key: Option<PathBuf>,
    /// Trust anybody.
    pub insecure: bool,
}

impl TlsOptions {
    /// Applies them to a client.
    pub(super) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, ClientError> {
        if let Some(path) = &self.ca_file {
            let pem = read(path)?;
            let certificates =
                Certificate::from_pem_bundle(&pem).ok().filter(|found| !found.is_empty()).ok_or_else(|| {
                    ClientError::new(path, "holds no PEM certificate", "it must begin with -----BEGIN CERTIFICATE-----")
                })?;
            builder = builder.tls_certs_merge(certificates);
        }
        match (&self.client_cert, &self.client_key) {
            (None, None) => {}
            (Some(cert), key) => {
                let mut pem = read(cert)?;
                if CertificateDer::from_pem_slice(&pem).is_err() {
                    let hint = "it must begin with -----BEGIN CERTIFICATE-----";
                    return Err(ClientError::new(cert, "holds no PEM certificate", hint));
                }
                let with_key = match key {
                    Some(key) => {
                        let text = read(key)?;
                        pem.push(b'\n');
                        pem.extend(&text);
                        (key, text)
                    }
                    None => (cert, pem.clone()),
                };
                if PrivateKeyDer::from_pem_slice(&with_key.1).is_err() {
                    let hint = match key {
                        Some(_) => "it must begin with -----BEGIN PRIVATE KEY----- and not be encrypted",
                        None => "give the key of the certificate, not encrypted, with --client-key",
                    };
                    return Err(ClientError::new(with_key.0, "holds no PEM private key", hint));
                }
                let identity = Identity::from_pem(&pem).map_err(|_| {
                    let hint = "give the certificate with --client-cert and its key with --client-key";
                    ClientError::new(cert, "and its key can't be used together", hint)
                })?;
                builder = builder.identity(identity);
            }
            (None, Some(key)) => {
                return Err(ClientError::new(key, "is a key without a certificate", "add --client-cert FILE"));
            }
        }
        Ok(builder.tls_danger_accept_invalid_certs(self.insecure))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    fs::read(path).map_err(|error| {
        ClientError::new(path, &format!("can't be read: {error}"), "check the path and its permissions")
    })
}
