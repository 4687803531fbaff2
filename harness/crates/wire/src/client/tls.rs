//! TLS: whom a connection trusts, which certificate it shows, and what went wrong, in words. Owns the files of certificates; must
//! not know what travels over a connection.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

/// Which certificates a connection trusts and shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificates {
    /// Authorities to trust beside those of the system.
    pub ca: Option<PathBuf>,
    /// The certificate of the client, with those up to its authority, and its key.
    pub own: Option<(PathBuf, PathBuf)>,
    /// Whatever the server shows is accepted.
    pub insecure: bool,
}

/// Why no connection can be made with these certificates.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is no PEM with what it should hold.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The certificates do not fit together.
    #[error("{0}")]
    Unfit(String),
}

/// All that a connection over TLS needs to know, shared by all of them.
#[derive(Clone)]
pub struct Tls(Arc<ClientConfig>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Reads the certificates. The authorities of the system are trusted as well as those that are named.
    ///
    /// # Errors
    /// Where a file cannot be read, or does not hold what it should.
    pub fn new(certificates: &Certificates) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Unfit(error.to_string()))?;
        let builder = if certificates.insecure {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        } else {
            builder.with_root_certificates(roots(certificates.ca.as_deref())?)
        };
        let config = match &certificates.own {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain_of(chain)?, key_of(key)?)
                .map_err(|error| TlsError::File { path: key.clone(), why: error.to_string() })?,
        };
        Ok(Self(Arc::new(config)))
    }

    /// What a connection has where nobody says anything: the authorities of the system.
    ///
    /// # Errors
    /// As [`Tls::new`].
    pub fn of_the_system() -> Result<Self, String> {
        static SYSTEM: OnceLock<Result<Tls, String>> = OnceLock::new();
        let read = || Self::new(&Certificates::default()).map_err(|error| error.to_string());
        SYSTEM.get_or_init(read).clone()
    }

    /// As the library has it.
    #[must_use]
    pub fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    // A system without any has none to offer; what it lacks shows where a certificate is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca {
        for certificate in chain_of(path)? {
            roots
                .add(certificate)
                .map_err(|error| TlsError::File { path: path.to_owned(), why: error.to_string() })?;
        }
    }
    Ok(roots)
}

fn chain_of(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |why: String| TlsError::File { path: path.to_owned(), why };
    let read = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
    let chain: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
    if chain.is_empty() { Err(wrong("it holds no certificate in PEM".to_owned())) } else { Ok(chain) }
}

fn key_of(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let why = |error: rustls::pki_types::pem::Error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => "it holds no private key in PEM".to_owned(),
        other => other.to_string(),
    };
    PrivateKeyDer::from_pem_file(path)
        .map_err(|error| TlsError::File { path: path.to_owned(), why: why(error) })
}

/// Accepts whatever a server shows. Every report says so.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The name that a server has to show a certificate for.
///
/// # Errors
/// Where it is neither a name nor an address.
pub fn server_name(host: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(host.to_owned())
        .map_err(|_invalid| format!("{host:?} is no name that a certificate can hold"))
}

/// Why TLS has failed, in words, where it was that.
#[must_use]
pub fn why(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    inner.downcast_ref::<rustls::Error>().map(why_in_words)
}

/// The same, of an error of the library.
#[must_use]
pub fn why_in_words(error: &rustls::Error) -> String {
    let trust = "give the target file `tls: {ca: ca.pem}`, or `tls: {insecure: true}` to accept any";
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                format!("its certificate is from nobody who is trusted here; {trust}")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("its certificate is for another name; {trust}")
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet".to_owned()
            }
            other => format!("its certificate is not accepted: {other:?}; {trust}"),
        },
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired => {
                "it wants a certificate of the client; give the target file `tls: {cert: client.pem, key: client.key}`"
                    .to_owned()
            }
            AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired => {
                format!("it does not accept the certificate of the client ({alert:?})")
            }
            other => format!("it ended TLS with the alert {other:?}"),
        },
        rustls::Error::InvalidMessage(_) => "what it says is not TLS; is it http:// there?".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_something_else_is_named() {
        let path = std::env::temp_dir().join(format!("harness-tls-{}.pem", std::process::id()));
        std::fs::write(&path, "no certificate\n").unwrap();
        let ca = Certificates { ca: Some(path.clone()), ..Certificates::default() };
        let error = Tls::new(&ca).unwrap_err().to_string();
        assert!(
            error.starts_with(&path.display().to_string()) && error.contains("no certificate in PEM"),
            "{error}"
        );
        let own = Certificates { own: Some((path.clone(), path.clone())), ..Certificates::default() };
        assert!(Tls::new(&own).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(Tls::new(&ca).unwrap_err().to_string().contains(&path.display().to_string()));
        assert!(Tls::new(&Certificates { insecure: true, ..Certificates::default() }).is_ok());
    }

    #[test]
    fn what_went_wrong_is_said_with_what_to_do() {
        let told = |error| why_in_words(&error);
        assert!(
            told(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)).contains("ca: ca.pem")
        );
        assert!(
            told(rustls::Error::InvalidCertificate(CertificateError::NotValidForName))
                .contains("another name")
        );
        assert!(
            told(rustls::Error::AlertReceived(AlertDescription::CertificateRequired))
                .contains("cert: client.pem")
        );
        assert!(
            server_name("no name").is_err() && server_name("127.0.0.1").is_ok() && server_name("::1").is_ok()
        );
    }
}
