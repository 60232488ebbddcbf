use std::collections::{BTreeMap, BTreeSet};

/// Answers that the schema itself does not give, by the name of the object *before* the migration: `executions` for a
/// table, `executions.user_id` for a column, `execution_status` for an enum type, `execution_status.done` for one of
/// its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameHints {
    /// What is renamed, with its new name (without the table or type it belongs to).
    pub renamed: BTreeMap<String, String>,
    /// What is really dropped, although something new looks like it.
    pub dropped: BTreeSet<String>,
    /// What becomes of the rows with an enum value that is removed: the label that they get. Without it, such rows stop
    /// the migration.
    pub mapped: BTreeMap<String, String>,
    /// How a column's values get to their new type: the expression after `USING`.
    pub using: BTreeMap<String, String>,
}
