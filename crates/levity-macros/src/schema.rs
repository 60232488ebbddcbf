//! `schema!`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Error, Ident, LitStr, Path, Token, parenthesized,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    token,
};

use crate::errors::{Errors, expansion};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expansion(items(input).map(|items| {
        let types = items.iter().filter_map(|item| match item {
            Item::Type(path) => Some(path),
            Item::Extension { .. } | Item::Namespace(_) => None,
        });
        let additions = items.iter().map(addition);
        quote! {
            #(impl ::levity::Listed for #types {})*

            /// The whole schema, as migrations and the `db` command know it.
            pub fn schema() -> ::levity::schema::Schema {
                let mut schema = ::levity::__private::SchemaBuilder::default();
                #(#additions)*
                schema.build()
            }
        }
    }))
}

/// What can stand in the list.
enum Item {
    /// A type that describes an object.
    Type(Path),
    /// `extension("postgis", namespace = "geo")`
    Extension { name: LitStr, namespace: Option<LitStr> },
    /// `namespace("audit")`
    Namespace(LitStr),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: Path = input.parse()?;
        if !input.peek(token::Paren) {
            return Ok(Self::Type(path));
        }
        let arguments;
        parenthesized!(arguments in input);
        let name = |arguments: ParseStream<'_>| {
            let name: LitStr = arguments.parse()?;
            if name.value().is_empty() {
                return Err(Error::new(name.span(), "a name is missing"));
            }
            Ok(name)
        };
        let item = if path.is_ident("extension") {
            let mut item = (name(&arguments)?, None);
            if arguments.parse::<Option<Token![,]>>()?.is_some() && !arguments.is_empty() {
                let option: Ident = arguments.parse()?;
                if option != "namespace" {
                    return Err(Error::new(option.span(), "unknown option: expected `namespace`"));
                }
                arguments.parse::<Token![=]>()?;
                item.1 = Some(name(&arguments)?);
                arguments.parse::<Option<Token![,]>>()?;
            }
            Self::Extension { name: item.0, namespace: item.1 }
        } else if path.is_ident("namespace") {
            let item = Self::Namespace(name(&arguments)?);
            arguments.parse::<Option<Token![,]>>()?;
            item
        } else {
            let message = "expected a type, `extension(\"…\")` or `namespace(\"…\")`";
            return Err(Error::new_spanned(path, message));
        };
        if arguments.is_empty() { Ok(item) } else { Err(arguments.error("unexpected")) }
    }
}

fn items(input: TokenStream) -> syn::Result<Vec<Item>> {
    let items = Punctuated::<Item, Token![,]>::parse_terminated.parse2(input)?;
    let mut errors = Errors::default();
    let mut seen = BTreeSet::new();
    for item in &items {
        let (key, span) = match item {
            Item::Type(path) => (quote!(#path), quote!(#path)),
            Item::Extension { name, .. } => (quote!(extension #name), quote!(#name)),
            Item::Namespace(name) => (quote!(namespace #name), quote!(#name)),
        };
        if !seen.insert(key.to_string()) {
            errors.push(Error::new_spanned(span, "this is listed twice"));
        }
    }
    errors.finish(items.into_iter().collect())
}

fn addition(item: &Item) -> TokenStream {
    match item {
        Item::Type(path) => quote!(schema.add::<#path>();),
        Item::Extension { name, namespace } => {
            let namespace = namespace.as_ref().map_or_else(
                || quote!(::core::option::Option::None),
                |namespace| quote!(::core::option::Option::Some(#namespace.into())),
            );
            quote!(schema.extension(::levity::schema::Extension { name: #name.into(), namespace: #namespace });)
        }
        Item::Namespace(name) => quote!(schema.namespace(#name);),
    }
}
