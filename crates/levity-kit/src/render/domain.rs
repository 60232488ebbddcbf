use levity::{
    schema::{Check, Domain, ObjectName},
    sql::{quote_ident, quote_name},
};

use super::default_value;

pub(crate) fn create_domain(domain: &Domain) -> String {
    let mut sql = format!("CREATE DOMAIN {} AS {}", quote_name(&domain.name), domain.base_type);
    if let Some(collation) = &domain.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&quote_name(collation));
    }
    if let Some(default) = &domain.default {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default_value(&default.0));
    }
    if domain.not_null {
        sql.push_str(" NOT NULL");
    }
    for check in &domain.checks {
        sql.push_str("\n  ");
        sql.push_str(&check_definition(check));
    }
    sql
}

/// `ALTER DOMAIN` with its one action.
pub(crate) fn alter_domain(name: &ObjectName, action: &str) -> String {
    format!("ALTER DOMAIN {} {action}", quote_name(name))
}

pub(crate) fn add_domain_check(name: &ObjectName, check: &Check) -> String {
    alter_domain(name, &format!("ADD {}", check_definition(check)))
}

fn check_definition(check: &Check) -> String {
    format!("CONSTRAINT {} CHECK ({})", quote_ident(&check.name), check.expression.0)
}
