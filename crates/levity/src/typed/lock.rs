use std::marker::PhantomData;

use super::{Never, Nullability, Scope, Source};
use crate::query;

/// A lock on the rows that a query returns; made by [`for_update`] and its siblings, and given to
/// [`Query::lock`](super::Query::lock).
#[derive(Debug)]
pub struct Lock<S> {
    ast: query::Lock,
    marker: PhantomData<fn() -> S>,
}

/// Whether a table's rows can be locked, by whether a join can leave them out.
#[diagnostic::on_unimplemented(
    message = "rows that an outer join can leave out cannot be locked",
    label = "PostgreSQL locks the other tables of this query only"
)]
pub trait Lockable: Nullability {}

impl Lockable for Never {}

impl<S: Scope> Lock<S> {
    pub(super) fn into_ast(self) -> query::Lock {
        self.ast
    }

    /// Locks the rows of this table only. Called again, those of the other one too.
    pub fn of<T: Source>(mut self) -> Lock<(T, S)> {
        self.ast.of.push(T::ALIAS);
        Lock { ast: self.ast, marker: PhantomData }
    }

    /// Leaves out the rows that somebody else has locked, instead of waiting.
    #[must_use]
    pub fn skip_locked(mut self) -> Self {
        self.ast.wait = Some("SKIP LOCKED");
        self
    }

    /// Fails when somebody else has locked a row, instead of waiting.
    #[must_use]
    pub fn nowait(mut self) -> Self {
        self.ast.wait = Some("NOWAIT");
        self
    }
}

fn lock(strength: &'static str) -> Lock<()> {
    Lock { ast: query::Lock { strength, of: Vec::new(), wait: None }, marker: PhantomData }
}

/// `FOR UPDATE`: nobody else can change, delete or lock the rows.
pub fn for_update() -> Lock<()> {
    lock("UPDATE")
}

/// `FOR NO KEY UPDATE`: as [`for_update`], but others can insert rows that refer to these.
pub fn for_no_key_update() -> Lock<()> {
    lock("NO KEY UPDATE")
}

/// `FOR SHARE`: nobody can change or delete the rows.
pub fn for_share() -> Lock<()> {
    lock("SHARE")
}

/// `FOR KEY SHARE`: nobody can delete the rows or change their keys.
pub fn for_key_share() -> Lock<()> {
    lock("KEY SHARE")
}
