//! Websocket frames of a client, without any buffer of their own: read where they lie, written where they are sent
//! from. *RFC 6455, section 5.*

use std::borrow::Cow;

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A frame that lies in a buffer as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame<'b> {
    pub(super) opcode: Opcode,
    /// No fragment follows.
    pub(super) last: bool,
    pub(super) payload: &'b [u8],
    /// How many bytes it takes, with its head.
    pub(super) length: usize,
}

/// What lies at the beginning of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read<'b> {
    Frame(Frame<'b>),
    /// The rest has not come yet; the frame takes at least so many bytes.
    Partial(usize),
    /// No server may send this.
    Broken(&'static str),
}

/// The longest message a client takes.
pub(super) const LONGEST: usize = 16 << 20;

/// Reads the frame at the beginning of a buffer.
pub(super) fn read(buffer: &[u8]) -> Read<'_> {
    let [head, size, ..] = *buffer else { return Read::Partial(2) };
    let opcode = match head & 0x0f {
        0 => Opcode::Continuation,
        1 => Opcode::Text,
        2 => Opcode::Binary,
        8 => Opcode::Close,
        9 => Opcode::Ping,
        10 => Opcode::Pong,
        _ => return Read::Broken("a websocket frame of an unknown kind"),
    };
    if head & 0x70 != 0 {
        return Read::Broken("a websocket frame with reserved bits");
    }
    if size & 0x80 != 0 {
        return Read::Broken("a masked websocket frame, as only clients may send");
    }
    let (start, length) = match size {
        126 => match buffer.get(2..4) {
            Some(bytes) => (4, usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))),
            None => return Read::Partial(4),
        },
        127 => match buffer.get(2..10).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) {
            Some(bytes) => (10, usize::try_from(u64::from_be_bytes(bytes)).unwrap_or(usize::MAX)),
            None => return Read::Partial(10),
        },
        short => (2, usize::from(short)),
    };
    if head & 0x08 != 0 && (head & 0x80 == 0 || length > 125) {
        return Read::Broken("a websocket control frame that is fragmented or too long");
    }
    if length > LONGEST {
        return Read::Broken("a websocket frame that is too large: more than 16 MiB");
    }
    match buffer.get(start..start + length) {
        Some(payload) => {
            let last = head & 0x80 != 0;
            Read::Frame(Frame { opcode, last, payload, length: start + length })
        }
        None => Read::Partial(start + length),
    }
}

/// A message whose frames have not all come.
#[derive(Debug, Default)]
pub(super) struct Assembly(Option<(Opcode, Vec<u8>)>);

/// A message that is whole: in one frame, where it lies, or put together.
pub(super) type Whole<'b> = (Opcode, Cow<'b, [u8]>);

impl Assembly {
    /// Takes a data frame; the message, once it is whole.
    ///
    /// # Errors
    /// What no server may send: a continuation of nothing, or a message in the middle of another.
    pub(super) fn take<'b>(&mut self, frame: &Frame<'b>) -> Result<Option<Whole<'b>>, &'static str> {
        match (frame.opcode, &mut self.0) {
            (Opcode::Continuation, None) => return Err("a websocket frame that continues nothing"),
            (Opcode::Continuation, Some((_, pieces))) => {
                if pieces.len() + frame.payload.len() > LONGEST {
                    return Err("a fragmented websocket message that is too large: more than 16 MiB");
                }
                pieces.extend_from_slice(frame.payload);
            }
            (_, Some(_)) => return Err("a websocket message in the middle of a fragmented one"),
            (opcode, None) if frame.last => return Ok(Some((opcode, Cow::Borrowed(frame.payload)))),
            (opcode, pieces @ None) => *pieces = Some((opcode, frame.payload.to_vec())),
        }
        let whole = if frame.last { self.0.take() } else { None };
        Ok(whole.map(|(opcode, payload)| (opcode, Cow::Owned(payload))))
    }
}

/// Writes a whole masked frame behind what is in `out`: its payload is what `write` appends.
pub(super) fn write(out: &mut Vec<u8>, opcode: Opcode, mask: u32, write: impl FnOnce(&mut Vec<u8>)) {
    let code = match opcode {
        Opcode::Continuation => 0,
        Opcode::Text => 1,
        Opcode::Binary => 2,
        Opcode::Close => 8,
        Opcode::Ping => 9,
        Opcode::Pong => 10,
    };
    // Room for the usual head of two bytes, a length of two, and a mask of four; the payload moves where it is shorter.
    let start = out.len();
    out.extend_from_slice(&[0; 8]);
    write(out);
    let length = out.len() - start - 8;
    let mask = mask.to_ne_bytes();
    let head: usize = match length {
        0..126 => {
            out.copy_within(start + 8.., start + 6);
            out.truncate(out.len() - 2);
            out[start + 1] = 0x80 | length as u8;
            2
        }
        126..65536 => {
            out[start + 1] = 0x80 | 126;
            out[start + 2..start + 4].copy_from_slice(&(length as u16).to_be_bytes());
            4
        }
        _ => {
            out.extend_from_slice(&[0; 6]);
            out.copy_within(start + 8..start + 8 + length, start + 14);
            out[start + 1] = 0x80 | 127;
            out[start + 2..start + 10].copy_from_slice(&(length as u64).to_be_bytes());
            10
        }
    };
    out[start] = 0x80 | code;
    out[start + head..start + head + 4].copy_from_slice(&mask);
    apply(&mut out[start + head + 4..], mask);
}

