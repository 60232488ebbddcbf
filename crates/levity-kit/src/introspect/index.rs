use levity::schema::{Expression, Index, IndexKey, IndexMethod, IndexPart, NullsOrder, Table};
use tokio_postgres::Row;

/// One key of an index. The keys of an index follow each other.
pub(super) fn add_key(table: &mut Table, row: &Row) {
    let name: &str = row.get(1);
    if table.indexes.last().is_none_or(|index| index.name != name) {
        table.indexes.push(Index {
            name: name.to_owned(),
            unique: row.get(2),
            method: method(row.get(3)),
            keys: Vec::new(),
            predicate: row.get::<_, Option<String>>(4).map(Expression),
        });
    }
    let part = match row.get(5) {
        Some(column) => IndexPart::Column(column),
        None => IndexPart::Expression(Expression(row.get(6))),
    };
    let option: i16 = row.get(8);
    let (descending, nulls_first) = (option & 1 != 0, option & 2 != 0);
    let key = IndexKey {
        part,
        operator_class: row.get(7),
        descending,
        nulls: match (descending, nulls_first) {
            (true, true) | (false, false) => None,
            (false, true) => Some(NullsOrder::First),
            (true, false) => Some(NullsOrder::Last),
        },
    };
    table.indexes.last_mut().expect("an index was pushed above").keys.push(key);
}

fn method(name: &str) -> IndexMethod {
    match name {
        "hash" => IndexMethod::Hash,
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "spgist" => IndexMethod::Spgist,
        "brin" => IndexMethod::Brin,
        _ => IndexMethod::Btree,
    }
}
