use levity::{
    schema::{Deferrable, Exclusion, ExclusionElement, ForeignKey, ObjectName, ReferentialAction},
    sql::{quote_ident, quote_name},
};

use super::{
    alter_table, alter_table_actions,
    index::{include, key, using, with},
    quoted_list,
};
use crate::step::Constraint;

/// A constraint as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn constraint_definition(constraint: &Constraint) -> String {
    let definition = match constraint {
        Constraint::PrimaryKey(key) => {
            let columns = quoted_list(&key.columns);
            format!("PRIMARY KEY ({columns}){}{}", include(&key.include), with(&key.storage))
        }
        Constraint::Unique(unique) => {
            let nulls = if unique.nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" };
            let columns = quoted_list(&unique.columns);
            format!("UNIQUE {nulls}({columns}){}{}", include(&unique.include), with(&unique.storage))
        }
        Constraint::ForeignKey(key) => foreign_key_definition(key),
        Constraint::Check(check) => {
            format!("CHECK ({}){}", check.expression.0, if check.no_inherit { " NO INHERIT" } else { "" })
        }
        Constraint::Exclusion(exclusion) => exclusion_definition(exclusion),
    };
    let deferrable = deferrable_clause(constraint.deferrable());
    format!("CONSTRAINT {} {definition}{deferrable}", quote_ident(constraint.name()))
}

/// What a constraint that is checked with each statement does not say.
fn deferrable_clause(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn exclusion_definition(exclusion: &Exclusion) -> String {
    let elements = exclusion.elements.iter().map(|ExclusionElement { key: part, operator }| {
        let operator = match &operator.namespace {
            None => operator.name.clone(),
            Some(namespace) => format!("OPERATOR({}.{})", quote_ident(namespace), operator.name),
        };
        format!("{} WITH {operator}", key(part))
    });
    let elements: Vec<String> = elements.collect();
    let mut sql = format!(
        "EXCLUDE{} ({}){}{}",
        using(&exclusion.method),
        elements.join(", "),
        include(&exclusion.include),
        with(&exclusion.storage),
    );
    if let Some(predicate) = &exclusion.predicate {
        sql.push_str(" WHERE (");
        sql.push_str(&predicate.0);
        sql.push(')');
    }
    sql
}

fn foreign_key_definition(key: &ForeignKey) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted_list(&key.columns),
        quote_name(&key.references),
        quoted_list(&key.referenced_columns),
    );
    if key.match_full {
        sql.push_str(" MATCH FULL");
    }
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
        if event == "DELETE" && !key.on_delete_columns.is_empty() {
            let columns: Vec<String> = key.on_delete_columns.iter().cloned().collect();
            sql.push_str(" (");
            sql.push_str(&quoted_list(&columns));
            sql.push(')');
        }
    }
    sql
}

pub(crate) fn add_constraint(table: &ObjectName, constraint: &Constraint) -> String {
    alter_table(table, &format!("ADD {}", constraint_definition(constraint)))
}

/// A key of a partitioned table, without those of its partitions: it is not valid before it has them all.
pub(crate) fn add_constraint_alone(table: &ObjectName, constraint: &Constraint) -> String {
    format!("ALTER TABLE ONLY {} ADD {}", quote_name(table), constraint_definition(constraint))
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
pub(crate) fn replace_key(
    table: &ObjectName,
    previous: &Constraint,
    key: &Constraint,
    index: &str,
) -> String {
    alter_table_actions(table, &[drop_action(previous), add_using_index(key, index)])
}

/// Another constraint in the place of one, built by PostgreSQL itself.
pub(crate) fn replace_constraint(table: &ObjectName, previous: &Constraint, next: &Constraint) -> String {
    alter_table_actions(table, &[drop_action(previous), format!("ADD {}", constraint_definition(next))])
}

pub(crate) fn drop_constraint(table: &ObjectName, constraint: &Constraint) -> String {
    alter_table(table, &drop_action(constraint))
}

fn drop_action(constraint: &Constraint) -> String {
    format!("DROP CONSTRAINT {}", quote_ident(constraint.name()))
}

pub(crate) fn alter_deferrable(table: &ObjectName, constraint: &str, deferrable: Deferrable) -> String {
    let clause = match deferrable {
        Deferrable::No => " NOT DEFERRABLE",
        // What is left out would stay as it is.
        Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => deferrable_clause(deferrable),
    };
    alter_table(table, &format!("ALTER CONSTRAINT {}{clause}", quote_ident(constraint)))
}

fn add_using_index(key: &Constraint, index: &str) -> String {
    let kind = match key {
        Constraint::PrimaryKey(_) => "PRIMARY KEY",
        Constraint::Unique(_) => "UNIQUE",
        Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => {
            unreachable!("only primary keys and unique constraints can take an index that is there")
        }
    };
    let deferrable = deferrable_clause(key.deferrable());
    format!(
        "ADD CONSTRAINT {} {kind} USING INDEX {}{deferrable}",
        quote_ident(key.name()),
        quote_ident(index)
    )
}
