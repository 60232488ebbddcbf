//! `derive(PgDomain)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    DeriveInput, Error, Expr, Ident, LitStr, Token, Type, meta::ParseNestedMeta, spanned::Spanned, token,
};

use crate::{
    errors::{Errors, expansion},
    names::snake_case,
    options::{self, flag, once, text},
    pg_enum::optional,
    pg_newtype,
    table::{attribute::default, described, expand, model::Default},
};

struct PgDomain {
    ident: Ident,
    inner: Type,
    options: Options,
}

#[derive(std::default::Default)]
struct Options {
    name: Option<String>,
    namespace: Option<String>,
    renamed_from: Option<String>,
    sql_type: Option<String>,
    collation: Option<(Option<String>, String)>,
    default: Option<Default>,
    not_null: bool,
    checks: Vec<Check>,
}

struct Check {
    name: Option<String>,
    condition: LitStr,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse).map(|domain| expand(&domain)))
}

impl Options {
    fn parse(attributes: &[syn::Attribute]) -> syn::Result<Self> {
        let mut options = Self::default();
        options::each(attributes, "domain", |option, meta| {
            match option {
                "name" => text(meta, &mut options.name),
                "namespace" => text(meta, &mut options.namespace),
                "renamed_from" => text(meta, &mut options.renamed_from),
                "sql_type" => text(meta, &mut options.sql_type),
                "collation" => described::collation(meta, &mut options.collation),
                "default" => once(meta, &mut options.default, default(meta.value()?.parse::<Expr>()?)?),
                "not_null" => flag(meta, &mut options.not_null),
                "check" => {
                    options.checks.push(check(meta)?);
                    Ok(())
                }
                _ => Err(meta.error(
                    "unknown option: expected `name`, `namespace`, `renamed_from`, `sql_type`, `collation`, `default`, \
                     `not_null` or `check`",
                )),
            }
        })?;
        Ok(options)
    }
}

/// `check = "value > 0"` or `check(name = "positive", "value > 0")`
fn check(meta: &ParseNestedMeta) -> syn::Result<Check> {
    if !meta.input.peek(token::Paren) {
        return Ok(Check { name: None, condition: meta.value()?.parse()? });
    }
    let arguments;
    syn::parenthesized!(arguments in meta.input);
    let mut name = None;
    if arguments.peek(Ident) {
        let option: Ident = arguments.parse()?;
        if option != "name" {
            return Err(Error::new(option.span(), "unknown option: expected `name`"));
        }
        arguments.parse::<Token![=]>()?;
        name = Some(arguments.parse::<LitStr>()?.value());
        arguments.parse::<Token![,]>()?;
    }
    let check = Check { name, condition: arguments.parse()? };
    arguments.parse::<Option<Token![,]>>()?;
    if arguments.is_empty() { Ok(check) } else { Err(arguments.error("unexpected")) }
}

fn parse(input: DeriveInput) -> syn::Result<PgDomain> {
    let inner = pg_newtype::only_field(&input.ident, input.data, "PgDomain")?;
    let mut errors = Errors::default();
    let options = errors.take(Options::parse(&input.attrs)).unwrap_or_default();
    if !input.generics.params.is_empty() {
        errors.push(Error::new(input.generics.span(), "`PgDomain` cannot be derived for a generic type"));
    }
    if options.checks.len() > 1 {
        for check in options.checks.iter().filter(|check| check.name.is_none()) {
            let message = "a domain with several checks names each: `check(name = \"…\", \"…\")`";
            errors.push(Error::new(check.condition.span(), message));
        }
    }
    errors.finish(PgDomain { ident: input.ident, inner, options })
}

fn expand(domain: &PgDomain) -> TokenStream {
    let PgDomain { ident, inner, options } = domain;
    let name = options.name.clone().unwrap_or_else(|| snake_case(&ident.to_string()));
    let namespace = optional(options.namespace.as_ref());
    let renamed_from = optional(options.renamed_from.as_ref());
    let collation = expand::collation(options.collation.as_ref());
    let base_type = match &options.sql_type {
        Some(text) => quote!(::levity::schema::SqlType::parse(#text)),
        None => quote!(<#inner as ::levity::types::ColumnType>::sql_type()),
    };
    // Another type than the value's own is not the one that the value would bring along.
    let definitions = match &options.sql_type {
        Some(_) => quote!(::std::vec::Vec::new()),
        None => quote!(<#inner as ::levity::types::ColumnType>::definitions()),
    };
    let default = match &options.default {
        None => quote!(::core::option::Option::None),
        Some(default) => {
            let expression = default.expand(inner, ident.span());
            quote!(::core::option::Option::Some(#expression))
        }
    };
    let not_null = options.not_null;
    let checks = options.checks.iter().map(|check| {
        let condition = &check.condition;
        let check_name = match &check.name {
            Some(check_name) => quote!(#check_name),
            None => quote!(::levity::schema::generated_name(&[#name, "check"])),
        };
        quote! {
            ::levity::schema::Check::new(#check_name, #condition)
        }
    });
    let object_name = quote!(::levity::schema::ObjectName { namespace: #namespace, name: #name.into() });
    let column_type = quote! {
        fn sql_type() -> ::levity::schema::SqlType {
            ::levity::schema::SqlType::Domain(#object_name)
        }

        fn definitions() -> ::std::vec::Vec<::levity::schema::TypeDefinition> {
            let mut definitions = #definitions;
            definitions.push(::levity::schema::TypeDefinition::Domain(::levity::schema::Domain {
                name: #object_name,
                renamed_from: #renamed_from,
                base_type: #base_type,
                collation: #collation,
                default: #default,
                not_null: #not_null,
                checks: ::std::vec![#(#checks),*],
            }, ::levity::schema::Place { file: ::core::file!(), line: ::core::line!() }));
            definitions
        }
    };
    pg_newtype::implement(ident, inner, &column_type)
}
