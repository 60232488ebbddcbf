use levity::{
    schema::{ForeignKey, ObjectName, ReferentialAction},
    sql::{quote_ident, quote_name},
};

use super::{alter_table, alter_table_actions, quoted_list};
use crate::step::Constraint;

/// A constraint as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn constraint_definition(constraint: &Constraint) -> String {
    let definition = match constraint {
        Constraint::PrimaryKey(key) => format!("PRIMARY KEY ({})", quoted_list(&key.columns)),
        Constraint::Unique(unique) => {
            let nulls = if unique.nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" };
            format!("UNIQUE {nulls}({})", quoted_list(&unique.columns))
        }
        Constraint::ForeignKey(key) => foreign_key_definition(key),
        Constraint::Check(check) => format!("CHECK ({})", check.expression.0),
    };
    format!("CONSTRAINT {} {definition}", quote_ident(constraint.name()))
}

fn foreign_key_definition(key: &ForeignKey) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted_list(&key.columns),
        quote_name(&key.references),
        quoted_list(&key.referenced_columns),
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        let action = match action {
            ReferentialAction::NoAction => continue,
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        };
        sql.push_str(" ON ");
        sql.push_str(event);
        sql.push(' ');
        sql.push_str(action);
    }
    sql
}

pub(crate) fn add_constraint(table: &ObjectName, constraint: &Constraint) -> String {
    alter_table(table, &format!("ADD {}", constraint_definition(constraint)))
}

/// Checks new rows from now on and leaves the existing ones to [`validate_constraint`].
pub(crate) fn add_not_valid(table: &ObjectName, constraint: &Constraint) -> String {
    format!("{} NOT VALID", add_constraint(table, constraint))
}

pub(crate) fn validate_constraint(table: &ObjectName, name: &str) -> String {
    alter_table(table, &format!("VALIDATE CONSTRAINT {}", quote_ident(name)))
}

/// Makes a unique index the key; PostgreSQL renames the index to the constraint.
pub(crate) fn key_from_index(table: &ObjectName, key: &Constraint, index: &str) -> String {
    alter_table(table, &add_using_index(key, index))
}

/// The same, in the place of the key that goes.
pub(crate) fn replace_key(table: &ObjectName, previous: &str, key: &Constraint, index: &str) -> String {
    let drop = format!("DROP CONSTRAINT {}", quote_ident(previous));
    alter_table_actions(table, &[drop, add_using_index(key, index)])
}

fn add_using_index(key: &Constraint, index: &str) -> String {
    let kind = match key {
        Constraint::PrimaryKey(_) => "PRIMARY KEY",
        Constraint::Unique(_) => "UNIQUE",
        Constraint::ForeignKey(_) | Constraint::Check(_) => {
            unreachable!("only primary keys and unique constraints have an index")
        }
    };
    format!("ADD CONSTRAINT {} {kind} USING INDEX {}", quote_ident(key.name()), quote_ident(index))
}
