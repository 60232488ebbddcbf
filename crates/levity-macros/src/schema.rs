//! `schema!`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Path, Token, parse::Parser, punctuated::Punctuated};

use crate::errors::{Errors, expansion};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expansion(tables(input).map(|tables| {
        quote! {
            #(impl ::levity::InSchema for #tables {})*

            /// The whole schema, as migrations and the `db` command know it.
            pub fn schema() -> ::levity::schema::Schema {
                ::levity::__private::SchemaBuilder::default()
                    #(.table::<#tables>())*
                    .build()
            }
        }
    }))
}

fn tables(input: TokenStream) -> syn::Result<Vec<Path>> {
    let tables = Punctuated::<Path, Token![,]>::parse_terminated.parse2(input)?;
    let mut errors = Errors::default();
    let mut seen = BTreeSet::new();
    for table in &tables {
        if !seen.insert(table.to_token_stream().to_string()) {
            errors.push(Error::new_spanned(table, "this table is listed twice"));
        }
    }
    errors.finish(tables.into_iter().collect())
}
