//! The floor: a closed loop of bytes over TCP, without any meaning.

use std::io::{self, Read as _, Write as _};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::server::Raw;

/// Plays ping-pong over so many connections, until the process is ended.
pub(crate) fn play(port: u16, connections: usize, raw: Raw) -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut streams = Vec::new();
    for index in 0..connections {
        let stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
        streams.push((stream, 0));
    }
    let ask = vec![b'x'; raw.asked];
    for (stream, _) in &mut streams {
        stream.write_all(&ask)?;
    }
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            let (stream, had) = &mut streams[event.token().0];
            match stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    *had += count;
                    if *had >= raw.answered {
                        *had -= raw.answered;
                        stream.write_all(&ask)?;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}
