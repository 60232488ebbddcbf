use levity::schema::{Check, Expression, ForeignKey, PrimaryKey, ReferentialAction, Table, Unique};
use serde::{Deserialize, Serialize};

use super::line::{Name, Words, is_false, value, word};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrimaryKeyLine {
    pub(super) table: Name,
    name: String,
    columns: Vec<String>,
}

impl PrimaryKeyLine {
    pub(super) fn of(table: &Table, key: &PrimaryKey) -> Self {
        Self { table: (&table.name).into(), name: key.name.clone(), columns: key.columns.clone() }
    }

    pub(super) fn read(self) -> PrimaryKey {
        PrimaryKey { name: self.name, columns: self.columns }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UniqueLine {
    pub(super) table: Name,
    name: String,
    columns: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    nulls_not_distinct: bool,
}

impl UniqueLine {
    pub(super) fn of(table: &Table, unique: &Unique) -> Self {
        Self {
            table: (&table.name).into(),
            name: unique.name.clone(),
            columns: unique.columns.clone(),
            nulls_not_distinct: unique.nulls_not_distinct,
        }
    }

    pub(super) fn read(self) -> Unique {
        Unique { name: self.name, columns: self.columns, nulls_not_distinct: self.nulls_not_distinct }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForeignKeyLine {
    pub(super) table: Name,
    name: String,
    columns: Vec<String>,
    references: Name,
    referenced_columns: Vec<String>,
    on_delete: String,
    on_update: String,
}

const ACTIONS: Words<ReferentialAction> = &[
    ("no_action", ReferentialAction::NoAction),
    ("restrict", ReferentialAction::Restrict),
    ("cascade", ReferentialAction::Cascade),
    ("set_null", ReferentialAction::SetNull),
    ("set_default", ReferentialAction::SetDefault),
];

impl ForeignKeyLine {
    pub(super) fn of(table: &Table, key: &ForeignKey) -> Self {
        Self {
            table: (&table.name).into(),
            name: key.name.clone(),
            columns: key.columns.clone(),
            references: (&key.references).into(),
            referenced_columns: key.referenced_columns.clone(),
            on_delete: word(ACTIONS, key.on_delete),
            on_update: word(ACTIONS, key.on_update),
        }
    }

    pub(super) fn read(self) -> Result<ForeignKey, String> {
        Ok(ForeignKey {
            name: self.name,
            columns: self.columns,
            references: self.references.into(),
            referenced_columns: self.referenced_columns,
            on_delete: value(ACTIONS, &self.on_delete)?,
            on_update: value(ACTIONS, &self.on_update)?,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckLine {
    pub(super) table: Name,
    name: String,
    expression: String,
}

impl CheckLine {
    pub(super) fn of(table: &Table, check: &Check) -> Self {
        Self { table: (&table.name).into(), name: check.name.clone(), expression: check.expression.0.clone() }
    }

    pub(super) fn read(self) -> Check {
        Check { name: self.name, expression: Expression(self.expression) }
    }
}
