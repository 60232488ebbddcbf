use levity::schema::{Exclusion, ExclusionElement};

use super::{
    constraint::{Matched, mentions_converted, push_add, push_rename},
    index::{push_storage_steps, same_key},
    order::{Phase, Steps},
    table::TablePair,
};
use crate::step::{Constraint, Step};

pub(super) fn push_exclusion_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let exclusions = pair.tables.map(|table| table.exclusions.as_slice());
    let matched = Matched::of(
        exclusions.previous,
        exclusions.next,
        |exclusion| &exclusion.name,
        |left, right| {
            let is_gone = columns(left).iter().any(|column| pair.recreates(column));
            same(left, right) && !must_be_rebuilt(pair, left) && !is_gone
        },
    );
    let drop = |phase, exclusion: &Exclusion, steps: &mut Steps| {
        let (table, constraint) = (pair.name().clone(), exclusion.clone().into());
        steps.push(phase, Step::DropConstraint { table, constraint });
    };
    for exclusion in matched.dropped {
        let converts =
            must_be_rebuilt(pair, exclusion) || columns(exclusion).iter().any(|column| pair.converts(column));
        // It would not go with a column that its condition mentions.
        let phase = pair.drop_phase(&exclusion.name, &columns(exclusion));
        drop(if converts { Phase::DropInTheWay } else { phase }, exclusion, steps);
    }
    for (previous, next) in matched.kept {
        push_rename(pair, &previous.name, &next.name, steps);
        push_storage_steps(pair, Phase::Keys, &next.name, [&previous.storage, &next.storage], steps);
    }
    for (previous, next) in matched.changed {
        let converts = columns(previous).iter().any(|column| pair.converts(column));
        if converts || must_be_rebuilt(pair, previous) {
            drop(Phase::DropInTheWay, previous, steps);
            push_add(pair, Phase::Exclusions, next.clone().into(), steps);
        } else {
            let (previous, next) = (Constraint::from(previous.clone()), Constraint::from(next.clone()));
            let (table, partitioned) = (pair.name().clone(), pair.is_partitioned());
            let replace = Step::ReplaceKey { table, previous, next, index: None, partitioned };
            steps.push(Phase::Exclusions, replace);
        }
    }
    for exclusion in matched.added {
        push_add(pair, Phase::Exclusions, exclusion.clone().into(), steps);
    }
}

/// Whether two differ in nothing but their names and storage parameters, which are changed where the index is.
fn same(left: &Exclusion, right: &Exclusion) -> bool {
    let same_element = |(left, right): (&ExclusionElement, &ExclusionElement)| {
        left.operator == right.operator && same_key(&left.key, &right.key)
    };
    left.method == right.method
        && left.predicate == right.predicate
        && left.include == right.include
        && left.deferrable == right.deferrable
        && left.elements.len() == right.elements.len()
        && left.elements.iter().zip(&right.elements).all(same_element)
}

fn must_be_rebuilt(pair: &TablePair<'_>, exclusion: &Exclusion) -> bool {
    let keys = exclusion.elements.iter().filter_map(|element| element.key.part.expression());
    keys.chain(&exclusion.predicate).any(|expression| mentions_converted(pair, &expression.0))
}

fn columns(exclusion: &Exclusion) -> Vec<&str> {
    let keys = exclusion.elements.iter().filter_map(|element| element.key.part.column());
    keys.chain(exclusion.include.iter().map(String::as_str)).collect()
}
