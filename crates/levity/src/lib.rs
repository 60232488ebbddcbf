//! Typed tables, queries, a pool and a migration runner for PostgreSQL.
//!
//! A schema is written once, as Rust types. Queries are checked against it by the compiler, and migrations are generated
//! from it (by `levity-kit`) and applied by [`migrate`].
//!
//! ```no_run
//! use levity::{Database, PgEnum, Table, desc, eq, schema};
//!
//! #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
//! enum Genre {
//!     Novel,
//!     Poetry,
//! }
//!
//! #[derive(Debug, Table)]
//! #[table(name = "authors", has_many(books = Book::author_id))]
//! struct Author {
//!     #[column(primary_key, identity)]
//!     id: i64,
//!     name: String,
//! }
//!
//! #[derive(Debug, Table)]
//! #[table(name = "books")]
//! #[index(author_id)]
//! struct Book {
//!     #[column(primary_key, identity)]
//!     id: i64,
//!     #[column(references(Author::id, on_delete = cascade))]
//!     author_id: i64,
//!     title: String,
//!     #[column(default = Genre::Novel)]
//!     genre: Genre,
//!     pages: Option<i32>,
//! }
//!
//! schema! { Author, Book }
//!
//! # async fn example() -> Result<(), levity::Error> {
//! let db = Database::connect_from_env().await?;
//!
//! let author = db.insert(NewAuthor::builder().name("A. Writer").build()).returning().await?;
//! let book = NewBook::builder().author_id(author.id).title("One").genre(Genre::Poetry).build();
//! db.insert(book).execute().await?;
//!
//! // One statement, whatever it loads.
//! let authors = db
//!     .select::<Author>()
//!     .filter(eq(Author::name, "A. Writer"))
//!     .with(Author::books().order_by(desc(Book::pages)).limit(3))
//!     .all()
//!     .await?;
//! println!("{}: {}", authors[0].name, authors[0].books[0].title);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to find things
//!
//! - [`derive(Table)`](derive@Table), [`derive(View)`](derive@View), [`derive(PgEnum)`](derive@PgEnum),
//!   [`derive(PgNewtype)`](derive@PgNewtype), [`derive(PgDomain)`](derive@PgDomain), [`derive(Sequence)`](derive@Sequence)
//!   and [`schema!`](schema!) define a schema.
//! - [`Database`] connects ([`Config`] says where to) and begins every query and [`Transaction`].
//! - [`Listener`] receives what other sessions notify.
//! - [`Select`], [`Insert`], [`Update`] and [`Delete`] are the queries; joins and chosen columns make a [`Query`], for which
//!   [`derive(FromRow)`](derive@FromRow) describes rows. [`sql!`] is for the rest.
//! - [`types`] has the Rust types of columns, and the traits for types of your own.
//! - [`Error`] says what failed, with predicates such as [`Error::is_unique_violation`].
//! - [`migrate`] applies migrations and verifies them; its [`file`](mod@migrate::file) module specifies their format.
//! - [`mod@schema`] is the schema as values, for tools.
//!
//! There are no optional features.

#[doc(hidden)]
pub mod __private;
mod config;
mod connect;
mod connection;
mod copy;
mod database;
mod error;
mod executor;
mod listen;
pub mod migrate;
mod observe;
mod pool;
#[doc(hidden)]
pub mod query;
mod retry;
mod row;
pub mod schema;
pub mod sql;
mod stream;
mod transaction;
mod typed;
pub mod types;

pub use config::{Config, ConnectionParts, SslMode, Target};
pub use copy::CopyIn;
pub use database::{Database, RawClient};
pub use error::Error;
pub use executor::{CopySink, Executor};
pub use listen::{Listener, Message, Notification};
pub use pool::PoolStatus;
pub use retry::Retry;
pub use row::FromRow;
pub use stream::RowStream;
pub use transaction::{Isolation, Transaction, TransactionOptions};
pub use typed::*;
pub use types::Json;

// The derives name this crate from the outside, also in its own tests and examples.
extern crate self as levity;

