//! The words of an SQL expression: just enough of its lexical structure to find identifiers.

/// A piece of an expression. All pieces together are the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// A bare or quoted identifier, or a keyword.
    Identifier(&'a str),
    /// A string literal, with its quotes.
    Literal(&'a str),
    /// Anything else, a character or a number.
    Other(&'a str),
}

impl<'a> Word<'a> {
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Identifier(text) | Self::Literal(text) | Self::Other(text) => text,
        }
    }

    /// The name that an identifier stands for: folded to lower case unless it is quoted.
    pub(crate) fn identifier(self) -> Option<String> {
        let Self::Identifier(text) = self else { return None };
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(quoted) => Some(quoted.replace("\"\"", "\"")),
            None => Some(text.to_ascii_lowercase()),
        }
    }
}

/// Splits an expression.
pub(crate) fn words<'a>(expression: &'a str) -> impl Iterator<Item = Word<'a>> {
    let mut rest = expression;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (word, length): (fn(&'a str) -> Word<'a>, usize) = match first {
            '\'' => (Word::Literal, quoted_length(rest, '\'', false)),
            '"' => (Word::Identifier, quoted_length(rest, '"', false)),
            'e' | 'E' if rest[1..].starts_with('\'') => {
                (Word::Literal, 1 + quoted_length(&rest[1..], '\'', true))
            }
            first if is_identifier_start(first) => {
                let end = rest.find(|c: char| !is_identifier_start(c) && !c.is_ascii_digit() && c != '$');
                (Word::Identifier, end.unwrap_or(rest.len()))
            }
            first if first.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
                (Word::Other, end.unwrap_or(rest.len()))
            }
            first => (Word::Other, first.len_utf8()),
        };
        let (text, tail) = rest.split_at(length);
        rest = tail;
        Some(word(text))
    })
}

fn is_identifier_start(character: char) -> bool {
    character.is_alphabetic() || character == '_' || !character.is_ascii()
}

/// The length of a quoted piece at the start of `text`; a doubled quote does not end it. All of `text` when the piece
/// is never closed.
fn quoted_length(text: &str, quote: char, backslashes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((position, character)) = characters.next() {
        if backslashes && character == '\\' {
            characters.next();
        } else if character == quote {
            if characters.next_if(|(_, next)| *next == quote).is_none() {
                return position + 1;
            }
        }
    }
    text.len()
}
