//! Members: a JSON object taken apart so strictly that no two readers could see two different objects.

use std::{collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of one object by name, each with the text of its value. Members of the same name are refused.
pub(super) struct Members<'a>(BTreeMap<String, &'a RawValue>);

/// What is wrong with one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberError {
    /// It is not there.
    Missing,
    /// It is something else.
    Kind,
}

impl<'a> Members<'a> {
    /// Reads an object; none when the bytes are something else.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()
    }

    /// Whether there is a member of this name, whatever it holds.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<String, MemberError> {
        self.value(name)
    }

    /// A text that may be missing. It may not be null.
    pub(super) fn text_if_any(&self, name: &str) -> Result<Option<String>, MemberError> {
        if self.has(name) { self.text(name).map(Some) } else { Ok(None) }
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, MemberError> {
        self.text(name).map(|text| vec![text]).or_else(|_| self.value(name))
    }

    /// A whole number, written as digits alone: `1e9` and `1.0` are whole to some readers only.
    pub(super) fn number(&self, name: &str) -> Result<i64, MemberError> {
        let digits = self.0.get(name).ok_or(MemberError::Missing)?.get();
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            digits.parse().map_err(|_| MemberError::Kind)
        } else {
            Err(MemberError::Kind)
        }
    }

    fn value<T: Deserialize<'a>>(&self, name: &str) -> Result<T, MemberError> {
        let value = self.0.get(name).ok_or(MemberError::Missing)?;
        serde_json::from_str(value.get()).map_err(|_| MemberError::Kind)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("two members have the same name"));
            }
        }
        Ok(Members(members))
    }
}
