use levity::{
    schema::{ObjectName, Table},
    sql::{quote_ident, quote_literal, quote_name},
};

/// `COMMENT ON`; NULL takes the comment away.
pub(crate) fn comment(table: &ObjectName, column: Option<&str>, comment: Option<&str>) -> String {
    let name = quote_name(table);
    let object = match column {
        None => format!("TABLE {name}"),
        Some(column) => format!("COLUMN {name}.{}", quote_ident(column)),
    };
    let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {object} IS {text}")
}

/// The comments of a table and its columns.
pub(super) fn comments(table: &Table) -> impl Iterator<Item = String> {
    let of_table = table.comment.as_deref().map(|text| comment(&table.name, None, Some(text)));
    let of_columns = table.columns.iter().filter_map(|column| {
        let text = column.comment.as_deref()?;
        Some(comment(&table.name, Some(&column.name), Some(text)))
    });
    of_table.into_iter().chain(of_columns)
}
