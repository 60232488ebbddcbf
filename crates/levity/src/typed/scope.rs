//! Which tables a query has in scope, and which ones an expression mentions, as lists of types: `(Execution, ())`.

use std::marker::PhantomData;

use super::{Never, Nullability, Nullable, Source};

/// A list of tables.
pub trait Scope {
    /// This list, then another.
    type Concat<Other: Scope>: Scope;
}

impl Scope for () {
    type Concat<Other: Scope> = Other;
}

impl<Head, Tail: Scope> Scope for (Head, Tail) {
    type Concat<Other: Scope> = (Head, Tail::Concat<Other>);
}

/// In the list of a query: a table that an outer join leaves out where it has no row.
#[derive(Debug)]
pub struct Outer<T>(PhantomData<T>);

/// In the list of a subquery: a table of the query around it.
#[derive(Debug)]
pub struct Parent<T>(PhantomData<T>);

/// One table in the list of a query, and how it got there.
pub trait Entry {
    /// The same on the side of a join that can be left out.
    type Outer: Entry;
    /// The tables of the list that belong to the query around it: this one, where it does, then others.
    type Parents<Others: Scope>: Scope;
}

impl<T: Source> Entry for T {
    type Outer = Outer<T>;
    type Parents<Others: Scope> = Others;
}

impl<T: Source> Entry for Outer<T> {
    type Outer = Self;
    type Parents<Others: Scope> = Others;
}

impl<T: Source> Entry for Parent<T> {
    type Outer = Self;
    type Parents<Others: Scope> = (T, Others);
}

/// The tables that a query reads, and those of the queries around it.
pub trait Tables: Scope {
    /// All of them left out where a join has no row of theirs.
    type Outer: Tables;
    /// Those of the queries around it.
    type Parents: Scope;
}

impl Tables for () {
    type Outer = ();
    type Parents = ();
}

impl<Head: Entry, Tail: Tables> Tables for (Head, Tail) {
    type Outer = (Head::Outer, Tail::Outer);
    type Parents = Head::Parents<Tail::Parents>;
}

/// A table at the head of the list; see [`Contains`].
#[derive(Debug)]
pub enum Here {}

/// A table further down the list; see [`Contains`].
#[derive(Debug)]
pub struct There<Position>(Position);

/// A list that contains a table. The compiler finds the position.
#[diagnostic::on_unimplemented(
    message = "the table `{T}` is not part of this query",
    label = "mentions a column of `{T}`, which this query does not read",
    note = "a query can mention the columns of its own tables: join `{T}`, load it as a relation or query it; a subquery \
            mentions a table of the query around it after `correlate`"
)]
pub trait Contains<T, Position> {
    /// Whether its row can be missing.
    type Nullability: Nullability;
}

impl<T, Tail> Contains<T, Here> for (T, Tail) {
    type Nullability = Never;
}

impl<T, Tail> Contains<T, Here> for (Outer<T>, Tail) {
    type Nullability = Nullable;
}

// The query around it can have left the table out; here, nobody knows.
impl<T, Tail> Contains<T, Here> for (Parent<T>, Tail) {
    type Nullability = Nullable;
}

impl<T, Head, Tail: Contains<T, Position>, Position> Contains<T, There<Position>> for (Head, Tail) {
    type Nullability = Tail::Nullability;
}

/// A list that contains every table of another list.
#[diagnostic::on_unimplemented(message = "the expression mentions a table that is not part of this query")]
pub trait Covers<Mentioned, Positions> {
    /// Whether the row of any of them can be missing.
    type Nullability: Nullability;
}

impl<Tables> Covers<(), ()> for Tables {
    type Nullability = Never;
}

impl<Tables, Head, Tail, Position, Positions> Covers<(Head, Tail), (Position, Positions)> for Tables
where
    Tables: Contains<Head, Position> + Covers<Tail, Positions>,
{
    type Nullability = <<Tables as Contains<Head, Position>>::Nullability as Nullability>::Or<
        <Tables as Covers<Tail, Positions>>::Nullability,
    >;
}
