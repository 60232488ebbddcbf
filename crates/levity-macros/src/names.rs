//! Names made of other names, and types by their names.

use syn::{GenericArgument, PathArguments, Type};

/// `ExecutionStatus` as `execution_status`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let characters: Vec<char> = name.chars().collect();
    for (position, character) in characters.iter().enumerate() {
        let previous = position.checked_sub(1).map(|previous| characters[previous]);
        let starts_word = character.is_uppercase()
            && previous.is_some_and(|previous| {
                let ends_acronym = characters.get(position + 1).is_some_and(|next| next.is_lowercase());
                !previous.is_uppercase() || ends_acronym
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// What something is called in a statement, if PostgreSQL does not cut it: beyond 63 bytes, and some for a number, two
/// names could become one.
pub(crate) fn alias_or(alias: String, name: &str) -> String {
    if alias.len() <= 58 { alias } else { name.to_owned() }
}

/// The `T` of an `Option<T>`.
pub(crate) fn option_value(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn words_and_acronyms_are_separated() {
        assert_eq!(snake_case("ExecutionStatus"), "execution_status");
        assert_eq!(snake_case("HTTPRequest"), "http_request");
        assert_eq!(snake_case("Step2"), "step2");
    }
}
