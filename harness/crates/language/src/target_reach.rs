//! How a target is reached: its nodes, its paths, TLS, and what every connection says. Owns what a file may say of that; must not
//! know how a connection is made.

use std::path::{Path as FilePath, PathBuf};

use super::env;
use super::handshake::{self, HandshakeSpec};
use super::names::Met;
use super::problem::Problem;
use super::text::{Document, Fields, Node, Span};

/// How a target is reached, beside its first URL.
#[derive(Debug, Clone, Default)]
pub struct ReachSpec {
    /// The URLs of further nodes: actors and sessions are spread over all of them.
    pub others: Vec<String>,
    /// The path of Engine.IO, with a slash at both ends; none where it is the usual one.
    pub path: Option<String>,
    /// Before the path of every REST call; empty, or with a slash before it and none behind it.
    pub base: String,
    /// Certificates.
    pub tls: Option<TlsSpec>,
    /// What every connection says beside its credential.
    pub handshake: HandshakeSpec,
}

/// Which certificates are trusted and shown.
#[derive(Debug, Clone)]
pub struct TlsSpec {
    /// Authorities to trust beside those of the system.
    pub ca: Option<PathBuf>,
    /// The certificate of the client and its key.
    pub own: Option<(PathBuf, PathBuf)>,
    /// Whatever the server shows is accepted.
    pub insecure: bool,
    /// Where it stands.
    pub span: Span,
}

/// `url`, or `urls`: the first one, and the others.
///
/// # Errors
/// Where there is none, or both are said.
pub(super) fn urls(d: &Document, fields: &Fields<'_>) -> Result<(String, Vec<String>), Problem> {
    let Some(node) = fields.get("urls") else {
        return Ok((d.text(fields.need("url")?, "`url`")?.to_owned(), Vec::new()));
    };
    if fields.get("url").is_some() {
        let problem = d.problem(node.span, "a target has `url`, or several `urls`, not both");
        return Err(problem.hint("list the one among the others"));
    }
    let all: Vec<String> = d
        .list(node)
        .iter()
        .map(|item| d.text(item, "a URL").map(|url| url.trim_end_matches('/').to_owned()))
        .collect::<Result<_, _>>()?;
    match all.split_first() {
        Some((first, others)) => Ok((first.clone(), others.to_vec())),
        None => Err(d.problem(node.span, "`urls` lists no address")),
    }
}

/// Everything else.
///
/// # Errors
/// The first [`Problem`] in it.
pub(super) fn read(
    d: &Document,
    fields: &Fields<'_>,
    (url, others): (&str, Vec<String>),
    folder: &FilePath,
    secrets: &mut Vec<String>,
) -> Result<ReachSpec, Problem> {
    let tls = fields.get("tls").map(|node| tls(d, node, folder)).transpose()?;
    if let Some(tls) = &tls
        && !std::iter::once(url).chain(others.iter().map(String::as_str)).any(is_secure)
    {
        let problem =
            d.problem(tls.span, "`tls` says how certificates are judged, and no address here has any");
        return Err(problem.hint("write https:// in `url`"));
    }
    let path = fields.get("path").map(|node| absolute(d, node, "`path`")).transpose()?;
    let base = fields.get("base").map(|node| absolute(d, node, "`base`")).transpose()?;
    Ok(ReachSpec {
        others,
        path: path.map(|path| if path.is_empty() { "/".to_owned() } else { format!("{path}/") }),
        base: base.unwrap_or_default(),
        tls,
        handshake: fields
            .get("handshake")
            .map_or(Ok(HandshakeSpec::default()), |node| constants(d, &env::filled(d, node, secrets)?))?,
    })
}

fn is_secure(url: &str) -> bool {
    let scheme = url.split("://").next().unwrap_or_default().to_ascii_lowercase();
    scheme == "https" || scheme == "wss"
}

/// A path with a slash before it, and none behind it.
fn absolute(d: &Document, node: &Node, what: &str) -> Result<String, Problem> {
    let text = d.text(node, what)?;
    if text.contains(['?', '#', ' ']) {
        let problem = d.problem(node.span, format!("{what} is a path, not `{text}`"));
        return Err(problem.hint("parameters belong to `handshake: {query: …}`"));
    }
    if text.starts_with('/') {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err(d.problem(node.span, format!("{what} starts with a slash")).hint(format!("write /{text}")))
}

fn tls(d: &Document, node: &Node, folder: &FilePath) -> Result<TlsSpec, Problem> {
    let fields = d.fields(node, "`tls`")?;
    let file = |name: &'static str| fields.text(name).map(|file| file.map(|file| folder.join(file)));
    let (ca, cert, key) = (file("ca")?, file("cert")?, file("key")?);
    let insecure = fields.truth("insecure")?;
    fields.finish()?;
    let own = match (cert, key) {
        (Some(cert), Some(key)) => Some((cert, key)),
        (None, None) => None,
        _ => return Err(d.problem(node.span, "a certificate of the client needs both, `cert` and `key`")),
    };
    Ok(TlsSpec { ca, own, insecure, span: node.span })
}

/// What is the same for every connection names nobody.
fn constants(d: &Document, node: &Node) -> Result<HandshakeSpec, Problem> {
    let met = Met::default();
    let spec = handshake::read(d, node, &met)?;
    let named = met.take();
    if let Some(written) = named.references.first() {
        let message =
            format!("`{}` is another for each user, and this is the same for all", written.reference);
        return Err(d
            .problem(written.span, message)
            .hint("what differs stands in `connect:` of a scenario, or in `handshake:` of a contract"));
    }
    if spec.namespace.is_some() {
        let problem = d.problem(node.span, "the namespace is the contract's, and not the target's");
        return Err(problem.hint("write it in the contract, or in `connect: {namespace: …}` of a scenario"));
    }
    Ok(spec)
}
