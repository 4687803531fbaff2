//! What every connection says of itself beside its credential: fields of CONNECT, of the query, and headers. A contract, a target
//! and a scenario may each say some of it. Must not know how any of it travels.

use super::names::{self, Met};
use super::payload::Payload;
use super::problem::Problem;
use super::text::{Document, Node};

/// What every connection says of itself beside the credential.
#[derive(Debug, Clone, Default)]
pub struct HandshakeSpec {
    /// Fields of the payload of CONNECT.
    pub auth: Vec<(String, Payload)>,
    /// Parameters of every request of the connection.
    pub query: Vec<(String, Payload)>,
    /// Headers of every request of the connection.
    pub headers: Vec<(String, Payload)>,
    /// The namespace, where it is not the contract's.
    pub namespace: Option<String>,
}

impl HandshakeSpec {
    /// This one, with what another says laid over it.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let both =
            |mine: &[(String, Payload)], theirs: &[(String, Payload)], same: fn(&str, &str) -> bool| {
                let own = mine.iter().filter(|(name, _)| !theirs.iter().any(|(known, _)| same(known, name)));
                own.chain(theirs).cloned().collect()
            };
        let exactly = |one: &str, other: &str| one == other;
        Self {
            auth: both(&self.auth, &other.auth, exactly),
            query: both(&self.query, &other.query, exactly),
            headers: both(&self.headers, &other.headers, str::eq_ignore_ascii_case),
            namespace: other.namespace.clone().or_else(|| self.namespace.clone()),
        }
    }
}

/// `{auth: …, query: …, headers: …}`
///
/// # Errors
/// The first [`Problem`] in it.
pub fn read(d: &Document, node: &Node, met: &Met) -> Result<HandshakeSpec, Problem> {
    let fields = d.fields(node, "a handshake")?;
    let pairs = |name: &'static str| match fields.get(name) {
        None => Ok(Vec::new()),
        Some(node) => {
            let entries = d.entries(node, name)?.iter();
            entries.map(|(key, node)| Ok((key.text.clone(), met.read(d, node)?))).collect::<Result<_, _>>()
        }
    };
    let spec = HandshakeSpec {
        auth: pairs("auth")?,
        query: pairs("query")?,
        headers: pairs("headers")?,
        namespace: fields.get("namespace").map(|node| namespace(d, node)).transpose()?,
    };
    fields.finish()?;
    Ok(spec)
}

/// A namespace, with its slash.
///
/// # Errors
/// Where the slash is missing, or a reference stands in it.
pub fn namespace(d: &Document, node: &Node) -> Result<String, Problem> {
    let name = names::verbatim(d, node, "`namespace`", &[])?;
    if let Some(at) = name.find('$') {
        let message =
            format!("`namespace` is taken as it stands: `{}` in it would not be filled in", &name[at..]);
        return Err(d.problem(node.span, message).hint("write the namespace out"));
    }
    if name.starts_with('/') {
        return Ok(name.to_owned());
    }
    Err(d.problem(node.span, "a namespace starts with a slash").hint(format!("write /{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_over_replaces_what_has_its_name() {
        let spec = |query: &[(&str, &str)], headers: &[(&str, &str)]| {
            let pairs = |pairs: &[(&str, &str)]| {
                pairs.iter().map(|(name, value)| ((*name).to_owned(), Payload::text(*value))).collect()
            };
            HandshakeSpec { query: pairs(query), headers: pairs(headers), ..HandshakeSpec::default() }
        };
        let both = spec(&[("v", "1"), ("os", "ios")], &[("X-Tenant", "a")])
            .with(&spec(&[("v", "2")], &[("x-tenant", "b")]));
        let names = |pairs: &[(String, Payload)]| -> Vec<String> {
            pairs.iter().map(|(name, value)| format!("{name}={value:?}")).collect()
        };
        assert_eq!(names(&both.query).len(), 2);
        assert!(names(&both.query)[1].contains("\"2\""), "{:?}", both.query);
        assert_eq!(names(&both.headers).len(), 1, "a header has one name, however it is written");
        assert!(names(&both.headers)[0].contains("\"b\""));
    }
}
