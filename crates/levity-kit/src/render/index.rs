use std::collections::BTreeMap;

use levity::{
    schema::{Index, IndexKey, IndexMethod, IndexPart, NullsOrder, ObjectName},
    sql::{quote_ident, quote_literal, quote_name},
};

use super::quoted_list;

/// How an index is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// At once, keeping writers out.
    Plain,
    /// Beside the readers and writers of the table, outside of a transaction.
    Concurrently,
    /// Of a partitioned table, without those of its partitions: it is not valid before it has them all.
    Alone,
}

impl Build {
    fn keyword(self) -> &'static str {
        match self {
            Self::Plain | Self::Alone => "",
            Self::Concurrently => "CONCURRENTLY ",
        }
    }
}

/// `CREATE INDEX` under a name of the caller's choice.
pub(crate) fn create_index(table: &ObjectName, index: &Index, name: &str, build: Build) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let only = if build == Build::Alone { "ONLY " } else { "" };
    let mut sql = format!(
        "CREATE {unique}INDEX {}{} ON {only}{}{} ({}){}",
        build.keyword(),
        quote_ident(name),
        quote_name(table),
        using(&index.method),
        keys.join(", "),
        include(&index.include),
    );
    if index.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&with(&index.storage));
    if let Some(predicate) = &index.predicate {
        sql.push_str(" WHERE ");
        sql.push_str(&predicate.0);
    }
    sql
}

/// The access method, unless it is the default one.
pub(super) fn using(method: &IndexMethod) -> String {
    match method {
        IndexMethod::Btree => String::new(),
        IndexMethod::Other(name) => format!(" USING {}", quote_ident(name)),
        IndexMethod::Hash
        | IndexMethod::Gin
        | IndexMethod::Gist
        | IndexMethod::Spgist
        | IndexMethod::Brin => {
            format!(" USING {}", method.as_str())
        }
    }
}

pub(super) fn include(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", quoted_list(columns)) }
}

pub(super) fn with(storage: &BTreeMap<String, String>) -> String {
    if storage.is_empty() { String::new() } else { format!(" WITH {}", parameters(storage)) }
}

/// `("fillfactor" = 70, "fastupdate" = 'off')`
fn parameters(parameters: &BTreeMap<String, String>) -> String {
    let number = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let parameters = parameters.iter().map(|(name, value)| {
        let value = if number(value) { value.clone() } else { quote_literal(value) };
        format!("{} = {value}", quote_ident(name))
    });
    format!("({})", parameters.collect::<Vec<_>>().join(", "))
}

/// The statements that change storage parameters where the index is.
pub(crate) fn alter_storage(
    index: &ObjectName,
    previous: &BTreeMap<String, String>,
    next: &BTreeMap<String, String>,
) -> Vec<String> {
    let changed = next.iter().filter(|(name, value)| previous.get(*name) != Some(value));
    let changed: BTreeMap<String, String> =
        changed.map(|(name, value)| (name.clone(), value.clone())).collect();
    let gone: Vec<String> = previous.keys().filter(|name| !next.contains_key(*name)).cloned().collect();
    let index = quote_name(index);
    let mut statements = Vec::new();
    if !gone.is_empty() {
        statements.push(format!("ALTER INDEX {index} RESET ({})", quoted_list(&gone)));
    }
    if !changed.is_empty() {
        statements.push(format!("ALTER INDEX {index} SET {}", parameters(&changed)));
    }
    statements
}

pub(super) fn key(key: &IndexKey) -> String {
    let mut sql = match &key.part {
        IndexPart::Column(name) => quote_ident(name),
        IndexPart::Expression(expression) => format!("({})", expression.0),
    };
    if let Some(collation) = &key.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&quote_name(collation));
    }
    if let Some(class) = &key.operator_class {
        sql.push(' ');
        sql.push_str(&quote_name(&class.name));
        if !class.parameters.is_empty() {
            sql.push(' ');
            sql.push_str(&parameters(&class.parameters));
        }
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
