//! Applying one stage.

mod failure;
mod index;
mod on_partitions;
mod outside;
mod transaction;

use std::time::Instant;

pub use failure::{DatabaseState, StatementError};

use super::{
    MigrateError, Progress, StageId,
    file::{self, Stage, StageOptions},
    history::Migration,
    session::Session,
    store::{self, StageRow},
};

/// A stage to be applied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) migration: &'a Migration,
    /// From 1.
    pub(crate) number: usize,
}

impl<'a> Work<'a> {
    /// A migration without stages is recorded as one stage that does nothing.
    pub(crate) fn stages(&self) -> usize {
        self.migration.file.stages.len().max(1)
    }

    fn stage(&self) -> Option<&'a Stage> {
        self.migration.file.stages.get(self.number - 1)
    }

    pub(crate) fn options(&self) -> StageOptions {
        self.stage().map(|stage| stage.options.clone()).unwrap_or_default()
    }

    pub(crate) fn statements(&self) -> &'a [String] {
        self.stage().map_or(&[], |stage| &stage.statements)
    }

    pub(crate) fn checksum(&self) -> String {
        self.stage().map_or_else(
            || file::checksum(""),
            |stage| file::stage_checksum(stage).expect("a stage that was read can be written"),
        )
    }

    pub(crate) fn id(&self) -> StageId {
        StageId { tag: self.migration.tag.clone(), number: self.number, stages: self.stages() }
    }

    /// The line and column, from 1, of a character (from 1) of a statement (from 0).
    pub(crate) fn location(&self, statement: usize, character: u32) -> (usize, usize) {
        let start = self.migration.offsets[self.number - 1][statement];
        let text = &self.migration.sql;
        let skipped = usize::try_from(character.saturating_sub(1)).unwrap_or(0);
        let at = text[start..].char_indices().nth(skipped).map_or(text.len(), |(offset, _)| start + offset);
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        (text[..at].matches('\n').count() + 1, text[line_start..at].chars().count() + 1)
    }
}

/// Applies a stage and records it. `recorded` is its row, when an earlier run started it.
pub(crate) async fn apply(
    session: &Session<'_>,
    work: Work<'_>,
    recorded: Option<&StageRow>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let began = Instant::now();
    progress(Progress::Started { stage: work.id() });
    session.check_lock(&work).await?;
    let finished = match recorded {
        Some(row) => index::settle(session, &work, row, progress).await?,
        None => false,
    };
    if finished {
        store::finish(&session.client, session.project, &work)
            .await
            .map_err(|source| not_recorded(&work, source))?;
    } else if work.options().transaction {
        transaction::apply(session, &work, progress).await?;
    } else if let (true, Some(index)) = (work.options().on_partitions, &work.options().builds_index) {
        on_partitions::apply(session, &work, index, recorded, progress).await?;
    } else {
        outside::apply(session, &work, progress).await?;
    }
    progress(Progress::Applied { stage: work.id(), duration: began.elapsed() });
    Ok(())
}

fn not_recorded(work: &Work<'_>, source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Record { stage: work.id(), source }
}