/// Makes a struct with named fields a table: the struct is the row, each field a column.
///
/// The table's name is that of the struct in snake case unless `name` gives another. For a struct `Book` the derive makes:
///
/// | | |
/// |---|---|
/// | `Book::title` | a typed [`Column`] for each field |
/// | `NewBook::builder()` | what an insert takes; a required column without a value does not compile |
/// | `BookPatch::new()` | what an update takes |
/// | `Book::author()`, `Author::books()` | a [`Related`] for each relation, for `with` |
/// | `BookWith<…>` | the row with what a query loaded; derefs to the row |
///
/// The crate that derives has `levity` among its dependencies, also when another crate re-exports the derive.
///
/// A field of type `Option<T>` is a nullable column. Field types implement [`ColumnType`](types::ColumnType).
///
/// # Attributes of the struct
///
/// | Attribute | Meaning |
/// |---|---|
/// | `#[table(name = "…", namespace = "…")]` | its name, and its PostgreSQL namespace when that is not `public` |
/// | `#[table(renamed_from = "…")]` | its name before; migrations rename instead of drop and create |
/// | `#[table(comment = "…")]` | what the database says about it; doc comments stay in the code |
/// | `#[table(unlogged, storage(fillfactor = 70, toast.autovacuum_enabled = false))]` | how its rows are kept |
/// | `#[table(has_many(books = Book::author_id))]` | a relation to the rows whose column holds this row's primary key |
/// | `#[table(has_one(cover = Cover::book_id))]` | the same with one row or none |
/// | `has_many(tags = Tag::id through BookTag(book_id, tag_id))` | a relation through a link table: its foreign key to this table, then the one to the other |
/// | `has_many(books = Book::(tenant, author))` | by a composite key; `… key(a, b)` names other columns of this table |
/// | `#[primary_key(a, b)]` | a primary key of several columns; also `name = "…"` |
/// | `#[unique(a, b, name = "…", nulls_not_distinct)]` | a unique constraint |
/// | `#[index(a, desc(b), sql("lower(c)"))]` | an index; also `name`, `unique`, `nulls_not_distinct`, `method = gin`, `filter = "…"`, `operator_class = "…"` |
/// | `#[exclude(room with "=", during with "&&")]` | an exclusion constraint: no two rows for which all operators hold; also `name`, `method` (`gist` unless it says so), `filter` |
/// | `#[check(name = "…", "a < b")]` | a check constraint; also `no_inherit` |
/// | `#[foreign_key((a, b) => Other::(x, y), relation = other)]` | a foreign key of several columns, with the options of `references` |
/// | `#[partition_by(range(created_at))]` | a partitioned table; also `list(kind)`, `hash(a, b)`; a key can be `sql("lower(name)")`. Partitions that the schema does not declare are left alone |
/// | `#[partition(name = "events_2026_01", from = "2026-01-01", to = "2026-02-01")]` | one of its partitions; with several keys `from = ("a", minvalue)` |
/// | `#[partition(name = "…", values("a", null))]` | a partition of a list; a value is a Rust value, or `sql("…")` |
/// | `#[partition(name = "…", modulus = 4, remainder = 0)]`, `#[partition(name = "…", default)]` | a partition by hash; the one for all other rows |
///
/// What keys, indexes and exclusion constraints have in common:
///
/// | Option | Meaning |
/// |---|---|
/// | `include(c, d)` | the index stores these columns too, so that queries for them need not read the table |
/// | `with(fillfactor = 70)` | storage parameters of the index |
/// | `deferrable`, `deferrable = initially_deferred` | not of indexes: checked at commit when a transaction asks for it, or always. No foreign key references such a key, and no `on_conflict` uses it |
/// | `asc(a, nulls_first)`, `desc(sql("lower(a)"), nulls_last)` | a key of an index or an exclusion constraint, and where NULL sorts |
/// | `asc(a, collation = "C", operator_class = "gist_trgm_ops"(siglen = 32))` | its collation, and its operator class with parameters |
/// | `("extensions", "gist_trgm_ops")` | a collation, operator class or operator of another namespace |
/// | `method = "hnsw"` | a method that an extension brings is in quotes |
///
/// # Attributes of a field: `#[column(…)]`
///
/// | Option | Meaning |
/// |---|---|
/// | `primary_key`, `unique` | a key of this column alone |
/// | `identity` | numbered by the database; `identity = by_default` lets an insert give the value, `identity(start = 100, increment = 10)` says how its sequence counts; also `min`, `max`, `cache`, `cycle` |
/// | `default = value` | a Rust value, `now()`, or `sql("…")` |
/// | `generated = "price * quantity"` | computed by the database from other columns of the row, and never written; with `virtual` when it is read (PostgreSQL 18) instead of when it is written |
/// | `on_update = now()` | set by every update that does not set it itself; `now()` or `sql("…")` |
/// | `references(Author::id)` | a foreign key; also `on_delete`, `on_update` (`cascade`, `restrict`, `set_null`, `set_default`), `name`, and `relation` where the column does not end in `_id` |
/// | `check = "pages > 0"` | a check constraint of this column |
/// | `collation = "C"` | another collation than the type's; `collation("billing", "german")` is one of another namespace |
/// | `comment = "…"` | what the database says about it |
/// | `name`, `renamed_from` | its name in the database, and its name before |
/// | `sql_type = "varchar(20)"` | another type than the field's usual one |
pub use levity_macros::Table;

