//! One Engine.IO session as it passes: packets become things that were seen. Owns what is half received; must not know
//! by which transport a packet travels.

use std::collections::HashMap;

use serde_json::Value;

use super::log::{Door, Log, What};
use wire::assembly::{Assembled, Assembler};
use wire::client::Transport;
use wire::engine;
use wire::packet::{Packet, PacketKind, namespace_path};

/// A session, and its Socket.IO connections by namespace.
pub(super) struct Session {
    door: Door,
    transport: Transport,
    up: Assembler,
    down: Assembler,
    sockets: HashMap<String, usize>,
}

impl Session {
    pub(super) fn new(door: Door, transport: Transport) -> Self {
        Self {
            door,
            transport,
            up: Assembler::default(),
            down: Assembler::default(),
            sockets: HashMap::new(),
        }
    }

    /// Something that the client sends.
    pub(super) fn sent(&mut self, packet: engine::Packet<'_>, log: &Log) {
        let whole = match packet {
            engine::Packet::Message(text) => match Packet::decode(text).map(|packet| self.up.text(packet)) {
                Ok(Ok(Some(whole))) => own(whole),
                Ok(Ok(None)) => return,
                Ok(Err(error)) | Err(error) => {
                    return log.remark(format!("a client sent what is no Socket.IO packet: {error}"));
                }
            },
            engine::Packet::Binary(bytes) => match self.up.binary(bytes.into_owned()) {
                Ok(Some(whole)) => whole,
                Ok(None) | Err(_) => return,
            },
            engine::Packet::Upgrade => {
                self.transport = Transport::Upgrade;
                return self.sockets.values().for_each(|socket| log.upgraded(*socket));
            }
            engine::Packet::Close => return self.gone(log),
            _ => return,
        };
        let namespace = namespace_path(&whole.packet.namespace).to_owned();
        let binary = !whole.attachments.is_empty();
        let Packet { kind, id, data, .. } = whole.packet;
        if kind == PacketKind::Connect {
            let socket = log.connection(Some(namespace.clone()), data.as_ref(), &self.door, self.transport);
            self.sockets.insert(namespace, socket);
            return log.did(What::Connect { socket, auth: data });
        }
        let Some(&socket) = self.sockets.get(&namespace) else { return };
        match (kind, data) {
            (PacketKind::Disconnect, _) => {
                self.sockets.remove(&namespace);
                log.did(What::Left { socket, politely: true });
            }
            (PacketKind::Event | PacketKind::BinaryEvent, Some(Value::Array(args))) => {
                let Some((event, args)) = event(args) else { return };
                log.did(What::Emit { socket, event, args, ack: id, binary });
            }
            (PacketKind::Ack | PacketKind::BinaryAck, _) => {
                log.remark(
                    "the server asked a client for an acknowledgement, and had it; no scenario gives one",
                );
            }
            _ => {}
        }
    }

    /// Something that the server sends.
    pub(super) fn received(&mut self, packet: engine::Packet<'_>, log: &Log) {
        let whole = match packet {
            engine::Packet::Message(text) => {
                match Packet::decode(text).map(|packet| self.down.text(packet)) {
                    Ok(Ok(Some(whole))) => own(whole),
                    Ok(Ok(None)) => return,
                    Ok(Err(error)) | Err(error) => {
                        return log.remark(format!("the server sent what is no Socket.IO packet: {error}"));
                    }
                }
            }
            engine::Packet::Binary(bytes) => match self.down.binary(bytes.into_owned()) {
                Ok(Some(whole)) => whole,
                Ok(None) | Err(_) => return,
            },
            engine::Packet::Close => return self.ended(log),
            _ => return,
        };
        let namespace = namespace_path(&whole.packet.namespace).to_owned();
        let Packet { kind, id, data, .. } = whole.packet;
        let Some(&socket) = self.sockets.get(&namespace) else { return };
        match (kind, id, data) {
            (PacketKind::Connect, ..) => log.heard(What::Connected { socket }),
            (PacketKind::ConnectError, ..) => {
                self.sockets.remove(&namespace);
                log.heard(What::Refused { socket });
            }
            (PacketKind::Disconnect, ..) => {
                self.sockets.remove(&namespace);
                log.heard(What::Ended { socket });
            }
            (PacketKind::Event | PacketKind::BinaryEvent, _, Some(Value::Array(args))) => {
                let Some((event, args)) = event(args) else { return };
                log.heard(What::Event { socket, event, args });
            }
            (PacketKind::Ack | PacketKind::BinaryAck, Some(id), Some(Value::Array(args))) => {
                log.heard(What::Ack { socket, id, args });
            }
            _ => {}
        }
    }

    /// The client is gone, whatever it has said.
    pub(super) fn gone(&mut self, log: &Log) {
        for (_, socket) in self.sockets.drain() {
            log.did(What::Left { socket, politely: false });
        }
    }

    /// The server has closed the session.
    pub(super) fn ended(&mut self, log: &Log) {
        for (_, socket) in self.sockets.drain() {
            log.heard(What::Ended { socket });
        }
    }

    /// Whether anybody is in it.
    pub(super) fn is_live(&self) -> bool {
        !self.sockets.is_empty()
    }
}

/// Whether a client acts with this packet, rather than keep its transport going or answer the server.
pub(super) fn acts(packet: &engine::Packet<'_>) -> bool {
    match packet {
        engine::Packet::Message(text) => matches!(text.as_bytes().first(), Some(b'0' | b'1' | b'2' | b'5')),
        engine::Packet::Close => true,
        _ => false,
    }
}

fn own(whole: Assembled<'_>) -> Assembled<'static> {
    Assembled { packet: whole.packet.into_owned(), attachments: whole.attachments }
}

fn event(args: Vec<Value>) -> Option<(String, Vec<Value>)> {
    let mut args = args.into_iter();
    match args.next() {
        Some(Value::String(name)) => Some((name, args.collect())),
        _ => None,
    }
}
