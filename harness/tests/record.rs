//! The recorder: what it writes of a conversation, that this replays, and that the replay finds what is broken. Its command
//! line is tried in `bad_input.rs`, and the official client goes through it in `ci/interop/run.sh`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capture::{Recording, Told, Written, guess, write};
use clap::Parser;
use jsonwebtoken::{EncodingKey, Header, encode};
use language::contract::Contract;
use language::library::Library;
use reference_server::{DialectName, Fault, Options};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::timeout;
use wire::client::rest::{Request, Response, Rest};
use wire::client::{Address, Arrival, Endpoint, Handshake, Incoming, Socket, SocketKey, Transport};

use super::client::server;

const SECRET: &str = "a secret of the test";
const SOON: Duration = Duration::from_secs(5);
const SETTLE: Duration = Duration::from_millis(30);

/// A reference server; it ends with this.
struct Server {
    base: String,
    _end: oneshot::Sender<()>,
}

async fn reference(dialect: &str, faults: &[&str]) -> Server {
    let options = Options {
        dialect: dialect.parse::<DialectName>().unwrap(),
        jwt_secret: SECRET.to_owned(),
        faults: faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect(),
        ..Options::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (end, ended) = oneshot::channel::<()>();
    tokio::spawn(reference_server::serve(listener, options, async move {
        let _dropped = ended.await;
    }));
    Server { base, _end: end }
}

struct Tape {
    recording: Recording,
    base: String,
    lines: Arc<Mutex<Vec<String>>>,
}

async fn record(upstream: &str) -> Tape {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    let tell = Box::new(move |line: &str| told.lock().unwrap().push(line.to_owned()));
    let upstream = Address::parse(upstream).unwrap();
    let recording = Recording::start(listener, upstream, SETTLE, Some(SECRET.to_owned()), tell).unwrap();
    let base = format!("http://{}", recording.address);
    Tape { recording, base, lines }
}

fn contracts() -> Vec<Arc<Contract>> {
    let folder = PathBuf::from(SCENARIOS);
    Library { folder }.contracts().unwrap().into_iter().map(Arc::new).collect()
}

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");

impl Tape {
    /// Ends the recording, whose dialect the names of its events tell.
    async fn end(self) -> (Option<Written>, Option<String>) {
        // What was said last may still be on its way.
        tokio::time::sleep(2 * SETTLE).await;
        let (story, lost) = self.recording.end();
        let contract = guess(&story, &contracts());
        (write(story, Told { title: "a test", contract: contract.as_deref() }), lost)
    }
}

fn token(user: u64) -> String {
    let claims = json!({"sub": user.to_string(), "exp": 4_000_000_000_u64});
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

/// A client, and what it hears.
struct Client {
    socket: Socket,
    heard: UnboundedReceiver<Arrival>,
}

impl Client {
    async fn connect(base: &str, namespace: &str, auth: Value, transport: Transport) -> Self {
        let (sink, heard) = unbounded_channel();
        let endpoint = Endpoint {
            base: base.to_owned(),
            path: "/socket.io/".to_owned(),
            namespace: namespace.to_owned(),
            tls: None,
        };
        let handshake = Handshake { auth: Some(auth), transport, ..Handshake::default() };
        let socket = Socket::open(&endpoint, &handshake, SocketKey(0), SOON, sink, None).await.unwrap();
        let mut client = Self { socket, heard };
        assert!(matches!(client.next().await, Incoming::Connected { .. }));
        client
    }

    async fn next(&mut self) -> Incoming {
        timeout(SOON, self.heard.recv()).await.unwrap().unwrap().what
    }

    /// Emits, and waits for the ack.
    async fn ask(&mut self, event: &str, data: Value) -> Value {
        let asked = self.socket.emit(event, &[data], true).unwrap();
        loop {
            if let Incoming::Ack { id, mut args } = self.next().await
                && id == asked
            {
                return args.pop().unwrap_or_default();
            }
        }
    }

    /// Waits for an event.
    async fn hear(&mut self, event: &str) -> Value {
        loop {
            if let Incoming::Event { name, mut args, .. } = self.next().await
                && name == event
            {
                return args.pop().unwrap_or_default();
            }
        }
    }
}

async fn call(base: &str, method: &str, path: &str, user: Option<u64>, json: Option<Value>) -> Response {
    let headers = user.map(|user| ("authorization".to_owned(), format!("Bearer {}", token(user))));
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: headers.into_iter().collect(),
        json,
        raw: None,
    };
    Rest::new(base, None).unwrap().call(&request, SOON).await.unwrap()
}

/// Two users in a chat that they make, and in one that was there before.
async fn conversation(base: &str, transport: Transport) {
    let made = call(base, "POST", "/project-chats", Some(1), Some(json!({"participants": [1, 2]}))).await;
    let chat = made.body["id"].clone();
    let mut ana = Client::connect(base, "/chat", json!({"token": token(1)}), transport).await;
    let mut bo = Client::connect(base, "/chat", json!({"token": token(2)}), transport).await;
    for client in [&mut ana, &mut bo] {
        client.ask("joinChat", json!({"chatId": chat})).await;
    }
    let sent = ana.ask("sendMessage", json!({"chatId": chat, "content": "it costs 5 $: fine"})).await;
    bo.hear("newMessage").await;
    bo.ask("markAsRead", json!({"chatId": chat, "messageId": sent["data"]["id"]})).await;
    ana.hear("messageRead").await;
    bo.socket.emit("typing", &[json!({"chatId": chat, "isTyping": true})], false);
    ana.hear("userTyping").await;
    let path = format!("/chat-messages/chat/{chat}");
    assert_eq!(call(base, "GET", &path, Some(2), None).await.body.as_array().unwrap().len(), 1);
    call(base, "GET", "/chat-messages/chat/1", Some(2), None).await;
    bo.ask("sendMessage", json!({"chatId": 1, "content": "not joined, but heard"})).await;
    bo.socket.disconnect();
    ana.hear("userLeft").await;
    ana.socket.disconnect();
    timeout(SOON, async { while !matches!(ana.next().await, Incoming::Closed { .. }) {} }).await.unwrap();
}

/// Runs a scenario against a server, as a user does; returns the exit status.
async fn replay(scenario: &str, base: &str, dialect: &str, test: &str) -> u8 {
    let folder = std::env::temp_dir().join(format!("harness-record-{}-{test}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (file, target) = (folder.join("new.yaml"), folder.join("target.yaml"));
    std::fs::write(&file, scenario).unwrap();
    std::fs::write(&target, format!("url: {base}\ntoken: {{secret: {SECRET}}}\nsettle: 20ms\n")).unwrap();
    let path = |path: &PathBuf| path.display().to_string();
    let flags = [
        "harness",
        "--scenarios",
        SCENARIOS,
        "--scenario",
        &path(&file),
        "--target",
        &path(&target),
        "--dialect",
        dialect,
        "--level",
        "may",
        "--reports",
        &path(&folder.join("reports")),
    ]
    .map(str::to_owned);
    let status = harness::cli::main(harness::cli::Cli::parse_from(flags)).await;
    std::fs::remove_dir_all(folder).unwrap();
    status
}

async fn recorded(transport: Transport) -> (Server, String) {
    let server = reference("crm", &[]).await;
    let tape = record(&server.base).await;
    conversation(&tape.base, transport).await;
    let (written, lost) = tape.end().await;
    let written = written.unwrap();
    assert_eq!(lost, None);
    assert_eq!(written.remarks, Vec::<String>::new());
    (server, written.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_the_same_over_every_transport_and_replays() {
    let (server, over_websocket) = recorded(Transport::Websocket).await;
    insta::with_settings!({ snapshot_path => "record", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("conversation", over_websocket);
    });
    // The same server has another state by now, and a fresh one none.
    assert_eq!(replay(&over_websocket, &server.base, "crm", "same").await, 0);
    let fresh = reference("crm", &[]).await;
    assert_eq!(replay(&over_websocket, &fresh.base, "crm", "fresh").await, 0);
    for (transport, name) in [(Transport::Polling, "polling"), (Transport::Upgrade, "upgrade")] {
        let (server, text) = recorded(transport).await;
        assert_eq!(text.replace(&format!(", transport: {name}"), ""), over_websocket, "{name}");
        assert_eq!(replay(&text, &server.base, "crm", name).await, 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_finds_what_is_broken() {
    let (_server, text) = recorded(Transport::Websocket).await;
    let mut replays = tokio::task::JoinSet::new();
    for fault in FOUND {
        let text = text.clone();
        replays.spawn(async move {
            let broken = reference("crm", &[fault]).await;
            (fault, replay(&text, &broken.base, "crm", fault).await)
        });
    }
    for (fault, status) in replays.join_all().await {
        assert_eq!(status, 1, "{fault} was not found");
    }
}

/// What a replay of the conversation above finds: each is a violation in something that was said in it.
const FOUND: [&str; 12] = [
    "wrong-sender",
    "wrong-room-id",
    "number-as-string",
    "missing-timestamp",
    "epoch-timestamp",
    "extra-field",
    "duplicate-delivery",
    "sender-unheard",
    "leak-to-stranger",
    "echo-typing",
    "left-not-told-on-disconnect",
    "history-missing-last",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_credential_is_written_or_shown() {
    let server = reference("crm", &[]).await;
    let tape = record(&server.base).await;
    let login = json!({"email": "ana@example.com", "password": "hunter22"});
    call(&tape.base, "POST", "/auth/login", None, Some(login)).await;
    let opaque = "Bearer an-opaque-token-of-somebody";
    let request = Request {
        method: "GET".to_owned(),
        path: "/chat-messages/chat/1?token=another-opaque-token".to_owned(),
        headers: vec![
            ("authorization".to_owned(), opaque.to_owned()),
            ("x-api-key".to_owned(), "k-123".to_owned()),
        ],
        ..Request::default()
    };
    Rest::new(&tape.base, None).unwrap().call(&request, SOON).await.unwrap();
    let auth = json!({"token": format!("Bearer {}", token(1)), "device": "a phone", "fingerprint": "f1nger-pr1nt-0f-s0meb0dy"});
    let mut ana = Client::connect(&tape.base, "/chat", auth, Transport::Websocket).await;
    ana.ask("joinChat", json!({"chatId": 1, "secret": "opensesame"})).await;
    let lines = Arc::clone(&tape.lines);
    let written = tape.end().await.0.unwrap();
    let shown = lines.lock().unwrap().join("\n");
    for secret in ["hunter22", "opaque", "k-123", "eyJ", "f1nger", "opensesame"] {
        assert!(!written.text.contains(secret), "{secret} is in the file:\n{}", written.text);
        assert!(!shown.contains(secret), "{secret} is on the screen:\n{shown}");
    }
    assert!(
        written.text.contains("{token: Bearer $token, device: a phone, fingerprint: REDACTED}"),
        "{}",
        written.text
    );
    let remarks = written.remarks.join("\n");
    for name in ["`password`", "`token`", "`fingerprint`", "`secret`", "`x-api-key`"] {
        assert!(remarks.contains(name), "nobody is told of {name}:\n{remarks}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_scenario_can_say_is_said_to_be_missing() {
    let base = server::serve_lenient().await;
    let tape = record(&base).await;
    let ana = Client::connect(&tape.base, "/chat", json!({}), Transport::Websocket).await;
    ana.socket.emit("draw", &[json!(1), json!("two")], false);
    let _other = Client::connect(&tape.base, "/elsewhere", json!({}), Transport::Polling).await;
    let written = tape.end().await.0.unwrap();
    assert!(written.text.contains(r#"  - ana: {connect: {auth: {}}}"#), "{}", written.text);
    assert!(written.text.contains(r#"ana: {frame: "42/chat,[\"draw\",1,\"two\"]"}"#), "{}", written.text);
    assert!(!written.text.contains("dialect:"), "no contract knows `draw`:\n{}", written.text);
    let remarks = written.remarks.join("\n");
    assert!(remarks.contains("the namespace /elsewhere was passed on and is left out"), "{remarks}");
    assert!(remarks.contains("an event with several arguments is written as a `frame`"), "{remarks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_is_written_when_the_server_is_gone() {
    let server = reference("crm", &[]).await;
    let tape = record(&server.base).await;
    let mut ana =
        Client::connect(&tape.base, "/chat", json!({"token": token(1)}), Transport::Websocket).await;
    ana.ask("joinChat", json!({"chatId": 1})).await;
    drop(server);
    timeout(SOON, async { while !matches!(ana.next().await, Incoming::Closed { .. }) {} }).await.unwrap();
    let answer = call(&tape.base, "GET", "/healthz", None, None).await;
    assert_eq!(answer.status, 502);
    assert!(answer.body.to_string().contains("does not answer"), "{}", answer.body);
    let (written, lost) = tape.end().await;
    assert!(lost.unwrap().contains("does not answer"));
    let text = written.unwrap().text;
    assert!(text.contains("- ana: {emit: joinChat, data: {chatId: 1}"), "{text}");
    assert!(text.contains("- ana: {expect: disconnect}"), "{text}");
}
