//! `sql!`. The paths of its expansion begin with the `$crate` of the macro in `levity`, so that it also works where only a
//! crate that re-exports it is a dependency.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Error, Expr, Ident, LitStr, Path, Token,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::errors::expansion;

struct Input {
    levity: Path,
    text: LitStr,
    arguments: Vec<Expr>,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let levity = input.call(Path::parse_mod_style)?;
        input.parse::<Token![;]>()?;
        let text = input.parse().map_err(|error| {
            Error::new(
                error.span(),
                "expected the SQL as a string literal: text that comes from elsewhere is not SQL",
            )
        })?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated(input)?.into_iter().collect();
        Ok(Self { levity, text, arguments })
    }
}

enum Piece {
    Text(String),
    Placeholder(String),
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(fragments))
}

fn fragments(input: Input) -> syn::Result<TokenStream> {
    let levity = &input.levity;
    let mut arguments = input.arguments.into_iter();
    let mut fragments = Vec::new();
    for piece in pieces(&input.text)? {
        fragments.push(match piece {
            Piece::Text(text) => quote!(#levity::query::Fragment::from(#text)),
            Piece::Placeholder(name) => {
                let argument = if name.is_empty() {
                    let argument = arguments.next().ok_or_else(|| {
                        Error::new(input.text.span(), "more placeholders `{}` than arguments; a literal brace is `{{`")
                    })?;
                    quote!(#argument)
                } else {
                    let ident: Ident = syn::parse_str(&name).map_err(|_| {
                        Error::new(
                            input.text.span(),
                            format!("`{{{name}}}` is not a placeholder: expected `{{}}` or the name of a variable; a literal brace is `{{{{`"),
                        )
                    })?;
                    let ident = Ident::new(&ident.to_string(), input.text.span());
                    quote!(#ident)
                };
                quote!(#levity::query::Fragment::Expr(#levity::SqlArgument::into_argument(#argument)))
            }
        });
    }
    if let Some(unused) = arguments.next() {
        return Err(Error::new_spanned(unused, "no placeholder `{}` for this argument"));
    }
    Ok(quote!(#levity::Sql::new(::std::vec![#(#fragments),*])))
}

/// Whether the text has a `$1` outside quotes, which would take the value of some other placeholder.
fn has_numbered_placeholder(text: &str) -> bool {
    let unquoted = text.split('\'').step_by(2);
    unquoted
        .flat_map(|part| part.as_bytes().windows(2))
        .any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit())
}

fn pieces(literal: &LitStr) -> syn::Result<Vec<Piece>> {
    let text = literal.value();
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' if characters.peek() == Some(&character) => {
                characters.next();
                plain.push(character);
            }
            '{' => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                let name: String = characters.by_ref().take_while(|next| *next != '}').collect();
                pieces.push(Piece::Placeholder(name.trim().to_owned()));
            }
            '}' => return Err(Error::new(literal.span(), "unmatched `}`; a literal brace is `}}`")),
            other => plain.push(other),
        }
    }
    pieces.push(Piece::Text(plain));
    if has_numbered_placeholder(&text) {
        return Err(Error::new(
            literal.span(),
            "placeholders are numbered by the whole statement: write `{}` for `$1`",
        ));
    }
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(pieces)
}
