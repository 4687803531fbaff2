//! From what a target file says of reaching its server to what the clients take. Knows no server.

use language::problem::Problem;
use language::target::Target;
use wire::client::tls::{Certificates, Tls};
use wire::client::{Address, Reach};

/// What the clients take.
///
/// # Errors
/// At `tls:`, where a certificate cannot be read.
pub(super) fn reach(target: &Target) -> Result<Reach, Problem> {
    let said = &target.reach;
    let usual = Reach::default();
    Ok(Reach {
        path: said.path.clone().unwrap_or(usual.path),
        base: said.base.clone(),
        tls: said.tls.as_ref().map(|_| tls(target)).transpose()?,
        others: said.others.clone(),
    })
}

fn tls(target: &Target) -> Result<Tls, Problem> {
    let said = target.reach.tls.as_ref();
    let certificates = Certificates {
        ca: said.and_then(|tls| tls.ca.clone()),
        own: said.and_then(|tls| tls.own.clone()),
        insecure: said.is_some_and(|tls| tls.insecure),
    };
    Tls::new(&certificates).map_err(|error| {
        let problem = Problem::bare(format!("these certificates cannot be used: {error}"));
        Problem { place: target.places.tls.clone(), ..problem }
    })
}

/// What a target is called in a report, and what of it the reader has to know before they believe it.
#[must_use]
pub fn told(target: &Target) -> String {
    let mut told = target.name.clone();
    if !target.reach.others.is_empty() {
        told = format!("{told}, {} nodes", 1 + target.reach.others.len());
    }
    if is_unchecked(target) {
        told.push_str(", whose certificate is not checked (insecure: true)");
    }
    told
}

/// Whether anybody may have answered in place of the server.
#[must_use]
pub fn is_unchecked(target: &Target) -> bool {
    target.reach.tls.as_ref().is_some_and(|tls| tls.insecure)
}

/// Whether it is reached over TLS.
#[must_use]
pub fn is_secure(target: &Target) -> bool {
    let mut urls = std::iter::once(&target.url).chain(&target.reach.others);
    urls.any(|url| Address::parse(url).is_ok_and(|address| address.secure))
}
