use levity::schema::{EnumType, Schema};

use super::{
    UnsupportedChange,
    order::{Phase, Steps},
    pair::Pair,
};
use crate::step::{EnumPlace, Step};

pub(super) fn push_steps(
    schemas: Pair<&Schema>,
    steps: &mut Steps,
    unsupported: &mut Vec<UnsupportedChange>,
) {
    let Pair { previous, next } = schemas;
    for enum_type in &next.enum_types {
        match previous.enum_type(&enum_type.name) {
            None => steps.push(Phase::CreateEnumTypes, Step::CreateEnumType(enum_type.clone())),
            Some(before) => push_value_steps(Pair { previous: before, next: enum_type }, steps, unsupported),
        }
    }
    for enum_type in &previous.enum_types {
        if next.enum_type(&enum_type.name).is_none() {
            steps.push(Phase::DropEnumTypes, Step::DropEnumType { name: enum_type.name.clone() });
        }
    }
}

fn push_value_steps(types: Pair<&EnumType>, steps: &mut Steps, unsupported: &mut Vec<UnsupportedChange>) {
    let labels =
        types.map(|enum_type| enum_type.values.iter().map(|value| value.label.as_str()).collect::<Vec<_>>());
    let name = &types.next.name;
    let owned = |labels: Vec<&str>| labels.into_iter().map(str::to_owned).collect();

    let removed: Vec<&str> =
        labels.previous.iter().copied().filter(|label| !labels.next.contains(label)).collect();
    if !removed.is_empty() {
        unsupported
            .push(UnsupportedChange::EnumValuesRemoved { enum_type: name.clone(), labels: owned(removed) });
        return;
    }
    let kept: Vec<&str> =
        labels.next.iter().copied().filter(|label| labels.previous.contains(label)).collect();
    if kept != labels.previous {
        unsupported.push(UnsupportedChange::EnumValuesReordered {
            enum_type: name.clone(),
            order: owned(labels.previous),
        });
        return;
    }
    for (position, label) in labels.next.iter().enumerate() {
        if kept.contains(label) {
            continue;
        }
        let following = labels.next[position..].iter().find(|label| kept.contains(label));
        let place = match (following, position.checked_sub(1)) {
            (None, _) => EnumPlace::Last,
            (Some(_), Some(before)) => EnumPlace::After(labels.next[before].to_owned()),
            (Some(following), None) => EnumPlace::Before((*following).to_owned()),
        };
        steps.push(
            Phase::AddEnumValues,
            Step::AddEnumValue { enum_type: name.clone(), label: (*label).to_owned(), place },
        );
    }
}
