//! What is found in SQL that people wrote.

use std::{env, fs};

use levity::migrate::{
    History, HistoryError,
    history::{MIGRATION_FILE, Migration},
};
use levity_kit::lint::{Finding, lint};
use serde::Serialize;

use crate::{
    context::Context,
    failure::Failure,
    printer::{BLUE, BOLD, YELLOW, styled},
};

/// A finding, and where it is.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    migration: String,
    rule: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Path, line and column.
    place: String,
}

/// The findings in all migrations. Reads files, and nothing else.
pub(crate) fn find(context: &Context, history: &History) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for migration in history.migrations() {
        found.extend(find_in(context, migration)?);
    }
    Ok(found)
}

fn find_in(context: &Context, migration: &Migration) -> Result<Vec<Found>, HistoryError> {
    let tag = &migration.tag;
    let path = context.project.migrations.join(tag.as_str()).join(MIGRATION_FILE);
    let text =
        fs::read_to_string(&path).map_err(|source| HistoryError::Read { path: path.clone(), source })?;
    let findings = lint(&text, context.project.postgres)
        .map_err(|source| HistoryError::Format { tag: tag.clone(), source })?;
    let path = env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(&path);
    let found = |Finding { rule, message, hint, line, column }| {
        let place = format!("{}:{line}:{column}", path.display());
        Found { migration: tag.to_string(), rule, message, hint, place }
    };
    Ok(findings.into_iter().map(found).collect())
}

/// The findings as lines for a person.
pub(crate) fn lines(found: &[Found]) -> Vec<String> {
    let mut lines = Vec::new();
    for Found { rule, message, hint, place, .. } in found {
        lines.push(format!("{}: {message}", styled(YELLOW, rule)));
        lines.push(format!(" {} {place}", styled(BLUE, "-->")));
        lines.extend(hint.iter().map(|hint| format!("  {} {hint}", styled(BOLD, "hint:"))));
    }
    if !found.is_empty() {
        let waiver =
            "correct it, or say above the statement why it is right: `-- levity:allow <rule>: <reason>`";
        lines.push(waiver.to_owned());
    }
    lines
}
