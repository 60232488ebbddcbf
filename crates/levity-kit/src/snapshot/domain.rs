use levity::schema::{Check, Domain, Expression};
use serde::{Deserialize, Serialize};

use super::line::{Name, Type, is_false};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainLine {
    name: Name,
    #[serde(rename = "type")]
    base_type: Type,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    not_null: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    checks: Vec<DomainCheck>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainCheck {
    name: String,
    expression: String,
}

impl From<&Domain> for DomainLine {
    fn from(domain: &Domain) -> Self {
        let mut checks: Vec<DomainCheck> = (domain.checks.iter())
            .map(|check| DomainCheck { name: check.name.clone(), expression: check.expression.0.clone() })
            .collect();
        checks.sort_by(|left, right| left.name.cmp(&right.name));
        Self {
            name: (&domain.name).into(),
            base_type: (&domain.base_type).into(),
            collation: domain.collation.as_ref().map(Into::into),
            default: domain.default.as_ref().map(|default| default.0.clone()),
            not_null: domain.not_null,
            checks,
        }
    }
}

impl From<DomainLine> for Domain {
    fn from(line: DomainLine) -> Self {
        let check = |check: DomainCheck| Check::new(check.name, check.expression);
        Self {
            name: line.name.into(),
            renamed_from: None,
            base_type: line.base_type.into(),
            collation: line.collation.map(Into::into),
            default: line.default.map(Expression),
            not_null: line.not_null,
            checks: line.checks.into_iter().map(check).collect(),
        }
    }
}
