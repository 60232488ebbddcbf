use levity::schema::{CheckOption, ObjectName, View, ViewColumn, ViewOptions};
use serde::{Deserialize, Serialize};

use super::line::{Name, Type, Words, is_false, value, word};

/// A view with its columns: their order is that of its query. The lines of its indexes follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewLine {
    name: Name,
    #[serde(default, skip_serializing_if = "is_false")]
    materialized: bool,
    columns: Vec<ViewColumnLine>,
    definition: String,
    #[serde(default, skip_serializing_if = "is_false")]
    security_barrier: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    security_invoker: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check_option: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewColumnLine {
    name: String,
    #[serde(rename = "type")]
    sql_type: Type,
}

const CHECK_OPTIONS: Words<CheckOption> =
    &[("local", CheckOption::Local), ("cascaded", CheckOption::Cascaded)];

impl From<&View> for ViewLine {
    fn from(view: &View) -> Self {
        let column = |column: &ViewColumn| ViewColumnLine {
            name: column.name.clone(),
            sql_type: (&column.sql_type).into(),
        };
        Self {
            name: (&view.name).into(),
            materialized: view.materialized,
            columns: view.columns.iter().map(column).collect(),
            definition: view.definition.0.clone(),
            security_barrier: view.options.security_barrier,
            security_invoker: view.options.security_invoker,
            check_option: view.options.check_option.map(|option| word(CHECK_OPTIONS, option)),
        }
    }
}

impl ViewLine {
    pub(super) fn read(self) -> Result<View, String> {
        let column = |column: ViewColumnLine| ViewColumn::new(column.name, column.sql_type.into());
        Ok(View {
            materialized: self.materialized,
            columns: self.columns.into_iter().map(column).collect(),
            options: ViewOptions {
                security_barrier: self.security_barrier,
                security_invoker: self.security_invoker,
                check_option: self.check_option.map(|word| value(CHECK_OPTIONS, &word)).transpose()?,
            },
            ..View::new(ObjectName::from(self.name), &self.definition)
        })
    }
}
