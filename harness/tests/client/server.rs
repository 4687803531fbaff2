//! A small Socket.IO server on a free port. Owns what the tests may ask of it; one per test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::serve::ListenerExt as _;
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::{SocketIo, SocketIoBuilder};
use tokio::net::TcpListener;

/// Serves the namespace `/chat`; returns the base URL.
pub(crate) async fn serve() -> String {
    start(SocketIo::builder(), |io| io.ns("/chat", chat)).await
}

/// The same as [`serve`], with a heartbeat of its own.
pub(crate) async fn serve_pinging(interval: Duration, patience: Duration) -> String {
    start(SocketIo::builder().ping_interval(interval).ping_timeout(patience), |io| io.ns("/chat", chat)).await
}

/// Lets a client into any namespace; in `/chat` it tells how often another one was left again.
pub(crate) async fn serve_lenient() -> String {
    let left = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&left);
    start(SocketIo::builder(), |io| {
        io.dyn_ns("/{any}", async move |socket: SocketRef| {
            socket.emit("welcome", "anybody").ok();
            socket.on_disconnect(async move || {
                counter.fetch_add(1, Ordering::SeqCst);
            });
        })
        .unwrap();
        io.ns("/chat", async move |socket: SocketRef| {
            socket.on("who left", async move |socket: SocketRef| {
                while left.load(Ordering::SeqCst) == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                socket.emit("left", &left.swap(0, Ordering::SeqCst)).ok();
            });
        });
    })
    .await
}

async fn start(builder: SocketIoBuilder, namespaces: impl FnOnce(&SocketIo)) -> String {
    let (layer, io) = builder.max_buffer_size(4096).build_layer();
    namespaces(&io);
    serve_app(axum::Router::new().layer(layer)).await
}

/// Serves any application on a free port; returns the base URL.
pub(crate) async fn serve_app(app: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    // Without this each answer waits for the acknowledgement of its head, some 40 ms.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    base
}

/// Starts a server on a thread of its own, where its handlers run one at a time and in order whatever the runtime of the
/// test: a socket that is let in finds its handlers. It serves until the tests end.
pub(crate) async fn on_its_own<F>(serve: impl FnOnce() -> F + Send + 'static) -> String
where
    F: Future<Output = String>,
{
    let (told, base) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            told.send(serve().await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    base.await.unwrap()
}

/// Handlers run as tasks, in the order of the events, because each test has a runtime of one thread.
async fn chat(socket: SocketRef, TryData(auth): TryData<Value>) {
    let auth = auth.unwrap_or(Value::Null);
    socket.on("whoami", async move |socket: SocketRef| {
        let request = socket.req_parts();
        let query = request.uri.query().unwrap_or_default();
        let own = ["EIO=", "transport=", "sid="];
        let query: Vec<&str> =
            query.split('&').filter(|pair| !own.iter().any(|name| pair.starts_with(name))).collect();
        let header = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        socket.emit("you", &json!({"auth": auth, "query": query.join("&"), "header": header})).ok();
    });
    socket.on("echo", async |Data(data): Data<Value>, ack: AckSender| ack.send(&data).unwrap());
    socket.on("tell others", async |socket: SocketRef, Data(count): Data<u32>, ack: AckSender| {
        for n in 0..count {
            socket.broadcast().emit("news", &n).await.unwrap();
        }
        ack.send(&count).unwrap();
    });
    socket.on("ask me", async |socket: SocketRef| {
        let answer = socket.emit_with_ack::<_, [Value; 0]>("question", "why?").unwrap().await.unwrap();
        socket.emit("answered", &json!({"arguments": answer.len()})).ok();
    });
    socket.on("kick me", async |socket: SocketRef| socket.disconnect().unwrap());
    socket.on("bytes please", async |socket: SocketRef| {
        socket.emit("bytes", &bytes::Bytes::from_static(&[1, 2, 3])).ok();
    });
    socket.on("last words", async |socket: SocketRef, Data(way): Data<String>, ack: AckSender| {
        socket.on_disconnect(async move |socket: SocketRef| {
            socket.broadcast().emit("gone", &way).await.ok();
        });
        ack.send("noted").unwrap();
    });
}
