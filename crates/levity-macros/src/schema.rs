//! `schema!`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Path, Token, parse::Parser, punctuated::Punctuated};

use crate::errors::{Errors, expansion};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expansion(objects(input).map(|objects| {
        quote! {
            #(impl ::levity::Listed for #objects {})*

            /// The whole schema, as migrations and the `db` command know it.
            pub fn schema() -> ::levity::schema::Schema {
                let mut schema = ::levity::__private::SchemaBuilder::default();
                #(schema.add::<#objects>();)*
                schema.build()
            }
        }
    }))
}

fn objects(input: TokenStream) -> syn::Result<Vec<Path>> {
    let objects = Punctuated::<Path, Token![,]>::parse_terminated.parse2(input)?;
    let mut errors = Errors::default();
    let mut seen = BTreeSet::new();
    for object in &objects {
        if !seen.insert(object.to_token_stream().to_string()) {
            errors.push(Error::new_spanned(object, "this is listed twice"));
        }
    }
    errors.finish(objects.into_iter().collect())
}
