//! The text of whole statements.

use super::{Statement, writer::Writer};
use crate::query::{Body, Cte, Fragment, Select, SetQuery};

pub(crate) fn select(select: &Select) -> Statement {
    let mut writer = Writer::default();
    writer.select(select);
    writer.finish()
}

pub(crate) fn set(set: &SetQuery) -> Statement {
    let mut writer = Writer::default();
    writer.set(set);
    writer.finish()
}

/// The number of rows that a query has.
pub(crate) fn count(with: &[Cte], body: &Body) -> Statement {
    let mut writer = Writer::default();
    writer.with(with).text("SELECT pg_catalog.count(*) FROM (").body(body).text(") AS counted");
    writer.finish()
}

/// The plan of a statement; with `analyze`, after running it.
pub(crate) fn explain(statement: &Statement, analyze: bool) -> Statement {
    let options = if analyze { "EXPLAIN (ANALYZE, BUFFERS) " } else { "EXPLAIN " };
    Statement { sql: format!("{options}{}", statement.sql), parameters: statement.parameters.clone() }
}

/// A whole statement of the caller's.
pub(crate) fn custom(fragments: &[Fragment]) -> Statement {
    let mut writer = Writer::default();
    writer.fragments(fragments);
    writer.finish()
}
