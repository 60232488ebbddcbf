//! `derive(PgNewtype)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Error, Fields, Ident, Type, spanned::Spanned};

use crate::{
    errors::{Errors, expansion},
    options::{self, text},
};

struct PgNewtype {
    ident: Ident,
    inner: Type,
    sql_type: Option<String>,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse).map(|newtype| expand(&newtype)))
}

fn sql_type(attributes: &[syn::Attribute]) -> syn::Result<Option<String>> {
    let mut sql_type = None;
    options::each(attributes, "pg_newtype", |option, meta| match option {
        "sql_type" => text(meta, &mut sql_type),
        _ => Err(meta.error("unknown option: expected `sql_type`")),
    })?;
    Ok(sql_type)
}

fn parse(input: DeriveInput) -> syn::Result<PgNewtype> {
    let inner = only_field(&input.ident, input.data, "PgNewtype")?;
    let mut errors = Errors::default();
    let sql_type = errors.take(sql_type(&input.attrs)).flatten();
    if !input.generics.params.is_empty() {
        errors.push(Error::new(input.generics.span(), "`PgNewtype` cannot be derived for a generic type"));
    }
    errors.finish(PgNewtype { ident: input.ident, inner, sql_type })
}

/// The type of the value that the struct is around.
pub(crate) fn only_field(ident: &Ident, data: Data, derive: &str) -> syn::Result<Type> {
    if let Data::Struct(data) = data
        && let Fields::Unnamed(fields) = data.fields
        && fields.unnamed.len() == 1
        && let Some(field) = fields.unnamed.into_iter().next()
    {
        return Ok(field.ty);
    }
    let message =
        format!("`{derive}` can only be derived for a struct around one value, such as `struct Id(i64);`");
    Err(Error::new(ident.span(), message))
}

/// Whether the type is a list, so that a list of it would be one of lists. Bytes are one value.
fn is_list(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let is_vec = path.path.segments.last().is_some_and(|segment| segment.ident == "Vec");
    is_vec && !ty.to_token_stream().to_string().ends_with("Vec < u8 >")
}

fn expand(newtype: &PgNewtype) -> TokenStream {
    let PgNewtype { ident, inner, sql_type } = newtype;
    let column_type = match sql_type {
        // The value's own type says nothing about this one, and may be no column's at all.
        Some(text) => quote! {
            fn sql_type() -> ::levity::schema::SqlType {
                ::levity::schema::SqlType::parse(#text)
            }
        },
        None => quote! {
            fn sql_type() -> ::levity::schema::SqlType {
                <#inner as ::levity::types::ColumnType>::sql_type()
            }

            fn definitions() -> ::std::vec::Vec<::levity::schema::TypeDefinition> {
                <#inner as ::levity::types::ColumnType>::definitions()
            }
        },
    };
    implement(ident, inner, &column_type)
}

/// The traits of a type that is stored as its value is; `column_type` has the functions of the one that says what it is.
pub(crate) fn implement(ident: &Ident, inner: &Type, column_type: &TokenStream) -> TokenStream {
    let element = (!is_list(inner)).then(|| quote!(impl ::levity::types::ArrayElement for #ident {}));
    quote! {
        impl ::levity::types::ColumnType for #ident {
            #column_type
        }

        #element

        impl ::levity::__private::ToSql for #ident {
            fn to_sql(
                &self,
                ty: &::levity::__private::Type,
                out: &mut ::levity::__private::BytesMut,
            ) -> ::core::result::Result<::levity::__private::IsNull, ::levity::__private::BoxError> {
                ::levity::__private::ToSql::to_sql(&self.0, ty, out)
            }

            fn accepts(ty: &::levity::__private::Type) -> bool {
                <#inner as ::levity::__private::ToSql>::accepts(ty)
            }

            ::levity::__private::to_sql_checked!();
        }

        impl<'row> ::levity::__private::FromSql<'row> for #ident {
            fn from_sql(
                ty: &::levity::__private::Type,
                raw: &'row [u8],
            ) -> ::core::result::Result<Self, ::levity::__private::BoxError> {
                <#inner as ::levity::__private::FromSql<'row>>::from_sql(ty, raw).map(Self)
            }

            fn accepts(ty: &::levity::__private::Type) -> bool {
                <#inner as ::levity::__private::FromSql<'row>>::accepts(ty)
            }
        }
    }
}
