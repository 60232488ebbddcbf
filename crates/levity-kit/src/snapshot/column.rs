use levity::schema::{
    Column, Expression, GeneratedKind, GeneratedValue, Identity, IdentityOptions, ObjectName, Table,
};
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
    start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    increment: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    cycle: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
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
            start: column.identity_options.start,
            increment: column.identity_options.increment,
            min: column.identity_options.min,
            max: column.identity_options.max,
            cache: column.identity_options.cache,
            cycle: column.identity_options.cycle,
            collation: column.collation.as_ref().map(Name::from),
            comment: column.comment.clone(),
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
            identity_options: IdentityOptions {
                start: self.start,
                increment: self.increment,
                min: self.min,
                max: self.max,
                cache: self.cache,
                cycle: self.cycle,
            },
            collation: self.collation.map(ObjectName::from),
            comment: self.comment,
            generated: self.generated.map(|text| GeneratedValue { expression: Expression(text), kind }),
            ..Column::new(self.name, self.sql_type.into())
        })
    }
}
