//! What can be said about the rows of a relation without loading them.

use crate::{
    query::{self, Expr as Ast, FromItem},
    typed::{
        Covers, Expr, Expression, InSchema, Never, Plain, Predicate, Related, Relation, RelationKeys, Source,
        Table,
    },
};

/// The most columns that an index, and so a key, can have in PostgreSQL (`INDEX_MAX_KEYS`).
const KEY_NAMES: [&str; 32] = [
    "key 0", "key 1", "key 2", "key 3", "key 4", "key 5", "key 6", "key 7", "key 8", "key 9", "key 10",
    "key 11", "key 12", "key 13", "key 14", "key 15", "key 16", "key 17", "key 18", "key 19", "key 20",
    "key 21", "key 22", "key 23", "key 24", "key 25", "key 26", "key 27", "key 28", "key 29", "key 30",
    "key 31",
];

const RELATED_ALIAS: &str = "related row";

/// Conditions and values of the rows that the relation starts from. They stand wherever an expression of those can: in
/// filters, orders and columns of queries, in updates and deletes, and in the filters of relations.
///
/// They speak of the rows that the relation's filters, `limit` and `offset` leave.
///
/// ```
/// # use levity::{Table, Database, desc, eq, gt, schema};
/// #[derive(Table)]
/// #[table(name = "authors", has_many(books = Book::author_id))]
/// struct Author {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// #[derive(Table)]
/// #[table(name = "books")]
/// struct Book {
///     #[column(primary_key)]
///     id: i64,
///     #[column(references(Author::id))]
///     author_id: i64,
///     title: String,
///     pages: i32,
/// }
///
/// schema! { Author, Book }
///
/// # async fn example(db: Database) -> Result<(), levity::Error> {
/// let novelists: Vec<Author> = db
///     .select::<Author>()
///     .filter(Author::books().some(gt(Book::pages, 200)))
///     .filter(Author::books().none(eq(Book::title, "Untitled")))
///     .order_by(desc(Author::books().count()))
///     .all()
///     .await?;
///
/// let long: Vec<(String, i64)> = db
///     .select::<Author>()
///     .columns((Author::name, Author::books().filter(gt(Book::pages, 500)).count()))
///     .all()
///     .await?;
///
/// let by_her: Vec<Book> = db.select::<Book>().filter(Book::author().some(eq(Author::name, "A. Writer"))).all().await?;
/// # Ok(())
/// # }
/// ```
impl<R: Relation<Child: InSchema>, P: Source> Related<R, Plain<R::Child>, P> {
    /// The condition holds for at least one row; of a relation to one row, for that one.
    pub fn some<C, Positions>(mut self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self.exists()
    }

    /// The condition holds for no row. It also says so where there is no row, and of a row for which it is NULL.
    pub fn none<C, Positions>(mut self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self.is_empty()
    }

    /// The condition holds for all rows, and so also where there is no row. It does not hold for a row for which it is NULL.
    pub fn every<C, Positions>(mut self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        // Nothing said about a row is true of it.
        let condition = condition.into_condition().unwrap_or(Ast::All(Vec::new()));
        let exception = Ast::Operation(vec![condition.into(), " IS NOT TRUE".into()]);
        query::and(&mut self.rows.filter, Some(exception));
        self.is_empty()
    }

    /// There is a row.
    pub fn exists(self) -> Expr<(P, ()), bool, Never> {
        let rows = Ast::Query(Box::new(related_rows::<R>(P::ALIAS, self.rows, Vec::new())));
        Expr::new(Ast::Operation(vec!["EXISTS ".into(), rows.into()]))
    }

    /// There is no row.
    pub fn is_empty(self) -> Expr<(P, ()), bool, Never> {
        Expr::new(Ast::Operation(vec!["NOT ".into(), self.exists().into_ast().into()]))
    }

    /// The number of rows.
    pub fn count(self) -> Expr<(P, ()), i64, Never> {
        let count = Ast::call("count", Vec::new());
        let rows = if self.rows.limit.is_none() && self.rows.offset.is_none() {
            related_rows::<R>(P::ALIAS, self.rows, vec![count])
        } else {
            let key = Ast::Column { table: RELATED_ALIAS, name: KEY_NAMES[0] };
            let query = query::Body::Select(Box::new(related_rows::<R>(P::ALIAS, self.rows, vec![key])));
            query::Select::new(derived(query, 1), vec![count])
        };
        Expr::new(Ast::Query(Box::new(rows)))
    }
}

/// The rows of the relation that belong to the row of its parent in the query around this, which calls it `parent`.
///
/// The rows are chosen in a query of their own that only lets their keys out, under names of ours. So the conditions on them
/// mean their table also where it is the parent's, and the parent can be named outside of it. PostgreSQL pulls that query up
/// into a join.
fn related_rows<R: Relation>(parent: &'static str, rows: query::Rows, columns: Vec<Ast>) -> query::Select {
    let child = R::Child::info().source();
    let (pairs, holder) = match R::KEYS {
        RelationKeys::InChild(pairs) | RelationKeys::InParent(pairs) => (pairs, child),
        RelationKeys::Between { table, parent, .. } => (parent, table().source()),
    };
    let keys = pairs.iter().map(|&(_, name)| Ast::Column { table: holder.alias, name }).collect();
    let mut related = query::Select::new(FromItem::Table(holder), keys);
    if let RelationKeys::Between { child: pairs, .. } = R::KEYS {
        let matches = pairs.iter().map(|&(link, own)| {
            let link = Ast::Column { table: holder.alias, name: link };
            Ast::binary(Ast::Column { table: child.alias, name: own }, " = ", link)
        });
        let on = Some(Ast::All(matches.collect()));
        related.joins.push(query::Join { kind: "INNER", from: FromItem::Table(child), on });
    }
    related.rows.filter = rows.filter;

    let from = derived(query::Body::Select(Box::new(related)), pairs.len());
    let mut select = query::Select::new(from, columns);
    let matches = pairs.iter().zip(KEY_NAMES).map(|(&(own, _), name)| {
        let key = Ast::Column { table: RELATED_ALIAS, name };
        Ast::binary(key, " = ", Ast::Column { table: parent, name: own })
    });
    select.rows.filter = Some(Ast::All(matches.collect()));
    // How many rows there are does not depend on their order.
    select.rows.limit = rows.limit;
    select.rows.offset = rows.offset;
    select
}

/// A query that returns this many keys, in the place of a table.
fn derived(query: query::Body, keys: usize) -> FromItem {
    FromItem::Query { query, lateral: false, alias: RELATED_ALIAS, columns: &KEY_NAMES[..keys] }
}
