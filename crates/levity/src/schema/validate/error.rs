use std::fmt;

use super::PartitionError;
use crate::schema::{MAX_IDENTIFIER_BYTES, ObjectName, Place};

/// Everything that makes no sense in a schema, found in one pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct InvalidSchema {
    /// The problems, in the order of the schema.
    pub problems: Vec<SchemaProblem>,
}

/// One of the problems, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaProblem {
    /// What makes no sense.
    pub error: SchemaError,
    /// Where the objects that it is about are defined in Rust, as far as that is known.
    pub places: Vec<Place>,
}

/// ``table `users` has two columns `id` (src/schema.rs:12)``.
impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        let places: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        if places.is_empty() { Ok(()) } else { write!(f, " ({})", places.join(" and ")) }
    }
}

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the schema is not valid")?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

/// One thing that makes no sense in a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the message of a variant says what it means, its fields are named after their place in it"
)]
pub enum SchemaError {
    #[error("{object} has an empty name")]
    EmptyName { object: String },
    #[error("the name `{name}` contains a NUL character, which PostgreSQL cannot store")]
    NulInName { name: String },
    #[error(
        "the name `{name}` has {bytes} bytes; PostgreSQL cuts names after {MAX_IDENTIFIER_BYTES}, so give a shorter one"
    )]
    NameTooLong { name: String, bytes: usize },
    #[error(
        "`{name}` is in the namespace `levity`, which holds the history of migrations; choose another one"
    )]
    ReservedNamespace { name: ObjectName },
    #[error(
        "the name `{name}` is used twice, by {first} and by {second}; it must be unique in its namespace"
    )]
    DuplicateName { name: ObjectName, first: String, second: String },
    #[error("the namespace `levity` holds the history of migrations; do not list it")]
    ReservedNamespaceListed,
    #[error("{kind} `{view}` has an empty definition")]
    ViewWithoutDefinition { kind: &'static str, view: ObjectName },
    #[error("{kind} `{view}` has {what}, which PostgreSQL has only for {others}")]
    NotOfThisKindOfView { kind: &'static str, view: ObjectName, what: String, others: &'static str },
    #[error("{kind} `{view}` has two columns `{column}`")]
    DuplicateViewColumn { kind: &'static str, view: ObjectName, column: String },
    #[error("table `{table}` has two columns `{column}`")]
    DuplicateColumn { table: ObjectName, column: String },
    #[error("table `{table}` has two constraints `{constraint}`")]
    DuplicateConstraint { table: ObjectName, constraint: String },
    #[error("enum type `{enum_type}` has no values")]
    EnumWithoutValues { enum_type: ObjectName },
    #[error("enum type `{enum_type}` has the value `{label}` twice")]
    DuplicateEnumValue { enum_type: ObjectName, label: String },
    #[error("column `{table}.{column}` has the enum type `{enum_type}`, which the schema does not define")]
    UnknownEnumType { table: ObjectName, column: String, enum_type: ObjectName },
    #[error("column `{table}.{column}` is of the domain `{domain}`, which the schema does not define")]
    UnknownDomain { table: ObjectName, column: String, domain: ObjectName },
    #[error("domain `{domain}` is of the type {base_type}, which the schema does not define")]
    UnknownBaseType { domain: ObjectName, base_type: String },
    #[error("domain `{domain}` is made of itself")]
    CircularDomain { domain: ObjectName },
    #[error("domain `{domain}` has two checks `{check}`")]
    DuplicateDomainCheck { domain: ObjectName, check: String },
    #[error("sequence `{sequence}` is of type {sql_type}; use smallint, integer or bigint")]
    SequenceType { sequence: ObjectName, sql_type: String },
    #[error("sequence `{sequence}` makes no sense: {problem}")]
    SequenceOptions { sequence: ObjectName, problem: &'static str },
    #[error(
        "sequence `{sequence}` is owned by the column `{table}.{column}`, which the schema does not define"
    )]
    UnknownSequenceOwner { sequence: ObjectName, table: ObjectName, column: String },
    #[error(
        "sequence `{sequence}` is owned by the identity column `{table}.{column}`, which has one of its own"
    )]
    SequenceOfIdentity { sequence: ObjectName, table: ObjectName, column: String },
    #[error("sequence `{sequence}` is owned by a column of table `{table}`, which is in another namespace")]
    SequenceNamespace { sequence: ObjectName, table: ObjectName },
    #[error("{object} of table `{table}` names no columns")]
    NoColumns { table: ObjectName, object: String },
    #[error("{object} of table `{table}` names the column `{column}`, which the table does not have")]
    UnknownColumn { table: ObjectName, object: String, column: String },
    #[error("{object} of table `{table}` names the column `{column}` twice")]
    RepeatedColumn { table: ObjectName, object: String, column: String },
    #[error("{object} of table `{table}`: an index of method {method} cannot {what}")]
    IndexMethodCannot { table: ObjectName, object: String, method: String, what: &'static str },
    #[error("{object} of table `{table}` says that NULLs are not distinct, but is not unique")]
    NullsOfNoUniqueIndex { table: ObjectName, object: String },
    #[error("exclusion constraint `{constraint}` of table `{table}`: `{operator}` is no operator")]
    InvalidOperator { table: ObjectName, constraint: String, operator: String },
    #[error(transparent)]
    Partition(#[from] PartitionError),
    #[error("column `{table}.{column}` is in the primary key and cannot be nullable")]
    NullablePrimaryKey { table: ObjectName, column: String },
    #[error("column `{table}.{column}` is an identity column and cannot be nullable")]
    NullableIdentity { table: ObjectName, column: String },
    #[error("column `{table}.{column}` is an identity column and cannot have a default as well")]
    IdentityWithDefault { table: ObjectName, column: String },
    #[error(
        "column `{table}.{column}` has options of an identity that contradict each other or do not fit its type: the first \
         number is one from the smallest to the largest, the distance is not 0"
    )]
    IdentityOptions { table: ObjectName, column: String },
    #[error("column `{table}.{column}` has options of an identity and is no identity column")]
    OptionsWithoutIdentity { table: ObjectName, column: String },
    #[error("column `{table}.{column}` of type {sql_type} has a collation; only texts have one")]
    Collation { table: ObjectName, column: String, sql_type: String },
    #[error(
        "foreign key `{constraint}` of table `{table}` references `{references}`, which is unlogged; what references it has \
         to be unlogged as well"
    )]
    ReferencedTableUnlogged { table: ObjectName, constraint: String, references: ObjectName },
    #[error("column `{table}.{column}` is generated and cannot have {other} as well")]
    GeneratedWith { table: ObjectName, column: String, other: &'static str },
    #[error(
        "{object} of table `{table}` names the virtual generated column `{column}`, which has no stored values to look up; \
         make it a stored one"
    )]
    VirtualInKey { table: ObjectName, object: String, column: String },
    #[error(
        "column `{table}.{column}` is an identity column of type {sql_type}; use smallint, integer or bigint"
    )]
    IdentityType { table: ObjectName, column: String, sql_type: String },
    #[error(
        "foreign key `{constraint}` of table `{table}` references the table `{references}`, which the schema does not define"
    )]
    UnknownReferencedTable { table: ObjectName, constraint: String, references: ObjectName },
    #[error(
        "foreign key `{constraint}` of table `{table}` references the column `{references}.{column}`, which does not exist"
    )]
    UnknownReferencedColumn { table: ObjectName, constraint: String, references: ObjectName, column: String },
    #[error(
        "foreign key `{constraint}` of table `{table}` has {columns} columns but references {referenced_columns}"
    )]
    ForeignKeyArity { table: ObjectName, constraint: String, columns: usize, referenced_columns: usize },
    #[error(
        "foreign key `{constraint}` of table `{table}`: column `{column}` is {sql_type}, \
         but `{references}.{referenced_column}` is {referenced_type}"
    )]
    ForeignKeyType {
        table: ObjectName,
        constraint: String,
        column: String,
        sql_type: String,
        references: ObjectName,
        referenced_column: String,
        referenced_type: String,
    },
    #[error(
        "foreign key `{constraint}` of table `{table}` sets the column `{column}` on delete, which is none of its columns"
    )]
    SetColumnOutsideOfForeignKey { table: ObjectName, constraint: String, column: String },
    #[error(
        "foreign key `{constraint}` of table `{table}` names columns to set on delete, but its action is neither \
         SET NULL nor SET DEFAULT"
    )]
    SetColumnsWithoutAction { table: ObjectName, constraint: String },
    #[error(
        "foreign key `{constraint}` of table `{table}` references `{references}` ({columns}), which is neither its \
         primary key nor unique{deferrable}"
    )]
    ReferencedColumnsNotUnique {
        table: ObjectName,
        constraint: String,
        references: ObjectName,
        columns: String,
        deferrable: &'static str,
    },
}
