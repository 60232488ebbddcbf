//! The constraints and indexes of a table's definition.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::model::{
    Backing, Check, DatabaseName, Exclusion, ExclusionElement, ForeignKey, Index, IndexKey, IndexPart,
    OperatorClass, Table, Unique,
};
use crate::pg_enum::optional;

pub(super) fn primary_key(table: &Table) -> TokenStream {
    let key = &table.primary_key;
    if key.columns.is_empty() {
        return quote!(::core::option::Option::None);
    }
    let name = name_or(key.name.as_ref(), table, &[], "pkey");
    let columns = names(table, &key.columns);
    let backing = backing(table, &key.backing);
    let deferrable = deferrable(key.backing.deferrable.as_ref());
    quote! {
        ::core::option::Option::Some(::levity::schema::PrimaryKey {
            #backing
            deferrable: #deferrable,
            ..::levity::schema::PrimaryKey::new(#name, ::std::vec![#(#columns.into()),*])
        })
    }
}

pub(super) fn unique(table: &Table, unique: &Unique) -> TokenStream {
    let columns = names(table, &unique.columns);
    let name = name_or(unique.name.as_ref(), table, &columns, "key");
    let nulls_not_distinct = unique.nulls_not_distinct;
    let backing = backing(table, &unique.backing);
    let deferrable = deferrable(unique.backing.deferrable.as_ref());
    quote! {
        ::levity::schema::Unique {
            nulls_not_distinct: #nulls_not_distinct,
            #backing
            deferrable: #deferrable,
            ..::levity::schema::Unique::new(#name, ::std::vec![#(#columns.into()),*])
        }
    }
}

pub(super) fn foreign_key(table: &Table, key: &ForeignKey) -> TokenStream {
    let ForeignKey { table: other, referenced, on_delete, on_update, match_full, .. } = key;
    let columns = names(table, &key.columns);
    let name = name_or(key.name.as_ref(), table, &columns, "fkey");
    let on_delete_columns = names(table, &key.on_delete_columns);
    let deferrable = deferrable(key.deferrable.as_ref());
    quote! {
        ::levity::schema::ForeignKey {
            match_full: #match_full,
            on_delete: ::levity::schema::ReferentialAction::#on_delete,
            on_delete_columns: ::levity::__private::names(&[#(#on_delete_columns),*]),
            on_update: ::levity::schema::ReferentialAction::#on_update,
            deferrable: #deferrable,
            ..::levity::schema::ForeignKey::new(
                #name,
                ::std::vec![#(#columns.into()),*],
                ::levity::__private::object_name::<#other>(),
                ::std::vec![#(<#other>::#referenced.name().into()),*],
            )
        }
    }
}

pub(super) fn check(table: &Table, check: &Check) -> TokenStream {
    let parts: Vec<String> = check.column.iter().map(|ident| table.column_name(ident).to_owned()).collect();
    let name = name_or(check.name.as_ref(), table, &parts, "check");
    let Check { expression, no_inherit, .. } = check;
    quote! {
        ::levity::schema::Check {
            no_inherit: #no_inherit,
            ..::levity::schema::Check::new(#name, #expression)
        }
    }
}

pub(super) fn exclusion(table: &Table, exclusion: &Exclusion) -> TokenStream {
    let parts: Vec<String> =
        exclusion.elements.iter().map(|element| part_name(table, &element.key.part)).collect();
    let name = name_or(exclusion.name.as_ref(), table, &parts, "excl");
    let method = &exclusion.method.name;
    let elements = exclusion.elements.iter().map(|ExclusionElement { key, operator }| {
        let (key, operator) = (index_key(table, key), database_name(operator));
        quote!(::levity::schema::ExclusionElement { key: #key, operator: #operator })
    });
    let backing = backing(table, &exclusion.backing);
    let deferrable = deferrable(exclusion.backing.deferrable.as_ref());
    let predicate = expression(exclusion.filter.as_ref());
    quote! {
        ::levity::schema::Exclusion {
            #backing
            predicate: #predicate,
            deferrable: #deferrable,
            ..::levity::schema::Exclusion::new(
                #name,
                ::levity::schema::IndexMethod::named(#method),
                ::std::vec![#(#elements),*],
            )
        }
    }
}

pub(super) fn index(table: &Table, index: &Index) -> TokenStream {
    let Index { unique, nulls_not_distinct, .. } = index;
    let method = &index.method.name;
    let parts: Vec<String> = index.keys.iter().map(|key| part_name(table, &key.part)).collect();
    let name = name_or(index.name.as_ref(), table, &parts, "idx");
    let keys = index.keys.iter().map(|key| index_key(table, key));
    let backing = backing(table, &index.backing);
    let predicate = expression(index.filter.as_ref());
    quote! {
        ::levity::schema::Index {
            unique: #unique,
            nulls_not_distinct: #nulls_not_distinct,
            method: ::levity::schema::IndexMethod::named(#method),
            #backing
            predicate: #predicate,
            ..::levity::schema::Index::new(#name, ::std::vec![#(#keys),*])
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

fn names(table: &Table, idents: &[Ident]) -> Vec<String> {
    idents.iter().map(|ident| table.column_name(ident).to_owned()).collect()
}

fn part_name(table: &Table, part: &IndexPart) -> String {
    match part {
        IndexPart::Column(ident) => table.column_name(ident).to_owned(),
        // PostgreSQL names an expression so as well.
        IndexPart::Sql(_) => "expr".to_owned(),
    }
}

fn backing(table: &Table, backing: &Backing) -> TokenStream {
    let include = names(table, &backing.include);
    let storage = parameters(&backing.storage);
    quote! {
        include: ::std::vec![#(#include.into()),*],
        storage: #storage,
    }
}

fn parameters(parameters: &[(String, String)]) -> TokenStream {
    let pairs = parameters.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(::levity::__private::parameters(&[#(#pairs),*]))
}

fn deferrable(variant: Option<&Ident>) -> TokenStream {
    variant.map_or_else(
        || quote!(::levity::schema::Deferrable::No),
        |variant| quote!(::levity::schema::Deferrable::#variant),
    )
}

fn expression(text: Option<&String>) -> TokenStream {
    text.map_or_else(
        || quote!(::core::option::Option::None),
        |text| quote!(::core::option::Option::Some(::levity::schema::Expression::new(#text))),
    )
}

pub(super) fn index_key(table: &Table, key: &IndexKey) -> TokenStream {
    let part = match &key.part {
        IndexPart::Column(ident) => {
            let column = table.column_name(ident);
            quote!(Column(#column.into()))
        }
        IndexPart::Sql(text) => quote!(Expression(::levity::schema::Expression::new(#text))),
    };
    let none = || quote!(::core::option::Option::None);
    let collation = key.collation.as_ref().map_or_else(none, |name| {
        let name = database_name(name);
        quote!(::core::option::Option::Some(#name))
    });
    let operator_class = key.operator_class.as_ref().map_or_else(none, |OperatorClass { name, parameters: given }| {
        let (name, parameters) = (database_name(name), parameters(given));
        quote!(::core::option::Option::Some(::levity::schema::OperatorClass { name: #name, parameters: #parameters }))
    });
    let nulls = (key.nulls.as_ref()).map_or_else(
        none,
        |variant| quote!(::core::option::Option::Some(::levity::schema::NullsOrder::#variant)),
    );
    let descending = key.descending;
    quote! {
        ::levity::schema::IndexKey {
            part: ::levity::schema::IndexPart::#part,
            collation: #collation,
            operator_class: #operator_class,
            descending: #descending,
            nulls: #nulls,
        }
    }
}

fn database_name(name: &DatabaseName) -> TokenStream {
    let namespace = optional(name.namespace.as_ref());
    let name = &name.name;
    quote!(::levity::schema::ObjectName { namespace: #namespace, name: #name.into() })
}
