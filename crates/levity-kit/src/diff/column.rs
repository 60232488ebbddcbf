use std::collections::BTreeSet;

use levity::schema::{Check, Column, Expression, IndexKey, IndexPart, SqlType, Table};

use super::{
    RenameHints, UnsupportedChange, domain, generated, identity,
    order::{Phase, Steps},
    pair::Pair,
    rename::Renames,
    sequence,
    table::TablePair,
};
use crate::{
    step::{Cast, Collations, Constraint, SequenceStep, Step, TypeDefault},
    words::{Word, words},
};

pub(super) fn push_steps(
    pair: &TablePair<'_>,
    renames: &Renames,
    hints: &RenameHints,
    steps: &mut Steps,
    unsupported: &mut Vec<UnsupportedChange>,
) {
    push_drop_steps(pair, steps);
    for column in &pair.tables.next.columns {
        let Some(previous) = pair.tables.previous.column(&column.name) else {
            if column.generated.is_none() {
                let rules = domain::rules(pair.schemas, &column.sql_type);
                let (table, column) = (pair.name().clone(), column.clone());
                steps.push(Phase::AddColumns, Step::AddColumn { table, column, rules });
            }
            continue;
        };
        let columns = Pair { previous, next: column };
        if generated::push_recreation(pair, columns, steps) {
            continue;
        }
        let types = columns.map(|column| &column.sql_type);
        let conversion = if types.previous == types.next {
            let rebuild = pair.rebuild(types.next).map(|rebuild| {
                push_enum_check(pair, rebuild.check(pair.name(), column), steps);
                (rebuild.old_type(types.next), rebuild.cast(&column.name, types.next))
            });
            let recollates = previous.collation != column.collation;
            rebuild.or_else(|| recollates.then(|| (types.next.clone(), Cast::in_place())))
        } else {
            let path = renames.previous_path(pair.tables.next, &column.name);
            let using = hints.using.get(&path).map(|using| Cast::custom(Expression(using.clone())));
            let Some(cast) = using.or_else(|| pair.cast(&column.name, types.previous, types.next)) else {
                unsupported.push(UnsupportedChange::MissingCast {
                    column: path,
                    previous: types.previous.to_string(),
                    next: types.next.to_string(),
                });
                continue;
            };
            Some((types.previous.clone(), cast))
        };
        push_alter_steps(pair, columns, conversion, steps);
    }
    generated::push_add_steps(pair, steps);
}

/// Generated columns first: they can read the others, and make room for changes of those.
fn push_drop_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let (computed, others): (Vec<&Column>, Vec<&Column>) = (pair.tables.previous.columns.iter())
        .filter(|column| pair.drops(&column.name))
        .partition(|column| column.generated.is_some());
    for Column { name, .. } in computed.into_iter().chain(others) {
        let phase = if pair.drops_early(name) { Phase::ConvertColumns } else { Phase::DropColumns };
        steps.push(phase, Step::DropColumn { table: pair.name().clone(), column: name.clone() });
    }
}

/// A check that serves the migration only: it is dropped before the type changes.
fn push_enum_check(pair: &TablePair<'_>, check: Option<Check>, steps: &mut Steps) {
    let Some(check) = check else { return };
    let (table, constraint) = (pair.name().clone(), Constraint::Check(check));
    let drop = Step::DropConstraint { table: table.clone(), constraint: constraint.clone() };
    steps.push(
        Phase::CheckEnumValues,
        Step::AddConstraint { table, constraint, partitioned: pair.is_partitioned() },
    );
    steps.push(Phase::SetTypesAside, drop);
}

/// The columns that get another type, as hints name them.
pub(super) fn converted(pairs: &[TablePair<'_>], renames: &Renames) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for pair in pairs {
        for column in &pair.tables.next.columns {
            let previous = pair.tables.previous.column(&column.name);
            let converts = previous.is_some_and(|previous| previous.sql_type != column.sql_type);
            if converts && !pair.recreates(&column.name) {
                paths.insert(renames.previous_path(pair.tables.next, &column.name));
            }
        }
    }
    paths
}

