//! Text to [`MigrationFile`].

use std::borrow::Cow;

use super::{FormatError, MARKER, MigrationFile, STAGE, STATEMENT_BREAKPOINT, Stage, StageOptions, options};

/// A file with the place of each statement.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    pub(crate) file: MigrationFile,
    /// For each stage, for each statement, the byte at which it begins in the normalised text.
    pub(crate) offsets: Vec<Vec<usize>>,
}

/// The text as it is read and hashed: without a byte order mark, lines ended by LF alone.
pub(crate) fn normalise(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// White space that is not part of a statement.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_whitespace())
}

/// Reads a normalised text.
pub(crate) fn parse(text: &str) -> Result<Parsed, FormatError> {
    if let Some(at) = text.find('\0') {
        return Err(FormatError::Nul { line: line_at(text, at) });
    }
    if let Some(at) = text.find('\r') {
        return Err(FormatError::CarriageReturn { line: line_at(text, at) });
    }
    let mut header = Vec::new();
    let mut reader = Reader { text, ..Reader::default() };
    let mut offset = 0;
    let mut in_header = true;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 1;
        let content = line.strip_suffix('\n').unwrap_or(line);
        let next = offset + line.len();
        if content.starts_with(MARKER) {
            in_header = false;
            reader.marker(number, content, offset)?;
            reader.statement_start = next;
        } else if let Some(comment) = content.strip_prefix("--")
            && in_header
        {
            header.push(comment.strip_prefix(' ').unwrap_or(comment).to_owned());
            reader.statement_start = next;
        } else {
            in_header = false;
        }
        offset = next;
    }
    reader.end_stage(text.len())?;
    Ok(Parsed { file: MigrationFile { header, stages: reader.stages }, offsets: reader.offsets })
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    stages: Vec<Stage>,
    offsets: Vec<Vec<usize>>,
    current: Stage,
    current_offsets: Vec<usize>,
    /// The line of the current stage's marker; none for the stage that needs no marker.
    stage_line: Option<usize>,
    /// The line of the last breakpoint of the current stage.
    breakpoint_line: Option<usize>,
    statement_start: usize,
}

impl Reader<'_> {
    fn marker(&mut self, line: usize, content: &str, offset: usize) -> Result<(), FormatError> {
        let content = content.trim_end_matches([' ', '\t']);
        if content == STATEMENT_BREAKPOINT {
            if !self.end_statement(offset) {
                return Err(FormatError::EmptyStatement { line, side: "before" });
            }
            self.breakpoint_line = Some(line);
            return Ok(());
        }
        let options = content
            .strip_prefix(STAGE)
            .filter(|options| options.is_empty() || options.starts_with([' ', '\t']))
            .ok_or_else(|| FormatError::UnknownMarker { line, text: content.to_owned() })?;
        self.end_stage(offset)?;
        let options: StageOptions = options::parse(options)
            .map_err(|(option, problem)| FormatError::Option { line, option, problem })?;
        self.current.options = options;
        self.stage_line = Some(line);
        Ok(())
    }

    /// Takes the text up to `end` as a statement; false when there is none.
    fn end_statement(&mut self, end: usize) -> bool {
        let between = &self.text[self.statement_start..end];
        let statement = trim(between);
        if statement.is_empty() {
            return false;
        }
        let leading = between.len() - between.trim_ascii_start().len();
        self.current_offsets.push(self.statement_start + leading);
        self.current.statements.push(statement.to_owned());
        true
    }

    fn end_stage(&mut self, end: usize) -> Result<(), FormatError> {
        if !self.end_statement(end) {
            if let Some(line) = self.breakpoint_line {
                return Err(FormatError::EmptyStatement { line, side: "after" });
            }
            return match self.stage_line {
                Some(line) => Err(FormatError::EmptyStage { line }),
                None => Ok(()),
            };
        }
        let stage = std::mem::take(&mut self.current);
        if let Some(line) = self.stage_line.take()
            && !stage.options.transaction
            && stage.statements.len() != 1
        {
            return Err(FormatError::SeveralStatements { line, statements: stage.statements.len() });
        }
        self.breakpoint_line = None;
        self.stages.push(stage);
        self.offsets.push(std::mem::take(&mut self.current_offsets));
        Ok(())
    }
}

/// The line, from 1, that holds a byte.
fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}
