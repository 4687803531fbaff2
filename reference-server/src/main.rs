//! The command line of the reference server: flags, logging, Ctrl-C.
//!
//! It must not know how anything works; all that is in the library.

mod bounds;
mod introduction;
mod log;

use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use reference_server::{
    Capabilities, Capability, DEVELOPMENT_SECRET, DialectName, Expiry, Fault, Fixtures, GatewayOptions,
    Limits, Options, Presence, RateLimit, Variation, serve, serve_echo,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Packets are allocated by one thread and freed by another; this one is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An in-memory Socket.IO chat server that keeps the promises of documented systems, each on a port of its own.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Flags {
    /// Which documented system to be: minimal, minimal-open, gateway, whatsapp or crm; repeatable [default: all five].
    #[arg(long = "dialect", value_name = "NAME")]
    dialects: Vec<DialectName>,

    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,

    /// Port of the first dialect, the others follow; 0 takes free ones.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,

    /// Secret that signs tokens (HS256). The default is for development and only accepted on loopback.
    #[arg(long, env = "JWT_SECRET", default_value = DEVELOPMENT_SECRET, hide_env_values = true)]
    jwt_secret: String,

    /// Refuse tokens that do not say when they expire.
    #[arg(long)]
    require_exp: bool,

    /// Ask for a token in gateway too, which its document names under "Security".
    #[arg(long)]
    gateway_tokens: bool,

    /// Make what is said in gateway harmless in HTML.
    #[arg(long)]
    sanitise: bool,

    /// Refuse to start with any default that is for development only.
    #[arg(long)]
    public: bool,

    /// Browser origin that may call and connect; repeatable, `*` for all [default: http://localhost:3000 and
    /// http://localhost:5173]. The page that a server serves itself may in any case, by the name localhost or an
    /// address.
    #[arg(long = "cors-origin", env = "FRONTEND_URL", value_name = "ORIGIN")]
    cors_origins: Vec<String>,

    /// Users, conversations and messages to start with, in YAML or JSON [default: users 1 to 3, conversation 1 of
    /// users 1 and 2, conversation 2 of users 2 and 3].
    #[arg(long, value_name = "FILE")]
    fixtures: Option<PathBuf>,

    /// Who is told that a user came or went (gateway, whatsapp): all, or contacts, who share a conversation.
    #[arg(long, value_name = "WHOM", default_value = "all")]
    presence: Presence,

    /// Whether `?userId=` is enough to connect to whatsapp, as its document has it for development [default: true on
    /// loopback, else false].
    #[arg(long, value_name = "BOOL")]
    dev_auth: Option<bool>,

    /// A repeated keystroke within this many milliseconds is not broadcast.
    #[arg(long, value_name = "MS", default_value_t = 500)]
    typing_debounce_ms: u64,

    /// Typing that is not renewed for this many milliseconds is ended by the server.
    #[arg(long, value_name = "MS", default_value_t = 4_000)]
    typing_expiry_ms: u64,

    /// Events per second that one connection may send; a user, with all devices and REST calls, twice that.
    #[arg(long, value_name = "EVENTS_PER_SECOND", default_value_t = RateLimit::DEFAULT.per_second)]
    rate_limit: NonZeroU32,

    /// Events that one connection may send at once after a silence; a user twice that.
    #[arg(long, value_name = "N", default_value_t = RateLimit::DEFAULT.burst)]
    rate_burst: NonZeroU32,

    /// Let everybody send as much as they like.
    #[arg(long, conflicts_with_all = ["rate_limit", "rate_burst"])]
    no_rate_limit: bool,

    /// Characters in one message.
    #[arg(long, value_name = "N", default_value_t = Limits::default().text_chars)]
    max_text_chars: usize,

    /// Messages kept per conversation; the oldest goes first.
    #[arg(long, value_name = "N", default_value_t = Limits::default().messages_per_conversation)]
    max_messages_per_conversation: usize,

    /// Messages kept in all; the oldest goes first.
    #[arg(long, value_name = "N", default_value_t = Limits::default().messages)]
    max_messages: usize,

    /// Bytes that all kept messages take; the oldest goes first.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().message_bytes)]
    max_message_bytes: usize,

    /// Participants of one conversation.
    #[arg(long, value_name = "N", default_value_t = Limits::default().participants)]
    max_participants: usize,

    /// Participants of all conversations together.
    #[arg(long, value_name = "N", default_value_t = Limits::default().memberships)]
    max_memberships: usize,

    /// Rooms that one connection may join.
    #[arg(long, value_name = "N", default_value_t = Limits::default().rooms_per_socket)]
    max_rooms_per_socket: usize,

    /// Conversations kept; the oldest without a message that nobody has joined goes first.
    #[arg(long, value_name = "N", default_value_t = Limits::default().conversations)]
    max_conversations: usize,

    #[command(flatten)]
    bounds: bounds::BoundFlags,

    /// Serve the application that the official protocol suites ask for on --port, and no chat.
    #[arg(long, conflicts_with_all = ["dialects", "public"])]
    echo: bool,

    /// Lack what documents name as a next step: reactions, last_seen, offline_delivery, editing; separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    without: Vec<Capability>,

    /// Violate a promise on purpose; repeatable.
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<Fault>,

    /// Differ in a way no document forbids; repeatable; see --list-faults.
    #[arg(long = "variation", value_name = "NAME")]
    variations: Vec<Variation>,

    /// Print every fault and variation with what it does, and exit.
    #[arg(long)]
    list_faults: bool,

    /// Write the log as JSON, one object per line. `RUST_LOG` chooses what is logged [default: info].
    #[arg(long)]
    log_json: bool,
}

impl Flags {
    /// The dialects to serve, in order.
    fn dialects(&self) -> &[DialectName] {
        if self.dialects.is_empty() { DialectName::all() } else { &self.dialects }
    }

    /// The options of every dialect; which one is set later.
    fn options(&self) -> Result<Options, String> {
        let mut options = Options { presence: self.presence, dev_auth: self.dev_auth, ..Options::default() };
        options.jwt_secret.clone_from(&self.jwt_secret);
        options.token_expiry = if self.require_exp { Expiry::Required } else { Expiry::Optional };
        options.gateway = GatewayOptions { tokens: self.gateway_tokens, sanitise: self.sanitise };
        options.typing_debounce = Duration::from_millis(self.typing_debounce_ms);
        options.typing_expiry = Duration::from_millis(self.typing_expiry_ms);
        let limit = RateLimit { per_second: self.rate_limit, burst: self.rate_burst };
        options.rate_limit = (!self.no_rate_limit).then_some(limit);
        options.capabilities = Capabilities::without(&self.without);
        options.faults = self.faults.iter().copied().collect();
        options.variations.clone_from(&self.variations);
        options.bounds = self.bounds.bounds();
        options.limits.text_chars = self.max_text_chars;
        options.limits.messages_per_conversation = self.max_messages_per_conversation;
        options.limits.messages = self.max_messages;
        options.limits.message_bytes = self.max_message_bytes;
        options.limits.participants = self.max_participants;
        options.limits.memberships = self.max_memberships;
        options.limits.rooms_per_socket = self.max_rooms_per_socket;
        options.limits.conversations = self.max_conversations;
        if !self.cors_origins.is_empty() {
            options.cors_origins.clone_from(&self.cors_origins);
        }
        if let Some(path) = &self.fixtures {
            options.fixtures = Fixtures::load(path)
                .map_err(|error| format!("failed to load {}: {error}", path.display()))?;
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    if flags.list_faults {
        return status(say(&introduction::catalogue()));
    }
    log::subscribe(flags.log_json);
    status(run(&flags))
}

fn status(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _nobody_left = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a text; a reader such as `head` may have seen enough.
fn say(text: &str) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

#[tokio::main]
async fn run(flags: &Flags) -> Result<(), String> {
    if flags.echo {
        return echo(flags).await;
    }
    let options = flags.options()?;
    if options.jwt_secret == DEVELOPMENT_SECRET {
        tracing::warn!("JWT_SECRET is not set: tokens are signed with a secret that everybody knows");
    }
    if !options.faults.is_empty() {
        let names: Vec<_> = options.faults.iter().map(Fault::name).collect();
        tracing::warn!("this server violates its document on purpose: {}", names.join(", "));
    }
    let asked = asked_to_end().map_err(|error| format!("signals cannot be heard: {error}"))?;
    let (stop, stopping) = watch::channel(false);
    let mut servers = JoinSet::new();
    for (index, dialect) in flags.dialects().iter().enumerate() {
        let options = Options { dialect: *dialect, ..options.clone() };
        let (listener, address) = listen(flags, index).await?;
        options.check(address)?;
        if flags.public {
            options.check_public()?;
        }
        say(&introduction::of(&options, &address.to_string())?)?;
        let mut stopping = stopping.clone();
        let stopped = async move {
            let _ = stopping.changed().await;
        };
        servers.spawn(serve(listener, options, stopped));
    }
    tokio::spawn(async move {
        asked.await;
        let _ = stop.send(true);
    });
    while let Some(ended) = servers.join_next().await {
        let ended = ended.map_err(|error| error.to_string())?;
        ended.map_err(|error| format!("failed to serve: {error}"))?;
    }
    Ok(())
}

async fn echo(flags: &Flags) -> Result<(), String> {
    let asked = asked_to_end().map_err(|error| format!("signals cannot be heard: {error}"))?;
    let (listener, address) = listen(flags, 0).await?;
    say(&format!("echo on http://{address}, namespaces / and /custom\n"))?;
    serve_echo(listener, asked).await.map_err(|error| format!("failed to serve: {error}"))
}

async fn listen(flags: &Flags, index: usize) -> Result<(TcpListener, SocketAddr), String> {
    let next = u16::try_from(index).ok().and_then(|index| flags.port.checked_add(index));
    let port = if flags.port == 0 { Some(0) } else { next };
    let port = port.ok_or("there are not enough ports after --port")?;
    let listener = TcpListener::bind((flags.host, port))
        .await
        .map_err(|error| format!("failed to listen on {}:{port}: {error}", flags.host))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, address))
}

/// Completes on Ctrl-C, or where the system asks the process to end, or the terminal is gone. All of it is listened for from the
/// call on, so that no signal that comes while the server starts ends it in another way.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals =
        [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?];
    Ok(async move {
        let [interrupt, terminate, hang_up] = &mut signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Completes on Ctrl-C.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn flags_become_options() {
        let arguments = [
            "x",
            "--fault",
            "no-ack",
            "--variation",
            "delay",
            "--typing-expiry-ms",
            "3000",
            "--cors-origin",
            "https://a.b",
        ];
        let options = Flags::try_parse_from(arguments).unwrap().options().unwrap();
        assert!(options.faults.has(Fault::NoAck));
        assert_eq!(
            (options.variations, options.typing_expiry),
            (vec![Variation::Delay], Duration::from_secs(3))
        );
        assert_eq!(options.cors_origins, ["https://a.b"]);
        assert!(Flags::try_parse_from(["x", "--fault", "nonsense"]).is_err());
    }

    #[test]
    fn without_a_dialect_all_are_served() {
        let flags = Flags::try_parse_from(["x"]).unwrap();
        assert_eq!(flags.dialects(), DialectName::all());
        let flags = Flags::try_parse_from(["x", "--dialect", "gateway", "--dialect", "crm"]).unwrap();
        assert_eq!(flags.dialects(), [DialectName::Gateway, DialectName::Crm]);
        assert!(Flags::try_parse_from(["x", "--dialect", "klingon"]).is_err());
    }

    #[test]
    fn the_rate_limit_is_on_unless_switched_off() {
        let limit = |arguments: &[&str]| {
            let all = std::iter::once("x").chain(arguments.iter().copied());
            Flags::try_parse_from(all).map(|flags| flags.options().unwrap().rate_limit)
        };
        assert_eq!(limit(&[]).unwrap(), Some(RateLimit::DEFAULT));
        let own = limit(&["--rate-limit", "5", "--rate-burst", "9"]).unwrap();
        assert_eq!(own, Some(RateLimit::new(5, 9)));
        assert_eq!(limit(&["--no-rate-limit"]).unwrap(), None);
        assert!(limit(&["--rate-limit", "0"]).is_err());
        assert!(limit(&["--no-rate-limit", "--rate-burst", "9"]).is_err());
    }

    #[test]
    fn what_goes_beyond_the_documents_is_there_unless_switched_off() {
        let flags = Flags::try_parse_from(["x", "--without", "reactions,last_seen"]).unwrap();
        let left = flags.options().unwrap().capabilities;
        assert_eq!(left, Capabilities::without(&[Capability::Reactions, Capability::LastSeen]));
        assert!(left.has(Capability::Editing) && !left.has(Capability::Reactions));
        assert_eq!(
            Flags::try_parse_from(["x"]).unwrap().options().unwrap().capabilities,
            Capabilities::default()
        );
        assert!(Flags::try_parse_from(["x", "--without", "telepathy"]).is_err());
    }

    #[test]
    fn who_may_come_in_and_who_hears_of_it() {
        let arguments = ["x", "--presence", "contacts", "--dev-auth", "false"];
        let options = Flags::try_parse_from(arguments).unwrap().options().unwrap();
        assert_eq!((options.presence, options.dev_auth), (Presence::Contacts, Some(false)));
        assert!(Flags::try_parse_from(["x", "--presence", "some"]).is_err());
    }
}
