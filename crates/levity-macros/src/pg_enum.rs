//! `derive(PgEnum)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, spanned::Spanned};

use crate::{
    errors::{Errors, expansion},
    names::snake_case,
    options::{self, text},
};

struct PgEnum {
    ident: Ident,
    name: String,
    renamed_from: Option<String>,
    variants: Vec<Variant>,
}

struct Variant {
    ident: Ident,
    label: String,
    renamed_from: Option<String>,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse).map(|pg_enum| expand(&pg_enum)))
}

#[derive(Default)]
struct Names {
    name: Option<String>,
    renamed_from: Option<String>,
}

fn names(attributes: &[syn::Attribute], attribute: &str) -> syn::Result<Names> {
    let mut names = Names::default();
    options::each(attributes, attribute, |option, meta| match option {
        "name" => text(meta, &mut names.name),
        "renamed_from" => text(meta, &mut names.renamed_from),
        _ => Err(meta.error("unknown option: expected `name` or `renamed_from`")),
    })?;
    Ok(names)
}

fn parse(input: DeriveInput) -> syn::Result<PgEnum> {
    let Data::Enum(data) = input.data else {
        return Err(Error::new(input.ident.span(), "`PgEnum` can only be derived for an enum"));
    };
    let mut errors = Errors::default();
    if data.variants.is_empty() {
        errors.push(Error::new(input.ident.span(), "a PostgreSQL enum type needs at least one value"));
    }
    let type_names = errors.take(names(&input.attrs, "pg_enum")).unwrap_or_default();
    let mut variants: Vec<Variant> = Vec::new();
    for variant in data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.push(Error::new(variant.span(), "a value of a PostgreSQL enum type cannot have fields"));
        }
        let Names { name, renamed_from } = errors.take(names(&variant.attrs, "value")).unwrap_or_default();
        let label = name.unwrap_or_else(|| snake_case(&variant.ident.to_string()));
        if label.is_empty() || label.len() > 63 {
            errors.push(Error::new(variant.span(), "a label has 1 to 63 bytes"));
        }
        if variants.iter().any(|other| other.label == label) {
            errors.push(Error::new(variant.span(), format!("two values have the label `{label}`")));
        }
        variants.push(Variant { ident: variant.ident, label, renamed_from });
    }
    let name = type_names.name.unwrap_or_else(|| snake_case(&input.ident.to_string()));
    errors.finish(PgEnum { ident: input.ident, name, renamed_from: type_names.renamed_from, variants })
}

pub(crate) fn optional(text: Option<&String>) -> TokenStream {
    text.map_or_else(
        || quote!(::core::option::Option::None),
        |text| quote!(::core::option::Option::Some(#text.into())),
    )
}

fn expand(pg_enum: &PgEnum) -> TokenStream {
    let PgEnum { ident, name, .. } = pg_enum;
    let renamed_from = optional(pg_enum.renamed_from.as_ref());
    let variants: Vec<_> = pg_enum.variants.iter().map(|variant| &variant.ident).collect();
    let labels: Vec<_> = pg_enum.variants.iter().map(|variant| &variant.label).collect();
    let renames = pg_enum.variants.iter().map(|variant| optional(variant.renamed_from.as_ref()));
    quote! {
        impl ::levity::types::PgEnum for #ident {
            const NAME: &'static str = #name;
            const VARIANTS: &'static [Self] = &[#(Self::#variants),*];

            fn as_str(self) -> &'static str {
                match self {
                    #(Self::#variants => #labels,)*
                }
            }
        }

        impl ::levity::types::ColumnType for #ident {
            fn sql_type() -> ::levity::schema::SqlType {
                ::levity::schema::SqlType::Enum(#name.into())
            }

            fn definitions() -> ::std::vec::Vec<::levity::schema::TypeDefinition> {
                ::std::vec![::levity::schema::TypeDefinition::Enum(
                    ::levity::schema::EnumType {
                    name: #name.into(),
                    renamed_from: #renamed_from,
                    values: ::std::vec![
                        #(::levity::schema::EnumValue { label: #labels.into(), renamed_from: #renames },)*
                    ],
                }, ::levity::schema::Place { file: ::core::file!(), line: ::core::line!() })]
            }
        }

        impl ::levity::types::ArrayElement for #ident {}

        impl ::levity::types::Literal for #ident {
            fn to_literal(&self) -> ::levity::schema::Expression {
                ::levity::types::Literal::to_literal(::levity::types::PgEnum::as_str(*self))
            }
        }

        impl ::levity::__private::ToSql for #ident {
            fn to_sql(
                &self,
                _: &::levity::__private::Type,
                out: &mut ::levity::__private::BytesMut,
            ) -> ::core::result::Result<::levity::__private::IsNull, ::levity::__private::BoxError> {
                out.extend_from_slice(::levity::types::PgEnum::as_str(*self).as_bytes());
                ::core::result::Result::Ok(::levity::__private::IsNull::No)
            }

            fn accepts(ty: &::levity::__private::Type) -> bool {
                <Self as ::levity::types::PgEnum>::accepts(ty)
            }

            ::levity::__private::to_sql_checked!();
        }

        impl<'row> ::levity::__private::FromSql<'row> for #ident {
            fn from_sql(
                _: &::levity::__private::Type,
                raw: &'row [u8],
            ) -> ::core::result::Result<Self, ::levity::__private::BoxError> {
                ::levity::types::decode_label(raw)
            }

            fn accepts(ty: &::levity::__private::Type) -> bool {
                <Self as ::levity::types::PgEnum>::accepts(ty)
            }
        }
    }
}
