//! The least that can be called an HTTP/1.1 client: requests are bytes made beforehand, connections
//! are kept, answers have a length. The load shares the cores with what it measures, so each
//! microsecond spent here is missing there (README.md compares with hyper and reqwest).

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One kept connection, opened again when the server has closed it.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer, as it stands in the connection's buffer.
pub struct Answer<'a> {
    pub status: u16,
    head: &'a str,
    pub body: &'a [u8],
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::with_capacity(4096) }
    }

    /// The next request goes over a new connection.
    pub fn close(&mut self) {
        self.stream = None;
    }

    async fn open(&mut self) -> io::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        Ok(())
    }

    /// Sends a request and reads its answer whole.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.open().await?;
        let outcome = match &mut self.stream {
            Some(stream) => exchange(stream, &mut self.buffer, request).await,
            None => Err(io::ErrorKind::NotConnected.into()),
        };
        let (head_length, length) = outcome.inspect_err(|_| self.stream = None)?;
        let head = std::str::from_utf8(&self.buffer[..head_length]).map_err(|_| invalid("head is not text"))?;
        let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or_else(|| invalid("no status"))?;
        let answer = Answer { status, head, body: &self.buffer[head_length..length] };
        if answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.stream = None;
        }
        Ok(answer)
    }
}

/// Lengths of the head and of all.
async fn exchange(stream: &mut TcpStream, buffer: &mut Vec<u8>, request: &[u8]) -> io::Result<(usize, usize)> {
    stream.write_all(request).await?;
    buffer.clear();
    let head = loop {
        let seen = buffer.len();
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let from = seen.saturating_sub(3);
        if let Some(at) = buffer[from..].windows(4).position(|four| four == b"\r\n\r\n") {
            break from + at + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head]).map_err(|_| invalid("head is not text"))?;
    let length: usize =
        header(text, "content-length").and_then(|value| value.parse().ok()).ok_or_else(|| invalid("no length"))?;
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((head, head + length))
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head).find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn headers(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.split("\r\n").skip(1).filter_map(|line| line.split_once(": "))
}

impl<'a> Answer<'a> {
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.head, name)
    }

    /// `name=value` of the cookie whose name ends so.
    pub fn cookie(&self, ending: &str) -> Option<&'a str> {
        headers(self.head)
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .filter_map(|(_, value)| value.split(';').next())
            .find(|pair| pair.split_once('=').is_some_and(|(name, _)| name.ends_with(ending)))
    }

    /// What stands between two texts of the body.
    pub fn between(&self, before: &str, after: u8) -> Option<&'a str> {
        let start = find(self.body, before.as_bytes())? + before.len();
        let length = self.body[start..].iter().position(|byte| *byte == after)?;
        std::str::from_utf8(&self.body[start..start + length]).ok()
    }

    /// Whether the body holds a text.
    pub fn contains(&self, text: &str) -> bool {
        find(self.body, text.as_bytes()).is_some()
    }

    /// A string of a JSON object; ours hold no escapes.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.between(&format!("\"{name}\":\""), b'"')
    }

    /// The fault that it is, for the count of errors.
    pub fn fault(&self) -> String {
        match self.text("error_description") {
            Some(description) => format!("{} {description}", self.status),
            None => self.status.to_string(),
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|byte| *byte == first) {
        if haystack[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
