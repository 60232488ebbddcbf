use proc_macro2::TokenStream;
use syn::Error;

/// Collects errors, so that a user sees all of them at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Keeps the value, or the error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The value, unless there was an error.
    pub(crate) fn finish<T>(self, value: T) -> syn::Result<T> {
        self.0.map_or(Ok(value), Err)
    }
}

/// The expansion, or the errors as the compiler shows them.
pub(crate) fn expansion(result: syn::Result<TokenStream>) -> TokenStream {
    result.unwrap_or_else(Error::into_compile_error)
}

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
