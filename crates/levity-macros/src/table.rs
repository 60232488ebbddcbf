//! `derive(Table)` and `derive(View)`, which describe rows in the same way.

pub(crate) mod attribute;
mod computed;
pub(crate) mod described;
pub(crate) mod expand;
mod expand_new;
mod expand_part;
mod expand_partition;
mod expand_relation;
pub(crate) mod model;
mod parse;
mod partition;
mod view;

use proc_macro2::TokenStream;

use crate::errors::expansion;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse::parse).map(|table| expand::expand(&table)))
}

pub(crate) fn derive_view(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(view::parse).map(|view| view::expand(&view)))
}
