use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{
    Check, Deferrable, Expression, ForeignKey, PrimaryKey, ReferentialAction, Table, Unique,
};
use serde::{Deserialize, Serialize};

use super::line::{Name, Words, is_false, value, word};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrimaryKeyLine {
    pub(super) table: Name,
    name: String,
    columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deferrable: Option<String>,
}

const DEFERRABLE: Words<Deferrable> = &[
    ("initially_immediate", Deferrable::InitiallyImmediate),
    ("initially_deferred", Deferrable::InitiallyDeferred),
];

/// The word, unless the constraint is checked with each statement.
pub(super) fn deferrable_word(deferrable: Deferrable) -> Option<String> {
    (deferrable != Deferrable::No).then(|| word(DEFERRABLE, deferrable))
}

pub(super) fn deferrable(word: Option<String>) -> Result<Deferrable, String> {
    word.map_or(Ok(Deferrable::No), |word| value(DEFERRABLE, &word))
}

impl PrimaryKeyLine {
    pub(super) fn of(table: &Table, key: &PrimaryKey) -> Self {
        Self {
            table: (&table.name).into(),
            name: key.name.clone(),
            columns: key.columns.clone(),
            include: key.include.clone(),
            storage: key.storage.clone(),
            deferrable: deferrable_word(key.deferrable),
        }
    }

    pub(super) fn read(self) -> Result<PrimaryKey, String> {
        Ok(PrimaryKey {
            name: self.name,
            columns: self.columns,
            include: self.include,
            storage: self.storage,
            deferrable: deferrable(self.deferrable)?,
        })
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deferrable: Option<String>,
}

impl UniqueLine {
    pub(super) fn of(table: &Table, unique: &Unique) -> Self {
        Self {
            table: (&table.name).into(),
            name: unique.name.clone(),
            columns: unique.columns.clone(),
            nulls_not_distinct: unique.nulls_not_distinct,
            include: unique.include.clone(),
            storage: unique.storage.clone(),
            deferrable: deferrable_word(unique.deferrable),
        }
    }

    pub(super) fn read(self) -> Result<Unique, String> {
        Ok(Unique {
            name: self.name,
            columns: self.columns,
            nulls_not_distinct: self.nulls_not_distinct,
            include: self.include,
            storage: self.storage,
            deferrable: deferrable(self.deferrable)?,
        })
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
    #[serde(default, skip_serializing_if = "is_false")]
    match_full: bool,
    on_delete: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    on_delete_columns: BTreeSet<String>,
    on_update: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deferrable: Option<String>,
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
            match_full: key.match_full,
            on_delete: word(ACTIONS, key.on_delete),
            on_delete_columns: key.on_delete_columns.clone(),
            on_update: word(ACTIONS, key.on_update),
            deferrable: deferrable_word(key.deferrable),
        }
    }

    pub(super) fn read(self) -> Result<ForeignKey, String> {
        Ok(ForeignKey {
            name: self.name,
            columns: self.columns,
            references: self.references.into(),
            referenced_columns: self.referenced_columns,
            match_full: self.match_full,
            on_delete: value(ACTIONS, &self.on_delete)?,
            on_delete_columns: self.on_delete_columns,
            on_update: value(ACTIONS, &self.on_update)?,
            deferrable: deferrable(self.deferrable)?,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckLine {
    pub(super) table: Name,
    name: String,
    expression: String,
    #[serde(default, skip_serializing_if = "is_false")]
    no_inherit: bool,
}

impl CheckLine {
    pub(super) fn of(table: &Table, check: &Check) -> Self {
        Self {
            table: (&table.name).into(),
            name: check.name.clone(),
            expression: check.expression.0.clone(),
            no_inherit: check.no_inherit,
        }
    }

    pub(super) fn read(self) -> Check {
        Check { name: self.name, expression: Expression(self.expression), no_inherit: self.no_inherit }
    }
}
