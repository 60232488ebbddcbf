use super::Listed;
use crate::{FromRow, query::Source, schema};

/// What queries read rows from by its type: a [`Table`], or a [`View`](super::View). The type itself is the row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a table nor a view",
    label = "expected a struct that derives `Table` or `View`"
)]
pub trait Queryable: FromRow + Send + Sync + 'static {
    /// Its name in the database.
    const NAME: &'static str;
    /// The name in a statement, with which its columns are qualified: with its namespace, `billing.invoices`, when it has one.
    const QUALIFIER: &'static str;

    /// What queries need to know, computed once.
    fn info() -> &'static TableInfo;
}

/// A table, as `derive(Table)` describes it. The type itself is the row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table: only the rows of tables are written",
    label = "expected a struct that derives `Table`",
    note = "the rows of a view come from its query; write to the tables that it reads"
)]
pub trait Table: Queryable {
    /// What an insert takes; made by `Self::New::builder()`.
    type New: super::Insertable<Table = Self>;
    /// What an update can take; made by `Self::Patch::new()`.
    type Patch: super::Patch<Table = Self>;

    /// The whole definition, for migrations.
    fn definition() -> schema::Table;

    /// The enum types and domains that the table's columns have.
    fn types() -> Vec<schema::TypeDefinition>;
}

/// A table or view that `schema!` lists, so that migrations know it.
///
/// Queries ask for this, so a forgotten table is an error of the compiler and not a `DROP TABLE` in the next migration.
#[diagnostic::on_unimplemented(
    message = "the table `{Self}` is not listed in `schema!`",
    label = "add `{Self}` to the `schema!` of this package",
    note = "a table that is not listed has no migration and would be dropped from a database that has it"
)]
pub trait InSchema: Queryable + Listed {}

impl<T: Queryable + Listed> InSchema for T {}

/// A table or view as the query layer needs it.
#[derive(Debug)]
pub struct TableInfo {
    /// The PostgreSQL namespace, when it is not found through the search path.
    pub namespace: Option<&'static str>,
    /// Its name.
    pub name: &'static str,
    /// The name with which its columns are qualified.
    pub alias: &'static str,
    /// The columns in the order of the row's fields.
    pub columns: Vec<ColumnInfo>,
    /// The columns that an update sets by itself, each with its expression.
    pub on_update: &'static [(&'static str, &'static str)],
}

/// A column as the query layer needs it.
#[derive(Debug)]
pub struct ColumnInfo {
    /// The column's name.
    pub name: &'static str,
    /// A NULL of its type, for its place in the rows of other tables.
    pub placeholder: String,
    /// The type of an array of its values; none where the values are arrays themselves.
    pub array_type: Option<String>,
}

impl TableInfo {
    /// The table as a statement names it.
    pub(crate) fn source(&self) -> Source {
        Source { namespace: self.namespace, table: self.name, alias: self.alias }
    }

    /// The position of a column.
    pub(crate) fn position(&self, name: &str) -> usize {
        let found = self.columns.iter().position(|column| column.name == name);
        found.expect("the derive has checked that the column exists")
    }
}
