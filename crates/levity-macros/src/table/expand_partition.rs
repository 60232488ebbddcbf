//! How a table is partitioned, and the partitions that it declares.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    expand_part::index_key,
    model::Table,
    partition::{Bound, Bounds, Partition, PartitionBy},
};

pub(super) fn partition_by(table: &Table) -> TokenStream {
    let Some(PartitionBy { strategy, keys }) = &table.partition_by else {
        return quote!(::core::option::Option::None);
    };
    let keys = keys.iter().map(|key| index_key(table, key));
    quote! {
        ::core::option::Option::Some(::levity::schema::PartitionBy {
            strategy: ::levity::schema::PartitionStrategy::#strategy,
            keys: ::std::vec![#(#keys),*],
        })
    }
}

pub(super) fn partition(partition: &Partition) -> TokenStream {
    let name = &partition.name;
    let bounds = match &partition.bounds {
        Bounds::Range { from, to } => {
            let (from, to) = (list(from), list(to));
            quote!(Range { from: #from, to: #to })
        }
        Bounds::List(values) => {
            let values = list(values);
            quote!(List(#values))
        }
        Bounds::Hash { modulus, remainder } => quote!(Hash { modulus: #modulus, remainder: #remainder }),
        Bounds::Default => quote!(Default),
    };
    quote!(::levity::schema::Partition::new(#name, ::levity::schema::PartitionBounds::#bounds))
}

fn list(bounds: &[Bound]) -> TokenStream {
    let values = bounds.iter().map(|bound| match bound {
        Bound::Value(value) => quote!(::levity::__private::bound(#value)),
        Bound::Sql(text) => quote!(::levity::schema::Expression::new(#text)),
    });
    quote!(::levity::__private::bounds(&[#(#values),*]))
}
