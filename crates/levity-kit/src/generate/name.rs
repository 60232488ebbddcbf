use crate::step::{PartitionStep, Step, ViewStep};

/// How long a generated name can be; the rest is cut.
const MAX_LENGTH: usize = 60;

/// The name as it stands in a directory's name: lower-case words, joined by `_`.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars() {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug: String = slug.chars().take(MAX_LENGTH).collect();
    match slug.trim_end_matches('_') {
        "" => "migration".to_owned(),
        slug => slug.to_owned(),
    }
}

/// A name for a migration that got none: what the most telling step does.
pub(super) fn of_steps(steps: &[Step]) -> String {
    let telling = steps.iter().min_by_key(|step| weight(step)).expect("a migration has steps");
    let others = steps.iter().filter(|step| weight(step) == weight(telling)).count() > 1;
    slug(&format!("{}{}", describe(telling), if others { " and more" } else { "" }))
}

/// What a migration is called after when it does several things: the larger object.
#[expect(clippy::match_same_arms, reason = "the arms are grouped by kinds of objects")]
fn weight(step: &Step) -> u8 {
    match step {
        Step::CreateTable(_) | Step::DropTable { .. } | Step::RenameTable { .. } => 0,
        Step::Partition(_) => 2,
        Step::AddColumn { .. } | Step::DropColumn { .. } | Step::RenameColumn { .. } => 1,
        Step::Sequence(_)
        | Step::Domain(_)
        | Step::CreateEnumType(_)
        | Step::DropEnumType { .. }
        | Step::RenameEnumType { .. }
        | Step::AddEnumValue { .. }
        | Step::RenameEnumValue { .. } => 2,
        Step::AlterType { .. }
        | Step::RecreateColumn { .. }
        | Step::DropExpression { .. }
        | Step::SetDefault { .. }
        | Step::DropDefault { .. }
        | Step::SetNotNull { .. }
        | Step::DropNotNull { .. }
        | Step::AddIdentity { .. }
        | Step::SetIdentity { .. }
        | Step::SetSequence { .. }
        | Step::DropIdentity { .. }
        | Step::SetLogged { .. } => 3,
        Step::AddConstraint { .. }
        | Step::ReplaceKey { .. }
        | Step::KeyFromIndex { .. }
        | Step::IndexForKey { .. }
        | Step::AlterDeferrable { .. }
        | Step::DropConstraint { .. } => 4,
        Step::View(
            ViewStep::Create { again: false, .. }
            | ViewStep::Drop { comes_back: false, .. }
            | ViewStep::Rename { .. }
            | ViewStep::Replace(_)
            | ViewStep::Swap { .. },
        ) => 2,
        Step::View(ViewStep::Create { again: true, .. }) => 5,
        Step::View(ViewStep::Drop { comes_back: true, .. } | ViewStep::Build(_)) => 6,
        Step::CreateIndex { .. }
        | Step::ReplaceIndex { .. }
        | Step::DropIndex { .. }
        | Step::DropWithColumn { .. } => 5,
        Step::Extension(_)
        | Step::CreateNamespace { .. }
        | Step::RenameConstraint { .. }
        | Step::AlterStorage { .. }
        | Step::RenameIndex { .. } => 6,
        Step::SetStorage { .. } | Step::SetComment { .. } => 7,
    }
}

fn describe(step: &Step) -> String {
    match step {
        Step::CreateNamespace { name } => format!("create {name}"),
        Step::Sequence(step) => step.to_string().replace("sequence ", ""),
        Step::Domain(step) => step.to_string().replace("domain ", ""),
        Step::Extension(step) => step.to_string().replace("extension ", ""),
        Step::CreateEnumType(enum_type) => format!("create {}", enum_type.name),
        Step::CreateTable(table) => format!("create {}", table.name),
        Step::DropEnumType { name } | Step::DropTable { name } => format!("drop {name}"),
        Step::RenameEnumType { previous, next } | Step::RenameTable { previous, next } => {
            format!("rename {previous} to {next}")
        }
        Step::RenameEnumValue { enum_type, previous, next } => {
            format!("rename {previous} to {next} in {enum_type}")
        }
        Step::AddEnumValue { enum_type, label, .. } => format!("add {label} to {enum_type}"),
        Step::AddColumn { table, column, .. } => format!("add {} to {table}", column.name),
        Step::RenameColumn { table, previous, next } => format!("rename {previous} to {next} in {table}"),
        Step::DropColumn { table, column } => format!("drop {column} from {table}"),
        Step::RecreateColumn { table, next, .. } => format!("alter {} of {table}", next.name),
        Step::AlterType { table, column, .. }
        | Step::DropExpression { table, column }
        | Step::SetDefault { table, column, .. }
        | Step::DropDefault { table, column }
        | Step::SetNotNull { table, column }
        | Step::DropNotNull { table, column }
        | Step::AddIdentity { table, column, .. }
        | Step::SetIdentity { table, column, .. }
        | Step::SetSequence { table, column, .. }
        | Step::DropIdentity { table, column } => format!("alter {column} of {table}"),
        Step::SetStorage { table, .. } | Step::SetLogged { table, .. } => format!("alter {table}"),
        Step::SetComment { table, column: None, .. } => format!("comment on {table}"),
        Step::SetComment { table, column: Some(column), .. } => format!("comment on {column} of {table}"),
        Step::AddConstraint { constraint, .. } | Step::KeyFromIndex { constraint, .. } => {
            format!("add {}", constraint.name())
        }
        Step::AlterDeferrable { constraint, .. } => format!("alter {constraint}"),
        Step::ReplaceKey { next, .. } => format!("replace {}", next.name()),
        Step::DropConstraint { constraint, .. } => format!("drop {}", constraint.name()),
        Step::RenameConstraint { previous, next, .. } | Step::RenameIndex { previous, next, .. } => {
            format!("rename {previous} to {next}")
        }
        Step::CreateIndex { index, .. } => format!("add {}", index.name),
        Step::ReplaceIndex { next, .. } | Step::IndexForKey { next, .. } => format!("replace {}", next.name),
        Step::AlterStorage { index, .. } => format!("alter {index}"),
        Step::DropIndex { name, .. } | Step::DropWithColumn { name, .. } => format!("drop {name}"),
        Step::Partition(step) => match step {
            PartitionStep::Add { partition, .. } => format!("add {}", partition.name),
            PartitionStep::Rename { previous, next, .. } => format!("rename {previous} to {next}"),
            PartitionStep::Drop { partition, .. } => format!("drop {}", partition.name),
        },
        Step::View(step) => match step {
            ViewStep::Create { view, again: false, .. } => format!("create {}", view.name),
            ViewStep::Create { view, again: true, .. } | ViewStep::Build(view) => {
                format!("rebuild {}", view.name)
            }
            ViewStep::Replace(view) | ViewStep::Swap { next: view, .. } => format!("replace {}", view.name),
            ViewStep::Rename { view, next } => format!("rename {} to {next}", view.name),
            ViewStep::Drop { view, .. } => format!("drop {}", view.name),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_safe_in_a_path() {
        assert_eq!(slug("Add Région / to: ../users!"), "add_région_to_users");
        assert_eq!(slug("…"), "migration");
        assert_eq!(slug(&"x".repeat(100)).len(), MAX_LENGTH);
    }
}
