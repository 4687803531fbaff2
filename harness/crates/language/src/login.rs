//! How users get in who have to log in: who they are, and the calls that do it. Owns what a target file may say of that; how a call
//! is made is the affair of whoever makes it.

use std::path::Path as FilePath;
use std::sync::Arc;

use super::contract::RestCall;
use super::contract_file::lenient_call;
use super::data::Data;
use super::env;
use super::names::Met;
use super::problem::Problem;
use super::reference::Reference;
use super::target::TokenCommand;
use super::text::{Document, Fields, Node, Yaml};

/// Who the users of a target are, where it has them already.
#[derive(Debug, Clone, Default)]
pub enum People {
    /// Nobody has said: ids are made up.
    #[default]
    MadeUp,
    /// Ids.
    Ids(Vec<String>),
    /// Rows of a file, with whatever a login needs.
    Rows(Arc<Data>),
    /// A command that prints such rows as JSON.
    Command(Box<TokenCommand>),
}

/// Calls that are made one after the other; what an answer shows is known to those behind it.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    /// The calls.
    pub calls: Vec<RestCall>,
}

/// `users: [17, 18]`, `users: users.csv` or `users: {command: ./users.sh}`.
///
/// # Errors
/// Where the file cannot be read, or it is none of the three.
pub(super) fn people(d: &Document, node: &Node, command: TokenCommand) -> Result<People, Problem> {
    match &node.value {
        Yaml::Map(_) => {
            let fields = d.fields(node, "`users`")?;
            let text = d.text(fields.need("command")?, "`command`")?.to_owned();
            fields.finish()?;
            Ok(People::Command(Box::new(TokenCommand { command: text, ..command })))
        }
        Yaml::Scalar { text, .. } if is_file(text) => {
            let read = Data::read(&command.folder.join(text));
            let read = read.map_err(|problem| match problem.place {
                Some(_) => problem,
                None => d.problem(node.span, problem.message).hint("the path counts from this file"),
            });
            Ok(People::Rows(Arc::new(read?)))
        }
        _ => {
            let ids = d.list(node).iter().map(|item| d.text(item, "an item").map(str::to_owned));
            Ok(People::Ids(ids.collect::<Result<_, _>>()?))
        }
    }
}

fn is_file(text: &str) -> bool {
    let kind = FilePath::new(text).extension().and_then(std::ffi::OsStr::to_str);
    matches!(kind, Some("csv" | "yaml" | "yml"))
}

/// `login: [{post: /auth/login, json: {email: $data.email, password: $data.password}, body: {accessToken: <str:token>}}]`
///
/// # Errors
/// The first [`Problem`] in it: a reference that nothing before it has shown, a field that no user has, or users of whom nothing is
/// known.
pub(super) fn login(
    d: &Document,
    fields: &Fields<'_>,
    people: &People,
    secrets: &mut Vec<String>,
) -> Result<Option<Calls>, Problem> {
    let Some(node) = fields.get("login") else { return Ok(None) };
    if matches!(people, People::MadeUp) {
        let problem = d.problem(node.span, "`login` says how users get in, and there is none");
        return Err(problem.hint(
            "list them: `users: users.csv`, a row for each, with what the login needs as $data.FIELD",
        ));
    }
    let columns = match people {
        People::Rows(data) => Some(data.fields.clone()),
        People::Ids(_) => Some(vec!["id".to_owned()]),
        People::MadeUp | People::Command(_) => None,
    };
    calls(d, node, columns.as_deref(), secrets).map(Some)
}

/// One call, or several. `columns` are the fields of the user, where they are known.
fn calls(
    d: &Document,
    node: &Node,
    columns: Option<&[String]>,
    secrets: &mut Vec<String>,
) -> Result<Calls, Problem> {
    let mut calls = Calls::default();
    let mut shown: Vec<String> = Vec::new();
    for item in d.list(node) {
        let item = env::filled(d, item, secrets)?;
        let met = Met::default();
        calls.calls.push(lenient_call(d, &item, &met)?);
        let named = met.take();
        for written in &named.references {
            match &written.reference {
                Reference::Data(field) => match columns {
                    Some(columns) if !columns.contains(field) => {
                        let known = columns.iter().map(String::as_str);
                        let message = format!("a user has no field `{field}`");
                        return Err(d.problem(written.span, message).nearest(field, known));
                    }
                    _ => {}
                },
                Reference::Named(name) if shown.contains(name) => {}
                // `<maybe iso8601>` names a matcher; what is none is told where the call is made.
                Reference::Named(_) if written.maybe => {}
                other => {
                    let problem = d.problem(written.span, format!("nothing has shown what `{other}` is"));
                    return Err(problem.hint(
                        "a field of the user is $data.FIELD; what an answer shows is kept, <str:name>, and is $name from the next call on",
                    ));
                }
            }
        }
        shown.extend(named.captures.into_iter().map(|(name, _)| name));
    }
    if calls.calls.is_empty() { Err(d.problem(node.span, "`login` makes no call")) } else { Ok(calls) }
}