/// Makes a struct with named fields a view: the struct is the row, each field a column, `sql` the query behind it.
///
/// ```
/// use levity::{Table, View, desc, schema};
///
/// #[derive(Table)]
/// #[table(name = "books")]
/// struct Book {
///     #[column(primary_key, identity)]
///     id: i64,
///     author: String,
/// }
///
/// #[derive(View)]
/// #[view(name = "authors", sql = "SELECT author AS name, count(*) AS books FROM books GROUP BY author", materialized)]
/// #[index(name, unique)]
/// struct Author {
///     name: String,
///     books: i64,
/// }
///
/// schema! { Book, Author }
///
/// # async fn example(db: levity::Database) -> Result<(), levity::Error> {
/// db.refresh::<Author>().concurrently().execute().await?;
/// let busy = db.select::<Author>().order_by(desc(Author::books)).limit(10).all().await?;
/// # Ok(())
/// # }
/// ```
///
/// It is queried like a table, and listed in [`schema!`](schema!) like one. Its rows cannot be inserted, updated or deleted.
///
/// The fields are the columns of the query, in its order and of its types; where one differs, the migration is not
/// generated, and the message names it. `count(*)` and the sum of an `i32` are `i64`, the sum of an `i64` is a `numeric`. PostgreSQL
/// does not know which columns of a query can be NULL, so that is the struct's to say: by `Option`.
///
/// Name the columns that the query reads instead of `SELECT *`: PostgreSQL writes out the `*` when the view is created, so
/// a new column of the table changes the view, and where it stands depends on whether the table was migrated.
///
/// A migration drops a view before what PostgreSQL would refuse under it, such as another type of a column that it reads,
/// and creates it again after that, with the views over it. Rights that were granted on it are lost then, which is a hazard of
/// the migration. Where only the query changes, or columns come at its end, the view is replaced in place.
///
/// # Attributes of the struct
///
/// | Attribute | Meaning |
/// |---|---|
/// | `#[view(sql = "SELECT …")]` | the query: a `&str` constant, a literal, or `include_str!("….sql")` |
/// | `#[view(name = "…", namespace = "…", renamed_from = "…")]` | as for a table |
/// | `#[view(materialized)]` | the rows are stored; [`Database::refresh`] computes them anew |
/// | `#[index(a, desc(b))]` | an index of a materialized view, with the options of a table's |
/// | `#[view(has_many(…), has_one(…))]` | relations, with `key(…)`: a view has no primary key |
/// | `#[view(security_barrier, security_invoker)]` | options of PostgreSQL |
/// | `#[view(check_option = local)]` | `local` or `cascaded`: what SQL writes through the view must be visible through it |
///
/// A field has the options `name` and `sql_type` of a table's, and `references(Author::id)`: a relation, which no foreign key
/// enforces.
pub use levity_macros::View;

/// Makes an enum without fields a PostgreSQL enum type.
///
/// Names are in snake case: `InProgress` is stored as `in_progress`. `#[pg_enum(name = "…", renamed_from = "…")]` on the enum
/// and `#[value(name = "…", renamed_from = "…")]` on a variant say otherwise. The order of the variants is their sort order.
///
/// The enum also needs `Debug`, `Clone` and `Copy`.
///
/// A label that the database has and this build does not know is an error only for a row that holds it, so a label can be
/// added while older builds run.
pub use levity_macros::PgEnum;

