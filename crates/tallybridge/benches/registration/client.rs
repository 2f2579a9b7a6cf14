//! Client: connections that stay open, and what is asked over them.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use anyhow::{Result, bail, ensure};

/// One connection, as somebody.
pub struct Connection {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Connection {
    /// Opens it.
    pub fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// Sends a request, and gives the body of the answer, which must have a status.
    pub fn ask(&mut self, method: &str, target: &str, body: &str, wanted: u16) -> Result<String> {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.token,
            body.len(),
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (status, length) = self.head()?;
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        let answer = String::from_utf8(answer)?;
        ensure!(status == wanted, "{method} {target} was answered {status}: {answer}");
        Ok(answer)
    }

    /// Reads the head of an answer: the status, and the bytes that follow.
    fn head(&mut self) -> Result<(u16, usize)> {
        let (mut status, mut length) = (None, 0);
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the hub closed the connection");
            }
            let text = line.trim_end();
            match (status, text.split_once(':')) {
                (Some(status), None) if text.is_empty() => return Ok((status, length)),
                (None, _) => status = Some(text.split(' ').nth(1).unwrap_or_default().parse()?),
                (_, Some((name, value))) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse()?;
                }
                _ => {}
            }
        }
    }
}
