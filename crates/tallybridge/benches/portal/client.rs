//! Client: a browser's connection that stays open, with the cookie of a session.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use anyhow::{Context as _, Result, bail, ensure};

/// A connection with a session.
pub struct Browser {
    stream: BufReader<TcpStream>,
    cookie: String,
}

impl Browser {
    /// Signs in.
    pub fn open(origin: &str, name: &str, password: &str) -> Result<Self> {
        let address = origin.strip_prefix("http://").context("the origin is not http")?;
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut browser = Self { stream: BufReader::new(stream), cookie: String::new() };
        let body = format!("name={}&password={}", name.replace('@', "%40"), password.replace(' ', "+"));
        let request = format!(
            "POST /portal/sign-in HTTP/1.1\r\nhost: hub\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let (status, _) = browser.ask(&request)?;
        ensure!(status == 303 && !browser.cookie.is_empty(), "the sign-in was answered {status}");
        Ok(browser)
    }

    /// A page.
    pub fn get(&mut self, target: &str) -> Result<Vec<u8>> {
        let request = format!("GET {target} HTTP/1.1\r\nhost: hub\r\ncookie: {}\r\n\r\n", self.cookie);
        let (status, body) = self.ask(&request)?;
        ensure!(status == 200, "{target} was answered {status}");
        Ok(body)
    }

    /// How many bytes style and script are.
    pub fn assets(&mut self) -> Result<usize> {
        let request = format!("GET /portal/sign-in?next=/portal HTTP/1.1\r\nhost: hub\r\ncookie: {}\r\n\r\n", "");
        let (_, page) = self.ask(&request)?;
        let page = String::from_utf8(page)?;
        let mut bytes = 0;
        for target in page.split('"').filter(|text| text.starts_with("/portal/assets/") && !text.contains("sign.svg")) {
            bytes += self.get(target)?.len();
        }
        ensure!(bytes > 0, "the page names no style");
        Ok(bytes)
    }

    /// Sends a request, keeps the session's cookie, and gives status and body.
    fn ask(&mut self, request: &str) -> Result<(u16, Vec<u8>)> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length) = (0, 0);
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the hub closed the connection");
            }
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            match text.split_once(": ") {
                _ if status == 0 => status = text.split(' ').nth(1).unwrap_or_default().parse()?,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                    value.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }
}
