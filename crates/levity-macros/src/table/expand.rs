//! The row type, the columns and the definition. What can be a function is one, in `levity::__private`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::{
    expand_new, expand_relation,
    model::{
        Check, Column, Default, ForeignKey, Generated, Identity, IdentityOptions, Index, IndexKey, IndexPart,
        Table, Unique,
    },
};
use crate::pg_enum::optional;

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

fn column_constants(table: &Table) -> TokenStream {
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

fn from_row(table: &Table) -> TokenStream {
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

fn table_impl(table: &Table) -> TokenStream {
    let row = &table.ident;
    let name = &table.name;
    let new = format_ident!("New{}", row);
    let patch = format_ident!("{}Patch", row);
    let namespace = table.namespace.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |namespace| quote!(::core::option::Option::Some(#namespace)),
    );
    let values = table.columns.iter().map(|column| &column.value);
    let types: Vec<_> = table.columns.iter().map(sql_type).collect();
    let names: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
    let on_update = table.columns.iter().filter_map(|column| {
        let name = &column.name;
        column.on_update.as_ref().map(|expression| quote!((#name, #expression)))
    });
    let definition = definition(table);
    quote! {
        impl ::levity::Table for #row {
            type New = #new;
            type Patch = #patch;

            const NAME: &'static str = #name;

            fn info() -> &'static ::levity::TableInfo {
                static INFO: ::std::sync::LazyLock<::levity::TableInfo> = ::std::sync::LazyLock::new(|| {
                    ::levity::__private::table_info(
                        #namespace,
                        #name,
                        ::std::vec![#((#names, #types)),*],
                        &[#(#on_update),*],
                    )
                });
                &INFO
            }

            fn definition() -> ::levity::schema::Table {
                #definition
            }

            fn enum_types() -> ::std::vec::Vec<::levity::schema::EnumType> {
                [#(<#values as ::levity::types::ColumnType>::enum_type()),*].into_iter().flatten().collect()
            }
        }
    }
}

fn sql_type(column: &Column) -> TokenStream {
    let value = &column.value;
    match &column.sql_type {
        Some(text) => quote!(::levity::schema::SqlType::parse(#text)),
        None => quote!(<#value as ::levity::types::ColumnType>::sql_type()),
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
    let columns = table.columns.iter().map(column_definition);
    let names = |idents: &[Ident]| -> Vec<String> {
        idents.iter().map(|ident| table.column_name(ident).to_owned()).collect()
    };
    let primary_key = if table.primary_key.is_empty() {
        quote!(::core::option::Option::None)
    } else {
        let columns = names(&table.primary_key);
        quote! {
            ::core::option::Option::Some(::levity::schema::PrimaryKey {
                name: ::levity::schema::generated_name(&[#name, "pkey"]),
                columns: ::std::vec![#(#columns.into()),*],
            })
        }
    };
    let uniques =
        table.uniques.iter().map(|unique| unique_definition(table, unique, &names(&unique.columns)));
    let foreign_keys =
        table.foreign_keys.iter().map(|key| foreign_key_definition(table, key, &names(&key.columns)));
    let checks = table.checks.iter().map(|check| check_definition(table, check));
    let indexes = table.indexes.iter().map(|index| index_definition(table, index));
    quote! {
        ::levity::schema::Table {
            renamed_from: #renamed_from,
            comment: #comment,
            unlogged: #unlogged,
            storage: ::core::convert::From::from([#((#parameters.into(), #values.into())),*]),
            columns: ::std::vec![#(#columns),*],
            primary_key: #primary_key,
            uniques: ::std::vec![#(#uniques),*],
            foreign_keys: ::std::vec![#(#foreign_keys),*],
            checks: ::std::vec![#(#checks),*],
            indexes: ::std::vec![#(#indexes),*],
            ..::levity::schema::Table::new(::levity::schema::ObjectName {
                namespace: #namespace,
                name: #name.into(),
            })
        }
    }
}

fn column_definition(column: &Column) -> TokenStream {
    let Column { ident, name, value, nullable, .. } = column;
    let sql_type = sql_type(column);
    let renamed_from = optional(column.renamed_from.as_ref());
    let default = match &column.default {
        None => quote!(::core::option::Option::None),
        Some(Default::Sql(text)) => {
            quote!(::core::option::Option::Some(::levity::schema::Expression::new(#text)))
        }
        // With the column's span, so that a default of another type is reported at the field.
        Some(Default::Value(expr)) => quote_spanned! {ident.span()=>
            ::core::option::Option::Some(::levity::__private::default_value::<#value, _>(#expr))
        },
    };
    let identity = match column.identity {
        None => quote!(::core::option::Option::None),
        Some(Identity::Always) => quote!(::core::option::Option::Some(::levity::schema::Identity::Always)),
        Some(Identity::ByDefault) => {
            quote!(::core::option::Option::Some(::levity::schema::Identity::ByDefault))
        }
    };
    let comment = optional(column.comment.as_ref());
    let collation = match &column.collation {
        None => quote!(::core::option::Option::None),
        Some((namespace, name)) => {
            let namespace = optional(namespace.as_ref());
            quote! {
                ::core::option::Option::Some(::levity::schema::ObjectName {
                    namespace: #namespace,
                    name: #name.into(),
                })
            }
        }
    };
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

/// The given name, or one made of the table's name, these parts and what the object is.
fn name_or(name: Option<&String>, table: &Table, parts: &[String], kind: &str) -> TokenStream {
    let table_name = &table.name;
    match name {
        Some(name) => quote!(::std::string::String::from(#name)),
        None => quote!(::levity::schema::generated_name(&[#table_name, #(#parts,)* #kind])),
    }
}

fn unique_definition(table: &Table, unique: &Unique, columns: &[String]) -> TokenStream {
    let name = name_or(unique.name.as_ref(), table, columns, "key");
    let nulls_not_distinct = unique.nulls_not_distinct;
    quote! {
        ::levity::schema::Unique {
            name: #name,
            columns: ::std::vec![#(#columns.into()),*],
            nulls_not_distinct: #nulls_not_distinct,
        }
    }
}

fn foreign_key_definition(table: &Table, key: &ForeignKey, columns: &[String]) -> TokenStream {
    let ForeignKey { table: other, referenced, on_delete, on_update, .. } = key;
    let name = name_or(key.name.as_ref(), table, columns, "fkey");
    quote! {
        ::levity::schema::ForeignKey {
            name: #name,
            columns: ::std::vec![#(#columns.into()),*],
            references: ::levity::__private::object_name::<#other>(),
            referenced_columns: ::std::vec![#(<#other>::#referenced.name().into()),*],
            on_delete: ::levity::schema::ReferentialAction::#on_delete,
            on_update: ::levity::schema::ReferentialAction::#on_update,
        }
    }
}

fn check_definition(table: &Table, check: &Check) -> TokenStream {
    let parts: Vec<String> = check.column.iter().map(|ident| table.column_name(ident).to_owned()).collect();
    let name = name_or(check.name.as_ref(), table, &parts, "check");
    let expression = &check.expression;
    quote! {
        ::levity::schema::Check { name: #name, expression: ::levity::schema::Expression::new(#expression) }
    }
}

fn index_definition(table: &Table, index: &Index) -> TokenStream {
    let Index { unique, method, .. } = index;
    let parts: Vec<String> = index
        .keys
        .iter()
        .map(|key| match &key.part {
            IndexPart::Column(ident) => table.column_name(ident).to_owned(),
            // PostgreSQL names an expression so as well.
            IndexPart::Sql(_) => "expr".to_owned(),
        })
        .collect();
    let name = name_or(index.name.as_ref(), table, &parts, "idx");
    let keys = index.keys.iter().map(|IndexKey { part, operator_class, descending }| {
        let operator_class = match operator_class {
            None => quote!(::core::option::Option::None),
            Some(name) => {
                quote!(::core::option::Option::Some(::levity::schema::OperatorClass::parse(#name)))
            }
        };
        let part = match part {
            IndexPart::Column(ident) => {
                let column = table.column_name(ident);
                quote!(Column(#column.into()))
            }
            IndexPart::Sql(text) => quote!(Expression(::levity::schema::Expression::new(#text))),
        };
        quote! {
            ::levity::schema::IndexKey {
                operator_class: #operator_class,
                descending: #descending,
                ..::levity::schema::IndexKey::new(::levity::schema::IndexPart::#part)
            }
        }
    });
    let predicate = match &index.filter {
        None => quote!(::core::option::Option::None),
        Some(text) => quote!(::core::option::Option::Some(::levity::schema::Expression::new(#text))),
    };
    quote! {
        ::levity::schema::Index {
            unique: #unique,
            method: ::levity::schema::IndexMethod::#method,
            predicate: #predicate,
            ..::levity::schema::Index::new(#name, ::std::vec![#(#keys),*])
        }
    }
}