/// `conversion` is the type that the column comes from, and how its values get to the next one.
fn push_alter_steps(
    pair: &TablePair<'_>,
    columns: Pair<&Column>,
    conversion: Option<(SqlType, Cast)>,
    steps: &mut Steps,
) {
    let table = || pair.name().clone();
    let column = || columns.next.name.clone();
    let defaults = columns.map(|column| column.default.as_ref());
    let identities = columns.map(|column| column.identity);
    let nullable = columns.map(|column| column.nullable);
    // The default of a serial column is its sequence, which the identity takes over.
    let serial = sequence::serial(pair, &columns.next.name);

    generated::push_steps(pair, columns, steps);
    identity::push_sequence_steps(pair, columns, steps);
    if identities.previous.is_some() && identities.next.is_none() {
        steps.push(Phase::DropIdentities, Step::DropIdentity { table: table(), column: column() });
    }
    let mut default_is_set = sequence::same_default(defaults.previous, defaults.next) || serial.is_some();
    if let Some((previous, cast)) = conversion {
        let mut default = TypeDefault::default();
        // Also one that is written as before: the server has given its value the old type.
        let is_kept = default_is_set && defaults.next.is_some();
        // A sequence gives numbers of any type, and numbers the rows until the identity does.
        if serial.is_none() && (cast.rewrites || !default_is_set || is_kept) {
            default_is_set = true;
            // Where the values stay as they are, the server can convert the old default too.
            let drop = defaults.previous.is_some() && (cast.rewrites || defaults.next.is_none());
            default = TypeDefault { drop, set: defaults.next.cloned() };
        }
        let Pair { previous: before, next: after } = columns.map(|column| column.collation.clone());
        let collation = Collations { previous: before, next: after };
        steps.push(
            Phase::ConvertColumns,
            Step::AlterType {
                table: table(),
                column: column(),
                previous,
                next: columns.next.sql_type.clone(),
                rechecks: is_watched(pair.tables.previous, &columns.next.name)
                    || (collation.differ() || cast.in_utc)
                        && is_indexed(pair.tables.previous, &columns.next.name),
                unique: is_unique(pair.tables.previous, &columns.next.name)
                    && is_unique(pair.tables.next, &columns.next.name),
                collation,
                cast,
                default,
            },
        );
    }
    let mut push = |step| steps.push(Phase::AlterColumns, step);
    if !default_is_set {
        push(match defaults.next {
            Some(default) => Step::SetDefault { table: table(), column: column(), default: default.clone() },
            None => Step::DropDefault { table: table(), column: column() },
        });
    }
    if let Some(name) = sequence::started(pair, columns) {
        let (table, column) = (table(), column());
        let indexed = identity::leads_an_index(pair.tables.previous, &column);
        push(Step::Sequence(SequenceStep::Continue { name, table, column, indexed }));
    }
    if nullable.previous && !nullable.next {
        push(Step::SetNotNull { table: table(), column: column() });
    }
    match (identities.previous, identities.next) {
        (None, Some(identity)) => {
            let indexed = identity::leads_an_index(pair.tables.previous, &columns.next.name);
            let options = columns.next.identity_options;
            // A type that is no integer is refused before.
            if let Some(sequence) = options.sequence(&columns.next.sql_type) {
                let (table, column) = (table(), column());
                push(Step::AddIdentity { table, column, identity, options, sequence, indexed, serial });
            }
        }
        (Some(previous), Some(next)) if previous != next => {
            push(Step::SetIdentity { table: table(), column: column(), identity: next });
        }
        (Some(_), _) | (None, None) => {}
    }
    if columns.previous.comment != columns.next.comment {
        let (column, comment) = (Some(column()), columns.next.comment.clone());
        steps.push(Phase::Comments, Step::SetComment { table: table(), column, comment });
    }
    if nullable.next && !nullable.previous {
        steps.push(Phase::RelaxColumns, Step::DropNotNull { table: table(), column: column() });
    }
}

/// Whether a check mentions the column, or an index that PostgreSQL does not carry over to another type: one with a
/// condition or an expression.
pub(super) fn is_watched(table: &Table, column: &str) -> bool {
    let mentions = |expression: &Expression| {
        words(&expression.0).filter_map(Word::identifier).any(|name| name == column)
    };
    let built_anew = |keys: &[&IndexKey], predicate: Option<&Expression>| {
        let carried = predicate.is_none() && keys.iter().all(|key| key.part.column().is_some());
        let is_key = keys.iter().any(|key| match &key.part {
            IndexPart::Column(name) => name == column,
            IndexPart::Expression(expression) => mentions(expression),
        });
        !carried && (is_key || predicate.is_some_and(mentions))
    };
    table.checks.iter().any(|check| mentions(&check.expression))
        || table
            .indexes
            .iter()
            .any(|index| built_anew(&index.keys.iter().collect::<Vec<_>>(), index.predicate.as_ref()))
        || table.exclusions.iter().any(|exclusion| {
            let keys: Vec<&IndexKey> = exclusion.elements.iter().map(|element| &element.key).collect();
            built_anew(&keys, exclusion.predicate.as_ref())
        })
}

/// Whether an index or a key has the column, by itself.
fn is_indexed(table: &Table, column: &str) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.columns);
    let mut constraints = keys.chain(table.uniques.iter().map(|unique| &unique.columns)).flatten();
    let mut keys = table.indexes.iter().flat_map(|index| &index.keys);
    constraints.any(|name| name == column) || keys.any(|key| key.part.column() == Some(column))
}

/// Whether a key, a unique index or an exclusion constraint has the column, by itself.
fn is_unique(table: &Table, column: &str) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.columns);
    let mut constraints = keys.chain(table.uniques.iter().map(|unique| &unique.columns)).flatten();
    let indexes = table.indexes.iter().filter(|index| index.unique).flat_map(|index| &index.keys);
    let exclusions = table.exclusions.iter().flat_map(|exclusion| &exclusion.elements);
    let mut keys = indexes.chain(exclusions.map(|element| &element.key));
    constraints.any(|name| name == column) || keys.any(|key| key.part.column() == Some(column))
}
