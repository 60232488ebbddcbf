//! Relations: a marker type and a function for each, and the row that holds what was loaded.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path, ext::IdentExt};

use super::model::{Cardinality, Keys, Relation, Table};

pub(super) fn relations(table: &Table) -> TokenStream {
    if table.relations.is_empty() {
        return TokenStream::new();
    }
    let markers = table.relations.iter().map(|relation| marker(table, relation));
    let functions = functions(table);
    let with = with_row(table);
    quote! {
        #(#markers)*
        #functions
        #with
    }
}

fn marker_name(table: &Table, relation: &Relation) -> Ident {
    format_ident!("{}__{}", table.ident, relation.name.unraw())
}

fn marker(table: &Table, relation: &Relation) -> TokenStream {
    let (row, vis) = (&table.ident, &table.vis);
    let marker = marker_name(table, relation);
    let Relation { other, .. } = relation;
    let name = relation.name.unraw().to_string();
    let cardinality = match relation.cardinality {
        Cardinality::Many => quote!(::levity::Many),
        Cardinality::Optional => quote!(::levity::Optional),
        Cardinality::Required => quote!(::levity::Required),
    };
    let own_pairs = |others: &Path| {
        let pairs = relation.own_pairs().iter().map(|(own, column)| {
            let own = table.column_name(own);
            quote!((#own, <#others>::#column.name()))
        });
        quote!(&[#(#pairs),*])
    };
    let this = Path::from(row.clone());
    let (keys, scope, same_types) = match &relation.keys {
        Keys::InChild(pairs) => {
            let keys = own_pairs(other);
            (quote!(InChild(#keys)), quote!((#other, ())), same_types(&this, other, pairs))
        }
        Keys::InParent(pairs) => {
            let keys = own_pairs(other);
            (quote!(InParent(#keys)), quote!((#other, ())), same_types(&this, other, pairs))
        }
        Keys::Between { table: link, parent, child } => {
            let parent_keys = own_pairs(link);
            let child_keys =
                child.iter().map(|(own, column)| quote!((<#link>::#own.name(), <#other>::#column.name())));
            let keys = quote! {
                Between {
                    table: ::levity::__private::link_table::<#link>,
                    parent: #parent_keys,
                    child: &[#(#child_keys),*],
                }
            };
            let types = [same_types(&this, link, parent), same_types(link, other, child)];
            (keys, quote!((#other, (#link, ()))), quote!(#(#types)*))
        }
    };
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, reason = "named like the relation, for the compiler's messages")]
        #[derive(Debug)]
        #vis enum #marker {}

        impl ::levity::Relation for #marker {
            type Parent = #row;
            type Child = #other;
            type Scope = #scope;
            type Cardinality = #cardinality;

            const NAME: &'static str = #name;
            const KEYS: ::levity::RelationKeys = ::levity::RelationKeys::#keys;
        }

        impl ::levity::RelationOf<#row> for #marker {}

        const _: () = { #same_types };
    }
}

/// Two columns of different types are reported where the second one is named.
fn same_types(first: &Path, second: &Path, pairs: &[(Ident, Ident)]) -> TokenStream {
    let checks = pairs.iter().map(|(own, other)| {
        quote_spanned! {other.span()=> ::levity::__private::same_type(<#first>::#own, <#second>::#other);}
    });
    quote!(#(#checks)*)
}

fn functions(table: &Table) -> TokenStream {
    let (row, vis) = (&table.ident, &table.vis);
    let functions = table.relations.iter().map(|relation| {
        let Relation { name, .. } = relation;
        let marker = marker_name(table, relation);
        let target =
            relation.other.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let summary = match relation.cardinality {
            Cardinality::Many => format!("The rows of [`{target}`] that belong to a row, for `with`."),
            Cardinality::Optional => {
                format!("The row of [`{target}`] that belongs to a row, if there is one, for `with`.")
            }
            Cardinality::Required => format!("The row of [`{target}`] that a row belongs to, for `with`."),
        };
        quote! {
            #[doc = #summary]
            #vis fn #name() -> ::levity::Related<#marker> {
                ::levity::Related::new()
            }
        }
    });
    quote! {
        impl #row {
            #(#functions)*
        }
    }
}

/// `ExecutionWith<Steps = NotLoaded, Workflow = NotLoaded>`
fn with_row(table: &Table) -> TokenStream {
    let (row, vis) = (&table.ident, &table.vis);
    let with = format_ident!("{row}With");
    let fields: Vec<&Ident> = table.relations.iter().map(|relation| &relation.name).collect();
    let parameters: Vec<Ident> =
        (0..table.relations.len()).map(|position| format_ident!("__Relation{position}")).collect();
    let attach = table.relations.iter().enumerate().map(|(position, relation)| {
        let marker = marker_name(table, relation);
        let field = &relation.name;
        let loaded = quote!(__Loaded);
        let not_loaded = quote!(::levity::NotLoaded);
        let others: Vec<&Ident> = parameters
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != position)
            .map(|(_, ident)| ident)
            .collect();
        let arguments = |this: &TokenStream, rest: Option<&TokenStream>| -> Vec<TokenStream> {
            let other = |ident: &Ident| rest.cloned().unwrap_or_else(|| quote!(#ident));
            parameters
                .iter()
                .enumerate()
                .map(|(place, ident)| if place == position { this.clone() } else { other(ident) })
                .collect()
        };
        let from_row = arguments(&loaded, Some(&not_loaded));
        let before = arguments(&not_loaded, None);
        let after = arguments(&loaded, None);
        let kept: Vec<&Ident> = fields.iter().copied().filter(|other| *other != field).collect();
        quote! {
            impl<__Loaded> ::levity::Attach<#marker, __Loaded> for #row {
                type Output = #with<#(#from_row),*>;

                fn attach(self, loaded: #loaded) -> Self::Output {
                    #with { __row: self, #field: loaded, #(#kept: ::levity::NotLoaded),* }
                }
            }

            impl<__Loaded> ::levity::AttachToColumns<#marker, __Loaded> for #row {
                type Output<__Row> = #with<#(#from_row,)* __Row>;

                fn attach<__Row>(row: __Row, loaded: #loaded) -> Self::Output<__Row> {
                    #with { __row: row, #field: loaded, #(#kept: ::levity::NotLoaded),* }
                }
            }

            impl<__Loaded, #(#others,)* __Row> ::levity::Attach<#marker, __Loaded> for #with<#(#before,)* __Row> {
                type Output = #with<#(#after,)* __Row>;

                fn attach(self, loaded: #loaded) -> Self::Output {
                    #with { __row: self.__row, #field: loaded, #(#kept: self.#kept),* }
                }
            }
        }
    });
    let summary = format!("A row of [`{row}`] with the relations that a query loaded. It derefs to the row.");
    let field_docs = fields.iter().map(|field| format!("The rows of the relation `{}`.", field.unraw()));
    quote! {
        #[doc = #summary]
        #[derive(Debug, Clone, PartialEq)]
        #vis struct #with<#(#parameters = ::levity::NotLoaded,)* __Row = #row> {
            __row: __Row,
            #(
                #[doc = #field_docs]
                #vis #fields: #parameters,
            )*
        }

        impl<#(#parameters,)* __Row> #with<#(#parameters,)* __Row> {
            /// The row alone.
            #vis fn into_row(self) -> __Row {
                self.__row
            }
        }

        impl<#(#parameters,)* __Row> ::core::ops::Deref for #with<#(#parameters,)* __Row> {
            type Target = __Row;

            fn deref(&self) -> &__Row {
                &self.__row
            }
        }

        #(#attach)*
    }
}
