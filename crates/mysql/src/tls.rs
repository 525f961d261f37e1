//! TLS, with the modes of MySQL's own client.

use std::path::PathBuf;

use mysql::{ClientIdentity, SslOpts};

/// What is asked of TLS (dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// None.
    Disabled,
    /// Used where the server has it; no certificate is checked.
    #[default]
    Preferred,
    /// Always used; no certificate is checked.
    Required,
    /// The certificate must be signed by a known authority.
    VerifyCa,
    /// It must also be for this host.
    VerifyIdentity,
}

impl SslMode {
    /// Reads a mode in any case, with `-` or `_`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_uppercase().replace('-', "_").as_str() {
            "DISABLED" | "DISABLE" => Self::Disabled,
            "PREFERRED" | "PREFER" => Self::Preferred,
            "REQUIRED" | "REQUIRE" => Self::Required,
            "VERIFY_CA" => Self::VerifyCa,
            "VERIFY_IDENTITY" | "VERIFY_FULL" => Self::VerifyIdentity,
            _ => return None,
        })
    }
}

/// How TLS is used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {
    pub(crate) mode: SslMode,
    /// The authorities that are trusted besides the public ones.
    pub(crate) ca: Option<PathBuf>,
    /// The client's own certificate.
    pub(crate) certificate: Option<PathBuf>,
    /// The key of that certificate.
    pub(crate) key: Option<PathBuf>,
}

impl Tls {
    /// Returns what the driver is told; `None` for no TLS.
    pub(crate) fn options(&self) -> Option<SslOpts> {
        let identity = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Some(ClientIdentity::new(certificate.clone(), key.clone())),
            _ => None,
        };
        let (trusting, careless) = match self.mode {
            SslMode::Disabled => return None,
            SslMode::Preferred | SslMode::Required => (true, true),
            SslMode::VerifyCa => (false, true),
            SslMode::VerifyIdentity => (false, false),
        };
        Some(
            SslOpts::default()
                .with_root_cert_path(self.ca.clone())
                .with_client_identity(identity)
                .with_danger_accept_invalid_certs(trusting)
                .with_danger_skip_domain_validation(careless),
        )
    }
}
