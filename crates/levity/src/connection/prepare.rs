//! Prepared statements, and those that no longer fit.

use std::sync::{PoisonError, atomic::Ordering};

use tokio_postgres::{Statement, error::SqlState};

use super::Connection;
use crate::Error;

pub(super) struct Prepared {
    pub(super) statement: Statement,
    cached: bool,
}

impl Connection {
    /// What the server knows of a statement: the types of its parameters and columns.
    pub(crate) async fn describe(&self, sql: &str) -> Result<Statement, Error> {
        Ok(self.prepared(sql).await?.statement)
    }

    pub(super) async fn prepared(&self, sql: &str) -> Result<Prepared, Error> {
        if let Some(statements) = &self.statements {
            let cached = statements.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
            if let Some(statement) = cached {
                return Ok(Prepared { statement, cached: true });
            }
        }
        // In a box, because every statement would carry it.
        let prepared = self.track(Box::pin(self.client.prepare(sql))).await;
        let statement = prepared.map_err(|error| self.failure(sql, error))?;
        if let Some(statements) = &self.statements {
            let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
            statements.put(sql.to_owned(), statement.clone());
        }
        Ok(Prepared { statement, cached: false })
    }

    /// After a failure, the statement to try once more: where one from the cache no longer fits the schema, outside of a
    /// transaction. The server refused it before any of it took effect. Else the failure.
    pub(super) async fn prepared_again(
        &self,
        sql: &str,
        prepared: &Prepared,
        error: tokio_postgres::Error,
    ) -> Result<Prepared, Error> {
        let error = self.refused(sql, error);
        if !prepared.cached || !error.is_stale_statement() || self.in_transaction.load(Ordering::Relaxed) {
            return Err(error);
        }
        self.prepared(sql).await
    }

    /// The failure of a prepared statement. One that no longer fits is not used again.
    pub(super) fn refused(&self, sql: &str, error: tokio_postgres::Error) -> Error {
        let error = self.failure(sql, error);
        if error.is_stale_statement() {
            self.forget(sql, &error);
        }
        error
    }

    fn forget(&self, sql: &str, error: &Error) {
        if let Some(statements) = &self.statements {
            let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
            if error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME) {
                // Somebody ran `DEALLOCATE ALL`, or another server answers now.
                statements.clear();
                self.spoiled.store(true, Ordering::Relaxed);
            } else {
                if self.in_transaction.load(Ordering::Relaxed) {
                    // One of them is found out each time that the transaction is tried.
                    statements.clear();
                } else {
                    statements.pop(sql);
                }
                self.client.clear_type_cache();
            }
        }
    }
}
