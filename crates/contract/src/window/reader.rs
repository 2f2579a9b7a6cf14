//! Reader: walks through JSON text without copying it.

use std::borrow::Cow;

use super::{BodyError, BodyProblem};

/// How deep arrays and objects may be nested.
const DEPTH_MAX: u32 = 32;

/// What stands between the quotes of a string.
#[derive(Clone, Copy)]
struct Quoted<'a> {
    raw: &'a str,
    has_escapes: bool,
}

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
        let quoted = self.string()?;
        let key = self.unescaped(quoted)?;
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
    fn string(&mut self) -> Result<Quoted<'a>, BodyError> {
        if !self.take(b'"') {
            return Err(self.syntax("expected a string"));
        }
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.at += plain_length(self.rest());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    self.at += 1;
                    self.skip_escape()?;
                }
                Some(_) => return Err(self.syntax("a control character in a string")),
                None => return Err(self.syntax("a string has no end")),
            }
        }
        let raw = self.since(start);
        self.at += 1;
        Ok(Quoted { raw, has_escapes })
    }

    /// Passes over what follows a backslash.
    #[inline]
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

    #[inline]
    fn unescaped(&self, quoted: Quoted<'a>) -> Result<Cow<'a, str>, BodyError> {
        if quoted.has_escapes { self.without_escapes(quoted.raw) } else { Ok(Cow::Borrowed(quoted.raw)) }
    }

    fn without_escapes(&self, raw: &str) -> Result<Cow<'a, str>, BodyError> {
        serde_json::from_str::<String>(&format!("\"{raw}\""))
            .map(Cow::Owned)
            .map_err(|_| self.syntax("a string with a lone surrogate"))
    }

    /// Reads a string and gives its text; for any other value nothing, which is passed over.
    #[inline]
    pub(super) fn text_or_skip(&mut self) -> Result<Option<Cow<'a, str>>, BodyError> {
        if self.peek() == Some(b'"') {
            let quoted = self.string()?;
            return self.unescaped(quoted).map(Some);
        }
        self.skip_value()?;
        Ok(None)
    }

    /// Reads a string and gives what stands between its quotes; for any other value nothing, which is passed over.
    #[inline]
    pub(super) fn string_or_skip(&mut self) -> Result<Option<&'a str>, BodyError> {
        if self.peek() == Some(b'"') {
            return self.string().map(|quoted| Some(quoted.raw));
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

/// How many bytes come before the first quote, backslash or control character.
///
/// Eight bytes are looked at together: short strings are the most, and a row has many. Source of the two tests: S. E.
/// Anderson, "Bit Twiddling Hacks", zero byte and byte less than n. A byte behind a hit may be marked wrongly, but never
/// the first one.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    let below = |word: u64, end: u8| word.wrapping_sub(ONES * u64::from(end)) & !word & HIGHS;
    let mut length = 0;
    let mut rest = bytes;
    while let Some((word, others)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = below(word, 0x20) | equal(b'"') | equal(b'\\');
        if found != 0 {
            return length + usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
        }
        length += 8;
        rest = others;
    }
    length + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count()
}
