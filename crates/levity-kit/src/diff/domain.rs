use std::collections::BTreeSet;

use levity::schema::{Check, Domain, ObjectName, Schema, SqlType};

use super::{
    UnsupportedChange,
    aside::{is_type_name, name_aside},
    enum_type::Rebuilds,
    graph::dependencies_first,
    order::{Phase, Steps},
    pair::Pair,
    sequence::same_default,
};
use crate::step::{Cast, DomainRules, DomainStep, DomainValues, Loss, Step};

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
            let mut name = domain.name.clone();
            if is_type_name(next, &name) {
                let previous = std::mem::replace(&mut name, name_aside(schemas, &domain.name));
                let rename = DomainStep::Rename { previous, next: name.clone() };
                steps.push(Phase::SetTypesAside, Step::Domain(rename));
            }
            steps.push(Phase::DropDomains, Step::Domain(DomainStep::Drop { name }));
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
    if !same_default(previous.default.as_ref(), next.default.as_ref()) {
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
    let values = stored_values(schemas, &next.name);
    for check in added {
        let step = DomainStep::AddCheck { name: name(), check: check.clone(), values: values.clone() };
        steps.push(Phase::TightenDomains, Step::Domain(step));
    }
    if tightens_null {
        steps.push(Phase::TightenDomains, Step::Domain(DomainStep::SetNotNull { name: name(), values }));
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
        let inside = |sql_type| use_of(schema, sql_type, domain) == Some(Use::Inside);
        let (relation, column, _) = stored(schema).find(|(_, _, sql_type)| inside(sql_type))?;
        Some(super::path(relation, column))
    })
}

/// The values that are tested when the domain gets another rule: the ones that were there, also where the column is
/// dropped, which comes later.
fn stored_values(schemas: Pair<&Schema>, domain: &ObjectName) -> DomainValues {
    let Pair { previous, next } = schemas;
    let is_old = |name: &ObjectName| previous.table(name).is_some() || previous.view(name).is_some();
    let stay =
        stored(next).filter(|(name, _, sql_type)| is_old(name) && use_of(next, sql_type, domain).is_some());
    let go = stored(previous).filter(|(name, column, sql_type)| {
        next.table(name).is_none_or(|table| table.column(column).is_none())
            && use_of(previous, sql_type, domain).is_some()
    });
    let relations: BTreeSet<&ObjectName> = stay.chain(go).map(|(name, _, _)| name).collect();
    let (tables, materialized_views) =
        relations.into_iter().cloned().partition(|name| previous.table(name).is_some());
    DomainValues { tables, materialized_views }
}

/// The columns whose values are stored, with what they belong to.
fn stored(schema: &Schema) -> impl Iterator<Item = (&ObjectName, &str, &SqlType)> {
    let tables = schema.tables.iter().flat_map(|table| {
        table.columns.iter().map(|column| (&table.name, column.name.as_str(), &column.sql_type))
    });
    let views = schema.views.iter().filter(|view| view.materialized).flat_map(|view| {
        view.columns.iter().map(|column| (&view.name, column.name.as_str(), &column.sql_type))
    });
    tables.chain(views)
}

/// Sorted by name, but each domain after the one that it is made of.
fn base_first(schema: &Schema) -> Vec<&Domain> {
    let mut domains: Vec<&Domain> = schema.domains.iter().collect();
    domains.sort_by_key(|domain| &domain.name);
    dependencies_first(domains, |domain, other| domain.base_type.domain_name() == Some(&other.name))
}
