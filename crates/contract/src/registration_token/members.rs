//! Members: the properties of a token's object, found without case.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::TokenProblem;
use crate::{
    bounded::{self, Limits},
    hardware::Hardware,
};

/// The limits of a token's object.
const LIMITS: Limits = Limits { depth: 32, string_bytes: 4 * 1024 };

/// The most regions of one stamp.
const REGIONS_MAX: usize = 64;

/// The properties by their names in lower case. What is `null` is not there.
pub(super) struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    pub(super) fn read(json: &'a str) -> Result<Self, TokenProblem> {
        bounded::check(json, LIMITS)
            .map_err(|what| TokenProblem::malformed(None, &format!("The JSON inside is refused: {what}.")))?;
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(json)
            .map_err(|_| TokenProblem::malformed(None, "The JSON inside must be an object."))?;
        let given = members.into_iter().filter(|(_, value)| value.get() != "null");
        Ok(Self(given.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()))
    }

    fn find(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(&name.to_ascii_lowercase()).copied()
    }

    fn typed<T: DeserializeOwned>(&self, name: &'static str, kind: &str) -> Result<Option<T>, TokenProblem> {
        self.find(name)
            .map(|value| serde_json::from_str(value.get()))
            .transpose()
            .map_err(|_| TokenProblem::malformed(Some(name), &format!("Its {name} must be {kind}.")))
    }

    /// A text; a blank one says nothing.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, TokenProblem> {
        Ok(self.typed::<String>(name, "a string")?.filter(|text| !text.trim().is_empty()))
    }

    pub(super) fn required_text(&self, name: &'static str) -> Result<String, TokenProblem> {
        self.text(name)?.ok_or_else(|| TokenProblem::malformed(Some(name), &format!("Its {name} is missing or empty.")))
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, TokenProblem> {
        self.typed(name, "true or false")
    }

    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<String>, TokenProblem> {
        let texts: Vec<String> = self.typed(name, "an array of strings")?.unwrap_or_default();
        if texts.len() > REGIONS_MAX {
            let what = format!("Its {name} has {} entries, but at most {REGIONS_MAX} are accepted.", texts.len());
            return Err(TokenProblem::malformed(Some(name), &what));
        }
        Ok(texts)
    }

    pub(super) fn hardware(&self, name: &'static str) -> Result<Hardware, TokenProblem> {
        self.find(name)
            .map_or_else(|| Ok(Hardware::default()), |value| Hardware::read(value.get()))
            .map_err(|what| TokenProblem::malformed(Some(name), &format!("It is refused: {what}.")))
    }
}
