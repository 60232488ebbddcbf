use super::{HistoryError, Migration};

/// A migration as [`embed_migrations!`](crate::embed_migrations) puts it into a binary.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedMigration {
    /// The name of its directory.
    pub tag: &'static str,
    /// The text of its `migration.sql`.
    pub sql: &'static str,
    /// The first line of its `snapshot.jsonl`.
    pub snapshot_head: &'static str,
}

impl EmbeddedMigration {
    pub(super) fn read(&self) -> Result<Migration, HistoryError> {
        let tag = self.tag.parse().map_err(|source| HistoryError::Tag { source })?;
        Migration::new(tag, self.sql, self.snapshot_head)
    }
}
