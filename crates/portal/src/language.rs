//! Language: every text of the portal, in every language. The texts stand in `locales`, one file for each.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// What stands in a text: names with values.
pub(crate) type Arguments<'a> = &'a [(&'a str, Value)];

/// A value in a text.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A text, as it is.
    Text(String),
    /// A count, by which plural forms are chosen.
    Count(u64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

/// A language of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

/// What a text that does not exist begins and ends with. A test looks for it on every page.
pub(crate) const MISSING: [char; 2] = ['\u{27e6}', '\u{27e7}'];

struct Shelf {
    english: FluentBundle<FluentResource>,
    french: FluentBundle<FluentResource>,
}

static SHELF: LazyLock<Shelf> =
    LazyLock::new(|| Shelf { english: Language::English.read(), french: Language::French.read() });

impl Language {
    /// Every language, in the order in which they are offered.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::French];

    /// Its tag. Source: BCP 47.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// What it calls itself.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The files of its texts.
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::English => crate::language::files::ENGLISH,
            Self::French => crate::language::files::FRENCH,
        }
    }

    /// The language of a tag.
    pub(crate) fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.tag() == tag)
    }

    /// The language that a browser asks for first among those that there are. Source: RFC 9110, section 12.5.4.
    pub(crate) fn wanted(accept: &str) -> Self {
        let mut best: Option<(u32, Self)> = None;
        for part in accept.split(',').take(32) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")).map_or(Some(1000), thousandths);
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            let (Some(found), Some(weight)) = (Self::of(&primary), weight) else { continue };
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, found));
            }
        }
        best.map_or(Self::English, |(_, found)| found)
    }

    /// A text.
    pub(crate) fn say(self, id: &str) -> String {
        self.tell(id, &[])
    }

    /// A text with something in it.
    pub(crate) fn tell(self, id: &str, with: Arguments<'_>) -> String {
        let bundle = self.bundle();
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else { return format!("{}{id}{}", MISSING[0], MISSING[1]) };
        let mut arguments = FluentArgs::new();
        for (name, value) in with {
            match value {
                Value::Text(text) => arguments.set(*name, FluentValue::from(text.as_str())),
                Value::Count(count) => arguments.set(*name, FluentValue::from(*count)),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        if errors.is_empty() { text } else { format!("{}{id}: {errors:?}{}", MISSING[0], MISSING[1]) }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::English => &SHELF.english,
            Self::French => &SHELF.french,
        }
    }

    fn read(self) -> FluentBundle<FluentResource> {
        let tag: LanguageIdentifier = self.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Names stand between words of the same direction, and marks around them would be copied with them.
        bundle.set_use_isolating(false);
        for text in self.files() {
            let resource = match FluentResource::try_new((*text).to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    tracing::error!(language.tag = self.tag(), error.message = ?errors, "texts cannot be read");
                    resource
                }
            };
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(language.tag = self.tag(), error.message = ?errors, "a text is there twice");
            }
        }
        bundle
    }
}

/// A weight such as `0.8`. Unit: thousandths.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(rest) || whole.len() != 1 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let rest: u32 = format!("{rest:0<3}").parse().ok()?;
    (whole < 2).then(|| (whole * 1000 + rest).min(1000))
}

/// How a page is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system of the person is set.
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

mod files;
#[cfg(test)]
mod tests;
