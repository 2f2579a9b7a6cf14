//! Reader: walks through JSON text without copying it.

use std::borrow::Cow;

use memchr::memchr2;

use super::{BodyError, BodyProblem};

/// How deep arrays and objects may be nested.
const DEPTH_MAX: u32 = 32;

/// A position in a JSON text.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn go_back(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn error(&self, problem: BodyProblem) -> BodyError {
        BodyError { offset: self.at, problem }
    }

    fn syntax(&self, what: &'static str) -> BodyError {
        self.error(BodyProblem::Syntax(what))
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes a byte if it comes next.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), BodyError> {
        self.skip_blanks();
        if self.take(byte) { Ok(()) } else { Err(self.syntax(what)) }
    }

    /// Goes to the next value of an object and gives its key; nothing at the object's end.
    #[inline]
    pub(super) fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, BodyError> {
        self.skip_blanks();
        if self.take(b'}') {
            return Ok(None);
        }
        if !std::mem::take(first) {
            self.expect(b',', "expected ',' or '}'")?;
            self.skip_blanks();
        }
        let raw = self.string()?;
        let key = self.unescaped(raw)?;
        self.expect(b':', "expected ':' after a key")?;
        self.skip_blanks();
        Ok(Some(key))
    }

    /// Goes to the next value of an array; false at the array's end.
    #[inline]
    pub(super) fn next_element(&mut self, first: &mut bool) -> Result<bool, BodyError> {
        self.skip_blanks();
        if self.take(b']') {
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',', "expected ',' or ']'")?;
            self.skip_blanks();
        }
        Ok(true)
    }

    /// Reads a string and gives what stands between its quotes, escapes and all.
    #[inline]
    fn string(&mut self) -> Result<&'a str, BodyError> {
        if !self.take(b'"') {
            return Err(self.syntax("expected a string"));
        }
        let start = self.at;
        loop {
            let Some(distance) = memchr2(b'"', b'\\', self.rest()) else {
                return Err(self.syntax("a string has no end"));
            };
            self.at += distance;
            if self.take(b'"') {
                break;
            }
            self.at += 1;
            self.skip_escape()?;
        }
        let raw = self.text.get(start..self.at - 1).unwrap_or_default();
        // Written as a fold so that the compiler can look at many bytes at once.
        if raw.as_bytes().iter().fold(0, |controls, byte| controls | u8::from(*byte < 0x20)) > 0 {
            return Err(self.syntax("a control character in a string"));
        }
        Ok(raw)
    }

    /// Passes over what follows a backslash.
    fn skip_escape(&mut self) -> Result<(), BodyError> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let digits = self.rest().get(1..5).unwrap_or_default();
                if digits.len() != 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(self.syntax("a broken \\u escape"));
                }
                self.at += 5;
            }
            _ => return Err(self.syntax("an unknown escape")),
        }
        Ok(())
    }

    fn unescaped(&self, raw: &'a str) -> Result<Cow<'a, str>, BodyError> {
        if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
            return Ok(Cow::Borrowed(raw));
        }
        serde_json::from_str::<String>(&format!("\"{raw}\""))
            .map(Cow::Owned)
            .map_err(|_| self.syntax("a string with a lone surrogate"))
    }

    /// Reads a string and gives its text; for any other value nothing, which is passed over.
    #[inline]
    pub(super) fn text_or_skip(&mut self) -> Result<Option<Cow<'a, str>>, BodyError> {
        match self.string_or_skip()? {
            Some(raw) => self.unescaped(raw).map(Some),
            None => Ok(None),
        }
    }

    /// Reads a string and gives what stands between its quotes; for any other value nothing, which is passed over.
    #[inline]
    pub(super) fn string_or_skip(&mut self) -> Result<Option<&'a str>, BodyError> {
        if self.peek() == Some(b'"') {
            return self.string().map(Some);
        }
        self.skip_value()?;
        Ok(None)
    }

    pub(super) fn next_is_null(&self) -> bool {
        self.rest().starts_with(b"null")
    }

    /// Reads a number and gives its text; nothing, and nothing is read, when another value comes next.
    #[inline]
    pub(super) fn number_or_nothing(&mut self) -> Result<Option<&'a str>, BodyError> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Ok(None);
        }
        let start = self.at;
        self.take(b'-');
        if self.take(b'0') {
            if self.digits() > 0 {
                return Err(self.syntax("a number with a leading zero"));
            }
        } else if self.digits() == 0 {
            return Err(self.syntax("a number without digits"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.syntax("a number without digits behind its point"));
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            if self.digits() == 0 {
                return Err(self.syntax("a number without digits in its exponent"));
            }
        }
        Ok(Some(self.since(start)))
    }

    /// Passes over digits and gives their number.
    #[inline]
    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes over any value.
    pub(super) fn skip_value(&mut self) -> Result<(), BodyError> {
        self.skip_nested(0)
    }

    fn skip_nested(&mut self, depth: u32) -> Result<(), BodyError> {
        if depth >= DEPTH_MAX {
            return Err(self.error(BodyProblem::TooDeep));
        }
        self.skip_blanks();
        let mut first = true;
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => {
                self.at += 1;
                while self.next_key(&mut first)?.is_some() {
                    self.skip_nested(depth + 1)?;
                }
                Ok(())
            }
            Some(b'[') => {
                self.at += 1;
                while self.next_element(&mut first)? {
                    self.skip_nested(depth + 1)?;
                }
                Ok(())
            }
            _ if self.number_or_nothing()?.is_some() => Ok(()),
            _ => match [&b"true"[..], b"false", b"null"].iter().find(|word| self.rest().starts_with(word)) {
                Some(word) => {
                    self.at += word.len();
                    Ok(())
                }
                None => Err(self.syntax("expected a value")),
            },
        }
    }
}
