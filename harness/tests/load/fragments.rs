//! A proxy that sends each message of the server in several websocket frames, with pings between them.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use conformance::{Venue as _, Wanted};
use harness::embedded::Embedded;

use super::{SMALL, against, options};

/// Stands before a server; returns the base URL.
async fn fragmenting(upstream: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let upstream = upstream.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&upstream).await.unwrap();
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            let (mut client_in, client_out) = client.into_split();
            let (server_in, mut server_out) = server.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut client_in, &mut server_out).await });
            tokio::spawn(reframe(server_in, client_out));
        }
    });
    base
}

/// Passes on what is no websocket as it is, and behind the head of an upgrade every text in three frames.
async fn reframe(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) {
    let (mut bytes, mut buffer, mut upgraded) = (Vec::new(), vec![0; 16 * 1024], false);
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        bytes.extend_from_slice(&buffer[..count]);
        let mut out = Vec::new();
        if !upgraded {
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            upgraded = bytes.starts_with(b"HTTP/1.1 101") && end.is_some();
            let head = if upgraded { end.map_or(0, |end| end + 4) } else { bytes.len() };
            out.extend(bytes.drain(..head));
        }
        while upgraded && let Some((head, length)) = frame(&bytes) {
            let whole: Vec<u8> = bytes.drain(..head + length).collect();
            if whole[0] == 0x81 { pieces(&whole[head..], &mut out) } else { out.extend(whole) }
        }
        if to.write_all(&out).await.is_err() {
            return;
        }
    }
}

/// The lengths of the head and of the payload of the frame at the beginning, where it is whole.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (head, length) = match bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(*short)),
    };
    (bytes.len() >= head + length).then_some((head, length))
}

fn pieces(text: &[u8], out: &mut Vec<u8>) {
    let (first, rest) = text.split_at(text.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    for (code, piece) in [(0x01, first), (0x00, second), (0x80, third)] {
        out.push(code);
        match piece.len() {
            short @ 0..126 => out.push(short as u8),
            long => {
                out.push(126);
                out.extend_from_slice(&(long as u16).to_be_bytes());
            }
        }
        out.extend_from_slice(piece);
        if code != 0x80 {
            out.extend_from_slice(&[0x89, 2, b'h', b'i']);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_in_several_frames_are_read_like_those_in_one() {
    let mut arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    arena.base = fragmenting(&arena.base).await;
    let long = SMALL.replace("60b", "600b");
    let record = against(&long, "crm", &arena, &options()).await.unwrap();
    assert!(record.passed, "{:?} {:?}", record.breaches, record.samples.first());
    assert_eq!((record.ledger.sent, record.ledger.received), (80, 240));
}
