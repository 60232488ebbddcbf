use levity::schema::{Check, Domain, ObjectName, Schema, SqlType, Table};

use super::{
    UnsupportedChange,
    enum_type::Rebuilds,
    order::{Phase, Steps},
    pair::Pair,
};
use crate::step::{Cast, DomainRules, DomainStep, Loss, Step};

pub(super) fn push_steps(
    schemas: Pair<&Schema>,
    rebuilds: &Rebuilds,
    steps: &mut Steps,
    unsupported: &mut Vec<UnsupportedChange>,
) {
    let Pair { previous, next } = schemas;
    for domain in base_first(next) {
        match previous.domain(&domain.name) {
            Some(before) => {
                let domains = Pair { previous: before, next: domain };
                push_alter_steps(schemas, domains, rebuilds, steps, unsupported);
            }
            None => steps.push(Phase::CreateDomains, Step::Domain(DomainStep::Create(domain.clone()))),
        }
    }
    for domain in base_first(previous).into_iter().rev() {
        if next.domain(&domain.name).is_none() {
            let drop = DomainStep::Drop { name: domain.name.clone() };
            steps.push(Phase::DropDomains, Step::Domain(drop));
        }
    }
}

fn push_alter_steps(
    schemas: Pair<&Schema>,
    domains: Pair<&Domain>,
    rebuilds: &Rebuilds,
    steps: &mut Steps,
    unsupported: &mut Vec<UnsupportedChange>,
) {
    let Pair { previous, next } = domains;
    let name = || next.name.clone();
    let is_rebuilt = next.base_type.enum_name().is_some_and(|base| rebuilds.contains_key(base));
    if previous.base_type != next.base_type || previous.collation != next.collation || is_rebuilt {
        unsupported.push(UnsupportedChange::DomainBase { domain: next.name.to_string() });
        return;
    }
    if previous.default != next.default {
        let step = match &next.default {
            Some(default) => DomainStep::SetDefault { name: name(), default: default.clone() },
            None => DomainStep::DropDefault { name: name() },
        };
        steps.push(Phase::AlterDomains, Step::Domain(step));
    }
    if previous.not_null && !next.not_null {
        steps.push(Phase::AlterDomains, Step::Domain(DomainStep::DropNotNull { name: name() }));
    }

    let mut added: Vec<&Check> =
        next.checks.iter().filter(|check| !previous.checks.contains(check)).collect();
    for check in previous.checks.iter().filter(|check| !next.checks.contains(check)) {
        let renamed = added.iter().position(|other| {
            other.expression == check.expression && previous.checks.iter().all(|c| c.name != other.name)
        });
        let step = match renamed.map(|position| added.remove(position)) {
            Some(other) => DomainStep::RenameCheck {
                name: name(),
                previous: check.name.clone(),
                next: other.name.clone(),
            },
            None => DomainStep::DropCheck { name: name(), check: check.name.clone() },
        };
        steps.push(Phase::AlterDomains, Step::Domain(step));
    }
    let tightens_null = next.not_null && !previous.not_null;
    if added.is_empty() && !tightens_null {
        return;
    }
    if let Some(column) = within(schemas, &next.name) {
        unsupported.push(UnsupportedChange::DomainInside { domain: next.name.to_string(), column });
        return;
    }
    let tables = tables_of(schemas, &next.name);
    for check in added {
        let step = DomainStep::AddCheck { name: name(), check: check.clone(), tables: tables.clone() };
        steps.push(Phase::TightenDomains, Step::Domain(step));
    }
    if tightens_null {
        steps.push(Phase::TightenDomains, Step::Domain(DomainStep::SetNotNull { name: name(), tables }));
    }
}

