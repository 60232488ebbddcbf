//! The row type, the columns and the definition. What can be a function is one, in `levity::__private`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    expand_new, expand_part, expand_partition, expand_relation,
    model::{Column, Generated, Identity, IdentityOptions, Table},
};
use crate::{names::alias_or, pg_enum::optional};

pub(super) fn expand(table: &Table) -> TokenStream {
    let columns = column_constants(table);
    let from_row = from_row(table);
    let table_impl = table_impl(table);
    let new = expand_new::new_row(table);
    let patch = expand_new::patch(table);
    let key = expand_new::key(table);
    let relations = expand_relation::relations(table);
    quote! {
        #columns
        #from_row
        #table_impl
        #new
        #patch
        #key
        #relations
    }
}

pub(super) fn column_constants(table: &Table) -> TokenStream {
    let row = &table.ident;
    let constants = table.columns.iter().map(|column| {
        let Column { ident, vis, docs, value, name, .. } = column;
        let nullability = format_ident!("{}", if column.nullable { "Nullable" } else { "NotNull" });
        let summary = format!("The column `{name}`.");
        quote! {
            #[doc = #summary]
            #(#docs)*
            #vis const #ident: ::levity::Column<#row, #value, ::levity::#nullability> = ::levity::Column::new(#name);
        }
    });
    quote! {
        #[allow(non_upper_case_globals, reason = "a column is named like its field")]
        impl #row {
            #(#constants)*
        }
    }
}