/// Writes a packet behind what is in `out`: in a text frame where there is a mask for one, else bare.
pub(super) fn packet(out: &mut Vec<u8>, mask: Option<u32>, packet: impl FnOnce(&mut Vec<u8>)) {
    match mask {
        Some(mask) => write(out, Opcode::Text, mask, packet),
        None => packet(out),
    }
}

fn apply(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = payload.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x81];
        match payload.len() {
            length @ 0..126 => frame.push(length as u8),
            length @ 126..65536 => {
                frame.push(126);
                frame.extend_from_slice(&(length as u16).to_be_bytes());
            }
            length => {
                frame.push(127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn frames_of_every_size_are_read_and_the_unfinished_are_waited_for() {
        for size in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
            let payload = vec![b'x'; size];
            let bytes = server(&payload);
            let frame = Frame { opcode: Opcode::Text, last: true, payload: &payload, length: bytes.len() };
            assert_eq!(read(&bytes), Read::Frame(frame));
            for cut in [0, 1, 2, 3, 9, bytes.len() - 1].into_iter().filter(|cut| *cut < bytes.len()) {
                assert!(matches!(read(&bytes[..cut]), Read::Partial(more) if more > cut));
            }
        }
    }

    #[test]
    fn what_no_server_may_send_is_broken() {
        assert!(matches!(read(&[0x81, 0x80, 0, 0, 0, 0]), Read::Broken(_)));
        assert!(matches!(read(&[0xc1, 0]), Read::Broken(_)));
        assert!(matches!(read(&[0x83, 0]), Read::Broken(_)));
        assert!(matches!(read(&[0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0]), Read::Broken(_)));
    }

    fn piece(opcode: Opcode, last: bool, payload: &[u8]) -> Frame<'_> {
        Frame { opcode, last, payload, length: payload.len() + 2 }
    }

    #[test]
    fn a_message_of_several_frames_is_put_together_and_one_of_one_frame_lies_where_it_lies() {
        let mut assembly = Assembly::default();
        let mut take =
            |frame| assembly.take(&frame).map(|whole| whole.map(|(code, text)| (code, text.to_vec())));
        assert_eq!(take(piece(Opcode::Text, true, b"one")), Ok(Some((Opcode::Text, b"one".to_vec()))));
        assert_eq!(take(piece(Opcode::Text, false, b"4")), Ok(None));
        assert_eq!(take(piece(Opcode::Continuation, false, b"")), Ok(None));
        assert_eq!(take(piece(Opcode::Continuation, false, b"2[\"a")), Ok(None));
        let whole = take(piece(Opcode::Continuation, true, b"\"]"));
        assert_eq!(whole, Ok(Some((Opcode::Text, b"42[\"a\"]".to_vec()))));
        assert_eq!(take(piece(Opcode::Binary, false, b"1")), Ok(None));
        assert_eq!(take(piece(Opcode::Continuation, true, b"2")), Ok(Some((Opcode::Binary, b"12".to_vec()))));
        assert!(take(piece(Opcode::Continuation, true, b"x")).unwrap_err().contains("continues nothing"));
    }

    #[test]
    fn what_is_put_together_has_an_order_and_a_bound() {
        let mut assembly = Assembly::default();
        assert!(assembly.take(&piece(Opcode::Text, false, b"4")).is_ok());
        let within = assembly.take(&piece(Opcode::Text, true, b"2")).unwrap_err();
        assert!(within.contains("in the middle of a fragmented one"), "{within}");
        let much = vec![b'x'; LONGEST - 1];
        assert!(assembly.take(&piece(Opcode::Continuation, false, &much)).is_ok());
        let more = assembly.take(&piece(Opcode::Continuation, true, b"y")).unwrap_err();
        assert!(more.contains("more than 16 MiB"), "{more}");
    }

    #[test]
    fn a_control_frame_is_whole_and_short() {
        assert!(matches!(read(&[0x89, 0]), Read::Frame(frame) if frame.opcode == Opcode::Ping));
        assert!(matches!(read(&[0x09, 0]), Read::Broken(_)), "a ping in pieces");
        assert!(matches!(read(&[0x89, 126, 0, 126]), Read::Broken(_)), "a ping of 126 bytes");
    }

    #[test]
    fn what_is_written_is_what_a_server_reads() {
        for size in [0, 1, 7, 8, 125, 126, 65_535, 65_536] {
            let payload: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let mut out = b"before".to_vec();
            write(&mut out, Opcode::Text, 0x1234_5678, |out| out.extend_from_slice(&payload));
            let frame = out.strip_prefix(b"before").unwrap();
            let head = match size {
                0..126 => 2,
                126..65536 => 4,
                _ => 10,
            };
            let mask = &frame[head..head + 4];
            let read: Vec<u8> =
                frame[head + 4..].iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
            assert_eq!((frame[0], frame[1] & 0x80, read), (0x81, 0x80, payload));
        }
    }
}
