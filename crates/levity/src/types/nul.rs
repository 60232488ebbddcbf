//! The character U+0000, which PostgreSQL stores in no text.

use tokio_postgres::types::{Kind, Type};

use super::array::{elements, values};

/// What the value, in PostgreSQL's binary format, holds the character in; nothing when it does not hold it.
///
/// The server refuses whatever is not looked into here, with a message that does not say where.
pub(crate) fn stored_as(ty: &Type, raw: &[u8]) -> Option<&'static str> {
    match ty.kind() {
        Kind::Simple if *ty == Type::JSONB => has_escape(raw).then_some("jsonb"),
        Kind::Simple if is_text(ty) => raw.contains(&0).then_some("a text"),
        Kind::Enum(_) => raw.contains(&0).then_some("a label"),
        Kind::Domain(base) => stored_as(base, raw),
        Kind::Array(element) if can_hold_text(element) => {
            elements(raw)?.find_map(|value| stored_as(element, value))
        }
        // After the flags, the bounds that there are.
        Kind::Range(element) if can_hold_text(element) => {
            values::<0>(raw.get(1..)?).flatten().find_map(|value| stored_as(element, value))
        }
        Kind::Composite(fields) => {
            let values = values::<4>(raw.get(4..)?);
            fields.iter().zip(values).find_map(|(field, value)| stored_as(field.type_(), value?))
        }
        _ => None,
    }
}

/// Spares the elements of most arrays.
fn can_hold_text(ty: &Type) -> bool {
    match ty.kind() {
        Kind::Simple => *ty == Type::JSONB || is_text(ty),
        Kind::Domain(inner) | Kind::Range(inner) => can_hold_text(inner),
        Kind::Enum(_) | Kind::Composite(_) => true,
        _ => false,
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::XML | Type::UNKNOWN)
        || ty.name() == "citext"
}

/// `\u0000` in a document, which `json` keeps and `jsonb` would have to decode.
fn has_escape(mut document: &[u8]) -> bool {
    while let Some(position) = document.iter().position(|byte| *byte == b'\\') {
        let escape = &document[position..];
        if escape.starts_with(b"\\u0000") {
            return true;
        }
        // An escaped backslash begins no escape of its own.
        document = escape.get(2..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_escape_of_the_character_is_found() {
        for text in [r#""\u0000""#, r#"{"a\\\u0000":1}"#, r#""\n\u0000""#] {
            assert!(has_escape(text.as_bytes()), "{text}");
        }
        for text in [r#""\\u0000""#, r#""\u0001""#, r#""\n""#, r"\"] {
            assert!(!has_escape(text.as_bytes()), "{text}");
        }
    }
}
