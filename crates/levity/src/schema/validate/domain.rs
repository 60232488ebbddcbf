use std::collections::BTreeSet;

use super::{SchemaError, check_name, check_object_name};
use crate::schema::{Domain, Schema};

pub(super) fn validate(schema: &Schema, domain: &Domain, problems: &mut Vec<SchemaError>) {
    check_object_name("a domain", &domain.name, problems);
    let base_type = &domain.base_type;
    let is_defined = match (base_type.domain_name(), base_type.enum_name()) {
        (Some(name), _) => schema.domain(name).is_some(),
        (None, Some(name)) => schema.enum_type(name).is_some(),
        (None, None) => true,
    };
    if !is_defined {
        let (domain, base_type) = (domain.name.clone(), base_type.to_string());
        problems.push(SchemaError::UnknownBaseType { domain, base_type });
    } else if is_circular(schema, domain) {
        problems.push(SchemaError::CircularDomain { domain: domain.name.clone() });
    }
    let mut seen = BTreeSet::new();
    for check in &domain.checks {
        check_name(&format!("a check of domain `{}`", domain.name), &check.name, problems);
        if !seen.insert(&check.name) {
            let (domain, check) = (domain.name.clone(), check.name.clone());
            problems.push(SchemaError::DuplicateDomainCheck { domain, check });
        }
    }
}

/// Whether following what the domain is made of leads back to it.
fn is_circular(schema: &Schema, domain: &Domain) -> bool {
    let mut next = domain.base_type.domain_name();
    for _ in 0..schema.domains.len() {
        match next {
            Some(name) if *name == domain.name => return true,
            Some(name) => next = schema.domain(name).and_then(|domain| domain.base_type.domain_name()),
            None => return false,
        }
    }
    false
}
