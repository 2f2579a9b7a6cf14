//! Lexer: Rust source, taken apart into code, comments and literals.
//!
//! It knows just enough to keep a word in a comment apart from the same word in code.

/// What a piece of source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Names, numbers and signs.
    Code,
    /// From `//` to the end of the line, or from `/*` to its end.
    Comment,
    /// A text or a character with its quotes.
    Literal,
}

/// A piece of source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What it is.
    pub(crate) kind: Kind,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    /// The source.
    pub(crate) text: String,
}

/// Takes source apart. The pieces in order are the source again.
pub(crate) fn pieces(source: &str) -> Vec<Piece> {
    let characters: Vec<char> = source.chars().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest: &[char] = &characters;
    let mut line = 1;
    while !rest.is_empty() {
        let (kind, length) = first_piece(rest);
        let (taken, after) = rest.split_at(length.clamp(1, rest.len()));
        let text: String = taken.iter().collect();
        let line_breaks = text.matches('\n').count();
        match pieces.last_mut() {
            Some(last) if last.kind == Kind::Code && kind == Kind::Code => last.text.push_str(&text),
            _ => pieces.push(Piece { kind, line, text }),
        }
        line += line_breaks;
        rest = after;
    }
    pieces
}

/// Each line of the source that holds code, with everything else taken out: (line from 1, code).
pub(crate) fn code_lines(source: &str) -> Vec<(usize, String)> {
    let mut code = String::new();
    for piece in pieces(source) {
        match piece.kind {
            Kind::Code => code.push_str(&piece.text),
            // A space, so that what stood on both sides does not become one word.
            Kind::Comment | Kind::Literal => {
                code.push(' ');
                code.extend(piece.text.matches('\n'));
            }
        }
    }
    (1..).zip(code.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(n, line)| (n, line.to_owned())).collect()
}

/// Whether a line of code holds a word, such as `f64` or `Instant::now`, that is not part of a longer one.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code.get(..start).and_then(|text| text.chars().next_back());
        let after = code.get(start + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// Whether a character can stand in a name.
pub(crate) fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// What the source begins with, and how many characters that takes.
fn first_piece(source: &[char]) -> (Kind, usize) {
    match source {
        ['/', '/', ..] => (Kind::Comment, line_length(source)),
        ['/', '*', ..] => (Kind::Comment, block_length(source)),
        ['"', ..] => (Kind::Literal, text_length(source)),
        // `'\n'` and `'x'` are characters; `'name` is a lifetime.
        ['\'', '\\', ..] => (Kind::Literal, escaped_length(source)),
        ['\'', _, '\'', ..] => (Kind::Literal, 3),
        [first, ..] if is_name(*first) => {
            let length = source.iter().take_while(|character| is_name(**character)).count();
            let (name, after) = source.split_at(length);
            match (name, raw_length(after)) {
                (['r'] | ['b' | 'c', 'r'], Some(raw)) => (Kind::Literal, length + raw),
                _ => (Kind::Code, length),
            }
        }
        _ => (Kind::Code, 1),
    }
}

fn line_length(source: &[char]) -> usize {
    source.iter().take_while(|character| **character != '\n').count()
}

/// The length of a block comment; such comments nest.
fn block_length(source: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut index = 0;
    while index < source.len() {
        match source.get(index..) {
            Some(['/', '*', ..]) => {
                depth += 1;
                index += 2;
            }
            Some(['*', '/', ..]) => {
                depth = depth.saturating_sub(1);
                index += 2;
                if depth == 0 {
                    return index;
                }
            }
            _ => index += 1,
        }
    }
    source.len()
}

/// The length of a text in quotes.
fn text_length(source: &[char]) -> usize {
    let mut index = 1;
    while let Some(character) = source.get(index) {
        match character {
            '\\' => index += 2,
            '"' => return index + 1,
            _ => index += 1,
        }
    }
    source.len()
}

/// The length of a character that is written with a backslash.
fn escaped_length(source: &[char]) -> usize {
    // The character behind the backslash may itself be a quote.
    source.iter().skip(3).position(|character| *character == '\'').map_or(source.len(), |end| end + 4)
}

/// The length of the hashes and quotes of a raw text; none when none begins here.
fn raw_length(source: &[char]) -> Option<usize> {
    let hashes = source.iter().take_while(|character| **character == '#').count();
    if source.get(hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = source.get(hashes + 1..)?;
    let length = body.windows(end.len()).position(|window| window == end);
    Some(length.map_or(source.len(), |length| hashes + 1 + length + end.len()))
}

#[cfg(test)]
mod tests;
