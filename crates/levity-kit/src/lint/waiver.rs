//! What a person has looked at and found right.

use std::ops::Range;

use super::{
    rules::{Violation, is_rule},
    text::Text,
};

const MARK: &str = "levity:allow";

pub(super) struct Waiver<'a> {
    rule: &'a str,
    reason: &'a str,
    scope: Range<usize>,
    /// The byte at which the comment begins.
    offset: usize,
}

/// The waivers of a file, in their order.
pub(super) fn waivers<'a>(text: &Text<'a>) -> Vec<Waiver<'a>> {
    let whole = 0..text.whole.len();
    let header = (text.header.clone(), whole);
    let statements = text.stages.iter().flatten().map(|range| (range.clone(), range.clone()));
    let mut waivers = Vec::new();
    for (range, scope) in [header].into_iter().chain(statements) {
        let mut begin = range.start;
        for line in text.whole[range].split_inclusive('\n') {
            let comment = line.trim_start();
            let offset = begin + line.len() - comment.len();
            begin += line.len();
            let Some(comment) = comment.strip_prefix("--") else { continue };
            let Some(waived) = comment.trim().strip_prefix(MARK) else { continue };
            let (rule, reason) = waived.split_once(':').unwrap_or((waived, ""));
            waivers.push(Waiver { rule: rule.trim(), reason: reason.trim(), scope: scope.clone(), offset });
        }
    }
    waivers
}

impl Waiver<'_> {
    /// Whether it lets this pass.
    pub(super) fn covers(&self, violation: &Violation) -> bool {
        !self.reason.is_empty() && self.rule == violation.rule && self.scope.contains(&violation.offset)
    }

    /// What is wrong with the waiver itself. `violations` is all that is found without it.
    pub(super) fn problem(&self, violations: &[Violation]) -> Option<Violation> {
        let Self { rule, offset, .. } = *self;
        let problem = |name: &str, message: String, hint: &str| {
            Some(Violation { rule: name.to_owned(), message, hint: Some(hint.to_owned()), offset })
        };
        if !is_rule(rule) {
            return problem(
                "unknown-rule",
                format!("the waiver names `{rule}`, and there is no such rule"),
                "write `-- levity:allow <rule>: <reason>`, with the rule as a finding names it",
            );
        }
        if self.reason.is_empty() {
            return problem(
                "waiver-without-reason",
                format!("the waiver of `{rule}` does not say why"),
                "write `-- levity:allow <rule>: <reason>`",
            );
        }
        if !violations.iter().any(|violation| self.covers(violation)) {
            return problem(
                "unused-waiver",
                format!("the waiver of `{rule}` matches nothing"),
                "remove it; a waiver holds up to the next marker, and in the header for the whole file",
            );
        }
        None
    }
}
