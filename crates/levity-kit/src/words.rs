//! The words of an SQL expression: just enough of its lexical structure to find identifiers.

/// A piece of an expression. All pieces together are the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// A bare or quoted identifier, or a keyword.
    Identifier(&'a str),
    /// A string literal, with its quotes.
    Literal(&'a str),
    /// Anything else: a character, a number or a comment.
    Other(&'a str),
}

impl<'a> Word<'a> {
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Identifier(text) | Self::Literal(text) | Self::Other(text) => text,
        }
    }

    /// Whether it separates the words beside it and means nothing else.
    pub(crate) fn is_space(self) -> bool {
        let Self::Other(text) = self else { return false };
        text.trim().is_empty() || text.starts_with("--") || text.starts_with("/*")
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
            '-' if rest.starts_with("--") => (Word::Other, rest.find('\n').map_or(rest.len(), |end| end + 1)),
            '/' if rest.starts_with("/*") => (Word::Other, comment_length(rest)),
            '$' => match dollar_quoted_length(rest) {
                Some(length) => (Word::Literal, length),
                None => (Word::Other, 1),
            },
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

/// The length of a comment at the start of `text`. Comments nest.
fn comment_length(text: &str) -> usize {
    let (mut depth, mut position) = (0_u32, 0);
    while let Some(next) = text[position..].find(['*', '/']).map(|found| position + found) {
        let (change, length) = match text.get(next..next + 2) {
            Some("/*") => (1, 2),
            Some("*/") => (-1, 2),
            _ => (0, 1),
        };
        depth = depth.saturating_add_signed(change);
        position = next + length;
        if depth == 0 {
            return position;
        }
    }
    text.len()
}

/// The length of a literal between two `$tag$`, if there is one at the start of `text`.
fn dollar_quoted_length(text: &str) -> Option<usize> {
    let tag_end = 1 + text[1..].find(|c: char| !is_identifier_start(c) && !c.is_ascii_digit())?;
    let tag = text[..=tag_end].strip_suffix('$').map(|_| &text[..=tag_end])?;
    Some(text[tag.len()..].find(tag).map_or(text.len(), |end| end + 2 * tag.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_dollar_quotes_are_one_word() {
        let text = "a -- it's\nb /* c /* ' */ d */ e $x$ f $$ g $x$ h $1 /";
        let names: Vec<String> = words(text).filter_map(Word::identifier).collect();
        assert_eq!(names, ["a", "b", "e", "h"]);
        assert_eq!(words(text).map(Word::text).collect::<String>(), text);
        assert_eq!(words("/* never closed").count(), 1);
    }
}
