//! What can be said about the rows of a relation without loading them.

use crate::{
    query::{self, Expr as Ast, FromItem},
    typed::{
        Covers, Expr, Expression, InSchema, Never, Plain, Predicate, Queryable, Related, Relation,
        RelationKeys, Source,
    },
};

/// The names of what a query of related rows lets out. An index, and so a key, has 32 columns at most in PostgreSQL
/// (`INDEX_MAX_KEYS`); the rest is for a condition and an order.
const KEY_NAMES: [&str; 64] = [
    "key 0", "key 1", "key 2", "key 3", "key 4", "key 5", "key 6", "key 7", "key 8", "key 9", "key 10",
    "key 11", "key 12", "key 13", "key 14", "key 15", "key 16", "key 17", "key 18", "key 19", "key 20",
    "key 21", "key 22", "key 23", "key 24", "key 25", "key 26", "key 27", "key 28", "key 29", "key 30",
    "key 31", "key 32", "key 33", "key 34", "key 35", "key 36", "key 37", "key 38", "key 39", "key 40",
    "key 41", "key 42", "key 43", "key 44", "key 45", "key 46", "key 47", "key 48", "key 49", "key 50",
    "key 51", "key 52", "key 53", "key 54", "key 55", "key 56", "key 57", "key 58", "key 59", "key 60",
    "key 61", "key 62", "key 63",
];

const RELATED_ALIAS: &str = "related row";

/// Conditions and values of the rows that the relation starts from. They stand wherever an expression of those can: in
/// filters, orders and columns of queries, in updates and deletes, and in the filters of relations.
///
/// They speak of the rows that the relation's filters, `limit` and `offset` leave, in the relation's order: of
/// `Author::books().order_by(desc(Book::id)).limit(1)`, `some` asks about the newest book of each author.
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
    pub fn some<C, Positions>(self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        self.satisfying(condition.into_condition())
    }

    /// The condition holds for no row. It also says so where there is no row, and of a row for which it is NULL.
    pub fn none<C, Positions>(self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        not(self.satisfying(condition.into_condition()))
    }

    /// The condition holds for all rows, and so also where there is no row. It does not hold for a row for which it is NULL.
    pub fn every<C, Positions>(self, condition: C) -> Expr<(P, ()), bool, Never>
    where
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        // Nothing said about a row is true of it.
        let condition = condition.into_condition().unwrap_or(Ast::All(Vec::new()));
        let exception = Ast::Operation(vec![condition.into(), " IS NOT TRUE".into()]);
        not(self.satisfying(Some(exception)))
    }

    /// There is a row.
    pub fn exists(self) -> Expr<(P, ()), bool, Never> {
        self.satisfying(None)
    }

    /// There is no row.
    pub fn is_empty(self) -> Expr<(P, ()), bool, Never> {
        not(self.exists())
    }

    /// The number of rows.
    pub fn count(self) -> Expr<(P, ()), i64, Never> {
        let count = Ast::call("count", Vec::new());
        let rows = if is_limited(&self.rows) {
            let query = related_rows::<R>(P::ALIAS, self.rows, Vec::new(), vec![related_value(0)]);
            query::Select::new(derived(query, 1), vec![count])
        } else {
            related_rows::<R>(P::ALIAS, self.rows, Vec::new(), vec![count])
        };
        Expr::new(Ast::Query(Box::new(rows)))
    }

    /// There is a row for which the condition holds.
    fn satisfying(mut self, condition: Option<Ast>) -> Expr<(P, ()), bool, Never> {
        let rows = match condition {
            Some(condition) if is_limited(&self.rows) => {
                satisfying_of_limited::<R>(P::ALIAS, self.rows, condition)
            }
            condition => {
                query::and(&mut self.rows.filter, condition);
                related_rows::<R>(P::ALIAS, self.rows, Vec::new(), Vec::new())
            }
        };
        Expr::new(Ast::Operation(vec!["EXISTS ".into(), Ast::Query(Box::new(rows)).into()]))
    }
}