/// The conversion between two types, of which one or both are made of domains.
///
/// PostgreSQL takes a value out of its domain as it is. Into one it takes it as it is only when nothing has to be tested.
pub(super) fn cast(schemas: Pair<&Schema>, column: &str, previous: &SqlType, next: &SqlType) -> Option<Cast> {
    let before = schemas.previous.base_type(previous);
    let after = schemas.next.base_type(next);
    let mut cast = if before == after {
        let rewrites = matches!(after, SqlType::Array(_)) && previous != next;
        Cast { rewrites, ..Cast::in_place() }
    } else {
        Cast::between(column, &before, &after)?
    };
    if rules(schemas, next).constrained {
        cast.rewrites = true;
        if cast.loss == Loss::Nothing {
            cast.loss = Loss::Fails;
        }
    }
    Some(cast)
}

/// The rules of a column's type at the time when columns are added and converted: the old ones that stay, and those of
/// new domains. What is added to a domain comes later.
pub(super) fn rules(schemas: Pair<&Schema>, sql_type: &SqlType) -> DomainRules {
    let mut rules = DomainRules::default();
    let mut sql_type = sql_type;
    for _ in 0..schemas.next.domains.len() {
        let SqlType::Domain(name) = sql_type else { break };
        let Some(domain) = schemas.next.domain(name) else { break };
        let before = schemas.previous.domain(name);
        let refuses_null = domain.not_null && before.is_none_or(|before| before.not_null);
        let is_there = |check: &&Check| before.is_none_or(|before| before.checks.contains(check));
        rules.not_null |= refuses_null;
        rules.constrained |= refuses_null || domain.checks.iter().any(|check| is_there(&check));
        rules.default = rules.default.or_else(|| domain.default.clone());
        sql_type = &domain.base_type;
    }
    rules
}

/// How a type is made of a domain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is the domain, or a domain over it.
    Itself,
    /// It has values of the domain inside: in an array.
    Inside,
}

fn use_of(schema: &Schema, sql_type: &SqlType, domain: &ObjectName) -> Option<Use> {
    match sql_type {
        SqlType::Domain(name) if name == domain => Some(Use::Itself),
        SqlType::Domain(name) => use_of(schema, &schema.domain(name)?.base_type, domain),
        SqlType::Array(element) => use_of(schema, element, domain).map(|_| Use::Inside),
        _ => None,
    }
}

/// A column that has values of the domain inside another type. PostgreSQL cannot test those.
fn within(schemas: Pair<&Schema>, domain: &ObjectName) -> Option<String> {
    [schemas.previous, schemas.next].into_iter().find_map(|schema| {
        schema.tables.iter().find_map(|table| {
            let inside = |sql_type| use_of(schema, sql_type, domain) == Some(Use::Inside);
            let column = table.columns.iter().find(|column| inside(&column.sql_type))?;
            Some(super::path(&table.name, &column.name))
        })
    })
}

/// The tables of both sides with a column of the domain.
fn tables_of(schemas: Pair<&Schema>, domain: &ObjectName) -> Vec<ObjectName> {
    let has_it = |table: &&Table| {
        table.columns.iter().any(|column| use_of(schemas.next, &column.sql_type, domain).is_some())
    };
    let is_old = |table: &&Table| schemas.previous.table(&table.name).is_some();
    let mut tables: Vec<ObjectName> =
        schemas.next.tables.iter().filter(is_old).filter(has_it).map(|table| table.name.clone()).collect();
    tables.sort();
    tables
}

/// Sorted by name, but each domain after the one that it is made of.
fn base_first(schema: &Schema) -> Vec<&Domain> {
    let mut domains: Vec<&Domain> = schema.domains.iter().collect();
    domains.sort_by_key(|domain| &domain.name);
    let mut ordered = Vec::new();
    while !domains.is_empty() {
        let waits = |domain: &Domain| {
            let base = domain.base_type.domain_name();
            base.is_some_and(|base| domains.iter().any(|other| other.name == *base))
        };
        let position = domains.iter().position(|domain| !waits(domain)).unwrap_or(0);
        ordered.push(domains.remove(position));
    }
    ordered
}
