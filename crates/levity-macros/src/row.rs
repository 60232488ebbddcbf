//! `derive(FromRow)`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Type, Visibility, ext::IdentExt,
    spanned::Spanned,
};

use crate::{
    errors::{Errors, expansion},
    names::{alias_or, option_value, snake_case},
    options::{self, once},
};

struct Row {
    ident: Ident,
    vis: Visibility,
    name: String,
    fields: Vec<Field>,
}

struct Field {
    ident: Ident,
    vis: Visibility,
    docs: Vec<Attribute>,
    ty: Type,
    name: String,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    expansion(syn::parse2(input).and_then(parse).map(|row| expand(&row)))
}

fn parse(input: DeriveInput) -> syn::Result<Row> {
    let named = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => fields.named,
            _ => {
                return Err(Error::new(input.ident.span(), "a row needs named fields: one for each column"));
            }
        },
        _ => return Err(Error::new(input.ident.span(), "`FromRow` can only be derived for a struct")),
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "a row cannot be generic"));
    }
    let mut errors = Errors::default();
    let name = errors.take(name(&input.attrs, "row")).flatten();
    let mut fields: Vec<Field> = Vec::new();
    for field in named {
        let ident = field.ident.expect("named fields have names");
        let given = errors.take(self::name(&field.attrs, "column")).flatten();
        let name = given.unwrap_or_else(|| ident.unraw().to_string());
        if fields.iter().any(|other| other.name == name) {
            errors.push(Error::new(ident.span(), format!("two fields have the column `{name}`")));
        }
        let docs = field.attrs.into_iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
        fields.push(Field { ident, vis: field.vis, docs, ty: field.ty, name });
    }
    let name = name.unwrap_or_else(|| snake_case(&input.ident.unraw().to_string()));
    errors.finish(Row { ident: input.ident, vis: input.vis, name, fields })
}

/// The `name = "…"` of an attribute.
fn name(attributes: &[Attribute], attribute: &str) -> syn::Result<Option<String>> {
    let mut name = None;
    options::each(attributes, attribute, |option, meta| {
        if option != "name" {
            return Err(meta.error("unknown option: expected `name`"));
        }
        let value: LitStr = meta.value()?.parse()?;
        if value.value().is_empty() || value.value().len() > 63 {
            return Err(Error::new(value.span(), "a name has 1 to 63 bytes"));
        }
        once(meta, &mut name, value.value())
    })?;
    Ok(name)
}

fn expand(row: &Row) -> TokenStream {
    let from_row = from_row(row);
    let columns = columns(row);
    let selection = selection(row);
    quote! {
        #from_row
        #columns
        #selection
    }
}

fn from_row(row: &Row) -> TokenStream {
    let ident = &row.ident;
    let width = row.fields.len();
    let names = row.fields.iter().map(|field| &field.name);
    let fields = row.fields.iter().enumerate().map(|(position, Field { ident, .. })| {
        quote!(#ident: ::levity::__private::column(row, offset + #position)?)
    });
    quote! {
        impl ::levity::FromRow for #ident {
            const WIDTH: usize = #width;
            const COLUMNS: ::core::option::Option<&'static [&'static str]> =
                ::core::option::Option::Some(<Self as ::levity::Source>::COLUMNS);

            fn from_row(
                row: &::levity::__private::Row,
                offset: usize,
            ) -> ::core::result::Result<Self, ::levity::Error> {
                ::core::result::Result::Ok(Self { #(#fields),* })
            }
        }

        impl ::levity::Source for #ident {
            type Row = Self;
            const ALIAS: &'static str = Self::__ALIAS;
            const COLUMNS: &'static [&'static str] = &[#(#names),*];
        }
    }
}

fn columns(row: &Row) -> TokenStream {
    let ident = &row.ident;
    // No table is called like that.
    let alias = alias_or(format!("{} rows", row.name), &row.name);
    let constants = row.fields.iter().map(|Field { ident: field, vis, docs, ty, name }| {
        let (value, nullability) = match option_value(ty) {
            Some(value) => (value, quote!(::levity::Nullable)),
            None => (ty, quote!(::levity::NotNull)),
        };
        let summary = format!("The column `{name}`, where these rows are those of a subquery.");
        quote! {
            #[doc = #summary]
            #(#docs)*
            #vis const #field: ::levity::Column<#ident, #value, #nullability> = ::levity::Column::new(#name);
        }
    });
    quote! {
        #[allow(non_upper_case_globals, dead_code, reason = "a column is named like its field; few are used")]
        impl #ident {
            const __ALIAS: &'static str = #alias;
            #(#constants)*
        }
    }
}

/// `TotalsColumns { … }`: an expression for each field, by name.
fn selection(row: &Row) -> TokenStream {
    let Row { ident, vis, .. } = row;
    let columns = format_ident!("{ident}Columns");
    let fields: Vec<&Ident> = row.fields.iter().map(|field| &field.ident).collect();
    let visibilities: Vec<&Visibility> = row.fields.iter().map(|field| &field.vis).collect();
    let types: Vec<&Type> = row.fields.iter().map(|field| &field.ty).collect();
    // Numbered, so that they hide no type of the user's.
    let parameters: Vec<Ident> =
        (0..fields.len()).map(|position| format_ident!("__Column{position}")).collect();
    let positions: Vec<Ident> =
        (0..fields.len()).map(|position| format_ident!("__Position{position}")).collect();
    let summary = format!("What each field of a [`{ident}`] is read from: for `columns` of a query.");
    let field_docs =
        row.fields.iter().map(|field| format!("What the field `{}` is read from.", field.ident.unraw()));
    quote! {
        #[doc = #summary]
        #[derive(Debug, Clone, Copy)]
        #vis struct #columns<#(#parameters),*> {
            #(
                #[doc = #field_docs]
                #visibilities #fields: #parameters,
            )*
        }

        impl<__Tables, #(#parameters, #positions),*> ::levity::Selection<__Tables, (#(#positions,)*)>
            for #columns<#(#parameters),*>
        where
            #(#parameters: ::levity::Selection<__Tables, #positions, Output: ::levity::IntoField<#types>>,)*
        {
            type Output = #ident;

            fn describe(self, columns: &mut ::std::vec::Vec<::levity::query::Expr>) {
                #(::levity::Selection::describe(self.#fields, columns);)*
            }

            fn decode(
                row: &::levity::__private::Row,
                offset: &mut usize,
            ) -> ::core::result::Result<#ident, ::levity::Error> {
                ::core::result::Result::Ok(#ident {
                    #(#fields: ::levity::IntoField::into_field(
                        <#parameters as ::levity::Selection<__Tables, #positions>>::decode(row, offset)?,
                    ),)*
                })
            }
        }
    }
}
