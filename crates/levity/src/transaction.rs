//! Transactions, and savepoints as transactions inside them.

mod cursor;
mod executor;
mod options;
mod session;

use std::{fmt, sync::Arc};

use crate::{Database, Error, pool::PooledConnection};
pub(crate) use cursor::Cursor;
pub use options::{Isolation, TransactionOptions};
use session::OUTERMOST;
pub(crate) use session::Session;

/// A transaction, or a savepoint inside one. Statements run in it by `&transaction`.
///
/// It is rolled back when it is dropped without [`Transaction::commit`], also when a future that owns it is dropped: its
/// connection is never handed to anybody else with the transaction open.
///
/// While a nested transaction is open, the one around it refuses statements: whether they belong to the savepoint would
/// depend on how the nested one ends. After a statement has failed, the server refuses all that follow; a nested
/// transaction limits that to itself.
///
/// Statements that do not need each other's results can be sent without waiting in between: joined, with `tokio::try_join!`
/// for example, all of them cost one round trip, and one more when they run for the first time on their connection. The
/// server runs them one after the other. Do not rely on the order: one that has to be prepared is sent after those that
/// do not.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction {
    session: Arc<Session>,
    level: u32,
}

impl Transaction {
    pub(crate) async fn begin_on(
        connection: PooledConnection,
        database: Database,
        options: TransactionOptions,
    ) -> Result<Self, Error> {
        connection.enter_transaction();
        // Before the request: should this future be dropped, the transaction must be rolled back.
        let transaction = Self { session: Arc::new(Session::new(connection, database)), level: OUTERMOST };
        transaction.session.connection.batch(&options.begin()).await?;
        Ok(transaction)
    }

    /// Opens a nested transaction, which is a savepoint: it can be rolled back alone, and becomes permanent when all
    /// around it are committed.
    ///
    /// # Errors
    ///
    /// When another nested transaction is open, or a statement has failed before.
    pub async fn begin(&self) -> Result<Self, Error> {
        self.check().await?;
        let level = self.session.levels().open_next();
        let nested = Self { session: self.session.clone(), level };
        match self.session.connection.batch(&format!("SAVEPOINT {}", nested.savepoint())).await {
            Ok(()) => Ok(nested),
            Err(error) => {
                // There is no savepoint to go back to.
                self.session.levels().end(level);
                Err(error)
            }
        }
    }

    /// Runs `work` in a nested transaction: committed when it returns `Ok`, else rolled back.
    ///
    /// # Errors
    ///
    /// That of `work`, or of the savepoint.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.begin().await?.run(work).await
    }

    pub(crate) async fn run<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        let result = work(&self).await;
        self.end(result).await.0
    }

    /// Commits or rolls back, as the result of the work asks. Says also whether a failure is one for which the work can be
    /// done again: the outcome is known, and it depended on what others did at the time.
    pub(crate) async fn end<T, E: From<Error>>(self, result: Result<T, E>) -> (Result<T, E>, bool) {
        let session = self.session.clone();
        let result = match result {
            Ok(value) => self.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                // What went wrong first is the answer; a connection that cannot roll back is closed.
                let _ = self.rollback().await;
                Err(error)
            }
        };
        let conflict = result.is_err() && session.connection.has_conflict();
        (result, conflict)
    }

    /// Makes the transaction permanent.
    ///
    /// # Errors
    ///
    /// When it cannot be: a statement has failed before, a deferred constraint is violated, a concurrent transaction is
    /// in the way. It is rolled back then. When the connection is lost meanwhile, the outcome is not known, and the error
    /// says so.
    pub async fn commit(self) -> Result<(), Error> {
        self.check().await?;
        let connection = &self.session.connection;
        if self.level == OUTERMOST {
            // The server answers to COMMIT of a failed transaction with a ROLLBACK that is no error. A statement before
            // it, in the same message, makes it one.
            let result = connection.batch("SELECT; COMMIT").await.map_err(Error::into_commit_failure);
            // A cancellation can have hit that statement as well as the commit.
            let open =
                matches!(&result, Err(error) if error.is_rolled_back() || error.is_statement_timeout());
            if !open {
                connection.leave_transaction();
                connection.settle();
            }
            result?;
        } else {
            connection
                .batch(&format!("RELEASE SAVEPOINT {}", self.savepoint()))
                .await
                .map_err(Error::into_commit_failure)?;
        }
        self.session.levels().end(self.level);
        Ok(())
    }

    /// Undoes the transaction. Dropping it does the same, without waiting.
    ///
    /// # Errors
    ///
    /// When the connection is lost; the server rolls back by itself then.
    pub async fn rollback(self) -> Result<(), Error> {
        self.check().await?;
        let connection = &self.session.connection;
        if self.level == OUTERMOST {
            connection.batch("ROLLBACK").await?;
            connection.leave_transaction();
            connection.settle();
        } else {
            connection.batch(&self.rollback_to_savepoint()).await?;
            connection.clear_conflict();
        }
        self.session.levels().end(self.level);
        Ok(())
    }

    pub(crate) fn set_last_attempt(&self, tried: u32) {
        self.session.connection.set_last_attempt(tried);
    }

    async fn check(&self) -> Result<(), Error> {
        self.session.check(self.level)?;
        self.session.connection.keep_step().await
    }

    fn savepoint(&self) -> String {
        format!("levity_{}", self.level)
    }

    fn rollback_to_savepoint(&self) -> String {
        let savepoint = self.savepoint();
        format!("ROLLBACK TO SAVEPOINT {savepoint}; RELEASE SAVEPOINT {savepoint}")
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.session.levels().end(self.level) {
            return;
        }
        let connection = &self.session.connection;
        if self.level != OUTERMOST {
            connection.send(&self.rollback_to_savepoint());
            connection.clear_conflict();
        } else if connection.leave_transaction() {
            connection.send("ROLLBACK");
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.session.levels().is_open(self.level);
        f.debug_struct("Transaction").field("level", &self.level).field("open", &open).finish_non_exhaustive()
    }
}
