use std::marker::PhantomData;

use futures_util::{Stream, StreamExt};
use tokio_postgres::{Column, Row, types::ToSql};

use super::{Aggregate, Expr, Expression, Nullability, Nullable, Operand, Predicate, Scope, Source};
use crate::{
    Error, Executor, FromRow,
    query::{self, Fragment},
    schema::SqlType,
    sql,
    types::ColumnType,
};

/// SQL that its author wrote, made by `sql!`: text from the source code, with bound values and columns in it.
///
/// It is a condition wherever one is expected, an expression through [`Sql::typed`], and a whole statement in
/// `db.query_as` and `db.execute`. The compiler knows neither its tables nor its types; PostgreSQL checks them.
#[derive(Clone)]
pub struct Sql {
    fragments: Vec<Fragment>,
}

impl Sql {
    /// Use `sql!`, which takes the text from the source code.
    #[doc(hidden)]
    pub fn new(fragments: Vec<Fragment>) -> Self {
        Self { fragments }
    }

    pub(super) fn into_fragments(self) -> Vec<Fragment> {
        self.fragments
    }

    /// The text as an expression whose value has the type `V`, and can be NULL.
    pub fn typed<V>(self) -> Expr<(), V, Nullable> {
        Expr::new(query::Expr::Sql(self.fragments))
    }
}

impl Predicate for Sql {
    type Scope = ();

    fn into_condition(self) -> Option<query::Expr> {
        Some(query::Expr::Sql(self.fragments))
    }
}

/// What can stand for a placeholder of `sql!`: a value, which is bound as a parameter, or a column, an expression or
/// another `sql!`, which become part of the text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for a placeholder of `sql!`",
    label = "expected a value that PostgreSQL can take, a column, an expression or another `sql!`"
)]
pub trait SqlArgument {
    /// The untyped expression.
    fn into_argument(self) -> query::Expr;
}

impl<V: ColumnType + ToSql + Send + Sync + 'static> SqlArgument for V {
    fn into_argument(self) -> query::Expr {
        integer_with_its_type::<V>(Operand::<V>::into_operand(self))
    }
}

impl<V: ColumnType + ToSql + Send + Sync + 'static> SqlArgument for Option<V> {
    fn into_argument(self) -> query::Expr {
        integer_with_its_type::<V>(Operand::<Self>::into_operand(self))
    }
}

/// PostgreSQL would give a bare placeholder the type of what is beside it, and a `2` is no `smallint` in Rust. It compares and
/// assigns integers of all sizes, so these are told by their own type. Of other types the placeholder's is the better guess:
/// text beside `citext` must not become `text`.
fn integer_with_its_type<V: ColumnType>(value: query::Expr) -> query::Expr {
    match V::sql_type() {
        integer @ (SqlType::SmallInt | SqlType::Integer | SqlType::BigInt) => value.cast(integer.to_string()),
        _ => value,
    }
}

impl SqlArgument for &str {
    fn into_argument(self) -> query::Expr {
        self.to_owned().into_argument()
    }
}

impl SqlArgument for &String {
    fn into_argument(self) -> query::Expr {
        self.clone().into_argument()
    }
}

impl<T: Source, V, N: Nullability> SqlArgument for super::Column<T, V, N> {
    fn into_argument(self) -> query::Expr {
        self.into_ast()
    }
}

impl<S: Scope, V, N: Nullability> SqlArgument for Expr<S, V, N> {
    fn into_argument(self) -> query::Expr {
        self.into_ast()
    }
}

impl<S: Scope, V, N: Nullability, A> SqlArgument for Aggregate<S, V, N, A> {
    fn into_argument(self) -> query::Expr {
        self.into_ast()
    }
}

impl SqlArgument for Sql {
    fn into_argument(self) -> query::Expr {
        query::Expr::Sql(self.fragments)
    }
}

/// Runs an `sql!` statement whose rows are `T`; made by `db.query_as::<T>(sql!(…))`.
#[must_use = "a query does nothing until `all`, `first` or `one` is awaited"]
pub struct SqlQuery<E, T> {
    executor: E,
    sql: Sql,
    marker: PhantomData<fn() -> T>,
}

impl<E: Executor, T: FromRow> SqlQuery<E, T> {
    pub(crate) fn new(executor: E, sql: Sql) -> Self {
        Self { executor, sql, marker: PhantomData }
    }

    /// Every row.
    ///
    /// # Errors
    ///
    /// A row with other columns than `T` has, or in another order, and every other [`Error`].
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let rows = self.executor.query(&sql::statements::custom(&self.sql.fragments)).await?;
        if let Some(row) = rows.first() {
            check_columns::<T>(row)?;
        }
        rows.iter().map(|row| T::from_row(row, 0)).collect()
    }

    /// The rows while they come, in a result of any size; see [`RowStream`](crate::RowStream).
    ///
    /// # Errors
    ///
    /// See [`SqlQuery::all`]. An item can be one too; there are no more rows after it.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<T, Error>> + Send + Unpin, Error> {
        let rows = self.executor.stream(&sql::statements::custom(&self.sql.fragments)).await?;
        let mut checked = false;
        Ok(rows.map(move |row| {
            let row = row?;
            if !checked {
                check_columns::<T>(&row)?;
                checked = true;
            }
            T::from_row(&row, 0)
        }))
    }

    /// The first row, if there is one. The statement itself is not limited.
    ///
    /// # Errors
    ///
    /// See [`SqlQuery::all`].
    pub async fn first(self) -> Result<Option<T>, Error> {
        Ok(self.all().await?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// No row ([`Error::is_no_rows`]) or more than one ([`Error::is_too_many_rows`]), and those of [`SqlQuery::all`].
    pub async fn one(self) -> Result<T, Error> {
        super::select::only(self.all().await?, "the statement")
    }
}

/// Columns are read by position, so a statement with other columns, or the same in another order, is refused.
fn check_columns<T: FromRow>(row: &Row) -> Result<(), Error> {
    if row.len() != T::WIDTH {
        return Err(Error::invalid(format!(
            "the statement returns {} columns and {} are read: select as many columns as the row type has",
            row.len(),
            T::WIDTH
        )));
    }
    let found: Vec<&str> = row.columns().iter().map(Column::name).collect();
    match T::COLUMNS {
        Some(expected) if expected != found => Err(Error::invalid(format!(
            "the statement returns the columns {} and they are read as {}: select them by name, in this order",
            found.join(", "),
            expected.join(", ")
        ))),
        _ => Ok(()),
    }
}

/// What begins or ends a transaction, as the first word of a statement.
const TRANSACTION_CONTROL: [&str; 8] =
    ["abort", "begin", "commit", "end", "release", "rollback", "savepoint", "start"];

/// A transaction that is opened on a connection of the pool would be the next user's, and one that is ended by its own
/// statement would go on here.
fn refuse_transaction_control(sql: &Sql) -> Result<(), Error> {
    let Some(Fragment::Text(text)) = sql.fragments.first() else { return Ok(()) };
    let word = text.split_ascii_whitespace().next().unwrap_or_default().trim_end_matches(';');
    if TRANSACTION_CONTROL.iter().all(|control| !word.eq_ignore_ascii_case(control)) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "`{word}` is not run as a statement: use `db.transaction(…)`, or `db.begin()` and what it returns"
    )))
}

/// Runs an `sql!` statement and returns the number of rows it touched.
pub(crate) async fn execute<E: Executor>(executor: E, sql: Sql) -> Result<u64, Error> {
    refuse_transaction_control(&sql)?;
    executor.execute(&sql::statements::custom(&sql.fragments)).await
}
