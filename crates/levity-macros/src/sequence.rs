//! `derive(Sequence)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Data, DeriveInput, Error, Fields, Ident, LitInt, Path, Token, Visibility, meta::ParseNestedMeta,
    spanned::Spanned,
};

use crate::{
    errors::{Errors, expansion},
    names::snake_case,
    options::{self, flag, once, text},
    pg_enum::optional,
};

#[derive(Default)]
struct Options {
    name: Option<String>,
    namespace: Option<String>,
    renamed_from: Option<String>,
    sql_type: Option<String>,
    increment: Option<i64>,
    min: Option<i64>,
    max: Option<i64>,
    start: Option<i64>,
    cache: Option<i64>,
    cycle: bool,
    owned_by: Option<Path>,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(|input: DeriveInput| {
        let options = parse(&input)?;
        Ok(expand(&input.ident, &input.vis, &options))
    }))
}

fn parse(input: &DeriveInput) -> syn::Result<Options> {
    let mut errors = Errors::default();
    let is_unit = matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Unit));
    if !is_unit || !input.generics.params.is_empty() {
        let message =
            "`Sequence` can only be derived for a struct without fields, such as `struct InvoiceNumber;`";
        errors.push(Error::new(input.ident.span(), message));
    }
    let options = errors.take(Options::parse(&input.attrs)).unwrap_or_default();
    errors.finish(options)
}

impl Options {
    fn parse(attributes: &[syn::Attribute]) -> syn::Result<Self> {
        let mut options = Self::default();
        options::each(attributes, "sequence", |option, meta| {
            match option {
                "name" => text(meta, &mut options.name),
                "namespace" => text(meta, &mut options.namespace),
                "renamed_from" => text(meta, &mut options.renamed_from),
                "sql_type" => text(meta, &mut options.sql_type),
                "increment" => number(meta, &mut options.increment),
                "min" => number(meta, &mut options.min),
                "max" => number(meta, &mut options.max),
                "start" => number(meta, &mut options.start),
                "cache" => number(meta, &mut options.cache),
                "cycle" => flag(meta, &mut options.cycle),
                "owned_by" => once(meta, &mut options.owned_by, column(meta)?),
                _ => Err(meta.error(
                    "unknown option: expected `name`, `namespace`, `renamed_from`, `sql_type`, `increment`, `min`, `max`, \
                     `start`, `cache`, `cycle` or `owned_by`",
                )),
            }
        })?;
        Ok(options)
    }
}

fn number(meta: &ParseNestedMeta, slot: &mut Option<i64>) -> syn::Result<()> {
    let value = meta.value()?;
    let minus: Option<Token![-]> = value.parse()?;
    let digits: LitInt = value.parse()?;
    let sign = if minus.is_some() { "-" } else { "" };
    let number = format!("{sign}{}", digits.base10_digits()).parse();
    once(meta, slot, number.map_err(|_| Error::new(digits.span(), "the number is too large for a `bigint`"))?)
}

/// `Invoice::number`
fn column(meta: &ParseNestedMeta) -> syn::Result<Path> {
    let path: Path = meta.value()?.parse()?;
    if path.segments.len() < 2 {
        return Err(Error::new(path.span(), "expected a column, such as `Invoice::number`"));
    }
    Ok(path)
}

fn expand(ident: &Ident, vis: &Visibility, options: &Options) -> TokenStream {
    let name = options.name.clone().unwrap_or_else(|| snake_case(&ident.to_string()));
    let namespace = optional(options.namespace.as_ref());
    let renamed_from = optional(options.renamed_from.as_ref());
    let sql_type = options.sql_type.as_deref().unwrap_or("bigint");
    let given = |value: Option<i64>| match value {
        None => quote!(::core::option::Option::None),
        Some(value) => quote!(::core::option::Option::Some(#value)),
    };
    let (increment, min, max) = (given(options.increment), given(options.min), given(options.max));
    let (start, cache, cycle) = (given(options.start), given(options.cache), options.cycle);
    let owned_by = match &options.owned_by {
        None => quote!(::core::option::Option::None),
        Some(column) => {
            let mut table = column.clone();
            table.segments.pop();
            table.segments.pop_punct();
            let table = table.to_token_stream();
            quote! {
                ::core::option::Option::Some(::levity::schema::SequenceOwner {
                    table: ::levity::__private::object_name::<#table>(),
                    column: #column.name().into(),
                })
            }
        }
    };
    let summary = format!("The next number of the sequence `{name}`, which nobody else gets.");
    quote! {
        impl ::levity::Sequence for #ident {
            fn definition() -> ::levity::schema::Sequence {
                ::levity::__private::sequence(::levity::__private::SequenceOptions {
                    name: ::levity::schema::ObjectName { namespace: #namespace, name: #name.into() },
                    renamed_from: #renamed_from,
                    sql_type: ::levity::schema::SqlType::parse(#sql_type),
                    increment: #increment,
                    min: #min,
                    max: #max,
                    start: #start,
                    cache: #cache,
                    cycle: #cycle,
                    owned_by: #owned_by,
                })
            }
        }

        impl ::levity::SchemaObject for #ident {
            fn add_to(schema: &mut ::levity::__private::SchemaBuilder) {
                schema.sequence::<Self>(::levity::schema::Place { file: ::core::file!(), line: ::core::line!() });
            }
        }

        impl #ident {
            #[doc = #summary]
            #[must_use]
            #[allow(dead_code, reason = "a sequence can serve the default of a column alone")]
            #vis fn next() -> ::levity::Expr<(), i64, ::levity::Never> {
                ::levity::__private::next_value::<Self>()
            }
        }
    }
}
