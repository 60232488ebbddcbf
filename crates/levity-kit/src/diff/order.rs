use super::rename::in_free_order;
use crate::step::Step;

/// When a step runs: the order of the variants is the order of the steps. Within a phase they keep the order in which
/// they were found.
///
/// What builds comes before what destroys, so that a failure on existing rows (a duplicate, a broken reference) stops
/// the migration while nothing is lost yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Before anything that is created in them.
    CreateNamespaces,
    /// After the namespaces that they are put into, before whatever uses their types and functions.
    CreateExtensions,
    /// Before everything else that is done to views, which uses the new names.
    RenameViews,
    /// Views whose names are taken by something else, and those over what goes early.
    DropViewsInTheWay,
    /// Before everything else, which uses the new names. Tables before columns, since a column's step names its table.
    RenameTypes,
    /// See `RenameTypes`.
    RenameTables,
    /// See `RenameTypes`.
    RenameColumns,
    /// Before the columns and tables go that would take them along.
    DisownSequences,
    /// Before the keys that these foreign keys rest on change, and before the tables that they point to go.
    DropForeignKeys,
    /// What would block a later step: a name that is taken, or an index or check over a column whose type changes.
    DropInTheWay,
    /// After the names of dropped parts are free.
    RenameParts,
    /// Rows with a value that is removed stop the migration here, while everything is still as it was.
    CheckEnumValues,
    /// An enum type that loses values or their order makes room for the one that takes its place, and a type that is dropped
    /// for something of another kind that gets its name.
    SetTypesAside,
    /// Before the columns of these types.
    CreateEnumTypes,
    /// Before the values are used, and committed before that.
    AddEnumValues,
    /// Before the column gets another type or a default, and before the name of its sequence is taken.
    DropIdentities,
    /// Before the defaults that ask for their numbers.
    CreateSequences,
    /// After the enum types that they can be made of, and their values.
    CreateDomains,
    /// What a domain accepts and gives from now on, before the columns that count on it.
    AlterDomains,
    /// New tables with all that is theirs.
    CreateTables,
    /// Before new foreign keys: a table that is written to the log cannot reference one that is not.
    SetLogged,
    /// After all new tables, which may reference each other in circles.
    NewForeignKeys,
    /// Before constraints and indexes over them.
    AddColumns,
    /// Right before the conversions of the columns that they read, which PostgreSQL refuses under a view.
    DropConvertedViews,
    /// Side by side, so that the conversions of one table write its rows once. After identities and before defaults,
    /// which belong to one of the types.
    ConvertColumns,
    /// Right after the conversions, so that the view is missing for no longer than they take.
    CreateConvertedViews,
    /// After the columns that they belong to, before the ones that they leave.
    OwnSequences,
    /// What changes nothing for anybody else.
    Settings,
    /// Defaults, NOT NULL and identities, before the keys over these columns.
    AlterColumns,
    /// Before the foreign keys that rest on them.
    Keys,
    /// Unique indexes carry foreign keys as well.
    Indexes,
    /// After everything that is built beside readers and writers, since they keep both out; before the columns go that
    /// the ones in whose places they come are about.
    Exclusions,
    /// Before foreign keys come back, which must not find these keys to rest on; after the new keys, so that the table
    /// is never without one.
    DropKeys,
    /// After the columns have their final types.
    Checks,
    /// After the columns that get the domain, or leave it.
    TightenDomains,
    /// After the keys.
    ForeignKeys,
    /// After the columns are there.
    Comments,
    /// After the primary keys that forbid it.
    RelaxColumns,
    /// Materialized views that are computed beside the ones in use, after all that they read is there.
    BuildViews,
    /// Right before they are created with another query.
    DropChangedViews,
    /// After all that they read is there, and before what their older queries read is dropped.
    CreateViews,
    /// Dropped ones before those that are to hold their rows; after all that is built, which a new one gets at once.
    Partitions,
    /// The parts of a table before its columns.
    DropParts,
    /// Views that are gone, and those whose queries could mean what is dropped next.
    DropObsoleteViews,
    /// Before the types of these columns.
    DropColumns,
    /// Before the types of their columns.
    DropTables,
    /// After the columns of them, and before the types that they are made of.
    DropDomains,
    /// After the columns and domains whose defaults asked for their numbers.
    DropSequences,
    /// Nothing uses them any more.
    DropEnumTypes,
    /// Views whose queries would mean something that is only now gone.
    CreateLateViews,
}

/// Steps while they are being found.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<(Phase, Step)>);

impl Steps {
    pub(super) fn push(&mut self, phase: Phase, step: Step) {
        self.0.push((phase, step));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Phase, &Step)> {
        self.0.iter().map(|(phase, step)| (*phase, step))
    }

    pub(super) fn into_ordered(mut self) -> Vec<Step> {
        self.0.sort_by_key(|(phase, _)| *phase);
        let parts = self.0.partition_point(|(phase, _)| *phase < Phase::RenameParts)
            ..self.0.partition_point(|(phase, _)| *phase <= Phase::RenameParts);
        let mut steps: Vec<Step> = self.0.into_iter().map(|(_, step)| step).collect();
        let renames = steps.drain(parts.clone()).collect();
        steps.splice(parts.start..parts.start, in_free_order(renames));
        steps
    }
}
