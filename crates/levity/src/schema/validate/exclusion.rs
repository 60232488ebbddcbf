use super::{SchemaError, index};
use crate::schema::{Exclusion, IndexKey, Table};

pub(super) fn validate(table: &Table, exclusion: &Exclusion, problems: &mut Vec<SchemaError>) {
    let object = format!("exclusion constraint `{}`", exclusion.name);
    if exclusion.elements.is_empty() {
        problems.push(SchemaError::NoColumns { table: table.name.clone(), object: object.clone() });
    }
    let keys: Vec<IndexKey> = exclusion.elements.iter().map(|element| element.key.clone()).collect();
    index::validate_keys(table, &object, &exclusion.method, &keys, problems);
    index::validate_include(table, &object, &exclusion.method, &exclusion.include, problems);
    for element in &exclusion.elements {
        if !is_operator(&element.operator.name) {
            problems.push(SchemaError::InvalidOperator {
                table: table.name.clone(),
                constraint: exclusion.name.clone(),
                operator: element.operator.to_string(),
            });
        }
    }
}

/// An operator is written without quotes, so it must be one: anything else would be SQL of its own.
fn is_operator(name: &str) -> bool {
    let comment = name.contains("--") || name.contains("/*");
    !name.is_empty() && !comment && name.chars().all(|character| "+-*/<>=~!@#%^&|`?".contains(character))
}
