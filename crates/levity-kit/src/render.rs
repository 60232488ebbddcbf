//! Steps as SQL.
//!
//! Every identifier and literal is quoted by [`levity::sql`]; expressions are the author's own text. Nothing reads this
//! SQL again.

mod column;
mod comment;
mod constraint;
mod domain;
mod enum_type;
mod extension;
mod identity;
mod index;
mod partition;
mod sequence;
mod storage;
mod table;
mod view;

pub(crate) use column::{
    add_column_action, alter_column, default_value, drop_column_action, set_default, type_actions,
};
pub(crate) use comment::comment;
pub(crate) use constraint::{
    add_constraint, add_constraint_alone, add_not_valid, alter_deferrable, drop_constraint, key_from_index,
    replace_constraint, replace_key, validate_constraint,
};
pub(crate) use domain::{add_domain_check, alter_domain, create_domain};
pub(crate) use enum_type::{add_enum_value, create_enum_type};
pub(crate) use extension::extension;
pub(crate) use identity::{add_identity, generated, set_sequence};
pub(crate) use index::{Build, alter_storage, create_index};
pub(crate) use partition::{add_partition, drop_partition, rename_partition};
pub(crate) use sequence::{change_sequence, continue_sequence, create_sequence, own_sequence};
pub(crate) use storage::set_parameters;
pub(crate) use table::create_table;
pub(crate) use view::{build_view, create_view, drop_view, rename_view, replace_view, swap_view};

use levity::{schema::ObjectName, sql::quote_ident, sql::quote_name};

/// `ALTER TABLE` with several actions, a line for each unless there is only one.
pub(crate) fn alter_table_actions(table: &ObjectName, actions: &[String]) -> String {
    match actions {
        [action] => alter_table(table, action),
        _ => format!("ALTER TABLE {}\n  {}", quote_name(table), actions.join(",\n  ")),
    }
}

/// `ALTER TABLE` with one action.
pub(crate) fn alter_table(table: &ObjectName, action: &str) -> String {
    format!("ALTER TABLE {} {action}", quote_name(table))
}

/// Quoted names, separated by commas.
fn quoted_list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quote_ident(name)).collect();
    quoted.join(", ")
}
