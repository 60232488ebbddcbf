//! What an insert and an update take: `New…` with its builder, and `…Patch`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::model::{Column, Table};

pub(super) fn new_row(table: &Table) -> TokenStream {
    let (row, vis) = (&table.ident, &table.vis);
    let new = format_ident!("New{row}");
    let builder = format_ident!("New{row}Builder");
    let writable: Vec<&Column> = table.columns.iter().filter(|column| column.writable()).collect();
    let required: Vec<&Column> = writable.iter().copied().filter(|column| column.required()).collect();
    // Numbered, so that they hide no type of the user's and two columns never share one.
    let states: Vec<Ident> = (0..required.len()).map(|position| format_ident!("__Given{position}")).collect();
    let markers: Vec<Ident> =
        required.iter().map(|column| format_ident!("{new}__{}", column.ident)).collect();
    let fields: Vec<&Ident> = writable.iter().map(|column| &column.ident).collect();
    let names: Vec<&String> = writable.iter().map(|column| &column.name).collect();
    let types: Vec<_> = writable.iter().map(|column| &column.ty).collect();
    let setters = writable.iter().map(|column| {
        let Column { ident, vis, ty, docs, .. } = column;
        let result: Vec<TokenStream> = required
            .iter()
            .zip(&states)
            .map(
                |(other, state)| if other.ident == *ident { quote!(::levity::Given) } else { quote!(#state) },
            )
            .collect();
        quote! {
            #(#docs)*
            #vis fn #ident(mut self, value: impl ::levity::IntoValue<#ty>) -> #builder<#(#result),*> {
                self.row.#ident = ::core::option::Option::Some(::levity::IntoValue::into_value(value));
                #builder { row: self.row, state: ::core::marker::PhantomData }
            }
        }
    });
    let summary =
        format!("A new row of [`{row}`]: what an insert takes. Columns without a value take their defaults.");
    let builder_summary = format!("Builds a [`{new}`], column by column.");
    quote! {
        #[doc = #summary]
        #[derive(Debug)]
        #vis struct #new {
            #(#fields: ::core::option::Option<#types>,)*
        }

        impl #new {
            /// Starts a row without values.
            #vis fn builder() -> #builder {
                #builder {
                    row: Self { #(#fields: ::core::option::Option::None,)* },
                    state: ::core::marker::PhantomData,
                }
            }
        }

        impl ::levity::Insertable for #new {
            type Table = #row;

            fn given(&self) -> ::std::vec::Vec<&'static str> {
                ::levity::__private::given([#((#names, self.#fields.is_some())),*])
            }

            fn into_values(self) -> ::std::vec::Vec<(&'static str, ::levity::sql::Parameter)> {
                ::levity::__private::values([#(::levity::__private::value(#names, self.#fields)),*])
            }

            fn into_arrays(rows: ::std::vec::Vec<Self>) -> ::std::vec::Vec<::levity::sql::Parameter> {
                let mut rows = rows;
                let rows = &mut rows;
                ::levity::__private::arrays([
                    #(::levity::__private::array(rows.iter_mut().map(|row| row.#fields.take()))),*
                ])
            }
        }

        #(
            #[doc(hidden)]
            #[allow(non_camel_case_types, reason = "named like the column, for the compiler's message")]
            #[derive(Debug)]
            #vis enum #markers {}
        )*

        #[doc = #builder_summary]
        #[must_use = "a builder does nothing until `build` is called"]
        #[derive(Debug)]
        #vis struct #builder<#(#states = ::levity::Missing<#markers>),*> {
            row: #new,
            state: ::core::marker::PhantomData<fn() -> (#(#states,)*)>,
        }

        impl<#(#states),*> #builder<#(#states),*> {
            #(#setters)*

            /// The row. Compiles once every required column has a value.
            #vis fn build(self) -> #new
            where
                #(#states: ::levity::Provided,)*
            {
                self.row
            }
        }
    }
}

/// What the primary key is, for `find` and `key`.
pub(super) fn key(table: &Table) -> TokenStream {
    let row = &table.ident;
    let columns: Vec<&Column> = table
        .primary_key
        .columns
        .iter()
        .filter_map(|ident| table.columns.iter().find(|column| column.ident == *ident))
        .collect();
    if columns.is_empty() {
        return TokenStream::new();
    }
    let types: Vec<_> = columns.iter().map(|column| &column.value).collect();
    let names: Vec<_> = columns.iter().map(|column| &column.name).collect();
    let values: Vec<Ident> = (0..columns.len()).map(|position| format_ident!("value{position}")).collect();
    let (key, pattern) = match (&types[..], &values[..]) {
        ([ty], [value]) => (quote!(#ty), quote!(#value)),
        _ => (quote!((#(#types),*)), quote!((#(#values),*))),
    };
    quote! {
        impl ::levity::Keyed for #row {
            type Key = #key;

            fn key_condition(#pattern: Self::Key) -> ::levity::query::Expr {
                ::levity::__private::key_condition::<Self>(
                    [#((#names, ::levity::__private::parameter(#values))),*],
                )
            }
        }
    }
}

pub(super) fn patch(table: &Table) -> TokenStream {
    let (row, vis) = (&table.ident, &table.vis);
    let patch = format_ident!("{row}Patch");
    let writable: Vec<&Column> = table.columns.iter().filter(|column| column.writable()).collect();
    let fields: Vec<&Ident> = writable.iter().map(|column| &column.ident).collect();
    let names: Vec<&String> = writable.iter().map(|column| &column.name).collect();
    let types: Vec<_> = writable.iter().map(|column| &column.ty).collect();
    let setters = writable.iter().map(|column| {
        let Column { ident, vis, ty, docs, .. } = column;
        quote! {
            #(#docs)*
            #[must_use]
            #vis fn #ident(mut self, value: impl ::levity::IntoValue<#ty>) -> Self {
                self.#ident = ::core::option::Option::Some(::levity::IntoValue::into_value(value));
                self
            }
        }
    });
    let summary = format!(
        "Changes to rows of [`{row}`]: what an update takes. Columns without a value stay as they are."
    );
    quote! {
        #[doc = #summary]
        #[derive(Debug)]
        #vis struct #patch {
            #(#fields: ::core::option::Option<#types>,)*
        }

        impl #patch {
            /// No changes.
            #[allow(clippy::new_without_default, reason = "changes are named, an empty patch is a beginning")]
            #vis fn new() -> Self {
                Self { #(#fields: ::core::option::Option::None,)* }
            }

            #(#setters)*
        }

        impl ::levity::Patch for #patch {
            type Table = #row;

            fn into_changes(self) -> ::std::vec::Vec<(&'static str, ::levity::sql::Parameter)> {
                ::levity::__private::values([#(::levity::__private::value(#names, self.#fields)),*])
            }
        }
    }
}
