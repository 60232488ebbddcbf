use std::fmt;

use super::Step;

/// What the step does, in a few words: ``add column `executions.priority` ``.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateNamespace { name } => write!(f, "create namespace `{name}`"),
            Self::Extension(step) => step.fmt(f),
            Self::CreateEnumType(enum_type) => write!(f, "create enum type `{}`", enum_type.name),
            Self::RenameEnumType { previous, next } => write!(f, "rename enum type `{previous}` to `{next}`"),
            Self::RenameEnumValue { enum_type, previous, next } => {
                write!(f, "rename value `{previous}` of enum type `{enum_type}` to `{next}`")
            }
            Self::AddEnumValue { enum_type, label, .. } => {
                write!(f, "add value `{label}` to enum type `{enum_type}`")
            }
            Self::DropEnumType { name } => write!(f, "drop enum type `{name}`"),
            Self::Domain(step) => step.fmt(f),
            Self::Sequence(step) => step.fmt(f),
            Self::CreateTable(table) => write!(f, "create table `{}`", table.name),
            Self::RenameTable { previous, next } => write!(f, "rename table `{previous}` to `{next}`"),
            Self::DropTable { name } => write!(f, "drop table `{name}`"),
            Self::AddColumn { table, column, .. } => write!(f, "add column `{table}.{}`", column.name),
            Self::RenameColumn { table, previous, next } => {
                write!(f, "rename column `{table}.{previous}` to `{next}`")
            }
            Self::DropColumn { table, column } => write!(f, "drop column `{table}.{column}`"),
            Self::DropWithColumn { table, kind, name } => {
                write!(f, "drop {kind} `{name}` of table `{table}`, with its column")
            }
            Self::SetStorage { table, .. } => write!(f, "change storage parameters of table `{table}`"),
            Self::SetLogged { table, logged: true } => write!(f, "make table `{table}` logged"),
            Self::SetLogged { table, logged: false } => write!(f, "make table `{table}` unlogged"),
            Self::SetComment { table, column: None, .. } => write!(f, "change comment of table `{table}`"),
            Self::SetComment { table, column: Some(column), .. } => {
                write!(f, "change comment of column `{table}.{column}`")
            }
            Self::AlterType { table, column, previous, next, collation, .. } if previous == next => {
                let next =
                    collation.next.as_ref().map_or("that of its type".to_owned(), |next| format!("`{next}`"));
                write!(f, "change collation of column `{table}.{column}` to {next}")
            }
            Self::AlterType { table, column, previous, next, .. } => {
                write!(f, "change type of column `{table}.{column}` from {previous} to {next}")
            }
            Self::RecreateColumn { table, next, .. } => {
                write!(f, "drop and add column `{table}.{}`", next.name)
            }
            Self::DropExpression { table, column } => {
                write!(f, "stop computing column `{table}.{column}`")
            }
            Self::SetDefault { table, column, default } => {
                write!(f, "set default of column `{table}.{column}` to {}", default.0)
            }
            Self::DropDefault { table, column } => write!(f, "drop default of column `{table}.{column}`"),
            Self::SetNotNull { table, column } => write!(f, "make column `{table}.{column}` required"),
            Self::DropNotNull { table, column } => write!(f, "make column `{table}.{column}` nullable"),
            Self::AddIdentity { table, column, .. } => {
                write!(f, "make column `{table}.{column}` an identity column")
            }
            Self::SetIdentity { table, column, .. } => {
                write!(f, "change identity of column `{table}.{column}`")
            }
            Self::SetSequence { table, column, .. } => {
                write!(f, "change sequence of column `{table}.{column}`")
            }
            Self::DropIdentity { table, column } => write!(f, "drop identity of column `{table}.{column}`"),
            Self::AddConstraint { table, constraint, .. } => {
                write!(f, "add {} `{}` to table `{table}`", constraint.kind(), constraint.name())
            }
            Self::ReplaceKey { table, previous, next, .. } => {
                write!(f, "replace {} `{}` of table `{table}`", next.kind(), previous.name())
            }
            Self::KeyFromIndex { table, index, constraint } => {
                let (kind, name) = (constraint.kind(), constraint.name());
                write!(f, "make index `{index}` of table `{table}` the {kind} `{name}`")
            }
            Self::IndexForKey { table, previous, .. } => {
                let (kind, name) = (previous.kind(), previous.name());
                write!(f, "replace {kind} `{name}` of table `{table}` by an index")
            }
            Self::AlterDeferrable { table, constraint, .. } => {
                write!(f, "change when foreign key `{constraint}` of table `{table}` is checked")
            }
            Self::RenameConstraint { table, previous, next } => {
                write!(f, "rename constraint `{previous}` of table `{table}` to `{next}`")
            }
            Self::DropConstraint { table, constraint } => {
                write!(f, "drop {} `{}` of table `{table}`", constraint.kind(), constraint.name())
            }
            Self::CreateIndex { table, index, .. } => {
                write!(f, "create index `{}` on table `{table}`", index.name)
            }
            Self::ReplaceIndex { table, previous, .. } => {
                write!(f, "replace index `{}` of table `{table}`", previous.name)
            }
            Self::AlterStorage { table, index, .. } => {
                write!(f, "change storage parameters of index `{index}` of table `{table}`")
            }
            Self::RenameIndex { table, previous, next } => {
                write!(f, "rename index `{previous}` of table `{table}` to `{next}`")
            }
            Self::DropIndex { table, name, .. } => write!(f, "drop index `{name}` of table `{table}`"),
            Self::Partition(step) => step.fmt(f),
            Self::View(step) => step.fmt(f),
        }
    }
}
