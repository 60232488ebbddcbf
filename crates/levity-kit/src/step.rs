//! Steps: what a migration does, one model change each, before it is SQL.

mod cast;
mod display;
mod domain;
mod extension;
mod partition;
mod sequence;
mod view;

use std::collections::BTreeMap;

use levity::schema::{
    Check, Column, Deferrable, EnumType, Exclusion, Expression, ForeignKey, Identity, IdentityOptions,
    IdentitySequence, Index, IndexKey, ObjectName, PrimaryKey, SqlType, Table, Unique,
};

pub(crate) use cast::without_precision;
pub use cast::{Cast, Loss};
pub use domain::{DomainRules, DomainStep, DomainValues};
pub use extension::ExtensionStep;
pub use partition::PartitionStep;
pub use sequence::SequenceStep;
pub use view::ViewStep;

/// One change of one object.
///
/// Steps own what they name: they outlive the renamed copy of the previous schema that the differ compares with.
/// Apart from the rename steps, every name in a step is the one that the object has *after* all renames.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after their place in the step")]
pub enum Step {
    /// Creates a namespace.
    CreateNamespace { name: String },
    /// Changes an extension.
    Extension(ExtensionStep),
    /// Creates an enum type.
    CreateEnumType(EnumType),
    /// Renames an enum type.
    RenameEnumType { previous: ObjectName, next: ObjectName },
    /// Renames a value of an enum type.
    RenameEnumValue { enum_type: ObjectName, previous: String, next: String },
    /// Adds a value to an enum type.
    AddEnumValue { enum_type: ObjectName, label: String, place: EnumPlace },
    /// Drops an enum type.
    DropEnumType { name: ObjectName },
    /// Changes a domain.
    Domain(DomainStep),
    /// Changes a sequence.
    Sequence(SequenceStep),
    /// Creates a table with its primary key, unique and check constraints. Foreign keys and indexes are steps of their
    /// own.
    CreateTable(Table),
    /// Renames a table.
    RenameTable { previous: ObjectName, next: ObjectName },
    /// Changes the storage parameters of a table.
    SetStorage { table: ObjectName, previous: BTreeMap<String, String>, next: BTreeMap<String, String> },
    /// Writes the rows of a table to the log from now on, or no longer.
    SetLogged { table: ObjectName, logged: bool },
    /// Changes what the database says about a table, or about a column of it.
    SetComment { table: ObjectName, column: Option<String>, comment: Option<String> },
    /// Drops a table with everything that belongs to it.
    DropTable { name: ObjectName },
    /// Adds a column. `rules` are those of its domain, when its type is one.
    AddColumn { table: ObjectName, column: Column, rules: DomainRules },
    /// Renames a column.
    RenameColumn { table: ObjectName, previous: String, next: String },
    /// Drops a column.
    DropColumn { table: ObjectName, column: String },
    /// Says what PostgreSQL drops by itself with a column: an index or a key over it. There is nothing to run.
    DropWithColumn { table: ObjectName, kind: &'static str, name: String },
    /// Changes a column's type or its collation. `rechecks` says whether checks are tested and indexes built anew, even if no row is
    /// written; `unique`, whether a key that stays refuses values that become alike.
    AlterType {
        table: ObjectName,
        column: String,
        previous: SqlType,
        next: SqlType,
        collation: Collations,
        cast: Cast,
        default: TypeDefault,
        rechecks: bool,
        unique: bool,
    },
    /// Drops a column and adds it again under its name, since PostgreSQL has no other way from one to the other.
    RecreateColumn { table: ObjectName, previous: Box<Column>, next: Column, rules: DomainRules },
    /// Stops computing a generated column, whose values stay.
    DropExpression { table: ObjectName, column: String },
    /// Sets the default.
    SetDefault { table: ObjectName, column: String, default: Expression },
    /// Drops the default.
    DropDefault { table: ObjectName, column: String },
    /// Refuses NULL from now on.
    SetNotNull { table: ObjectName, column: String },
    /// Accepts NULL from now on.
    DropNotNull { table: ObjectName, column: String },
    /// Makes the database number the rows, from the largest value on. `indexed` says whether that value is found
    /// through an index, `serial` is the sequence that numbered them so far.
    AddIdentity {
        table: ObjectName,
        column: String,
        identity: Identity,
        options: IdentityOptions,
        sequence: IdentitySequence,
        indexed: bool,
        serial: Option<ObjectName>,
    },
    /// Changes how the identity column treats given values.
    SetIdentity { table: ObjectName, column: String, identity: Identity },
    /// Changes how the sequence of an identity column counts. The number that comes next stays.
    SetSequence { table: ObjectName, column: String, previous: IdentitySequence, next: IdentitySequence },
    /// Stops numbering the rows.
    DropIdentity { table: ObjectName, column: String },
    /// Adds a constraint. `partitioned`, here and below, says whether the table is: then the server lacks some ways.
    AddConstraint { table: ObjectName, constraint: Constraint, partitioned: bool },
    /// Puts another primary key, unique or exclusion constraint in the place of one. `index` is a unique index that is
    /// there already and becomes the one of the constraint.
    ReplaceKey {
        table: ObjectName,
        previous: Constraint,
        next: Constraint,
        index: Option<String>,
        partitioned: bool,
    },
    /// Makes a unique index that is there already a primary key or unique constraint.
    KeyFromIndex { table: ObjectName, index: String, constraint: Constraint },
    /// Puts an index in the place of a constraint of its name.
    IndexForKey { table: ObjectName, previous: Constraint, next: Index },
    /// Changes when a foreign key is checked.
    AlterDeferrable { table: ObjectName, constraint: String, previous: Deferrable, next: Deferrable },
    /// Renames a constraint.
    RenameConstraint { table: ObjectName, previous: String, next: String },
    /// Drops a constraint.
    DropConstraint { table: ObjectName, constraint: Constraint },
    /// Creates an index.
    CreateIndex { table: ObjectName, index: Index, partitioned: bool },
    /// Puts another index in the place of one of the same name.
    ReplaceIndex { table: ObjectName, previous: Index, next: Index, partitioned: bool },
    /// Changes the storage parameters of an index, from one set to another.
    AlterStorage {
        table: ObjectName,
        index: String,
        previous: BTreeMap<String, String>,
        next: BTreeMap<String, String>,
    },
    /// Renames an index.
    RenameIndex { table: ObjectName, previous: String, next: String },
    /// Drops an index.
    DropIndex { table: ObjectName, name: String, unique: bool, partitioned: bool },
    /// Changes a partition.
    Partition(PartitionStep),
    /// Changes a view. The indexes of a materialized view that stays are the steps of indexes.
    View(ViewStep),
}

/// Where a new enum value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnumPlace {
    /// At the end.
    Last,
    /// Before this label.
    Before(String),
    /// After this label.
    After(String),
}

