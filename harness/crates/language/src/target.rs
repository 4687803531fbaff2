//! A target: the server under test, and what is particular about it.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use super::duration;
use super::expected::{self, ExpectedFailure};
use super::limits;
use super::login::{self, Calls, People};
use super::problem::Problem;
use super::target_reach::{self, ReachSpec};
use super::text::{Document, Fields, Node, Source, Span, Yaml, parse};

/// A server under test.
#[derive(Debug, Clone)]
pub struct Target {
    /// What the report calls it.
    pub name: String,
    /// Where it listens: `http://127.0.0.1:3000`.
    pub url: String,
    /// How it is reached, beside that.
    pub reach: ReachSpec,
    /// The one dialect it speaks, where the file says so.
    pub dialect: Option<String>,
    /// The command that starts it, in `folder`.
    pub start: Option<String>,
    /// The command that ends what `start` has left, in `folder`.
    pub stop: Option<String>,
    /// The folder of the file.
    pub folder: PathBuf,
    /// The environment of the commands.
    pub env: IndexMap<String, String>,
    /// A path that answers 200 once it is ready.
    pub ready: Option<String>,
    /// How a token is minted.
    pub token: TokenSource,
    /// Who its users are; each is lent to one case at a time.
    pub people: People,
    /// How they get in, where they have to log in.
    pub login: Option<Calls>,
    /// What the environment filled in, which no report may show.
    pub secrets: Vec<String>,
    /// Verbs, changes and capabilities it does not have.
    pub lacks: Vec<String>,
    /// How long to wait before a negative is proved.
    pub settle: Duration,
    /// How many cases run at once.
    pub jobs: usize,
    /// Documented times that are others here.
    pub debounce: Option<Duration>,
    /// The window in which a `typing` expires here.
    pub typing_expires: Option<(Duration, Duration)>,
    /// Events that have another name here: documented name to actual name.
    pub renames: IndexMap<String, String>,
    /// What is known to be wrong.
    pub expected_failures: Vec<ExpectedFailure>,
    /// Where its file says what may turn out to be wrong later.
    pub places: Places,
}

/// A place in a file.
type Place = (Arc<Source>, Span);

/// Where a target file says what only a run can judge.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Its `url`.
    pub url: Option<Place>,
    /// Its `start`.
    pub start: Option<Place>,
    /// Its `token`; where it has none, its `url`.
    pub token: Option<Place>,
    /// Its `tls`.
    pub tls: Option<Place>,
}

/// How a token is minted.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// With the contract's claims and this secret.
    Secret(String),
    /// By a command.
    Command(Box<TokenCommand>),
    /// The target takes none.
    None,
    /// Nobody has said.
    Unsaid,
}

/// A command that mints tokens: `CLAIMS` (JSON) is in its environment, the token is what it prints.
#[derive(Debug, Clone, Default)]
pub struct TokenCommand {
    /// The command.
    pub command: String,
    /// The folder that it runs in.
    pub folder: PathBuf,
    /// Its environment, beside that of the harness.
    pub env: IndexMap<String, String>,
}

