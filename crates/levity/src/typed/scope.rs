//! Which tables a query has in scope, and which ones an expression mentions, as lists of types: `(Execution, ())`.

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
    note = "a query can mention the columns of its own table; to use another one, load it as a relation or query it"
)]
pub trait Contains<T, Position> {}

impl<T, Tail> Contains<T, Here> for (T, Tail) {}
impl<T, Head, Tail: Contains<T, Position>, Position> Contains<T, There<Position>> for (Head, Tail) {}

/// A list that contains every table of another list.
#[diagnostic::on_unimplemented(message = "the expression mentions a table that is not part of this query")]
pub trait Covers<Mentioned, Positions> {}

impl<Tables> Covers<(), ()> for Tables {}
impl<Tables, Head, Tail, Position, Positions> Covers<(Head, Tail), (Position, Positions)> for Tables where
    Tables: Contains<Head, Position> + Covers<Tail, Positions>
{
}
