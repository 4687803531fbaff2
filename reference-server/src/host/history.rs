//! Long histories: written piece by piece as the client reads, so that one who does not read costs next to nothing.
//!
//! The messages are those of the chat itself, shared; each piece is put into words when there is a place for it. It must not
//! know what a message looks like.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde_json::Value;

use super::server::Server;
use crate::core::{Answer, History, Message};
use crate::faults::payload;

/// Bytes of a row besides its text, at least.
const ROW: usize = 100;
/// Bytes from which on a history is long, and about as many as one piece has.
const PIECE: usize = 64 * 1024;

/// Whether a history is written piece by piece. A page is not: it is bounded, and wrapped in more than a list.
pub(super) fn is_long(history: &History) -> bool {
    history.page.is_none() && history.messages.iter().map(size).sum::<usize>() > PIECE
}

fn size(message: &Arc<Message>) -> usize {
    message.content.text.len() + ROW
}

/// The answer with such a history: a list, whose pieces are lists that lose their brackets.
pub(super) fn streamed(server: Arc<Server>, history: History) -> Response {
    let body = Body::new(Pieces { server, history, written: 0, ended: false });
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

struct Pieces {
    server: Arc<Server>,
    history: History,
    written: usize,
    ended: bool,
}

impl Pieces {
    fn piece(&mut self) -> String {
        let rest = &self.history.messages[self.written..];
        let mut bytes = 0;
        let some = rest.iter().take_while(|message| {
            let fits = bytes < PIECE;
            bytes += size(message);
            fits
        });
        let messages: Vec<_> = some.cloned().collect();
        let opening = if self.written == 0 { "[" } else { "," };
        self.written += messages.len();
        self.ended = self.written == self.history.messages.len();
        let closing = if self.ended { "]" } else { "" };
        let part = Answer::History(History { messages, ..self.history });
        let body = self.server.dialect.encode_response(Ok(&part)).body;
        let rows = match body {
            Value::Array(rows) => Value::Array(rows),
            other => Value::Array(vec![other]),
        };
        let text = payload::write(&self.server.options.variations, rows);
        let inside =
            text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or_default();
        format!("{opening}{inside}{closing}")
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(Frame::data(self.piece().into()))))
    }
}