impl Target {
    /// A target known only by its address.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            name: url.to_owned(),
            url: url.trim_end_matches('/').to_owned(),
            reach: ReachSpec::default(),
            dialect: None,
            start: None,
            stop: None,
            folder: PathBuf::from("."),
            env: IndexMap::new(),
            ready: None,
            token: match std::env::var("JWT_SECRET") {
                Ok(secret) if !secret.is_empty() => TokenSource::Secret(secret),
                _ => TokenSource::Unsaid,
            },
            people: People::default(),
            login: None,
            secrets: Vec::new(),
            lacks: Vec::new(),
            settle: Duration::from_millis(250),
            jobs: 1,
            debounce: None,
            typing_expires: None,
            renames: IndexMap::new(),
            expected_failures: Vec::new(),
            places: Places::default(),
        }
    }

    /// Reads a target from its file.
    ///
    /// # Errors
    /// The first [`Problem`] in it.
    pub fn read(path: &FilePath) -> Result<Self, Problem> {
        Self::from_document(&parse(&Source::read(path)?)?, path)
    }

    /// Reads a target from its text; `path` says in which folder its commands run.
    ///
    /// # Errors
    /// As [`Target::read`].
    pub fn from_document(d: &Document, path: &FilePath) -> Result<Self, Problem> {
        let fields = d.fields(&d.root, "a target")?;
        let (url, others) = target_reach::urls(d, &fields)?;
        let mut target = Self::at(&url);
        if let Some(name) = fields.text("target")? {
            name.clone_into(&mut target.name);
        }
        target.dialect = fields.text("dialect")?.map(str::to_owned);
        target.start = fields.text("start")?.map(str::to_owned);
        target.stop = fields.text("stop")?.map(str::to_owned);
        target.places.url = fields.get("url").map(|node| place(d, node));
        target.places.start = fields.get("start").map(|node| place(d, node));
        if let (Some(node), None) = (fields.get("stop"), &target.start) {
            return Err(d.problem(node.span, "`stop` ends what `start` has started, and there is no `start`"));
        }
        target.folder = path.parent().map(FilePath::to_owned).unwrap_or_default();
        target.reach = target_reach::read(d, &fields, (&url, others), &target.folder, &mut target.secrets)?;
        target.places.tls = fields.get("tls").map(|node| place(d, node));
        target.ready = fields.get("ready").map(|node| ready(d, node)).transpose()?;
        if let Some(node) = fields.get("env") {
            target.env = pairs(d, node)?;
        }
        if let Some(node) = fields.get("token") {
            target.token = token(d, node, &target)?;
        }
        target.places.token =
            fields.get("token").or(fields.get("url")).or(fields.get("urls")).map(|node| place(d, node));
        target.read_people(d, &fields)?;
        if let Some(node) = fields.get("lacks") {
            target.lacks = words(d, node)?;
        }
        if let Some(node) = fields.get("settle") {
            target.settle = duration::read(d, node, "`settle`")?;
        }
        if let Some(node) = fields.get("jobs") {
            target.jobs = d
                .text(node, "`jobs`")?
                .parse()
                .ok()
                .filter(|jobs| (1..=limits::JOBS).contains(jobs))
                .ok_or_else(|| {
                    let what = "`jobs` is how many cases run at once: a whole number from 1 to";
                    d.problem(node.span, format!("{what} {}", limits::JOBS))
                })?;
        }
        if let Some(node) = fields.get("timing") {
            target.read_timing(d, node)?;
        }
        if let Some(node) = fields.get("renames") {
            target.renames = pairs(d, node)?;
        }
        if let Some(node) = fields.get("expected_failures") {
            target.expected_failures = expected::list(d, node)?;
        }
        fields.finish()?;
        Ok(target)
    }

    /// Who the users are, and how they get in.
    fn read_people(&mut self, d: &Document, fields: &Fields<'_>) -> Result<(), Problem> {
        let command =
            TokenCommand { folder: self.folder.clone(), env: self.env.clone(), ..TokenCommand::default() };
        if let Some(node) = fields.get("users") {
            self.people = login::people(d, node, command)?;
        }
        self.login = login::login(d, fields, &self.people, &mut self.secrets)?;
        Ok(())
    }

    fn read_timing(&mut self, d: &Document, node: &Node) -> Result<(), Problem> {
        let fields = d.fields(node, "`timing`")?;
        self.debounce =
            fields.get("debounce").map(|node| duration::read(d, node, "`debounce`")).transpose()?;
        if let Some(node) = fields.get("typing_expires") {
            let text = d.text(node, "`typing_expires`")?;
            let window =
                text.split_once("..").and_then(|(a, b)| Some((duration::parse(a)?, duration::parse(b)?)));
            let window = window.filter(|(from, to)| from <= to);
            let window = window.ok_or_else(|| d.problem(node.span, "write a window such as 3s..5s"))?;
            self.typing_expires = Some(window);
        }
        fields.finish()
    }
}

/// `/healthz`
fn ready(d: &Document, node: &Node) -> Result<String, Problem> {
    let text = d.text(node, "`ready`")?;
    if text.starts_with('/') {
        return Ok(text.to_owned());
    }
    Err(d.problem(node.span, "`ready` is a path, which begins with a slash").hint("write /healthz"))
}

fn place(d: &Document, node: &Node) -> Place {
    (Arc::clone(&d.sources[usize::from(node.span.file)]), node.span)
}

fn words(d: &Document, node: &Node) -> Result<Vec<String>, Problem> {
    d.list(node).iter().map(|item| d.text(item, "an item").map(str::to_owned)).collect()
}

fn pairs(d: &Document, node: &Node) -> Result<IndexMap<String, String>, Problem> {
    let entries = d.entries(node, "this")?;
    entries.iter().map(|(key, node)| Ok((key.text.clone(), d.text(node, "a value")?.to_owned()))).collect()
}

fn token(d: &Document, node: &Node, target: &Target) -> Result<TokenSource, Problem> {
    if let Yaml::Scalar { text, plain: true } = &node.value
        && text == "none"
    {
        return Ok(TokenSource::None);
    }
    let fields = d.fields(node, "`token`")?;
    let (secret, command) = (fields.text("secret")?, fields.text("command")?);
    fields.finish()?;
    match (secret, command) {
        (Some(secret), None) => Ok(TokenSource::Secret(secret.to_owned())),
        (None, Some(command)) => Ok(TokenSource::Command(Box::new(TokenCommand {
            command: command.to_owned(),
            folder: target.folder.clone(),
            env: target.env.clone(),
        }))),
        _ => Err(d.problem(node.span, "`token` has either a `secret` or a `command`")),
    }
}
