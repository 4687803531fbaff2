//! A Socket.IO client and an HTTP client just big enough for these tests, and a server to use them on.
//!
//! Written from the protocol, not from the server: the two share no codec.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use reference_server::{DEVELOPMENT_SECRET, Options, UserId, serve, sign};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The patience of a new client.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The patience of a fence, which is always answered.
const FENCE: Duration = Duration::from_secs(10);

pub(crate) fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A token that is good for an hour.
pub(crate) fn token(user: u64) -> String {
    token_until(user, now_s() + 3_600)
}

pub(crate) fn token_until(user: u64, exp: u64) -> String {
    sign(DEVELOPMENT_SECRET, &UserId::Number(user), exp).unwrap()
}

/// A running server.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) ended: JoinHandle<std::io::Result<()>>,
}

pub(crate) async fn start(options: Options) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(serve(listener, options, async move {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

/// A connection to one namespace.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// How long an answer may take before it counts as missing.
    pub(crate) patience: Duration,
    namespace: &'static str,
    next_id: u64,
    heard: Vec<(String, Value)>,
}

impl Client {
    /// A connection, or the text of the `connect_error`.
    pub(crate) async fn enter(
        address: SocketAddr,
        namespace: &'static str,
        query: &str,
        auth: &Value,
    ) -> Result<Self, String> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket{query}");
        let client = Self::opened(&url, namespace).await;
        client.entered(auth).await
    }

    /// A connection of a user to a session that polled first and became a websocket before it was connected.
    pub(crate) async fn upgraded(address: SocketAddr, namespace: &'static str, user: u64) -> Self {
        let begun = http(address, "GET", "/socket.io/?EIO=4&transport=polling", "", "").await.text;
        let opening: Value =
            serde_json::from_str(&begun[begun.find('{').unwrap()..=begun.rfind('}').unwrap()]).unwrap();
        let sid = opening["sid"].as_str().unwrap();
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket&sid={sid}");
        let mut client = Self::opened(&url, namespace).await;
        client.raw("2probe".to_owned()).await;
        assert_eq!(client.packet(PATIENCE).await.as_deref(), Some("3probe"));
        client.raw("5".to_owned()).await;
        client.entered(&json!({"token": token(user)})).await.unwrap()
    }

    async fn opened(url: &str, namespace: &'static str) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Self { socket, patience: PATIENCE, namespace, next_id: 0, heard: Vec::new() }
    }

    async fn entered(self, auth: &Value) -> Result<Self, String> {
        let mut client = self;
        let namespace = client.namespace;
        client.raw(format!("40{namespace},{auth}")).await;
        loop {
            let packet = client.packet(PATIENCE).await.expect("an answer to CONNECT");
            if packet.starts_with(&format!("40{namespace},")) {
                return Ok(client);
            }
            if let Some(error) = packet.strip_prefix(&format!("44{namespace},")) {
                let error: Value = serde_json::from_str(error).unwrap();
                return Err(error["message"].as_str().unwrap().to_owned());
            }
        }
    }

    /// A connection to `/chat`.
    pub(crate) async fn connect(address: SocketAddr, auth: Value) -> Self {
        Self::enter(address, "/chat", "", &auth).await.unwrap()
    }

    /// A connection of a user with a good token to `/chat`.
    pub(crate) async fn user(address: SocketAddr, user: u64) -> Self {
        Self::connect(address, json!({"token": token(user)})).await
    }

    /// A connection of a user named in the query.
    pub(crate) async fn named(address: SocketAddr, namespace: &'static str, user: &str) -> Self {
        Self::enter(address, namespace, &format!("&userId={user}"), &json!({})).await.unwrap()
    }

    pub(crate) async fn raw(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next packet other than a ping; `None` on silence or the end of the connection.
    pub(crate) async fn packet(&mut self, patience: Duration) -> Option<String> {
        loop {
            let next = tokio::time::timeout(patience, self.socket.next()).await.ok()??.ok()?;
            match next {
                Message::Text(text) if text == "2" => self.raw("3".to_owned()).await,
                Message::Text(text) => return Some(text.to_string()),
                _ => return None,
            }
        }
    }

    pub(crate) async fn emit(&mut self, event: &str, payload: Value) {
        let namespace = self.namespace;
        self.raw(format!("42{namespace},{}", json!([event, payload]))).await;
    }

    /// Emits with an acknowledgement; `None` where none comes. Events that come first are kept.
    pub(crate) async fn ask(&mut self, event: &str, payload: Value) -> Option<Value> {
        let (namespace, id) = (self.namespace, self.next_id());
        self.raw(format!("42{namespace},{id}{}", json!([event, payload]))).await;
        let data = self.until(&format!("43{namespace},{id}"), self.patience).await?;
        Some(serde_json::from_str::<Value>(&data).unwrap()[0].take())
    }

    /// Everything heard so far: the answer to a CONNECT comes after all that was queued before it, and is no event.
    pub(crate) async fn heard(&mut self) -> Vec<(String, Value)> {
        let id = self.next_id();
        self.raw(format!("40/fence-{id},")).await;
        self.until(&format!("44/fence-{id},"), FENCE).await.expect("an answer to CONNECT");
        std::mem::take(&mut self.heard)
    }

    /// The events heard within a time, for sockets that the server closes.
    pub(crate) async fn heard_within(&mut self, patience: Duration) -> Vec<(String, Value)> {
        while let Some(packet) = self.packet(patience).await {
            self.keep(&packet);
        }
        std::mem::take(&mut self.heard)
    }

    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The rest of the next packet with this prefix. Events before it are kept.
    async fn until(&mut self, prefix: &str, patience: Duration) -> Option<String> {
        loop {
            let packet = self.packet(patience).await?;
            if let Some(rest) = packet.strip_prefix(prefix) {
                return Some(rest.to_owned());
            }
            self.keep(&packet);
        }
    }

    /// Notes an event, and the end of the connection as if it were one.
    fn keep(&mut self, packet: &str) {
        if packet == format!("41{},", self.namespace) {
            self.heard.push(("disconnect".to_owned(), Value::Null));
        }
        if let Some(data) = packet.strip_prefix(&format!("42{},", self.namespace)) {
            let mut data: Value = serde_json::from_str(data).unwrap();
            self.heard.push((data[0].as_str().unwrap().to_owned(), data[1].take()));
        }
    }
}

/// The names of what was heard.
pub(crate) fn names(heard: &[(String, Value)]) -> Vec<&str> {
    heard.iter().map(|(name, _)| name.as_str()).collect()
}

/// User 1 says large texts to user 2, who reads nothing, until they hear that the other has left: the slow one, the one who
/// talks, and whether they heard it.
pub(crate) async fn talk_to_a_slow_reader(address: SocketAddr) -> (Client, Client, bool) {
    let mut slow = Client::user(address, 2).await;
    slow.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let mut ana = Client::user(address, 1).await;
    ana.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let text = "x".repeat(200_000);
    for _ in 0..200 {
        let ack = ana.ask("sendMessage", json!({"chatId": 1, "content": text})).await.unwrap();
        assert_eq!(ack["success"], true);
        if names(&ana.heard().await).contains(&"userLeft") {
            return (slow, ana, true);
        }
    }
    (slow, ana, false)
}

/// An HTTP answer. Header names are in lower case.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

pub(crate) async fn http(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), text: text.to_owned() }
}

/// A REST call of a user.
pub(crate) async fn rest(address: SocketAddr, user: u64, method: &str, path: &str, body: Value) -> Answer {
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", token(user));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    http(address, method, path, &headers, &body).await
}

/// A REST call of nobody in particular.
pub(crate) async fn call(address: SocketAddr, method: &str, path: &str, body: Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    http(address, method, path, "Content-Type: application/json\r\n", &body).await
}