/// Makes a struct with named fields something that a query can return, and that can be read from like a table where a query
/// stands in its place.
///
/// For a struct `Total` the derive makes:
///
/// | | |
/// |---|---|
/// | `TotalColumns { … }` | what each field is read from, by name: for [`Query::columns`] |
/// | `Total::name` | a typed [`Column`] for each field, for queries over [`subquery`], [`lateral`] and [`cte`] |
/// | [`FromRow`](trait@FromRow) | for `db.query_as::<Total>(sql!(…))`: the statement's columns have the fields' names and order |
///
/// A field that can be NULL is an `Option`. `#[row(name = "…")]` on the struct gives its rows another name in the statement than
/// its own in snake case; `#[column(name = "…")]` on a field does it for a column.
///
/// ```
/// use levity::{FromRow, Table, count_all, desc, max, schema};
///
/// #[derive(Table)]
/// struct Book {
///     #[column(primary_key)]
///     id: i64,
///     author: String,
///     pages: i32,
/// }
///
/// schema! { Book }
///
/// #[derive(Debug, FromRow)]
/// struct Total {
///     author: String,
///     books: i64,
///     longest: Option<i32>,
/// }
///
/// # async fn example(db: levity::Database) -> Result<(), levity::Error> {
/// let totals: Vec<Total> = db
///     .select::<Book>()
///     .columns(TotalColumns { author: Book::author, books: count_all(), longest: max(Book::pages) })
///     .group_by(Book::author)
///     .order_by(desc(count_all()))
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub use levity_macros::FromRow;

/// Gives a table a second name, as a type: for a query that reads the table twice.
///
/// `alias!(Manager = Employee)` makes the type `Manager`, which can be joined like a table, and whose columns are
/// `Manager::column(Employee::name)`. In the statement it is called by its name in snake case.
///
/// ```
/// use levity::{Table, alias, eq, schema};
///
/// #[derive(Table)]
/// struct Employee {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     #[column(references(Employee::id, relation = manager))]
///     manager_id: Option<i64>,
/// }
///
/// schema! { Employee }
/// alias!(Manager = Employee);
///
/// # async fn example(db: levity::Database) -> Result<(), levity::Error> {
/// let pairs: Vec<(String, Option<String>)> = db
///     .select::<Employee>()
///     .left_join::<Manager>()
///     .on(eq(Employee::manager_id, Manager::column(Employee::id)))
///     .columns((Employee::name, Manager::column(Employee::name)))
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub use levity_macros::alias;

/// Makes a struct around one value a column type of its own: an id that is not mistaken for another table's, or a name for
/// a type of the database.
///
/// ```
/// # use levity::PgNewtype;
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, PgNewtype)]
/// struct AuthorId(i64);
///
/// #[derive(Debug, Clone, PartialEq, PgNewtype)]
/// #[pg_newtype(sql_type = "citext")]
/// struct Nickname(String);
///
/// #[derive(Debug, Clone, PartialEq, PgNewtype)]
/// #[pg_newtype(sql_type = "hstore")]
/// struct Attributes(std::collections::HashMap<String, Option<String>>);
/// ```
///
/// It is stored as its value is, which is one of the [types of columns](types), or with `sql_type` whatever the driver encodes
/// as that type. The struct also needs `Debug`. Nothing is checked when it is read; where something has
/// to be, implement the traits by hand, as [`types`] shows.
pub use levity_macros::PgNewtype;

/// Makes a struct around one value a domain: a type of the database with rules of its own.
///
/// ```
/// # use levity::{PgDomain, Table, schema};
/// #[derive(Debug, Clone, PartialEq, PgDomain)]
/// #[domain(check = "value ~ '@'")]
/// struct Email(String);
///
/// #[derive(Table)]
/// struct Reader {
///     #[column(primary_key, identity)]
///     id: i64,
///     email: Email,
///     others: Vec<Email>,
/// }
///
/// schema! { Reader }
/// ```
///
/// The domain is called like the struct in snake case, and comes along with the columns that have it. The struct also needs
/// `Debug`. It is stored as its value is; the database applies the rules when it is written.
///
/// | Option of `#[domain(…)]` | Meaning |
/// |---|---|
/// | `name`, `namespace`, `renamed_from` | as those of a table |
/// | `check = "value > 0"`, `check(name = "…", "…")` | what a value must fulfil; several need names |
/// | `not_null` | no column of the domain holds NULL, nor does the rest of a row that an outer join leaves out: prefer a required field |
/// | `default = value` | for columns without a default of their own; a Rust value, `now()`, or `sql("…")` |
/// | `collation = "C"` or `collation("billing", "german")` | another order of texts than the usual one |
/// | `sql_type = "varchar(20)"` | another type behind it than the value's usual one |
///
/// PostgreSQL cannot change the type behind a domain, nor its collation: give the new domain another name.
pub use levity_macros::PgDomain;

