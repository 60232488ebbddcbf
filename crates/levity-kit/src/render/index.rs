use levity::{
    schema::{Index, IndexKey, IndexMethod, IndexPart, NullsOrder, ObjectName},
    sql::{quote_ident, quote_name},
};

use super::quoted_list;
use crate::step::Constraint;

/// How an index is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// At once, keeping writers out.
    Plain,
    /// Beside the readers and writers of the table, outside of a transaction.
    Concurrently,
}

impl Build {
    fn keyword(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Concurrently => "CONCURRENTLY ",
        }
    }
}

/// `CREATE INDEX` under a name of the caller's choice.
pub(crate) fn create_index(table: &ObjectName, index: &Index, name: &str, build: Build) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let method = match index.method {
        IndexMethod::Btree => String::new(),
        method => format!(" USING {}", method.as_str()),
    };
    let mut sql = format!(
        "CREATE {unique}INDEX {}{} ON {}{method} ({})",
        build.keyword(),
        quote_ident(name),
        quote_name(table),
        keys.join(", "),
    );
    if let Some(predicate) = &index.predicate {
        sql.push_str(" WHERE ");
        sql.push_str(&predicate.0);
    }
    sql
}

fn key(key: &IndexKey) -> String {
    let mut sql = match &key.part {
        IndexPart::Column(name) => quote_ident(name),
        IndexPart::Expression(expression) => format!("({})", expression.0),
    };
    if let Some(class) = &key.operator_class {
        let parts: Vec<String> = class.split('.').map(quote_ident).collect();
        sql.push(' ');
        sql.push_str(&parts.join("."));
    }
    if key.descending {
        sql.push_str(" DESC");
    }
    match key.nulls {
        None => {}
        Some(NullsOrder::First) => sql.push_str(" NULLS FIRST"),
        Some(NullsOrder::Last) => sql.push_str(" NULLS LAST"),
    }
    sql
}

/// The index that a primary key or unique constraint will use, built beside the running system.
pub(crate) fn unique_index_of(table: &ObjectName, key: &Constraint, name: &str) -> String {
    let (columns, nulls) = match key {
        Constraint::PrimaryKey(key) => (&key.columns, ""),
        Constraint::Unique(unique) => {
            (&unique.columns, if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" })
        }
        Constraint::ForeignKey(_) | Constraint::Check(_) => {
            unreachable!("only primary keys and unique constraints have an index")
        }
    };
    format!(
        "CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({}){nulls}",
        quote_ident(name),
        quote_name(table),
        quoted_list(columns),
    )
}
