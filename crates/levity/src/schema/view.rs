use super::{Column, Expression, Index, ObjectName, SqlType, Table};

/// A view: a query under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The view's name.
    pub name: ObjectName,
    /// The name that this view had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
    /// Whether its rows are stored, and computed only when it is refreshed.
    pub materialized: bool,
    /// What the query returns, in its order.
    pub columns: Vec<ViewColumn>,
    /// The query, without a semicolon.
    pub definition: Expression,
    /// How a view that is not materialized treats who reads and who writes through it.
    pub options: ViewOptions,
    /// The indexes, of a materialized view.
    pub indexes: Vec<Index>,
}

/// A column of a view. Whether it can be NULL is not known to PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewColumn {
    /// The column's name, unquoted.
    pub name: String,
    /// Its type.
    pub sql_type: SqlType,
}

/// The options of a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ViewOptions {
    /// `security_barrier`: no condition of a caller sees a row that the view leaves out.
    pub security_barrier: bool,
    /// `security_invoker`: tables are read with the rights of the caller instead of the owner's.
    pub security_invoker: bool,
    /// `WITH CHECK OPTION`: what is written through the view must be visible through it.
    pub check_option: Option<CheckOption>,
}

/// How far `WITH CHECK OPTION` looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckOption {
    /// Only at the conditions of the view itself.
    Local,
    /// Also at those of the views that it reads.
    Cascaded,
}

impl View {
    /// A view without columns. Space around the query and a semicolon at its end are left out.
    pub fn new(name: impl Into<ObjectName>, definition: &str) -> Self {
        Self {
            name: name.into(),
            renamed_from: None,
            materialized: false,
            columns: Vec::new(),
            definition: Expression::new(definition.trim().trim_end_matches(';').trim_end()),
            options: ViewOptions::default(),
            indexes: Vec::new(),
        }
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ViewColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Its columns and indexes as those of a table, for what treats the indexes of both alike.
    pub fn as_table(&self) -> Table {
        let column = |column: &ViewColumn| Column::new(&*column.name, column.sql_type.clone());
        Table {
            columns: self.columns.iter().map(column).collect(),
            indexes: self.indexes.clone(),
            ..Table::new(self.name.clone())
        }
    }

    /// What a person calls it: `view` or `materialized view`.
    pub fn kind(&self) -> &'static str {
        if self.materialized { "materialized view" } else { "view" }
    }
}

impl ViewColumn {
    /// A column.
    pub fn new(name: impl Into<String>, sql_type: SqlType) -> Self {
        Self { name: name.into(), sql_type }
    }
}
