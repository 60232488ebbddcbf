//! `derive(Table)`.

pub(crate) mod attribute;
mod computed;
mod described;
mod expand;
mod expand_new;
mod expand_part;
mod expand_relation;
pub(crate) mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::expansion;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse::parse).map(|table| expand::expand(&table)))
}
