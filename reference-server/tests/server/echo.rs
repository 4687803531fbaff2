//! The echo application, as the official protocol suites speak to it.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn connected() -> (SocketAddr, Socket) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(reference_server::serve_echo(listener, std::future::pending()));
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let open = next(&mut socket).await.into_text().unwrap();
    assert!(open.starts_with("0{") && open.contains("\"pingInterval\":300,\"pingTimeout\":200"), "{open}");
    assert!(open.contains("\"maxPayload\":1000000"), "{open}");
    (address, socket)
}

/// The next packet that is no ping.
async fn next(socket: &mut Socket) -> Message {
    loop {
        let message =
            tokio::time::timeout(Duration::from_secs(5), socket.next()).await.unwrap().unwrap().unwrap();
        if message != Message::text("2") {
            return message;
        }
        socket.send(Message::text("3")).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_brought_and_said_comes_back() {
    let (_, mut socket) = connected().await;
    for (namespace, at) in [("", ""), ("/custom", "/custom,")] {
        socket.send(Message::text(format!("40{at}{{\"token\":\"123\"}}"))).await.unwrap();
        let text = next(&mut socket).await.into_text().unwrap();
        assert!(text.starts_with(&format!("40{at}{{\"sid\":")), "{namespace}: {text}");
        assert_eq!(next(&mut socket).await, Message::text(format!("42{at}[\"auth\",{{\"token\":\"123\"}}]")));
    }
    for (said, answer) in [
        (r#"42["message",1,"2",{"3":[true]}]"#, r#"42["message-back",1,"2",{"3":[true]}]"#),
        (r#"42["message"]"#, r#"42["message-back"]"#),
        (r#"42456["message-with-ack",1,"2",{"3":[false]}]"#, r#"43456[1,"2",{"3":[false]}]"#),
        (r#"42["message",[1,[]],null,-1.5]"#, r#"42["message-back",[1,[]],null,-1.5]"#),
    ] {
        socket.send(Message::text(said)).await.unwrap();
        assert_eq!(next(&mut socket).await, Message::text(answer), "{said}");
    }
}

#[tokio::test]
async fn binary_comes_back_as_binary() {
    let (_, mut socket) = connected().await;
    socket.send(Message::text("40")).await.unwrap();
    next(&mut socket).await;
    assert_eq!(next(&mut socket).await, Message::text(r#"42["auth",{}]"#));
    for (said, answer) in [
        (
            r#"452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            r#"452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        ),
        (
            r#"452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            r#"462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        ),
    ] {
        socket.send(Message::text(said)).await.unwrap();
        for bytes in [vec![1, 2, 3], vec![4, 5, 6]] {
            socket.send(Message::binary(bytes)).await.unwrap();
        }
        assert_eq!(next(&mut socket).await, Message::text(answer));
        assert_eq!(next(&mut socket).await, Message::binary(vec![1, 2, 3]));
        assert_eq!(next(&mut socket).await, Message::binary(vec![4, 5, 6]));
    }
}
