//! Stands between a client and a server, and changes what the server says over WebSockets; all else goes through as it is.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// What becomes of a packet of the server: nothing, itself, another, several.
pub(crate) trait Change: Fn(&str) -> Vec<String> + Clone + Send + Sync + 'static {}

impl<F: Fn(&str) -> Vec<String> + Clone + Send + Sync + 'static> Change for F {}

/// Starts it in front of a server; its address.
pub(crate) async fn start(upstream: &str, change: impl Change) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let upstream = upstream.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (upstream, change) = (upstream.clone(), change.clone());
            tokio::spawn(async move { carry(client, &upstream, change).await });
        }
    });
    format!("http://{address}")
}

async fn carry(mut client: TcpStream, upstream: &str, change: impl Change) {
    let mut head = [0; 4096];
    let size = client.peek(&mut head).await.unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..size]).to_lowercase();
    let Ok(mut server) = TcpStream::connect(upstream).await else { return };
    if !head.contains("upgrade: websocket") {
        let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        return;
    }
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the callback's type is the crate's")]
    let callback = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        path = request.uri().to_string();
        Ok(response)
    };
    let Ok(client) = tokio_tungstenite::accept_hdr_async(client, callback).await else { return };
    let Ok((server, _)) = tokio_tungstenite::client_async(format!("ws://{upstream}{path}"), server).await
    else {
        return;
    };
    let ((mut to_client, mut from_client), (mut to_server, mut from_server)) =
        (client.split(), server.split());
    loop {
        tokio::select! {
            said = from_client.next() => match said {
                Some(Ok(message)) => if to_server.send(message).await.is_err() { return },
                _ => return,
            },
            heard = from_server.next() => match heard {
                Some(Ok(Message::Text(text))) => for text in change(&text) {
                    if to_client.send(Message::text(text)).await.is_err() { return }
                },
                Some(Ok(message)) => if to_client.send(message).await.is_err() { return },
                _ => return,
            },
        }
    }
}
