//! Small changes of a schema, as people make them.

use levity::{
    schema::{Check, EnumValue, Expression, IndexPart, Schema, SqlType, Table, ViewOptions},
    sql::quote_ident,
};

use crate::{chance::Random, partition, schema, view};

/// The schema after some edits. One that makes no sense is left out.
pub(crate) fn edited(schema: &Schema, random: &mut Random) -> Schema {
    let mut edited = schema.clone();
    for _ in 0..*random.pick(&[1, 2, 3, 5, 8]) {
        let mut attempt = edited.clone();
        edit(&mut attempt, random);
        attempt.tables.iter_mut().for_each(drop_what_has_no_column);
        attempt.tables.iter_mut().for_each(partition::fit);
        view::follow(&mut attempt);
        if attempt.validate().is_ok() {
            edited = attempt;
        }
    }
    edited
}

fn edit(schema: &mut Schema, random: &mut Random) {
    if random.chance(10) && !schema.enum_types.is_empty() {
        return edit_enum_type(schema, random);
    }
    if random.chance(15) && !schema.views.is_empty() {
        return edit_view(schema, random);
    }
    if random.chance(10) && !schema.domains.is_empty() {
        return edit_domain(schema, random);
    }
    if random.chance(10) && !schema.sequences.is_empty() {
        let position = random.below(schema.sequences.len());
        let sequence = &mut schema.sequences[position];
        match random.below(3) {
            0 => sequence.increment += 1,
            1 => sequence.cycle = !sequence.cycle,
            _ => sequence.owned_by = None,
        }
        return;
    }
    let other = schema::schema(random);
    if schema.tables.is_empty() || random.chance(5) {
        let position = random.below(schema.tables.len() + 1);
        let new = other.tables.into_iter().find(|table| schema.table(&table.name).is_none());
        return schema.tables.splice(position..position, new).for_each(drop);
    }
    let position = random.below(schema.tables.len());
    if random.chance(5) {
        schema.tables.remove(position);
        return;
    }
    let types = schema.clone();
    let table = &mut schema.tables[position];
    let column = random.below(table.columns.len().max(1));
    match random.below(15) {
        0 => {
            let number = table.columns.len();
            table.columns.push(schema::column(&format!("n{number}"), &types, random));
        }
        1 if table.columns.len() > 1 => drop(table.columns.remove(column)),
        2 => {
            let name = table.columns[column].name.clone();
            table.columns[column] = schema::column(&name, &types, random);
        }
        3 => {
            let column = &mut table.columns[column];
            column.sql_type = match column.sql_type {
                SqlType::SmallInt => SqlType::Integer,
                SqlType::Integer => SqlType::BigInt,
                SqlType::Varchar(_) => SqlType::Text,
                SqlType::Timestamp => SqlType::Timestamptz,
                _ => SqlType::Varchar(Some(40)),
            };
        }
        4 | 5 => table.columns[column].nullable ^= true,
        6 => {
            let column = &mut table.columns[column];
            column.default = match column.default {
                Some(_) => None,
                None => Some(Expression::new("NULL")),
            };
        }
        7 => table.primary_key = None,
        8 => drop(table.indexes.pop()),
        9 => drop(table.uniques.pop()),
        10 => drop(table.foreign_keys.pop()),
        11 => drop(table.checks.pop()),
        12 => {
            let previous = std::mem::replace(&mut table.columns[column].name, "renamed".to_owned());
            table.columns[column].renamed_from = Some(previous);
        }
        13 if table.partition_by.is_some() => {
            // Other partitions of the same rows.
            let mut others = Table::new(table.name.clone());
            partition::divide(&mut others, random);
            table.partitions = others.partitions;
        }
        _ => {
            // Keys and indexes of the same table by chance, as far as its columns are there.
            if let Some(other) = other.tables.into_iter().find(|other| other.name == table.name) {
                table.primary_key = other.primary_key;
                table.uniques = other.uniques;
                table.indexes = other.indexes;
                table.checks = other.checks;
                table.exclusions = other.exclusions;
            }
        }
    }
}

/// Checks and indexes whose expressions name a column that is gone. Validation does not read expressions.
fn drop_what_has_no_column(table: &mut Table) {
    let names: Vec<String> = table.columns.iter().map(|column| quote_ident(&column.name)).collect();
    let holds = |expression: &Expression| {
        let rest = names.iter().fold(expression.0.clone(), |text, name| text.replace(name, ""));
        !rest.contains('"')
    };
    table.checks.retain(|check| holds(&check.expression));
    table.exclusions.retain(|exclusion| exclusion.predicate.as_ref().is_none_or(holds));
    table.indexes.retain(|index| {
        index.predicate.as_ref().is_none_or(holds)
            && index.keys.iter().all(|key| match &key.part {
                IndexPart::Column(_) => true,
                IndexPart::Expression(expression) => holds(expression),
            })
    });
}

/// Another query, or none.
fn edit_view(schema: &mut Schema, random: &mut Random) {
    let position = random.below(schema.views.len());
    match random.below(4) {
        0 => drop(schema.views.remove(position)),
        1 => {
            let view = &mut schema.views[position];
            view.materialized ^= true;
            view.options = ViewOptions::default();
            view.indexes.clear();
        }
        2 => schema.views[position].indexes.clear(),
        _ => {
            // It reads no later view, which could read it.
            let mut earlier = schema.clone();
            earlier.views.truncate(position);
            let name = schema.views[position].name.clone();
            if let Some(view) = view::view(name, &earlier, random) {
                schema.views[position] = view;
            }
        }
    }
}

fn edit_domain(schema: &mut Schema, random: &mut Random) {
    let position = random.below(schema.domains.len());
    let domain = &mut schema.domains[position];
    match random.below(4) {
        0 => domain.not_null = !domain.not_null,
        1 => domain.default = None,
        2 => {
            let before = domain.name.clone();
            domain.renamed_from = Some(std::mem::replace(&mut domain.name.name, "renamed domain".to_owned()));
            let after = SqlType::Domain(domain.name.clone());
            for column in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
                match &mut column.sql_type {
                    SqlType::Domain(name) if *name == before => column.sql_type = after.clone(),
                    SqlType::Array(element) if element.domain_name() == Some(&before) => {
                        **element = after.clone();
                    }
                    _ => {}
                }
            }
        }
        _ => match domain.checks.pop() {
            Some(_) => {}
            None => domain.checks.push(Check::new("some", "VALUE IS NOT NULL OR true")),
        },
    }
}

fn edit_enum_type(schema: &mut Schema, random: &mut Random) {
    let position = random.below(schema.enum_types.len());
    let values = &mut schema.enum_types[position].values;
    let value = random.below(values.len());
    match random.below(3) {
        0 => values.insert(value, EnumValue::new("added")),
        1 => values.push(EnumValue::new("last")),
        _ => drop(values.remove(value)),
    }
}
