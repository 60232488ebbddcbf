//! [`MigrationFile`] to text.

use super::{
    FormatError, MARKER, MigrationFile, STAGE, STATEMENT_BREAKPOINT, Stage, StageOptions, options,
    parse::trim,
};

pub(super) fn file(file: &MigrationFile) -> Result<String, FormatError> {
    let MigrationFile { header, stages } = file;
    let mut text = String::new();
    for (index, line) in header.iter().enumerate() {
        // A comment that begins with `>` is written after a space, so it cannot turn into a marker.
        if line.contains(['\n', '\r', '\0']) {
            return Err(FormatError::UnrenderableHeader { number: index + 1 });
        }
        text.push_str(if line.is_empty() { "--" } else { "-- " });
        text.push_str(line);
        text.push('\n');
    }
    let bare = stages.len() == 1 && stages[0].options == StageOptions::default();
    for (index, stage) in stages.iter().enumerate() {
        let canonical = self::stage(stage, index + 1)?;
        let body = if bare { &canonical[STAGE.len() + 1..] } else { &canonical };
        // The empty line ends the header, also the one that is not there: a comment of the statement is no header, and a
        // byte order mark at its beginning is not the file's.
        if !text.is_empty() || bare && body.starts_with(['-', '\u{feff}']) {
            text.push('\n');
        }
        text.push_str(body);
        text.push('\n');
    }
    Ok(text)
}

/// The canonical text of a stage, which its checksum is taken of. `number` is for the error.
pub(super) fn stage(stage: &Stage, number: usize) -> Result<String, FormatError> {
    let refuse = |problem| FormatError::UnrenderableStage { stage: number, problem };
    let Stage { options, statements } = stage;
    if statements.is_empty() {
        return Err(refuse("has no statement"));
    }
    if !options.transaction && statements.len() != 1 {
        return Err(refuse("runs outside a transaction and has several statements"));
    }
    for (index, statement) in statements.iter().enumerate() {
        if let Some(problem) = statement_problem(statement) {
            return Err(FormatError::UnrenderableStatement { stage: number, statement: index + 1, problem });
        }
    }
    let separator = format!("\n{STATEMENT_BREAKPOINT}\n");
    Ok(format!("{STAGE}{}\n{}", options::render(options).map_err(refuse)?, statements.join(&separator)))
}

fn statement_problem(statement: &str) -> Option<&'static str> {
    if trim(statement).is_empty() {
        Some("is empty")
    } else if trim(statement) != statement {
        Some("begins or ends with white space")
    } else if statement.lines().any(|line| line.starts_with(MARKER)) {
        Some("contains a line that begins with `-->`, which only markers do")
    } else if statement.contains('\r') {
        // Line endings are not part of a migration: this one would not survive a checkout.
        Some("contains a carriage return; in a string, write it as `E'\\r'`")
    } else if statement.contains('\0') {
        Some("contains a NUL character")
    } else {
        None
    }
}
