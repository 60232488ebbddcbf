//! `derive(View)`: the rows of a table, and a query instead of what is stored.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Expr, Ident};

use super::{
    attribute::{TableOptions, collections},
    expand::{column_constants, from_row, queryable_impl, sql_type, types},
    expand_part, expand_relation,
    model::{Cardinality, Table},
    parse::parse_rows,
};
use crate::{
    options::{self, flag, once, text},
    pg_enum::optional,
};

pub(super) struct View {
    rows: Table,
    /// The query: an expression of type `&str`.
    sql: Expr,
    options: ViewOptions,
}

#[derive(Default)]
struct ViewOptions {
    sql: Option<Expr>,
    materialized: bool,
    security_barrier: bool,
    security_invoker: bool,
    /// The variant of `CheckOption`.
    check_option: Option<Ident>,
}

pub(super) fn parse(input: DeriveInput) -> syn::Result<View> {
    let ident = input.ident.clone();
    let index = input.attrs.iter().find(|attribute| attribute.path().is_ident("index")).cloned();
    let mut options = ViewOptions::default();
    let rows = view_options(&input.attrs, &mut options);
    if let Data::Struct(data) = &input.data {
        for field in &data.fields {
            refuse_options_of_tables(&field.attrs)?;
        }
    }
    let rows = parse_rows(input, "View", "view", rows)?;
    let Some(sql) = options.sql.take() else {
        return Err(Error::new(ident.span(), "a view needs a query: `#[view(sql = \"SELECT …\")]`"));
    };
    if let Some(index) = index.filter(|_| !options.materialized) {
        let message = "only a materialized view has indexes: `#[view(materialized)]`";
        return Err(Error::new_spanned(index, message));
    }
    let has_options = options.security_barrier || options.security_invoker || options.check_option.is_some();
    if options.materialized && has_options {
        let message =
            "`security_barrier`, `security_invoker` and `check_option` are not for materialized views";
        return Err(Error::new(ident.span(), message));
    }
    Ok(View { rows, sql, options })
}

fn view_options(attributes: &[Attribute], view: &mut ViewOptions) -> syn::Result<TableOptions> {
    let mut options = TableOptions::default();
    options::each(attributes, "view", |option, meta| {
        match option {
            "name" => text(meta, &mut options.name),
            "namespace" => text(meta, &mut options.namespace),
            "renamed_from" => text(meta, &mut options.renamed_from),
            "has_many" => collections(meta, Cardinality::Many, &mut options.collections),
            "has_one" => collections(meta, Cardinality::Optional, &mut options.collections),
            "sql" => once(meta, &mut view.sql, meta.value()?.parse()?),
            "materialized" => flag(meta, &mut view.materialized),
            "security_barrier" => flag(meta, &mut view.security_barrier),
            "security_invoker" => flag(meta, &mut view.security_invoker),
            "check_option" => {
                let word: Ident = meta.value()?.parse()?;
                let variant = match word.to_string().as_str() {
                    "local" => format_ident!("Local"),
                    "cascaded" => format_ident!("Cascaded"),
                    _ => return Err(Error::new(word.span(), "expected `local` or `cascaded`")),
                };
                once(meta, &mut view.check_option, variant)
            }
            _ => Err(meta.error(
                "unknown option: expected `sql`, `materialized`, `name`, `namespace`, `renamed_from`, `has_many`, `has_one`, \
                 `security_barrier`, `security_invoker` or `check_option`",
            )),
        }
    })?;
    Ok(options)
}

/// What a column of a view can have. The grammar of the values is that of tables.
const COLUMN_OPTIONS: [&str; 3] = ["name", "sql_type", "references"];

fn refuse_options_of_tables(attributes: &[Attribute]) -> syn::Result<()> {
    options::each(attributes, "column", |option, meta| {
        if !COLUMN_OPTIONS.contains(&option) {
            return Err(meta.error("a column of a view has only `name`, `sql_type` and `references`"));
        }
        // Over the value, which is read later.
        while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
            meta.input.parse::<proc_macro2::TokenTree>()?;
        }
        Ok(())
    })
}

pub(super) fn expand(view: &View) -> TokenStream {
    let View { rows, sql, options } = view;
    let row = &rows.ident;
    let columns = column_constants(rows);
    let from_row = from_row(rows);
    let queryable = queryable_impl(rows);
    let relations = expand_relation::relations(rows);
    let definition = definition(rows, sql, options);
    let types = types(rows);
    let materialized = options.materialized.then(|| quote!(impl ::levity::MaterializedView for #row {}));
    quote! {
        #columns
        #from_row
        #queryable
        #relations
        #materialized

        impl ::levity::SchemaObject for #row {
            fn add_to(schema: &mut ::levity::__private::SchemaBuilder) {
                schema.view::<Self>(::levity::schema::Place { file: ::core::file!(), line: ::core::line!() });
            }
        }

        impl ::levity::View for #row {
            fn definition() -> ::levity::schema::View {
                #definition
            }

            fn types() -> ::std::vec::Vec<::levity::schema::TypeDefinition> {
                #types
            }
        }
    }
}

fn definition(rows: &Table, sql: &Expr, options: &ViewOptions) -> TokenStream {
    let name = &rows.name;
    let namespace = optional(rows.namespace.as_ref());
    let renamed_from = optional(rows.renamed_from.as_ref());
    let columns = rows.columns.iter().map(|column| {
        let (name, sql_type) = (&column.name, sql_type(column));
        quote!(::levity::schema::ViewColumn::new(#name, #sql_type))
    });
    let indexes = rows.indexes.iter().map(|index| expand_part::index(rows, index));
    let ViewOptions { materialized, security_barrier, security_invoker, .. } = options;
    let check_option = match &options.check_option {
        None => quote!(::core::option::Option::None),
        Some(variant) => quote!(::core::option::Option::Some(::levity::schema::CheckOption::#variant)),
    };
    quote! {
        ::levity::schema::View {
            renamed_from: #renamed_from,
            materialized: #materialized,
            columns: ::std::vec![#(#columns),*],
            options: ::levity::schema::ViewOptions {
                security_barrier: #security_barrier,
                security_invoker: #security_invoker,
                check_option: #check_option,
            },
            indexes: ::std::vec![#(#indexes),*],
            ..::levity::schema::View::new(
                ::levity::schema::ObjectName { namespace: #namespace, name: #name.into() },
                #sql,
            )
        }
    }
}
