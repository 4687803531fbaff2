//! The application that the official protocol suites ask for: it says back what it hears, binary too.
//!
//! Source: socketio/socket.io, `docs/socket.io-protocol/v5-test-suite` and `docs/engine.io-protocol/v4-test-suite`. The
//! namespaces are `/` and `/custom`, and the times those that the suites expect. No chat is in it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeTuple as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value, json};
use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::{
    ConnectHandler, FromConnectParts, FromMessageParts, MessageHandler, Value as RawArgs,
};
use socketioxide::socket::Socket;
use tokio::net::TcpListener;

const NAMESPACES: [&str; 2] = ["/", "/custom"];
const PING_INTERVAL: Duration = Duration::from_millis(300);
const PING_TIMEOUT: Duration = Duration::from_millis(200);
const MAX_PAYLOAD: u32 = 1_000_000;

/// Serves the echo application until `shutdown` completes.
///
/// # Errors
/// Where the listener fails for good.
pub async fn serve_echo(
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (layer, io) = SocketIo::builder()
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .max_payload(u64::from(MAX_PAYLOAD))
        .build_layer();
    for namespace in NAMESPACES {
        io.ns(namespace, OnConnect);
    }
    let app = Router::new().layer(layer);
    tokio::select! {
        served = axum::serve(listener, app) => served,
        () = shutdown => Ok(()),
    }
}

/// Tells these handlers from closures, which would be tasks of their own and might overtake each other.
struct Ours;

/// Emits back what the client brought in `auth`.
#[derive(Clone)]
struct OnConnect;

impl ConnectHandler<LocalAdapter, Ours> for OnConnect {
    fn call(&self, socket: Arc<Socket>, auth: Option<RawArgs>) {
        let brought = Data::<Value>::from_connect_parts(&socket, &auth);
        let brought = brought.map(|data| data.0).ok().filter(|value| !value.is_null());
        socket.on("message", OnMessage);
        socket.on("message-with-ack", OnAsked);
        tell(&socket, "auth", &brought.unwrap_or_else(|| json!({})));
    }
}

struct OnMessage;

impl MessageHandler<LocalAdapter, Ours> for OnMessage {
    fn call(&self, socket: Arc<Socket>, mut raw: RawArgs, ack: Option<i64>) {
        if let Ok(Data(arguments)) = Data::<Arguments>::from_message_parts(&socket, &mut raw, &ack) {
            tell(&socket, "message-back", &arguments);
        }
    }
}

struct OnAsked;

impl MessageHandler<LocalAdapter, Ours> for OnAsked {
    fn call(&self, socket: Arc<Socket>, mut raw: RawArgs, ack: Option<i64>) {
        let arguments = Data::<Arguments>::from_message_parts(&socket, &mut raw, &ack);
        let Ok(sender) = AckSender::<LocalAdapter>::from_message_parts(&socket, &mut raw, &ack);
        if let Ok(Data(arguments)) = arguments
            && let Err(error) = sender.send(&arguments)
        {
            tracing::debug!(%error, "an answer cannot be sent");
        }
    }
}

fn tell<T: Serialize>(socket: &Arc<Socket>, event: &str, value: &T) {
    if let Err(error) = SocketRef::from(Arc::clone(socket)).emit(event, value) {
        tracing::debug!(%error, "an event cannot be sent");
    }
}

/// The arguments of an event: tuple-like for the socket layer, which takes a list for one argument.
struct Arguments(Vec<Any>);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Arguments;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("arguments")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Arguments, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Arguments(all))
            }
        }
        deserializer.deserialize_tuple(usize::MAX, Each)
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for argument in &self.0 {
            tuple.serialize_element(argument)?;
        }
        tuple.end()
    }
}

/// JSON with binary in it.
enum Any {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Binary(Vec<u8>),
    List(Vec<Any>),
    Map(Vec<(String, Any)>),
}

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Binary(bytes) => serializer.serialize_bytes(bytes),
            Self::List(items) => items.serialize(serializer),
            Self::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON or binary")
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Any, E> {
        Ok(Any::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Any, E> {
        Ok(Any::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Any, E> {
        Ok(Any::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Any, E> {
        Ok(Number::from_f64(value).map_or(Any::Null, Any::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Any, E> {
        Ok(Any::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Any, E> {
        Ok(Any::Binary(bytes.to_vec()))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Any, E> {
        Ok(Any::Binary(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Any, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Any::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Any, A::Error> {
        let mut all = Vec::new();
        while let Some(field) = fields.next_entry()? {
            all.push(field);
        }
        Ok(Any::Map(all))
    }
}
