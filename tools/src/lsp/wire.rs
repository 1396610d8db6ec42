//! Messages on a pair of streams.
//!
//! `lsp-server` has this too, but reads messages through an untagged enum straight from text, which fails on every number where
//! `serde_json` keeps numbers as text, as it does here (no float is ever made). So the frames are read here, into a value first.

use crossbeam_channel::unbounded;
use lsp_server::{Connection, Message};
use std::io::{self, BufRead, Write};
use std::thread::{self, JoinHandle};

/// The largest message that is read, in bytes: more than any file of policy text that may be.
const MOST: usize = 64 << 20;

/// The threads that read and write.
#[derive(Debug)]
pub struct Threads {
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

impl Threads {
    /// Waits until all is written. The reader may still hang on its stream, and is let go.
    ///
    /// # Errors
    /// The stream could not be written.
    pub fn join(self) -> io::Result<()> {
        let written = self.writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer failed")));
        if self.reader.is_finished() {
            let _ = self.reader.join();
        }
        written
    }
}

/// A connection over streams.
pub fn connect(
    mut input: impl BufRead + Send + 'static,
    mut output: impl Write + Send + 'static,
) -> (Connection, Threads) {
    let (to_client, outgoing) = unbounded::<Message>();
    let (arrived, from_client) = unbounded::<Message>();
    let reader = thread::spawn(move || {
        while let Some(message) = read(&mut input)? {
            let last = matches!(&message, Message::Notification(told) if told.method == "exit");
            if arrived.send(message).is_err() || last {
                break;
            }
        }
        Ok(())
    });
    let writer = thread::spawn(move || {
        for message in outgoing {
            message.write(&mut output)?;
        }
        Ok(())
    });
    (Connection { sender: to_client, receiver: from_client }, Threads { reader, writer })
}

/// The next message; none at the end of the stream.
///
/// # Errors
/// The stream fails, or what comes is no message.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let bad = |text: &str| io::Error::new(io::ErrorKind::InvalidData, text.to_owned());
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let header = line.trim_end_matches(['\r', '\n']);
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(|| bad("a header without a colon"))?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.filter(|length| *length <= MOST).ok_or_else(|| bad("no usable Content-Length"))?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    let value: serde_json::Value = serde_json::from_slice(&body)?;
    Ok(Some(serde_json::from_value(value)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_messages_are_read() {
        let body = r#"{"jsonrpc":"2.0","id":7,"method":"m","params":{"line":3}}"#;
        let text = format!("Content-Length: {}\r\nContent-Type: x\r\n\r\n{body}", body.len());
        let Some(Message::Request(request)) = read(&mut text.as_bytes()).unwrap() else { panic!("no request") };
        assert_eq!((request.id, request.method.as_str()), (7.into(), "m"));
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        assert!(read(&mut "Content-Length: 2\r\n\r\n{}".as_bytes()).is_err());
        assert!(read(&mut "Content-Length: -1\r\n\r\n".as_bytes()).is_err());
        assert!(read(&mut "hello\r\n\r\n".as_bytes()).is_err());
        assert!(read(&mut "".as_bytes()).unwrap().is_none());
    }
}
