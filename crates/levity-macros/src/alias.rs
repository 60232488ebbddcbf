//! `alias!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Ident, Path, Token, Visibility,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use crate::{errors::expansion, names::snake_case};

/// `/// docs… pub Manager = Employee`
struct Input {
    attributes: Vec<Attribute>,
    vis: Visibility,
    ident: Ident,
    table: Path,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let ident = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { attributes, vis, ident, table: input.parse()? })
    }
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).map(|input| alias(&input)))
}

fn alias(input: &Input) -> TokenStream {
    let Input { attributes, vis, ident, table } = input;
    let name = snake_case(&ident.unraw().to_string());
    let summary = format!("The table of [`{}`], once more.", quote!(#table));
    quote! {
        #[doc = #summary]
        #(#attributes)*
        #[derive(Debug)]
        #vis enum #ident {}

        impl #ident {
            /// A column of the table under this name.
            #vis const fn column<__Value, __Nullability>(
                column: ::levity::Column<#table, __Value, __Nullability>,
            ) -> ::levity::Column<Self, __Value, __Nullability> {
                ::levity::Column::new(column.name())
            }
        }

        impl ::levity::Source for #ident {
            type Row = #table;
            const ALIAS: &'static str = #name;
            const COLUMNS: &'static [&'static str] = <#table as ::levity::Source>::COLUMNS;

            fn source() -> ::levity::query::Source {
                ::levity::query::Source { alias: Self::ALIAS, ..<#table as ::levity::Source>::source() }
            }
        }

        impl ::levity::Alias for #ident {
            type Of = #table;
        }

        impl ::levity::Joinable for #ident where #table: ::levity::InSchema {}
    }
}
