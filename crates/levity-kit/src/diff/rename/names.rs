use std::collections::{BTreeMap, BTreeSet};

use levity::schema::ObjectName;

use super::super::{DiffError, ObjectKind, Question, RenameHints, UnsupportedChange, pair::Pair};

/// A part under its two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Renamed {
    pub(super) previous: String,
    pub(super) next: String,
}

/// Matches the names of one owner after another, and collects what stays open.
pub(super) struct Names<'a> {
    hints: &'a RenameHints,
    used: BTreeSet<String>,
    questions: Vec<Question>,
    exchanged: Vec<UnsupportedChange>,
}

impl<'a> Names<'a> {
    pub(super) fn new(hints: &'a RenameHints) -> Self {
        Self { hints, used: BTreeSet::new(), questions: Vec::new(), exchanged: Vec::new() }
    }

    /// The renames of the objects of one kind, each within its namespace. `name` is an object's name, and the one that it
    /// says to have had.
    pub(super) fn resolve_objects<'n, T>(
        &mut self,
        kind: ObjectKind,
        objects: Pair<&'n [T]>,
        name: impl Fn(&'n T) -> (&'n ObjectName, Option<&'n str>),
        similar: impl Fn(&T, &T) -> bool,
    ) -> Vec<(ObjectName, ObjectName)> {
        let mut namespaces: BTreeMap<Option<&str>, Pair<BTreeMap<&str, &T>>> = BTreeMap::new();
        for object in objects.previous {
            let (name, _) = name(object);
            namespaces.entry(name.namespace.as_deref()).or_default().previous.insert(&name.name, object);
        }
        for object in objects.next {
            let (name, _) = name(object);
            namespaces.entry(name.namespace.as_deref()).or_default().next.insert(&name.name, object);
        }
        let mut renames = Vec::new();
        for (namespace, Pair { previous, next }) in namespaces {
            let qualified =
                |name: &str| ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() };
            let renamed = self.resolve(
                kind,
                |name| qualified(name).to_string(),
                previous.keys().copied(),
                next.iter().map(|(own, object)| (*own, name(object).1)),
                |before, after| similar(previous[before], next[after]),
            );
            let names = |renamed: &Renamed| (qualified(&renamed.previous), qualified(&renamed.next));
            renames.extend(renamed.iter().map(names));
        }
        renames
    }

    /// The renames among the names of one owner, in an order in which every new name is free when it is taken.
    ///
    /// A name that exists on both sides is the same object, whatever a `renamed_from` says: that is what a
    /// `renamed_from` looks like that has done its work and was left in the schema.
    pub(super) fn resolve<'n>(
        &mut self,
        kind: ObjectKind,
        hint_name: impl Fn(&str) -> String,
        previous: impl Iterator<Item = &'n str>,
        next: impl Iterator<Item = (&'n str, Option<&'n str>)>,
        similar: impl Fn(&str, &str) -> bool,
    ) -> Vec<Renamed> {
        let previous: Vec<&str> = previous.collect();
        let next: Vec<(&str, Option<&str>)> = next.collect();
        let mut declared: Vec<(&str, &str)> = Vec::new();
        for name in &previous {
            if let Some(hint) = self.hints.renamed.get(&hint_name(name))
                && let Some((next, _)) = next.iter().find(|(candidate, _)| candidate == hint)
            {
                declared.push((name, next));
            }
        }
        for (name, renamed_from) in &next {
            if let Some(before) = renamed_from
                && previous.contains(before)
                && declared.iter().all(|(previous, next)| previous != before && next != name)
            {
                declared.push((before, name));
            }
        }

        // In rounds, since a name can become free by another rename (`b` to `c`, then `a` to `b`).
        let mut taken: BTreeSet<&str> = previous.iter().copied().collect();
        let mut renamed = Vec::new();
        while let Some(position) = declared.iter().position(|(_, next)| !taken.contains(next)) {
            let (before, after) = declared.remove(position);
            taken.remove(before);
            taken.insert(after);
            let hint = hint_name(before);
            if self.hints.renamed.contains_key(&hint) {
                self.used.insert(hint);
            }
            renamed.push(Renamed { previous: before.to_owned(), next: after.to_owned() });
        }
        // What is left has done its work, unless it leads round: nobody gets there by one rename after another.
        if let Some((before, after)) = declared.iter().find(|(before, _)| leads_round(&declared, before)) {
            let (previous, next) = (hint_name(before), (*after).to_owned());
            self.exchanged.push(UnsupportedChange::Exchange { kind, previous, next });
        }

        let gone = previous.iter().filter(|name| {
            next.iter().all(|(kept, _)| kept != *name)
                && renamed.iter().all(|renamed| renamed.previous != **name)
        });
        let added: Vec<&str> =
            next.iter().map(|(name, _)| *name).filter(|name| !taken.contains(name)).collect();
        for name in gone {
            let previous = hint_name(name);
            let mapped = self.hints.mapped.get(&previous).is_some_and(|target| {
                kind == ObjectKind::EnumValue && next.iter().any(|(label, _)| label == target)
            });
            if mapped || self.hints.dropped.contains(&previous) {
                self.used.insert(previous);
                continue;
            }
            let candidates: Vec<String> =
                added.iter().filter(|added| similar(name, added)).map(|name| (*name).to_owned()).collect();
            if !candidates.is_empty() {
                self.questions.push(Question { kind, previous, candidates });
            }
        }
        renamed
    }

    /// Fails when a question is open or a hint was of no use: a mistyped hint must not turn into a dropped column.
    pub(super) fn finish(self) -> Result<(), DiffError> {
        let Self { hints, used, questions, exchanged } = self;
        if !exchanged.is_empty() {
            return Err(DiffError::Unsupported { changes: exchanged });
        }
        let renamed = hints.renamed.iter().filter(|(name, _)| !used.contains(*name));
        let mapped = hints.mapped.iter().filter(|(name, _)| !used.contains(*name));
        let dropped = hints.dropped.iter().filter(|name| !used.contains(*name));
        let unused: Vec<String> = (renamed.map(|(name, next)| format!("--rename {name}={next}")))
            .chain(mapped.map(|(name, next)| format!("--map {name}={next}")))
            .chain(dropped.map(|name| format!("--drop {name}")))
            .collect();
        if !unused.is_empty() {
            return Err(DiffError::UnknownHints { hints: unused });
        }
        if !questions.is_empty() {
            return Err(DiffError::Ambiguous { questions });
        }
        Ok(())
    }
}

/// Whether renames lead from a name back to it.
fn leads_round(renames: &[(&str, &str)], name: &str) -> bool {
    let next = |name: &str| renames.iter().find(|(before, _)| *before == name).map(|(_, after)| *after);
    std::iter::successors(next(name), |name| next(name)).take(renames.len()).any(|after| after == name)
}