fn not<S>(condition: Expr<S, bool, Never>) -> Expr<S, bool, Never>
where
    Expr<S, bool, Never>: Expression,
{
    Expr::new(Ast::Operation(vec!["NOT ".into(), condition.into_ast().into()]))
}

fn is_limited(rows: &query::Rows) -> bool {
    rows.limit.is_some() || rows.offset.is_some()
}

/// What [`related_rows`] lets out at this position.
fn related_value(position: usize) -> Ast {
    Ast::Column { table: RELATED_ALIAS, name: KEY_NAMES[position] }
}

/// Those of a limited number of rows for which the condition holds. The condition has no say in which rows these are.
fn satisfying_of_limited<R: Relation>(
    parent: &'static str,
    mut rows: query::Rows,
    condition: Ast,
) -> query::Select {
    let keys = own_pairs::<R>().len();
    let order = std::mem::take(&mut rows.order_by);
    let mut values = vec![condition];
    values.extend(order.iter().map(|criterion| criterion.expr.clone()));
    let mut limited = related_rows::<R>(parent, rows, values, vec![related_value(keys)]);
    let by_value = |(position, criterion): (usize, query::OrderBy)| query::OrderBy {
        expr: related_value(keys + 1 + position),
        ..criterion
    };
    limited.rows.order_by = order.into_iter().enumerate().map(by_value).collect();
    let mut select = query::Select::new(derived(limited, 1), Vec::new());
    select.rows.filter = Some(related_value(0));
    select
}

/// The parent's columns, and those that are equal to them in the child or the link table.
fn own_pairs<R: Relation>() -> &'static [(&'static str, &'static str)] {
    match R::KEYS {
        RelationKeys::InChild(pairs)
        | RelationKeys::InParent(pairs)
        | RelationKeys::Between { parent: pairs, .. } => pairs,
    }
}

/// The rows of the relation that belong to the row of its parent in the query around this, which calls it `parent`.
///
/// The rows are chosen in a query of their own that only lets their keys and these values out, under names of ours. So the conditions on them
/// mean their table also where it is the parent's, and the parent can be named outside of it. PostgreSQL pulls that query up
/// into a join.
fn related_rows<R: Relation>(
    parent: &'static str,
    rows: query::Rows,
    values: Vec<Ast>,
    columns: Vec<Ast>,
) -> query::Select {
    let child = R::Child::info().source();
    let pairs = own_pairs::<R>();
    let holder = match R::KEYS {
        RelationKeys::InChild(_) | RelationKeys::InParent(_) => child,
        RelationKeys::Between { table, .. } => table().source(),
    };
    let keys = pairs.iter().map(|&(_, name)| Ast::Column { table: holder.alias, name });
    let let_out: Vec<Ast> = keys.chain(values).collect();
    let width = let_out.len();
    let mut related = query::Select::new(FromItem::Table(holder), let_out);
    if let RelationKeys::Between { child: pairs, .. } = R::KEYS {
        let matches = pairs.iter().map(|&(link, own)| {
            let link = Ast::Column { table: holder.alias, name: link };
            Ast::binary(Ast::Column { table: child.alias, name: own }, " = ", link)
        });
        let on = Some(Ast::All(matches.collect()));
        related.joins.push(query::Join { kind: "INNER", from: FromItem::Table(child), on });
    }
    related.rows.filter = rows.filter;

    let mut select = query::Select::new(derived(related, width), columns);
    let matches = pairs.iter().enumerate().map(|(position, &(own, _))| {
        Ast::binary(related_value(position), " = ", Ast::Column { table: parent, name: own })
    });
    select.rows.filter = Some(Ast::All(matches.collect()));
    // How many rows there are does not depend on their order.
    select.rows.limit = rows.limit;
    select.rows.offset = rows.offset;
    select
}

/// A query that returns this many values, in the place of a table.
fn derived(query: query::Select, width: usize) -> FromItem {
    let query = query::Body::Select(Box::new(query));
    FromItem::Query { query, lateral: false, alias: RELATED_ALIAS, columns: &KEY_NAMES[..width] }
}
