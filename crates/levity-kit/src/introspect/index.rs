use std::collections::BTreeMap;

use levity::schema::{
    Exclusion, ExclusionElement, Expression, Index, IndexKey, IndexMethod, IndexPart, NullsOrder, ObjectName,
    OperatorClass, Table,
};
use tokio_postgres::Row;

use super::constraint::deferrable;

/// One key of an index or an exclusion constraint. The keys of one follow each other.
pub(super) fn add_key(table: &mut Table, row: &Row) {
    match optional_name(row.get(16), row.get(17)) {
        None => add_index_key(&mut table.indexes, row),
        Some(operator) => {
            exclusion(table, row).elements.push(ExclusionElement { key: key(row), operator });
        }
    }
}

/// One key of an index, which belongs to no constraint.
pub(super) fn add_index_key(indexes: &mut Vec<Index>, row: &Row) {
    let name: &str = row.get(1);
    if indexes.last().is_none_or(|index| index.name != name) {
        indexes.push(Index {
            unique: row.get(2),
            nulls_not_distinct: row.get(3),
            method: IndexMethod::named(row.get(4)),
            predicate: row.get::<_, Option<String>>(5).map(Expression),
            include: row.get(6),
            storage: parameters(row.get(7)),
            ..Index::new(name, Vec::new())
        });
    }
    indexes.last_mut().expect("an index was pushed above").keys.push(key(row));
}

fn exclusion<'a>(table: &'a mut Table, row: &Row) -> &'a mut Exclusion {
    let name: &str = row.get(1);
    if table.exclusions.last().is_none_or(|exclusion| exclusion.name != name) {
        table.exclusions.push(Exclusion {
            predicate: row.get::<_, Option<String>>(5).map(Expression),
            include: row.get(6),
            storage: parameters(row.get(7)),
            deferrable: deferrable(row.get(18), row.get(19)),
            ..Exclusion::new(name, IndexMethod::named(row.get(4)), Vec::new())
        });
    }
    table.exclusions.last_mut().expect("an exclusion constraint was pushed above")
}

fn key(row: &Row) -> IndexKey {
    let part = match row.get(8) {
        Some(column) => IndexPart::Column(column),
        None => IndexPart::Expression(Expression(row.get(9))),
    };
    let collation = optional_name(row.get(10), row.get(11));
    let operator_class = optional_name(row.get(12), row.get(13))
        .map(|name| OperatorClass { name, parameters: parameters(row.get(14)) });
    let option: i16 = row.get(15);
    let (descending, nulls_first) = (option & 1 != 0, option & 2 != 0);
    let nulls = match (descending, nulls_first) {
        (true, true) | (false, false) => None,
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
    };
    IndexKey { part, collation, operator_class, descending, nulls }
}

/// A name that has its namespace only where it is not found without.
pub(super) fn optional_name(namespace: Option<&str>, name: Option<&str>) -> Option<ObjectName> {
    name.map(|name| ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() })
}

/// `name=value`, as the catalog keeps parameters.
pub(super) fn parameters(texts: Vec<&str>) -> BTreeMap<String, String> {
    let pairs = texts.into_iter().filter_map(|text| text.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
