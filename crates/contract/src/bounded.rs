//! Bounded: whether a JSON text keeps within limits and says nothing twice, before anything believes it.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

/// How large the parts of a text may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How deep arrays and objects may be nested.
    pub depth: u32,
    /// The longest string or member name. Unit: bytes without escapes.
    pub string_bytes: usize,
}

/// Looks through a whole text. The error says what is wrong and where.
pub(crate) fn check(text: &str, limits: Limits) -> Result<(), String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Checked { limits, depth: 0 };
    value.deserialize(&mut deserializer).and_then(|()| deserializer.end()).map_err(|error| error.to_string())
}

/// One value and all that is in it.
#[derive(Clone, Copy)]
struct Checked {
    limits: Limits,
    depth: u32,
}

impl Checked {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.saturating_add(1);
        if depth > self.limits.depth {
            return Err(E::custom(format!("arrays and objects are nested more than {} deep", self.limits.depth)));
        }
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Checked {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.len() > self.limits.string_bytes {
            return Err(E::custom(format!("a string is longer than {} bytes", self.limits.string_bytes)));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let element = self.inside()?;
        while elements.next_element_seed(element)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let value = self.inside()?;
        let mut seen = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            self.visit_str(&name)?;
            // Names are compared without case, so two spellings of one name would be two answers to one question.
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(A::Error::custom(format!("the property {name:?} stands twice")));
            }
            members.next_value_seed(value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
