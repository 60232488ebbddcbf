//! The text of statements that change rows.

use std::sync::Arc;

use super::{Parameter, Statement, writer::Writer};
use crate::{
    Error,
    query::{
        Conflict, ConflictAction, ConflictTarget, Delete, Expr, FromItem, Insert, NewRows, Source, Update,
    },
};

/// The most parameters that a statement can have: the protocol counts them in 16 bits.
const MOST_PARAMETERS: usize = 65_535;

pub(crate) fn insert(insert: &Insert) -> Result<Statement, Error> {
    let mut writer = Writer::default();
    writer.insert(insert)?;
    Ok(writer.finish())
}

/// Several inserts as one statement. Each row that it returns ends with the number of its insert.
pub(crate) fn inserts(inserts: &[Insert]) -> Result<Statement, Error> {
    let mut writer = Writer::default();
    writer.inserts(inserts)?;
    writer.text(" ").list(" UNION ALL ", 0..inserts.len(), |writer, number| {
        writer
            .text("SELECT *, ")
            .text(&number.to_string())
            .text("::pg_catalog.int8 FROM ")
            .ident(&name(number));
    });
    Ok(writer.finish())
}

/// Several inserts as one statement that returns how many rows they wrote together. Each of them returns something.
pub(crate) fn count_inserts(inserts: &[Insert]) -> Result<Statement, Error> {
    let mut writer = Writer::default();
    writer.inserts(inserts)?;
    writer.text(" SELECT ").list(" + ", 0..inserts.len(), |writer, number| {
        writer.text("(SELECT pg_catalog.count(*) FROM ").ident(&name(number)).text(")");
    });
    Ok(writer.finish())
}

pub(crate) fn update(update: &Update) -> Statement {
    let mut writer = Writer::default();
    writer.with(&update.with).text("UPDATE ").source(&update.table).text(" SET ").assignments(&update.set);
    writer
        .sources(" FROM ", &update.from)
        .filter(" WHERE ", update.filter.as_ref())
        .returning(&update.returning);
    writer.finish()
}

pub(crate) fn delete(delete: &Delete) -> Statement {
    let mut writer = Writer::default();
    writer.with(&delete.with).text("DELETE FROM ").source(&delete.from).sources(" USING ", &delete.using);
    writer.filter(" WHERE ", delete.filter.as_ref()).returning(&delete.returning);
    writer.finish()
}

/// A query of no rows, for the types of these columns.
pub(crate) fn columns(table: &Source, columns: &[&str]) -> String {
    let mut writer = Writer::default();
    writer.text("SELECT ").list(", ", columns, |writer, name| {
        writer.ident(name);
    });
    writer.text(" FROM ").source(table).text(" WHERE false");
    writer.finish().sql
}

/// `COPY … FROM STDIN` in the binary format.
pub(crate) fn copy_in(table: &Source, columns: &[&str]) -> String {
    let mut writer = Writer::default();
    writer.text("COPY ");
    if let Some(namespace) = table.namespace {
        writer.ident(namespace).text(".");
    }
    writer.ident(table.table).text(" (").idents(columns).text(") FROM STDIN (FORMAT binary)");
    writer.finish().sql
}

/// The name of one of several inserts in their statement.
fn name(number: usize) -> String {
    format!("insert {number}")
}

impl Writer {
    fn inserts(&mut self, inserts: &[Insert]) -> Result<(), Error> {
        for (number, insert) in inserts.iter().enumerate() {
            self.text(if number == 0 { "WITH " } else { ", " }).ident(&name(number)).text(" AS (");
            self.insert(insert)?;
            self.text(")");
        }
        Ok(())
    }

    fn insert(&mut self, insert: &Insert) -> Result<(), Error> {
        self.with(&insert.with).text("INSERT INTO ").source(&insert.into);
        if !insert.columns.is_empty() {
            self.text(" (").idents(&insert.columns).text(")");
        }
        match &insert.rows {
            NewRows::Values(_) if insert.columns.is_empty() => {
                self.text(" DEFAULT VALUES");
            }
            NewRows::Values(rows) => self.values(rows, insert)?,
            NewRows::Arrays(arrays) => self.arrays(arrays),
            NewRows::Defaults(count) => {
                self.text(" SELECT FROM pg_catalog.generate_series(1, ").parameter(Arc::new(*count));
                self.text("::pg_catalog.int8)");
            }
            NewRows::Query(body) => {
                self.text(" ").body(body);
            }
        }
        if let Some(conflict) = &insert.conflict {
            self.conflict(conflict)?;
        }
        self.returning(&insert.returning);
        Ok(())
    }

