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

/// The answer with such a history: what surrounds the rows is that of an empty one.
pub(super) fn streamed(server: Arc<Server>, history: History) -> Response {
    let body = Body::new(Pieces::new(server, history));
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

struct Pieces {
    server: Arc<Server>,
    history: History,
    written: usize,
    /// Whether everybody else had their turn since the last piece.
    rested: bool,
    /// What goes before the next row, and after the last.
    opening: String,
    closing: String,
}

impl Pieces {
    fn new(server: Arc<Server>, history: History) -> Self {
        let empty = Answer::History(History { messages: Vec::new(), ..history });
        let frame = server.dialect.encode_response(Ok(&empty)).body;
        let frame = payload::write(&server.options.variations, frame);
        let (opening, closing) = frame.split_once('[').unwrap_or_default();
        let opening = format!("{opening}[");
        let closing = closing.trim_start().to_owned();
        Self { server, history, written: 0, rested: true, opening, closing }
    }

    fn is_over(&self) -> bool {
        self.written == self.history.messages.len()
    }

    fn piece(&mut self) -> String {
        let rest = &self.history.messages[self.written..];
        let mut bytes = 0;
        let some = rest.iter().take_while(|message| {
            let fits = bytes < PIECE;
            bytes += size(message);
            fits
        });
        let messages: Vec<_> = some.cloned().collect();
        self.written += messages.len();
        let part = Answer::History(History { messages, ..self.history });
        let mut body = self.server.dialect.encode_response(Ok(&part)).body;
        let rows = match &mut body {
            Value::Array(_) => body,
            Value::Object(fields) => {
                fields.values_mut().find(|field| field.is_array()).map(Value::take).unwrap_or_default()
            }
            _ => Value::Null,
        };
        let text = payload::write(&self.server.options.variations, rows);
        let inside =
            text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or_default();
        let opening = std::mem::replace(&mut self.opening, ",".to_owned());
        let closing = if self.is_over() { self.closing.as_str() } else { "" };
        format!("{opening}{inside}{closing}")
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.is_over() {
            return Poll::Ready(None);
        }
        self.rested = !self.rested;
        if self.rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(self.piece().into()))))
    }
}
