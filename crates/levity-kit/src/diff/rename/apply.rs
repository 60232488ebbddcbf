use std::collections::BTreeMap;

use levity::{
    schema::{Expression, IndexKey, IndexPart, Schema, Table},
    sql::{quote_ident, quote_literal, quote_name},
};

use super::{Renamed, Renames, renamed};
use crate::diff::sequence::sequence_of;

impl Renames {
    /// The previous schema as it is once the renames have run.
    pub(in crate::diff) fn apply(&self, previous: &Schema) -> Schema {
        let mut schema = previous.clone();
        for enum_type in &mut schema.enum_types {
            enum_type.name = renamed(&self.enum_types, &enum_type.name).clone();
            let values = self.values.get(&enum_type.name).map_or(&[][..], Vec::as_slice);
            for value in &mut enum_type.values {
                new_name(values, &mut value.label);
            }
        }
        for domain in &mut schema.domains {
            domain.name = renamed(&self.domains, &domain.name).clone();
            domain.base_type = self.sql_type(&domain.base_type);
            self.apply_to_default(domain.default.as_mut());
        }
        for sequence in &mut schema.sequences {
            sequence.name = renamed(&self.sequences, &sequence.name).clone();
            if let Some(owner) = &mut sequence.owned_by {
                owner.table = renamed(&self.tables, &owner.table).clone();
                let columns = self.columns.get(&owner.table).map_or(&[][..], Vec::as_slice);
                new_name(columns, &mut owner.column);
            }
        }
        for table in &mut schema.tables {
            table.name = renamed(&self.tables, &table.name).clone();
        }
        for table in &mut schema.tables {
            self.apply_to_table(table);
        }
        // Their queries stay as they are: PostgreSQL writes other words into them than only the new names.
        for view in &mut schema.views {
            view.name = renamed(&self.views, &view.name).clone();
            for column in &mut view.columns {
                column.sql_type = self.sql_type(&column.sql_type);
            }
        }
        schema
    }

    fn apply_to_table(&self, table: &mut Table) {
        let columns = self.columns.get(&table.name).map_or(&[][..], Vec::as_slice);
        let expression = |expression: &mut Expression| rename_identifiers(expression, columns);
        for column in &mut table.columns {
            new_name(columns, &mut column.name);
            column.sql_type = self.sql_type(&column.sql_type);
            self.apply_to_default(column.default.as_mut());
            column.generated.iter_mut().for_each(|generated| expression(&mut generated.expression));
        }
        let keys = table.primary_key.iter_mut().map(|key| (&mut key.columns, &mut key.include));
        let uniques = table.uniques.iter_mut().map(|unique| (&mut unique.columns, &mut unique.include));
        for (key, include) in keys.chain(uniques) {
            key.iter_mut().chain(include).for_each(|name| new_name(columns, name));
        }
        for key in &mut table.foreign_keys {
            key.columns.iter_mut().for_each(|name| new_name(columns, name));
            key.on_delete_columns = (std::mem::take(&mut key.on_delete_columns).into_iter())
                .map(|mut name| {
                    new_name(columns, &mut name);
                    name
                })
                .collect();
            key.references = renamed(&self.tables, &key.references).clone();
            let referenced = self.columns.get(&key.references).map_or(&[][..], Vec::as_slice);
            key.referenced_columns.iter_mut().for_each(|name| new_name(referenced, name));
        }
        table.checks.iter_mut().for_each(|check| expression(&mut check.expression));
        let index_key = |key: &mut IndexKey| match &mut key.part {
            IndexPart::Column(name) => new_name(columns, name),
            IndexPart::Expression(text) => expression(text),
        };
        let partition_keys = table.partition_by.iter_mut().flat_map(|partition_by| &mut partition_by.keys);
        partition_keys.for_each(index_key);
        for exclusion in &mut table.exclusions {
            exclusion.predicate.iter_mut().for_each(expression);
            exclusion.include.iter_mut().for_each(|name| new_name(columns, name));
            exclusion.elements.iter_mut().for_each(|element| index_key(&mut element.key));
        }
        for index in &mut table.indexes {
            index.predicate.iter_mut().for_each(expression);
            index.include.iter_mut().for_each(|name| new_name(columns, name));
            index.keys.iter_mut().for_each(index_key);
        }
    }

    /// A default asks for its sequence by its number, whatever that is called.
    fn apply_to_default(&self, default: Option<&mut Expression>) {
        if let Some(default) = default
            && let Some(sequence) = sequence_of(default)
            && *renamed(&self.sequences, &sequence) != sequence
        {
            let name = quote_literal(&quote_name(renamed(&self.sequences, &sequence)));
            default.0 = format!("nextval({name}::regclass)");
        }
    }
}

fn new_name(renames: &[Renamed], name: &mut String) {
    if let Some(renamed) = renames.iter().find(|renamed| renamed.previous == *name) {
        name.clone_from(&renamed.next);
    }
}

/// Writes the new column names into an expression, as PostgreSQL does it by itself when a column is renamed.
///
/// Words are replaced wherever they stand alone, also where they are no column. That can only make the text differ
/// from the next schema's, and then the object is rebuilt instead of kept: slower, never wrong.
fn rename_identifiers(expression: &mut Expression, columns: &[Renamed]) {
    if columns.is_empty() {
        return;
    }
    let names: BTreeMap<&str, &str> =
        columns.iter().map(|renamed| (&*renamed.previous, &*renamed.next)).collect();
    let mut output = String::new();
    for word in crate::words::words(&expression.0) {
        match word.identifier().and_then(|name| names.get(name.as_str()).copied()) {
            Some(next) if is_bare(next) => output.push_str(next),
            Some(next) => output.push_str(&quote_ident(next)),
            None => output.push_str(word.text()),
        }
    }
    expression.0 = output;
}

fn is_bare(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_identifiers_are_renamed() {
        let renames = [
            Renamed { previous: "price".into(), next: "amount".into() },
            Renamed { previous: "Odd".into(), next: "even odd".into() },
        ];
        let mut expression = Expression::new(
            r#"Price > 0 AND price_list <> 'price' AND "Odd" = "price" AND odd = E'it\'s price'"#,
        );
        rename_identifiers(&mut expression, &renames);
        assert_eq!(
            expression.0,
            r#"amount > 0 AND price_list <> 'price' AND "even odd" = amount AND odd = E'it\'s price'"#
        );
    }
}
