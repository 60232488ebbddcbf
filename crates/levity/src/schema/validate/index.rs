use super::{
    SchemaError, check_name,
    table::{check_column, check_distinct},
};
use crate::schema::{Index, IndexKey, IndexMethod, ObjectName, Table};

pub(super) fn validate(table: &Table, index: &Index, problems: &mut Vec<SchemaError>) {
    let object = format!("index `{}`", index.name);
    check_name(&format!("an index of table `{}`", table.name), &index.name, problems);
    if index.keys.is_empty() {
        problems.push(SchemaError::NoColumns { table: table.name.clone(), object: object.clone() });
    }
    validate_keys(table, &object, &index.method, &index.keys, problems);
    validate_include(table, &object, &index.method, &index.include, problems);
    if index.unique && !index.method.can_be_unique() {
        problems.push(cannot(table, &object, &index.method, "be unique"));
    }
    if index.nulls_not_distinct && !index.unique {
        problems.push(SchemaError::NullsOfNoUniqueIndex { table: table.name.clone(), object });
    }
}

pub(super) fn validate_keys(
    table: &Table,
    object: &str,
    method: &IndexMethod,
    keys: &[IndexKey],
    problems: &mut Vec<SchemaError>,
) {
    for key in keys {
        if let Some(column) = key.part.column() {
            check_column(table, object, column, problems);
        }
        if (key.descending || key.nulls.is_some()) && !method.is_ordered() {
            problems.push(cannot(table, object, method, "sort its keys"));
        }
        let collation = key.collation.iter().map(|name| ("a collation", name));
        let class = key.operator_class.iter().map(|class| ("an operator class", &class.name));
        for (what, ObjectName { namespace, name }) in collation.chain(class) {
            for name in namespace.iter().chain([name]) {
                check_name(&format!("{what} of {object}"), name, problems);
            }
        }
    }
}

pub(super) fn validate_include(
    table: &Table,
    object: &str,
    method: &IndexMethod,
    include: &[String],
    problems: &mut Vec<SchemaError>,
) {
    for column in include {
        check_column(table, object, column, problems);
    }
    check_distinct(table, object, include, problems);
    if !include.is_empty() && !method.can_include() {
        problems.push(cannot(table, object, method, "include columns"));
    }
}

fn cannot(table: &Table, object: &str, method: &IndexMethod, what: &'static str) -> SchemaError {
    SchemaError::IndexMethodCannot {
        table: table.name.clone(),
        object: object.to_owned(),
        method: method.as_str().to_owned(),
        what,
    }
}
