use std::collections::BTreeSet;

use levity::schema::{Column, Expression, ObjectName, Schema, Sequence, SequenceOwner, SqlType};

use super::{
    order::{Phase, Steps},
    pair::Pair,
    table::{self, TablePair, pair_of},
};
use crate::step::{SequenceStep, Step};

pub(super) fn push_steps(
    schemas: Pair<&Schema>,
    pairs: &[TablePair<'_>],
    names_in_use: &BTreeSet<ObjectName>,
    steps: &mut Steps,
) {
    let Pair { previous, next } = schemas;
    for sequence in sorted(next) {
        match previous.sequence(&sequence.name) {
            Some(before) => {
                push_alter_steps(pairs, Pair { previous: before, next: sequence }, steps);
            }
            None => {
                let create = SequenceStep::Create(Sequence { owned_by: None, ..sequence.clone() });
                steps.push(Phase::CreateSequences, Step::Sequence(create));
                if let Some(owner) = &sequence.owned_by {
                    let (name, owner) = (sequence.name.clone(), Some(owner.clone()));
                    steps.push(Phase::OwnSequences, Step::Sequence(SequenceStep::SetOwner { name, owner }));
                }
            }
        }
    }
    for sequence in sorted(previous).filter(|sequence| next.sequence(&sequence.name).is_none()) {
        // The identity that takes its place drops it.
        if pairs.iter().any(|pair| is_taken_over(pair, &sequence.name)) {
            continue;
        }
        let name = sequence.name.clone();
        let is_in_the_way = names_in_use.contains(&name);
        let step = match &sequence.owned_by {
            Some(owner) if takes_along(pairs, owner) && !is_in_the_way => {
                let is_made_anew =
                    pair_of(pairs, &owner.table).is_some_and(|pair| pair.recreates(&owner.column));
                // Beside a column that stays, it is dropped for itself.
                if is_made_anew || is_asked_elsewhere(previous, &name, owner) {
                    let set = SequenceStep::SetOwner { name: name.clone(), owner: None };
                    steps.push(Phase::DisownSequences, Step::Sequence(set));
                    (Phase::DropSequences, SequenceStep::Drop { name })
                } else {
                    let goes_early = pair_of(pairs, &owner.table).is_none()
                        && (previous.table(&owner.table))
                            .is_some_and(|table| table::is_in_the_way(table, names_in_use));
                    let phase = if goes_early { Phase::DropInTheWay } else { Phase::DropParts };
                    (phase, SequenceStep::DropWithOwner { name, owner: owner.clone() })
                }
            }
            _ if is_in_the_way => (Phase::DropInTheWay, SequenceStep::Drop { name }),
            _ => (Phase::DropSequences, SequenceStep::Drop { name }),
        };
        steps.push(step.0, Step::Sequence(step.1));
    }
}

/// Whether something else than the column that owns it has it as its default, and is in the way of that column.
fn is_asked_elsewhere(schema: &Schema, sequence: &ObjectName, owner: &SequenceOwner) -> bool {
    let columns = schema.tables.iter().flat_map(|table| {
        let is_other = |column: &&Column| table.name != owner.table || column.name != owner.column;
        table.columns.iter().filter(is_other).filter_map(|column| column.default.as_ref())
    });
    let domains = schema.domains.iter().filter_map(|domain| domain.default.as_ref());
    columns.chain(domains).any(|default| sequence_of(default).as_ref() == Some(sequence))
}

/// Whether the column goes, and its sequence with it: also when the column is made anew.
fn takes_along(pairs: &[TablePair<'_>], owner: &SequenceOwner) -> bool {
    pair_of(pairs, &owner.table)
        .is_none_or(|pair| pair.tables.next.column(&owner.column).is_none() || pair.recreates(&owner.column))
}

fn push_alter_steps(pairs: &[TablePair<'_>], sequences: Pair<&Sequence>, steps: &mut Steps) {
    let Pair { previous, next } = sequences;
    let is_same = |previous: &Sequence| {
        *previous
            == Sequence {
                owned_by: previous.owned_by.clone(),
                renamed_from: previous.renamed_from.clone(),
                ..next.clone()
            }
    };
    if !is_same(previous) {
        let (previous, next) = (Box::new(previous.clone()), Box::new(next.clone()));
        steps.push(Phase::CreateSequences, Step::Sequence(SequenceStep::Alter { previous, next }));
    }
    // Before it has its new owner.
    let goes_early = previous
        .owned_by
        .as_ref()
        .is_some_and(|owner| pair_of(pairs, &owner.table).is_none_or(|pair| pair.goes_early(&owner.column)));
    if previous.owned_by == next.owned_by && !goes_early {
        return;
    }
    if goes_early || next.owned_by.is_none() {
        let set = SequenceStep::SetOwner { name: next.name.clone(), owner: None };
        steps.push(Phase::DisownSequences, Step::Sequence(set));
    }
    if next.owned_by.is_some() {
        let set = SequenceStep::SetOwner { name: next.name.clone(), owner: next.owned_by.clone() };
        steps.push(Phase::OwnSequences, Step::Sequence(set));
    }
}

/// Whether a column was numbered by the sequence and becomes an identity column in its place.
fn is_taken_over(pair: &TablePair<'_>, sequence: &ObjectName) -> bool {
    let mut columns = pair.tables.next.columns.iter();
    columns.any(|column| serial(pair, &column.name).is_some_and(|serial| serial == *sequence))
}

/// The sequence that an identity takes over: the one of the column's default, unless it is needed elsewhere.
pub(super) fn serial(pair: &TablePair<'_>, column: &str) -> Option<ObjectName> {
    let columns = pair.tables.map(|table| table.column(column));
    let (previous, next) = (columns.previous?, columns.next?);
    if previous.identity.is_some() || next.identity.is_none() {
        return None;
    }
    let sequence = sequence_of(previous.default.as_ref()?)?;
    let all_columns = pair.schemas.previous.tables.iter().flat_map(|table| &table.columns);
    let defaults = all_columns.filter_map(|column| column.default.as_ref());
    let uses = defaults.filter(|default| sequence_of(default).as_ref() == Some(&sequence)).count();
    (uses == 1 && pair.schemas.next.sequence(&sequence).is_none()).then_some(sequence)
}

/// The new sequence that a column asks from now on, which would give it the numbers that it has already.
pub(super) fn started(pair: &TablePair<'_>, columns: Pair<&Column>) -> Option<ObjectName> {
    let name = sequence_of(columns.next.default.as_ref()?)?;
    let is_new = pair.schemas.previous.sequence(&name).is_none();
    let counts_up = pair.schemas.next.sequence(&name).is_some_and(|sequence| sequence.increment > 0);
    let is_number = |schema: &Schema, column: &Column| {
        let base_type = schema.base_type(&column.sql_type);
        matches!(base_type, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt)
    };
    let has_numbers =
        is_number(pair.schemas.previous, columns.previous) && is_number(pair.schemas.next, columns.next);
    (is_new && counts_up && has_numbers).then_some(name)
}

/// Whether two defaults are one, also when they spell the same sequence in different ways.
pub(super) fn same_default(previous: Option<&Expression>, next: Option<&Expression>) -> bool {
    if previous == next {
        return true;
    }
    let sequence = previous.and_then(sequence_of);
    sequence.is_some() && sequence == next.and_then(sequence_of)
}

/// The sequence of `nextval('name'::regclass)`.
pub(super) fn sequence_of(default: &Expression) -> Option<ObjectName> {
    let text = default.0.trim();
    let prefix = text.get(.."nextval('".len())?;
    if !prefix.eq_ignore_ascii_case("nextval('") {
        return None;
    }
    let rest = text[prefix.len()..].strip_suffix(')')?.trim_end();
    let literal = rest.strip_suffix("::regclass").unwrap_or(rest).strip_suffix('\'')?;
    let mut parts = identifiers(&literal.replace("''", "'"))?;
    let name = parts.pop()?;
    let namespace = parts.pop().filter(|namespace| namespace != "public");
    parts.is_empty().then_some(ObjectName { namespace, name })
}

/// The parts of a qualified name, folded to lower case unless they are quoted.
fn identifiers(name: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut expects_part = true;
    for word in crate::words::words(name) {
        match word.identifier() {
            Some(part) if expects_part => parts.push(part),
            None if word.text() == "." && !expects_part => {}
            _ => return None,
        }
        expects_part = !expects_part;
    }
    (!expects_part).then_some(parts)
}

fn sorted(schema: &Schema) -> impl Iterator<Item = &Sequence> {
    let mut sequences: Vec<&Sequence> = schema.sequences.iter().collect();
    sequences.sort_by_key(|sequence| &sequence.name);
    sequences.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_tells_its_sequence() {
        let name = |text: &str| sequence_of(&Expression::new(text)).map(|name| name.to_string());
        for text in
            ["nextval('a_id_seq'::regclass)", "NEXTVAL('A_id_seq')", "nextval('public.a_id_seq'::regclass)"]
        {
            assert_eq!(name(text).as_deref(), Some("a_id_seq"), "{text}");
        }
        assert_eq!(
            name(r#"nextval('billing."Odd ''name"'::regclass)"#).as_deref(),
            Some("billing.Odd 'name")
        );
        for text in
            ["nextval('a'::regclass) + 1", "nextval('a' || 'b')", "1", "nextval('')", "nextval('a.b.c')"]
        {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