/// Makes a struct without fields a sequence.
///
/// ```
/// # use levity::{Sequence, Table, schema};
/// #[derive(Sequence)]
/// #[sequence(start = 1000)]
/// struct InvoiceNumber;
///
/// #[derive(Table)]
/// struct Invoice {
///     #[column(primary_key, identity)]
///     id: i64,
///     #[column(default = InvoiceNumber::next())]
///     number: i64,
/// }
///
/// schema! { Invoice, InvoiceNumber }
/// ```
///
/// The sequence is called like the struct in snake case. `InvoiceNumber::next()` is its next number: as the default of a column,
/// and as an expression of queries. A number that was given out does not come back when its transaction is rolled back.
///
/// | Option of `#[sequence(…)]` | Meaning |
/// |---|---|
/// | `name`, `namespace`, `renamed_from` | as those of a table |
/// | `sql_type = "integer"` | the type of its numbers: `smallint`, `integer`, or `bigint` without it |
/// | `start`, `increment`, `min`, `max`, `cache`, `cycle` | as in `CREATE SEQUENCE` |
/// | `owned_by = Invoice::number` | it is dropped with that column, as the sequence of a `serial` column is |
///
/// A column that only needs numbers is an `identity` column. A `serial` column of an existing database is one with a default
/// and a sequence that it owns.
pub use levity_macros::Sequence;

/// Lists the objects of a schema: `schema! { extension("citext"), namespace("audit"), Author, Book }`.
///
/// Makes the function `schema()`, from which migrations are generated, and lets the listed tables and views be queried. Enum
/// types and domains come along with the columns that have them.
///
/// | Item | Meaning |
/// |---|---|
/// | `Author` | a type that describes an object, such as one that derives [`Table`](derive@Table), [`View`](derive@View) or [`Sequence`](derive@Sequence) |
/// | `extension("postgis", namespace = "geo")` | an extension that the schema needs; `namespace` can be left out |
/// | `namespace("audit")` | a PostgreSQL namespace; those that an object is in need no mention |
pub use levity_macros::schema;

/// SQL in the place where the builder ends: text from the source code, with values and columns for its placeholders.
///
/// `{}` takes the next argument and `{name}` the variable of that name. A value is bound as a parameter, never written
/// into the text; a column, an expression or another `sql!` becomes part of it, the last one as it stands, without
/// parentheses. A column that is written without its table is the queried table's. A literal brace is doubled.
///
/// The result, an [`Sql`], is a condition of `filter`, an expression through [`Sql::typed`], and a whole statement for
/// `db.query_as` and `db.execute`.
#[macro_export]
macro_rules! sql {
    ($($input:tt)*) => {
        $crate::__private::sql_fragments!($crate; $($input)*)
    };
}

/// The migrations of a directory, as part of the binary: `&'static [EmbeddedMigration]`, for
/// [`History::embedded`](migrate::History::embedded).
///
/// ```
/// # use levity::migrate::{History, HistoryError};
/// let history = History::embedded(levity::embed_migrations!("tests/migrations"))?;
/// # Ok::<_, HistoryError>(())
/// ```
///
/// The path is relative to the crate's `Cargo.toml`. What [`History::read`](migrate::History::read) ignores or refuses
/// is ignored or refused here as well, when the crate compiles; what is in the files is checked when the history is made.
/// The snapshots do not become part of the binary.
///
/// The crate is compiled again when one of the files changes. A *new* directory is something only Cargo can notice, so
/// the crate needs a `build.rs`:
///
/// ```
/// // In `main` of build.rs:
/// println!("cargo::rerun-if-changed=migrations");
/// ```
pub use levity_macros::embed_migrations;

/// Makes a test of an async function that takes a database.
///
/// The parameter's type makes the database: it has an associated function `run`, which is given the function, makes a
/// value of the type, and blocks until the function has returned. A package with a schema offers such a type, and
/// re-exports this attribute under the name `test`.
pub use levity_macros::database_test;
