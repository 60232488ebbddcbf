//! What SQL that a person wrote risks.
//!
//! A generated statement has its [hazards](crate::hazard) from the step that it comes from. SQL of a custom migration,
//! and of one that was edited, comes from nowhere: it is parsed, and looked at by the rules of a linter.
//!
//! A migration counts as generated if its header has the line `levity:generated <sum>`, and the sum is that of its
//! statements. So a custom one never does, and a generated one no longer does once a statement of it has changed.
//! Options of a stage do not count: a person may set a time limit or accept a hazard.
//!
//! A *waiver* is a comment line `-- levity:allow <rule>: <reason>`. It holds for the statement that it stands in, from one
//! marker to the next; in the header, for the whole file. One that lacks a reason, names a rule that there is not, or
//! matches nothing, is a finding itself, which nothing waives.

mod origin;
mod rules;
mod text;
mod waiver;

use levity::migrate::file::{FormatError, MigrationFile};

pub(crate) use origin::generated_line;
use rules::{Violation, violations};
use text::Text;
use waiver::waivers;

/// Something in a migration that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What a waiver calls it.
    pub rule: String,
    /// What is the matter.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
    /// The line of `migration.sql`, from 1.
    pub line: usize,
    /// The column, from 1 and in characters.
    pub column: usize,
}

/// The findings in the text of a `migration.sql`, in their order; none in one that is as it was generated. `postgres` is
/// the major version that it is for, where that is known.
pub fn lint(sql: &str, postgres: Option<u32>) -> Result<Vec<Finding>, FormatError> {
    let file = MigrationFile::parse(sql)?;
    if origin::is_generated(&file) {
        return Ok(Vec::new());
    }
    let text = Text::new(sql);
    let stages = file.stages.iter().zip(&text.stages);
    let violations: Vec<Violation> = stages
        .flat_map(|(stage, statements)| violations(&text.only(statements), &stage.options, postgres))
        .collect();
    let waivers = waivers(&text);
    let is_waived = |violation: &&Violation| waivers.iter().any(|waiver| waiver.covers(violation));
    let mut findings: Vec<(usize, Finding)> = (violations.iter().filter(|violation| !is_waived(violation)))
        .map(|violation| (violation.offset, finding(&text, violation)))
        .collect();
    findings.extend(
        (waivers.iter().filter_map(|waiver| waiver.problem(&violations)))
            .map(|problem| (problem.offset, finding(&text, &problem))),
    );
    findings.sort_by_key(|(offset, _)| *offset);
    Ok(findings.into_iter().map(|(_, finding)| finding).collect())
}

fn finding(text: &Text<'_>, violation: &Violation) -> Finding {
    let (line, column) = text.place(violation.offset);
    let Violation { rule, message, hint, .. } = violation.clone();
    Finding { rule, message, hint, line, column }
}

#[cfg(test)]
mod tests;