/// The collation of a column before and after; none is the one of its type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the two sides")]
pub struct Collations {
    pub previous: Option<ObjectName>,
    pub next: Option<ObjectName>,
}

impl Collations {
    /// Whether they are two.
    pub fn differ(&self) -> bool {
        self.previous != self.next
    }
}

/// What happens to the default of a column whose type changes.
///
/// PostgreSQL converts a default only by an assignment cast, so one that could be in the way is dropped first and set
/// again, all in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeDefault {
    /// Whether there is one to drop.
    pub drop: bool,
    /// The one to set afterwards.
    pub set: Option<Expression>,
}

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// The primary key.
    PrimaryKey(PrimaryKey),
    /// A unique constraint.
    Unique(Unique),
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// A check constraint.
    Check(Check),
    /// An exclusion constraint.
    Exclusion(Exclusion),
}

impl Constraint {
    /// The constraint's name.
    pub fn name(&self) -> &str {
        match self {
            Self::PrimaryKey(key) => &key.name,
            Self::Unique(unique) => &unique.name,
            Self::ForeignKey(key) => &key.name,
            Self::Check(check) => &check.name,
            Self::Exclusion(exclusion) => &exclusion.name,
        }
    }

    /// The kind, as a person calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PrimaryKey(_) => "primary key",
            Self::Unique(_) => "unique constraint",
            Self::ForeignKey(_) => "foreign key",
            Self::Check(_) => "check constraint",
            Self::Exclusion(_) => "exclusion constraint",
        }
    }

    /// When it is checked.
    pub fn deferrable(&self) -> Deferrable {
        match self {
            Self::PrimaryKey(key) => key.deferrable,
            Self::Unique(unique) => unique.deferrable,
            Self::ForeignKey(key) => key.deferrable,
            Self::Exclusion(exclusion) => exclusion.deferrable,
            Self::Check(_) => Deferrable::No,
        }
    }

    /// The unique index that a primary key or unique constraint is enforced by. The others have none that could be
    /// built beside them.
    pub fn unique_index(&self) -> Option<Index> {
        let (name, columns, include, storage) = match self {
            Self::PrimaryKey(key) => (&key.name, &key.columns, &key.include, &key.storage),
            Self::Unique(unique) => (&unique.name, &unique.columns, &unique.include, &unique.storage),
            Self::ForeignKey(_) | Self::Check(_) | Self::Exclusion(_) => return None,
        };
        Some(Index {
            unique: true,
            nulls_not_distinct: matches!(self, Self::Unique(unique) if unique.nulls_not_distinct),
            include: include.clone(),
            storage: storage.clone(),
            ..Index::new(name, columns.iter().map(IndexKey::column).collect())
        })
    }
}

impl From<PrimaryKey> for Constraint {
    fn from(key: PrimaryKey) -> Self {
        Self::PrimaryKey(key)
    }
}

impl From<Unique> for Constraint {
    fn from(unique: Unique) -> Self {
        Self::Unique(unique)
    }
}

impl From<Exclusion> for Constraint {
    fn from(exclusion: Exclusion) -> Self {
        Self::Exclusion(exclusion)
    }
}
