//! The macros of `levity`, which re-exports and documents them.

mod alias;
mod embed;
mod errors;
mod names;
mod options;
mod pg_domain;
mod pg_enum;
mod pg_newtype;
mod row;
mod schema;
mod sequence;
mod sql;
mod table;
mod test;

use proc_macro::TokenStream;

#[proc_macro_derive(
    Table,
    attributes(
        table,
        column,
        primary_key,
        unique,
        index,
        check,
        exclude,
        foreign_key,
        partition_by,
        partition
    )
)]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_table(input: TokenStream) -> TokenStream {
    table::derive(input.into()).into()
}

#[proc_macro_derive(View, attributes(view, column, index))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_view(input: TokenStream) -> TokenStream {
    table::derive_view(input.into()).into()
}

#[proc_macro_derive(PgEnum, attributes(pg_enum, value))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_pg_enum(input: TokenStream) -> TokenStream {
    pg_enum::derive(input.into()).into()
}

#[proc_macro_derive(PgDomain, attributes(domain))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_pg_domain(input: TokenStream) -> TokenStream {
    pg_domain::derive(input.into()).into()
}

#[proc_macro_derive(Sequence, attributes(sequence))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_sequence(input: TokenStream) -> TokenStream {
    sequence::derive(input.into()).into()
}

#[proc_macro_derive(FromRow, attributes(row, column))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    row::derive(input.into()).into()
}

#[proc_macro]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn alias(input: TokenStream) -> TokenStream {
    alias::expand(input.into()).into()
}

#[proc_macro_derive(PgNewtype, attributes(pg_newtype))]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn derive_pg_newtype(input: TokenStream) -> TokenStream {
    pg_newtype::derive(input.into()).into()
}

#[proc_macro]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn schema(input: TokenStream) -> TokenStream {
    schema::expand(input.into()).into()
}

/// The body of `levity::sql!`, which passes its own crate's path first.
#[doc(hidden)]
#[proc_macro]
pub fn sql_fragments(input: TokenStream) -> TokenStream {
    sql::expand(input.into()).into()
}

#[proc_macro]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::expand(input.into()).into()
}

#[proc_macro_attribute]
#[expect(missing_docs, reason = "documented where levity re-exports it")]
pub fn database_test(arguments: TokenStream, input: TokenStream) -> TokenStream {
    test::expand(&arguments.into(), input.into()).into()
}