    fn values(&mut self, rows: &[Vec<Expr>], insert: &Insert) -> Result<(), Error> {
        let values = rows.len() * insert.columns.len();
        if values > MOST_PARAMETERS {
            return Err(Error::invalid(format!(
                "an insert of {} rows of `{}` has {values} values, and a statement takes {MOST_PARAMETERS} where a column is \
                 an array: use `copy_in`, or insert fewer rows at a time",
                rows.len(),
                insert.into.table
            )));
        }
        self.text(" VALUES ").list(", ", rows, |writer, values| {
            writer.text("(").list(", ", values, Self::expr).text(")");
        });
        Ok(())
    }

    /// The rows keep their order, and with it the numbers that they get. The server inserts the rows of a query one after
    /// the other.
    fn arrays(&mut self, arrays: &[(Parameter, &'static str)]) {
        self.text(" SELECT ").list(", ", 0..arrays.len(), |writer, position| {
            writer.column("given", &position.to_string());
        });
        // Not `unnest(…, …)`, which is only understood without its namespace.
        self.text(" FROM ROWS FROM (").list(", ", arrays, |writer, (values, array_type)| {
            writer.text("pg_catalog.unnest(").parameter(values.clone()).text("::").text(array_type).text(")");
        });
        self.text(") WITH ORDINALITY AS given (").list(", ", 0..=arrays.len(), |writer, position| {
            writer.ident(&position.to_string());
        });
        self.text(") ORDER BY ").column("given", &arrays.len().to_string());
    }

    fn conflict(&mut self, conflict: &Conflict) -> Result<(), Error> {
        self.text(" ON CONFLICT");
        match &conflict.target {
            ConflictTarget::Any => {}
            ConflictTarget::Index(keys, filter) => {
                let binds = self.bare(|writer| {
                    writer.text(" (").list(", ", keys, Self::index_key).text(")");
                    writer.filter(" WHERE ", filter.as_ref());
                });
                if binds {
                    return Err(Error::invalid(
                        "the target of `on_conflict` binds a value: PostgreSQL finds an index by the text of its \
                         expressions and its condition, so write the value into them with `sql!`",
                    ));
                }
            }
            ConflictTarget::Constraint(name) => {
                self.text(" ON CONSTRAINT ").ident(name);
            }
        }
        match &conflict.action {
            ConflictAction::Nothing => {
                self.text(" DO NOTHING");
            }
            ConflictAction::Update { set, .. } if set.is_empty() => {
                return Err(Error::invalid("the insert gives no column, and its `do_update` sets none"));
            }
            ConflictAction::Update { set, filter } => {
                self.text(" DO UPDATE SET ").assignments(set).filter(" WHERE ", filter.as_ref());
            }
        }
        Ok(())
    }

    /// A column, or an expression in parentheses.
    fn index_key(&mut self, key: &Expr) {
        if matches!(key, Expr::Column { .. }) {
            self.expr(key);
        } else {
            self.text("(");
            self.expr(key);
            self.text(")");
        }
    }

    fn assignments(&mut self, set: &[(&'static str, Expr)]) -> &mut Self {
        self.list(", ", set, |writer, (name, value)| {
            writer.ident(name).text(" = ");
            writer.expr(value);
        })
    }

    fn sources(&mut self, keyword: &str, sources: &[FromItem]) -> &mut Self {
        if sources.is_empty() {
            return self;
        }
        self.text(keyword).list(", ", sources, |writer, source| {
            writer.source_item(source);
        })
    }

    fn idents(&mut self, names: &[&str]) -> &mut Self {
        self.list(", ", names, |writer, name| {
            writer.ident(name);
        })
    }

    fn returning(&mut self, returning: &[Expr]) {
        if !returning.is_empty() {
            self.text(" RETURNING ").list(", ", returning, Self::expr);
        }
    }
}
