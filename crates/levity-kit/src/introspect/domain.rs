use levity::schema::{Check, Domain, Expression, ObjectName};
use tokio_postgres::Row;

use super::{read::object_name, sql_type::Types};

pub(super) fn domain(row: &Row, types: &Types) -> Domain {
    let names: Option<Vec<String>> = row.get(11);
    let expressions: Option<Vec<String>> = row.get(12);
    let checks = names.unwrap_or_default().into_iter().zip(expressions.unwrap_or_default());
    Domain {
        collation: row.get::<_, Option<String>>(8).map(|name| ObjectName { namespace: row.get(7), name }),
        default: row.get::<_, Option<String>>(9).map(Expression),
        not_null: row.get(10),
        checks: checks.map(|(name, text)| Check::new(name, text)).collect(),
        ..Domain::new(object_name(row.get(0), row.get(1)), types.read(row, 2))
    }
}
