//! Puts binary packets together again: the text first, then as many binary frames as it announced.
//!
//! Owns the one packet that is incomplete. Must not know transports. *Socket.IO 5, "Sending and receiving
//! data", "With binary".*

use super::error::DecodeError;
use super::packet::Packet;

/// A packet with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled<'a> {
    /// The packet; its placeholders are left in place, `num` counts into `attachments`.
    pub packet: Packet<'a>,
    /// The attachments, in the order sent.
    pub attachments: Vec<Vec<u8>>,
}

/// Collects the attachments of at most one packet; the protocol forbids to interleave.
#[derive(Debug, Default)]
pub struct Assembler {
    pending: Option<Assembled<'static>>,
}

impl Assembler {
    /// Takes a packet, and gives it back at once unless it waits for attachments.
    ///
    /// # Errors
    /// [`DecodeError::Interrupted`] when another packet still waited; that one is given up, and this one too.
    pub fn text<'a>(&mut self, packet: Packet<'a>) -> Result<Option<Assembled<'a>>, DecodeError> {
        if let Some(unfinished) = self.pending.take() {
            let missing = unfinished.packet.attachments - unfinished.attachments.len();
            return Err(DecodeError::Interrupted { kind: unfinished.packet.kind, missing });
        }
        if packet.attachments == 0 {
            return Ok(Some(Assembled { packet, attachments: Vec::new() }));
        }
        self.pending = Some(Assembled { packet: packet.into_owned(), attachments: Vec::new() });
        Ok(None)
    }

    /// Takes an attachment, and gives the packet once it was the last.
    ///
    /// # Errors
    /// [`DecodeError::UnannouncedBinary`] when no packet waits.
    pub fn binary(&mut self, bytes: Vec<u8>) -> Result<Option<Assembled<'static>>, DecodeError> {
        let pending = self.pending.as_mut().ok_or(DecodeError::UnannouncedBinary)?;
        pending.attachments.push(bytes);
        Ok(if pending.attachments.len() == pending.packet.attachments { self.pending.take() } else { None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::PacketKind;

    const TWO: &str = r#"52-/a,["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;

    #[test]
    fn a_packet_without_attachments_passes_at_once() {
        for text in [r#"2["x"]"#, r#"50-["x"]"#] {
            let packet = Packet::decode(text).unwrap();
            let whole = Assembler::default().text(packet.clone()).unwrap().unwrap();
            assert_eq!((whole.packet, whole.attachments.len()), (packet, 0));
        }
    }

    #[test]
    fn a_binary_packet_waits_for_all_its_attachments() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.text(Packet::decode(TWO).unwrap()), Ok(None));
        assert_eq!(assembler.binary(vec![1]), Ok(None));
        let whole = assembler.binary(vec![]).unwrap().unwrap();
        assert_eq!(whole.packet, Packet::decode(TWO).unwrap());
        assert_eq!(whole.attachments, [vec![1], vec![]]);
        assert_eq!(assembler.binary(vec![3]), Err(DecodeError::UnannouncedBinary));
    }

    #[test]
    fn an_interruption_is_told_once() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.text(Packet::decode(TWO).unwrap()), Ok(None));
        assert_eq!(assembler.binary(vec![1]), Ok(None));
        let interrupted = assembler.text(Packet::decode("0").unwrap());
        assert_eq!(interrupted, Err(DecodeError::Interrupted { kind: PacketKind::BinaryEvent, missing: 1 }));
        assert!(assembler.text(Packet::decode("0").unwrap()).unwrap().is_some());
    }
}