pub(super) fn from_row(table: &Table) -> TokenStream {
    let row = &table.ident;
    let width = table.columns.len();
    let names = table.columns.iter().map(|column| &column.name);
    let fields = table.columns.iter().enumerate().map(|(position, Column { ident, .. })| {
        quote!(#ident: ::levity::__private::column(row, offset + #position)?)
    });
    quote! {
        impl ::levity::FromRow for #row {
            const WIDTH: usize = #width;
            const COLUMNS: ::core::option::Option<&'static [&'static str]> = ::core::option::Option::Some(&[#(#names),*]);

            fn from_row(
                row: &::levity::__private::Row,
                offset: usize,
            ) -> ::core::result::Result<Self, ::levity::Error> {
                ::core::result::Result::Ok(Self { #(#fields),* })
            }
        }
    }
}

/// What queries know of a table or view.
pub(super) fn queryable_impl(table: &Table) -> TokenStream {
    let row = &table.ident;
    let name = &table.name;
    let namespace = table.namespace.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |namespace| quote!(::core::option::Option::Some(#namespace)),
    );
    // Another namespace can have a table of the same name.
    let alias = (table.namespace.as_ref())
        .map_or_else(|| name.clone(), |namespace| alias_or(format!("{namespace}.{name}"), name));
    let types: Vec<_> = table.columns.iter().map(sql_type).collect();
    let names: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
    let on_update = table.columns.iter().filter_map(|column| {
        let name = &column.name;
        column.on_update.as_ref().map(|expression| quote!((#name, #expression)))
    });
    quote! {
        impl ::levity::Queryable for #row {
            const NAME: &'static str = #name;
            const QUALIFIER: &'static str = #alias;

            fn info() -> &'static ::levity::TableInfo {
                static INFO: ::std::sync::LazyLock<::levity::TableInfo> = ::std::sync::LazyLock::new(|| {
                    ::levity::__private::table_info(
                        ::levity::query::Source { namespace: #namespace, table: #name, alias: #alias },
                        ::std::vec![#((#names, #types)),*],
                        &[#(#on_update),*],
                    )
                });
                &INFO
            }
        }
    }
}

/// The enum types and domains of the columns.
pub(super) fn types(table: &Table) -> TokenStream {
    let values = table.columns.iter().map(|column| &column.value);
    quote! {
        [#(<#values as ::levity::types::ColumnType>::definitions()),*].into_iter().flatten().collect()
    }
}

fn table_impl(table: &Table) -> TokenStream {
    let row = &table.ident;
    let new = format_ident!("New{}", row);
    let patch = format_ident!("{}Patch", row);
    let queryable = queryable_impl(table);
    let definition = definition(table);
    let types = types(table);
    quote! {
        #queryable

        impl ::levity::SchemaObject for #row {
            fn add_to(schema: &mut ::levity::__private::SchemaBuilder) {
                schema.table::<Self>(::levity::schema::Place { file: ::core::file!(), line: ::core::line!() });
            }
        }

        impl ::levity::Table for #row {
            type New = #new;
            type Patch = #patch;

            fn definition() -> ::levity::schema::Table {
                #definition
            }

            fn types() -> ::std::vec::Vec<::levity::schema::TypeDefinition> {
                #types
            }
        }
    }
}

pub(super) fn sql_type(column: &Column) -> TokenStream {
    let value = &column.value;
    match &column.sql_type {
        Some(text) => quote!(::levity::schema::SqlType::parse(#text)),
        None => quote!(<#value as ::levity::types::ColumnType>::sql_type()),
    }
}

/// The collation of a column or domain, with its namespace.
pub(crate) fn collation(collation: Option<&(Option<String>, String)>) -> TokenStream {
    let Some((namespace, name)) = collation else { return quote!(::core::option::Option::None) };
    let namespace = optional(namespace.as_ref());
    quote! {
        ::core::option::Option::Some(::levity::schema::ObjectName { namespace: #namespace, name: #name.into() })
    }
}

fn definition(table: &Table) -> TokenStream {
    let name = &table.name;
    let namespace = optional(table.namespace.as_ref());
    let renamed_from = optional(table.renamed_from.as_ref());
    let comment = optional(table.comment.as_ref());
    let unlogged = table.unlogged;
    let (parameters, values): (Vec<_>, Vec<_>) =
        table.storage.iter().map(|(name, value)| (name, value)).unzip();
    let partition_by = expand_partition::partition_by(table);
    let partitions = table.partitions.iter().map(expand_partition::partition);
    let columns = table.columns.iter().map(column_definition);
    let primary_key = expand_part::primary_key(table);
    let uniques = table.uniques.iter().map(|unique| expand_part::unique(table, unique));
    let foreign_keys = table.foreign_keys.iter().map(|key| expand_part::foreign_key(table, key));
    let checks = table.checks.iter().map(|check| expand_part::check(table, check));
    let exclusions = table.exclusions.iter().map(|exclusion| expand_part::exclusion(table, exclusion));
    let indexes = table.indexes.iter().map(|index| expand_part::index(table, index));
    quote! {
        ::levity::schema::Table {
            name: ::levity::schema::ObjectName { namespace: #namespace, name: #name.into() },
            renamed_from: #renamed_from,
            comment: #comment,
            unlogged: #unlogged,
            storage: ::core::convert::From::from([#((#parameters.into(), #values.into())),*]),
            partition_by: #partition_by,
            partitions: ::std::vec![#(#partitions),*],
            columns: ::std::vec![#(#columns),*],
            primary_key: #primary_key,
            uniques: ::std::vec![#(#uniques),*],
            foreign_keys: ::std::vec![#(#foreign_keys),*],
            checks: ::std::vec![#(#checks),*],
            exclusions: ::std::vec![#(#exclusions),*],
            indexes: ::std::vec![#(#indexes),*],
        }
    }
}

fn column_definition(column: &Column) -> TokenStream {
    let Column { ident, name, value, nullable, .. } = column;
    let sql_type = sql_type(column);
    let renamed_from = optional(column.renamed_from.as_ref());
    let default = match &column.default {
        None => quote!(::core::option::Option::None),
        Some(default) => {
            let default = default.expand(value, ident.span());
            quote!(::core::option::Option::Some(#default))
        }
    };
    let identity = match column.identity {
        None => quote!(::core::option::Option::None),
        Some(Identity::Always) => quote!(::core::option::Option::Some(::levity::schema::Identity::Always)),
        Some(Identity::ByDefault) => {
            quote!(::core::option::Option::Some(::levity::schema::Identity::ByDefault))
        }
    };
    let comment = optional(column.comment.as_ref());
    let collation = collation(column.collation.as_ref());
    let IdentityOptions { numbers, cycle } = &column.identity_options;
    let numbers = numbers.iter().map(|(name, value)| quote!(#name: ::core::option::Option::Some(#value)));
    let identity_options = quote! {
        ::levity::schema::IdentityOptions {
            #(#numbers,)*
            cycle: #cycle,
            ..::core::default::Default::default()
        }
    };
    let generated = match &column.generated {
        None => quote!(::core::option::Option::None),
        Some(Generated { expression, is_virtual }) => {
            let kind = format_ident!("{}", if *is_virtual { "Virtual" } else { "Stored" });
            quote! {
                ::core::option::Option::Some(::levity::schema::GeneratedValue {
                    expression: ::levity::schema::Expression::new(#expression),
                    kind: ::levity::schema::GeneratedKind::#kind,
                })
            }
        }
    };
    quote! {
        ::levity::schema::Column {
            nullable: #nullable,
            default: #default,
            identity: #identity,
            identity_options: #identity_options,
            collation: #collation,
            comment: #comment,
            generated: #generated,
            renamed_from: #renamed_from,
            ..::levity::schema::Column::new(#name, #sql_type)
        }
    }
}
