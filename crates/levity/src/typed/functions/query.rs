use crate::{
    query,
    typed::{Expr, Expression, Never, Nullable, Subquery},
};

/// `EXISTS (query)`: the query returns at least one row. It mentions the query around it after
/// [`correlate`](crate::Query::correlate).
///
/// ```
/// # use levity::{Table, Database, eq, exists, schema, select};
/// # #[derive(Table)] struct Author { #[column(primary_key)] id: i64 }
/// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, author_id: i64 }
/// # schema! { Author, Book }
/// # async fn example(db: Database) -> Result<(), levity::Error> {
/// let published = db
///     .select::<Author>()
///     .filter(exists(select::<Book>().correlate::<Author>().filter(eq(Book::author_id, Author::id))))
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub fn exists<Q: Subquery>(query: Q) -> Expr<Q::Parents, bool, Never> {
    let query = query::Expr::Query(Box::new(query.into_select()));
    Expr::new(query::Expr::Operation(vec!["EXISTS ".into(), query.into()]))
}

/// A query of one column as a value: that of its only row, NULL without one. PostgreSQL refuses several rows.
pub fn scalar<Q: Subquery<Selection: Expression>>(
    query: Q,
) -> Expr<Q::Parents, <Q::Selection as Expression>::Value, Nullable> {
    Expr::new(query::Expr::Query(Box::new(query.into_select())))
}
