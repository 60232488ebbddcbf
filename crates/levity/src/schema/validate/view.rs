use std::collections::BTreeSet;

use super::{SchemaError, check_name, check_object_name, index};
use crate::schema::{Schema, View, ViewOptions};

pub(super) fn validate(schema: &Schema, view: &View, problems: &mut Vec<SchemaError>) {
    let kind = view.kind();
    check_object_name(&format!("a {kind}"), &view.name, problems);
    if view.definition.0.is_empty() {
        problems.push(SchemaError::ViewWithoutDefinition { kind, view: view.name.clone() });
    }
    let mut seen = BTreeSet::new();
    for column in &view.columns {
        check_name(&format!("a column of {kind} `{}`", view.name), &column.name, problems);
        if !seen.insert(&column.name) {
            let (view, column) = (view.name.clone(), column.name.clone());
            problems.push(SchemaError::DuplicateViewColumn { kind, view, column });
        }
        if let Some(enum_type) = column.sql_type.enum_name()
            && schema.enum_type(enum_type).is_none()
        {
            problems.push(SchemaError::UnknownEnumType {
                table: view.name.clone(),
                column: column.name.clone(),
                enum_type: enum_type.clone(),
            });
        }
    }
    let mut not_of_this_kind = |what, others| {
        let view = view.name.clone();
        problems.push(SchemaError::NotOfThisKindOfView { kind, view, what, others });
    };
    if view.materialized && view.options != ViewOptions::default() {
        not_of_this_kind("an option".to_owned(), "views that are not materialized");
    }
    if !view.materialized {
        for index in &view.indexes {
            not_of_this_kind(format!("the index `{}`", index.name), "materialized views");
        }
    }
    let table = view.as_table();
    for index in &table.indexes {
        index::validate(&table, index, problems);
    }
}
