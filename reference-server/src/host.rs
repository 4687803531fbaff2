//! The server on the network: listener, HTTP routes, Socket.IO, shutdown.
//!
//! This folder is the only code that knows axum and socketioxide. It decides nothing about chats: it turns bytes
//! into what `dialects` understands, and sends what comes back.

mod accept;
mod backlog;
mod connection;
mod delivery;
mod echo;
mod events;
mod history;
mod link;
mod metrics;
mod origin;
mod page;
mod rest;
mod server;
mod slim;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use socketioxide::layer::SocketIoLayer;
use socketioxide::{ParserConfig, SocketIo};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

pub use echo::serve_echo;

use crate::options::Options;
use server::Server;

/// How long open connections may take to close once the shutdown has begun.
const GRACE: Duration = Duration::from_millis(300);

/// Serves until `shutdown` completes, then closes every connection and returns within a second.
///
/// # Errors
/// Where [`Options::check`] refuses the address, the fixtures contradict themselves, or the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    options.check(address).map_err(std::io::Error::other)?;
    let dev_auth = options.dev_auth.unwrap_or(address.ip().is_loopback());
    let server = Server::new(&options, dev_auth).map_err(std::io::Error::other)?;
    let server = Arc::new(server);
    let (layer, io) = socket_layer(&options, &server);
    let app = Router::new()
        .route(page::PATHS[0], get(page::page))
        .route(page::PATHS[1], get(page::page))
        .route(page::ASYNCAPI, get(page::asyncapi))
        .route("/healthz", get(rest::health))
        .route("/metrics", get(rest::metrics))
        .fallback(rest::call)
        .layer(DefaultBodyLimit::max(options.max_payload_bytes))
        .layer(layer)
        .layer(middleware::from_fn_with_state(Arc::clone(&server), origin::guard))
        .with_state(Arc::clone(&server));
    let mut background = JoinSet::new();
    server.spawn_background(&mut background);
    let (stop, stopped) = watch::channel(false);
    // In a set, so that dropping this future ends the task, too.
    let mut serving = JoinSet::new();
    serving.spawn(accept::accept(listener, app, options.bounds.clone(), server.metrics.clone(), stopped));
    tokio::select! {
        () = shutdown => {}
        ended = serving.join_next() => return flatten(ended),
    }
    tracing::info!("shutting down");
    server.stop();
    let _ = stop.send(true);
    let _ = tokio::time::timeout(GRACE, io.close()).await;
    // Somebody may keep a plain HTTP connection open; waiting for that would not end.
    let ended = tokio::time::timeout(GRACE, serving.join_next()).await;
    background.shutdown().await;
    server.forget_sockets();
    ended.map_or(Ok(()), flatten)
}

fn flatten(ended: Option<Result<(), JoinError>>) -> std::io::Result<()> {
    ended.map_or(Ok(()), |ended| ended.map_err(std::io::Error::other))
}

fn socket_layer(options: &Options, server: &Arc<Server>) -> (SocketIoLayer, SocketIo) {
    let payload = u64::try_from(options.max_payload_bytes).unwrap_or(u64::MAX);
    let (layer, io) = SocketIo::builder()
        .max_buffer_size(options.queue_packets)
        .max_payload(payload)
        .ws_max_message_size(options.max_payload_bytes)
        .ws_max_frame_size(options.max_payload_bytes)
        .ws_read_buffer_size(256)
        .ping_interval(options.ping_interval)
        .ping_timeout(options.ping_timeout)
        // No event of a chat takes binary; whoever promises some is disconnected before any of it is kept.
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
        .build_layer();
    io.ns(server.namespace(), events::OnConnect::new(Arc::clone(server)));
    (layer, io)
}
