//! How the tokens of a run are made, said before the run, once: what a dialect needs, and what the target or the environment gives.

use std::net::IpAddr;
use std::sync::Arc;

use reference_server::DEVELOPMENT_SECRET;

use language::contract::Contract;
use language::problem::Problem;
use language::target::{Target, TokenSource};
use wire::client::Address;

/// The contracts as the target keeps them: one that takes no token has only the places for credentials that need none.
///
/// # Errors
/// Where the target takes no token, and a dialect needs one.
pub(super) fn as_kept(
    target: Option<&Target>,
    contracts: Vec<Arc<Contract>>,
) -> Result<Vec<Arc<Contract>>, Problem> {
    let Some(target) = target.filter(|target| matches!(target.token, TokenSource::None)) else {
        return Ok(contracts);
    };
    if let Some(contract) = contracts.iter().find(|contract| contract.needs_token()) {
        let why = format!("`{}` lets nobody in without a token, and the target takes none", contract.dialect);
        return Err(
            said(target, why).hint("name another dialect, or say how tokens are made: `token: {secret: …}`")
        );
    }
    Ok(contracts.iter().map(|contract| Arc::new(contract.without_token())).collect())
}

/// Settles how tokens are made where nobody has said: on loopback the secret of the reference server is tried. Returns what
/// there is to say about it.
///
/// # Errors
/// Where a token is needed, and nobody has said how it is made.
pub(super) fn settle(target: &mut Target, contracts: &[Arc<Contract>]) -> Result<Option<String>, Problem> {
    let wants = contracts.iter().find(|contract| contract.token.is_some());
    let Some(contract) = wants.filter(|_| matches!(target.token, TokenSource::Unsaid)) else {
        return Ok(None);
    };
    if std::iter::once(&target.url).chain(&target.reach.others).all(|url| is_loopback(url)) {
        target.token = TokenSource::Secret(DEVELOPMENT_SECRET.to_owned());
        return Ok(Some(format!(
            "nothing says how the tokens of {} are made, so the secret of the reference server is tried: \
             {DEVELOPMENT_SECRET}",
            target.name
        )));
    }
    let none = if contract.needs_token() { "" } else { ", or `token: none` where it takes none" };
    let why =
        format!("`{}` has tokens, and nothing says how those of {} are made", contract.dialect, target.name);
    Err(said(target, why).hint(format!(
        "set JWT_SECRET to the secret of the server, or give a target file `token: {{secret: …}}`, `token: {{command: …}}`{none}"
    )))
}

fn said(target: &Target, why: String) -> Problem {
    Problem { place: target.places.token.clone(), ..Problem::bare(why) }
}

fn is_loopback(url: &str) -> bool {
    let Ok(address) = Address::parse(url) else { return false };
    let host = address.host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_hosts_are_this_machine() {
        let loopback =
            ["http://127.0.0.1:3000", "http://127.9.9.9", "http://[::1]:1", "ws://LocalHost:3000/chat"];
        assert!(loopback.iter().all(|url| is_loopback(url)));
        let elsewhere =
            ["http://10.0.0.1:3000", "http://chat.example", "http://localhost.example", "nonsense://"];
        assert!(!elsewhere.iter().any(|url| is_loopback(url)));
    }
}
