//! The grammar of what a table or column says about itself.

use proc_macro2::Span;
use syn::{
    Error, Ident, Lit, LitInt, LitStr, Token, ext::IdentExt, meta::ParseNestedMeta, parenthesized,
    parse::ParseStream, punctuated::Punctuated, token,
};

use super::model::{Identity, IdentityOptions};
use crate::options::once;

/// `identity`, `identity = by_default`, `identity(by_default, start = 100, cycle)`
pub(super) fn identity(meta: &ParseNestedMeta) -> syn::Result<(Identity, IdentityOptions)> {
    let mut options = IdentityOptions::default();
    if meta.input.peek(Token![=]) {
        let kind: Ident = meta.value()?.parse()?;
        let found = identity_kind(&kind.to_string());
        return Ok((
            found.ok_or_else(|| Error::new(kind.span(), "expected `always` or `by_default`"))?,
            options,
        ));
    }
    let mut identity = Identity::Always;
    if meta.input.peek(token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        while !content.is_empty() {
            identity_option(&content, &mut identity, &mut options)?;
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
    }
    Ok((identity, options))
}

fn identity_kind(word: &str) -> Option<Identity> {
    match word {
        "always" => Some(Identity::Always),
        "by_default" => Some(Identity::ByDefault),
        _ => None,
    }
}

fn identity_option(
    input: ParseStream,
    identity: &mut Identity,
    options: &mut IdentityOptions,
) -> syn::Result<()> {
    let word: Ident = input.parse()?;
    let name = word.to_string();
    if let Some(kind) = identity_kind(&name) {
        *identity = kind;
    } else if name == "cycle" {
        options.cycle = true;
    } else if ["start", "increment", "min", "max", "cache"].contains(&name.as_str()) {
        if options.numbers.iter().any(|(other, _)| *other == word) {
            return Err(Error::new(word.span(), "this option is given twice"));
        }
        input.parse::<Token![=]>()?;
        let minus = input.parse::<Option<Token![-]>>()?.map_or("", |_| "-");
        let number: LitInt = input.parse()?;
        let value = format!("{minus}{}", number.base10_digits()).parse();
        let value = value.map_err(|_| Error::new(number.span(), "the number does not fit into 64 bits"))?;
        options.numbers.push((word, value));
    } else {
        return Err(Error::new(
            word.span(),
            "unknown option: expected `always`, `by_default`, `start`, `increment`, `min`, `max`, `cache` or `cycle`",
        ));
    }
    Ok(())
}

/// `collation = "C"`, or `collation("billing", "german")` outside of the default namespaces: a name can have a dot.
pub(crate) fn collation(
    meta: &ParseNestedMeta,
    slot: &mut Option<(Option<String>, String)>,
) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        return once(meta, slot, (None, meta.value()?.parse::<LitStr>()?.value()));
    }
    let content;
    parenthesized!(content in meta.input);
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
    let names: Vec<String> = names.iter().map(LitStr::value).collect();
    match <[String; 2]>::try_from(names) {
        Ok([namespace, name]) => once(meta, slot, (Some(namespace), name)),
        Err(_) => Err(meta.error("expected `collation = \"…\"` or `collation(\"namespace\", \"…\")`")),
    }
}

pub(super) fn comment(meta: &ParseNestedMeta, slot: &mut Option<String>) -> syn::Result<()> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().is_empty() {
        return Err(Error::new(text.span(), "PostgreSQL takes an empty comment for none: leave it out"));
    }
    once(meta, slot, text.value())
}

/// `storage(fillfactor = 70, toast.autovacuum_enabled = false)`
pub(super) fn storage(meta: &ParseNestedMeta, parameters: &mut Vec<(String, String)>) -> syn::Result<()> {
    let content;
    parenthesized!(content in meta.input);
    while !content.is_empty() {
        let words =
            Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(&content, Ident::parse_any)?;
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let name = words.join(".");
        content.parse::<Token![=]>()?;
        let minus = content.parse::<Option<Token![-]>>()?.map_or("", |_| "-");
        let value = match content.parse::<Lit>()? {
            Lit::Str(text) => text.value(),
            Lit::Bool(value) => value.value.to_string(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            other => return Err(Error::new_spanned(other, "expected a number, a `bool` or a string")),
        };
        if parameters.iter().any(|(other, _)| *other == name) {
            return Err(Error::new(
                Span::call_site(),
                format!("the storage parameter `{name}` is given twice"),
            ));
        }
        parameters.push((name, format!("{minus}{value}")));
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(())
}
