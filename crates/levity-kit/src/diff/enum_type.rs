use std::collections::BTreeMap;

use levity::{
    schema::{Check, Column, EnumType, Expression, ObjectName, Schema, SqlType, generated_name},
    sql::{quote_ident, quote_literal},
};

use super::{
    RenameHints,
    aside::{is_type_name, name_aside},
    order::{Phase, Steps},
    pair::Pair,
    rename::Renames,
};
use crate::step::{Cast, EnumPlace, Loss, Step};

/// The enum types that PostgreSQL cannot change to what they should be: it neither removes a value nor moves one. They
/// are created anew under their name, and the columns converted one table after the other.
pub(super) type Rebuilds = BTreeMap<ObjectName, Rebuild>;

/// How a rebuilt type gets its columns.
pub(super) struct Rebuild {
    /// The name of the type that is replaced, until it is dropped.
    old_name: ObjectName,
    /// The removed labels for which the author named another one.
    mapped: Vec<(String, String)>,
    /// The removed labels without another one.
    lost: Vec<String>,
}

pub(super) fn rebuilds(schemas: Pair<&Schema>, renames: &Renames, hints: &RenameHints) -> Rebuilds {
    let mut rebuilds = Rebuilds::new();
    for next in &schemas.next.enum_types {
        let Some(previous) = schemas.previous.enum_type(&next.name) else { continue };
        let labels = Pair { previous, next }.map(labels);
        let kept: Vec<&str> =
            labels.next.iter().copied().filter(|label| labels.previous.contains(label)).collect();
        if kept == labels.previous {
            continue;
        }
        let mut rebuild =
            Rebuild { old_name: name_aside(schemas, &next.name), mapped: Vec::new(), lost: Vec::new() };
        for label in labels.previous.into_iter().filter(|label| !kept.contains(label)) {
            match hints.mapped.get(&renames.previous_label_path(&next.name, label)) {
                Some(other) => rebuild.mapped.push((label.to_owned(), other.clone())),
                None => rebuild.lost.push(label.to_owned()),
            }
        }
        rebuilds.insert(next.name.clone(), rebuild);
    }
    rebuilds
}

impl Rebuild {
    /// The type as the column has it until it is converted.
    pub(super) fn old_type(&self, sql_type: &SqlType) -> SqlType {
        match sql_type {
            SqlType::Array(element) => SqlType::Array(Box::new(self.old_type(element))),
            _ => SqlType::Enum(self.old_name.clone()),
        }
    }

    /// The check that no row of a column has a value that it would lose. Without it, the conversion would find the row
    /// after the old type has been set aside.
    pub(super) fn check(&self, table: &ObjectName, column: &Column) -> Option<Check> {
        if self.lost.is_empty() {
            return None;
        }
        let labels: Vec<String> = self.lost.iter().map(|label| quote_literal(label)).collect();
        let (name, labels) = (quote_ident(&column.name), labels.join(", "));
        let expression = match &column.sql_type {
            SqlType::Array(_) => format!("NOT {name} && ARRAY[{labels}]::{}", column.sql_type),
            _ => format!("{name} NOT IN ({labels})"),
        };
        let name = generated_name(&[&table.name, &column.name, "levity_values"]);
        Some(Check::new(name, expression))
    }

    /// The conversion of a column, by its labels.
    pub(super) fn cast(&self, column: &str, sql_type: &SqlType) -> Cast {
        let column = quote_ident(column);
        let text = match sql_type {
            SqlType::Array(_) => self.mapped.iter().fold(format!("{column}::text[]"), |text, (from, to)| {
                format!("array_replace({text}, {}, {})", quote_literal(from), quote_literal(to))
            }),
            _ if self.mapped.is_empty() => format!("{column}::text"),
            _ => {
                let cases = self
                    .mapped
                    .iter()
                    .map(|(from, to)| format!(" WHEN {} THEN {}", quote_literal(from), quote_literal(to)));
                let cases: Vec<String> = cases.collect();
                format!("(CASE {column}::text{} ELSE {column}::text END)", cases.concat())
            }
        };
        let loss = match (self.lost.is_empty(), self.mapped.is_empty()) {
            (false, _) => Loss::Fails,
            (true, false) => Loss::Changes,
            (true, true) => Loss::Nothing,
        };
        Cast { using: Some(Expression(format!("{text}::{sql_type}"))), rewrites: true, in_utc: false, loss }
    }
}

pub(super) fn push_steps(schemas: Pair<&Schema>, rebuilds: &Rebuilds, steps: &mut Steps) {
    let Pair { previous, next } = schemas;
    for enum_type in &next.enum_types {
        match (rebuilds.get(&enum_type.name), previous.enum_type(&enum_type.name)) {
            (Some(rebuild), _) => {
                let (previous, next) = (enum_type.name.clone(), rebuild.old_name.clone());
                steps.push(Phase::SetTypesAside, Step::RenameEnumType { previous, next });
                steps.push(Phase::CreateEnumTypes, Step::CreateEnumType(enum_type.clone()));
                steps.push(Phase::DropEnumTypes, Step::DropEnumType { name: rebuild.old_name.clone() });
            }
            (None, Some(before)) => push_value_steps(Pair { previous: before, next: enum_type }, steps),
            (None, None) => steps.push(Phase::CreateEnumTypes, Step::CreateEnumType(enum_type.clone())),
        }
    }
    for enum_type in &previous.enum_types {
        if next.enum_type(&enum_type.name).is_none() {
            let mut name = enum_type.name.clone();
            if is_type_name(next, &name) {
                let previous = std::mem::replace(&mut name, name_aside(schemas, &enum_type.name));
                steps.push(Phase::SetTypesAside, Step::RenameEnumType { previous, next: name.clone() });
            }
            steps.push(Phase::DropEnumTypes, Step::DropEnumType { name });
        }
    }
}

fn push_value_steps(types: Pair<&EnumType>, steps: &mut Steps) {
    let labels = types.map(labels);
    let is_new = |label: &&str| !labels.previous.contains(label);
    for (position, label) in labels.next.iter().enumerate().filter(|(_, label)| is_new(label)) {
        let following = labels.next[position..].iter().find(|label| !is_new(label));
        let place = match (following, position.checked_sub(1)) {
            (None, _) => EnumPlace::Last,
            (Some(_), Some(before)) => EnumPlace::After(labels.next[before].to_owned()),
            (Some(following), None) => EnumPlace::Before((*following).to_owned()),
        };
        let (enum_type, label) = (types.next.name.clone(), (*label).to_owned());
        steps.push(Phase::AddEnumValues, Step::AddEnumValue { enum_type, label, place });
    }
}

fn labels(enum_type: &EnumType) -> Vec<&str> {
    enum_type.values.iter().map(|value| value.label.as_str()).collect()
}
