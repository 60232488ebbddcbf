use levity::schema::{Column, Expression, GeneratedKind, GeneratedValue, Identity, Table};
use serde::{Deserialize, Serialize};

use super::line::{Name, Type, Words, is_false, value, word};

/// The columns of a table follow each other in the table's order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnLine {
    pub(super) table: Name,
    name: String,
    #[serde(rename = "type")]
    sql_type: Type,
    #[serde(default, skip_serializing_if = "is_false")]
    nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
    #[serde(default, rename = "virtual", skip_serializing_if = "is_false")]
    is_virtual: bool,
}

const IDENTITIES: Words<Identity> = &[("always", Identity::Always), ("by_default", Identity::ByDefault)];

impl ColumnLine {
    pub(super) fn of(table: &Table, column: &Column) -> Self {
        Self {
            table: (&table.name).into(),
            name: column.name.clone(),
            sql_type: (&column.sql_type).into(),
            nullable: column.nullable,
            default: column.default.as_ref().map(|default| default.0.clone()),
            identity: column.identity.map(|identity| word(IDENTITIES, identity)),
            generated: column.generated.as_ref().map(|generated| generated.expression.0.clone()),
            is_virtual: column
                .generated
                .as_ref()
                .is_some_and(|generated| generated.kind == GeneratedKind::Virtual),
        }
    }

    pub(super) fn read(self) -> Result<Column, String> {
        let kind = if self.is_virtual { GeneratedKind::Virtual } else { GeneratedKind::Stored };
        Ok(Column {
            nullable: self.nullable,
            default: self.default.map(Expression),
            identity: self.identity.map(|word| value(IDENTITIES, &word)).transpose()?,
            generated: self.generated.map(|text| GeneratedValue { expression: Expression(text), kind }),
            ..Column::new(self.name, self.sql_type.into())
        })
    }
}
