use std::pin::Pin;

use futures_util::TryStreamExt;
use tokio_postgres::{Row, RowStream, Statement as Prepared};

use super::{Connection, values};
use crate::{Error, sql::Statement};

/// The first row of a result, if it has one, and those that are still to come. The driver holds a few kilobytes of them;
/// when nobody reads, the server waits.
pub(crate) struct Answer {
    pub(crate) first: Option<Row>,
    pub(crate) rest: Pin<Box<RowStream>>,
}

impl Connection {
    /// Runs a statement until its first row is there.
    pub(crate) async fn stream(&self, statement: &Statement) -> Result<Answer, Error> {
        let mut prepared = self.prepared(&statement.sql).await?;
        loop {
            match self.track(self.start(&prepared.statement, statement)).await {
                Ok(answer) => {
                    if answer.first.is_some() {
                        self.leave_unread();
                    }
                    return Ok(answer);
                }
                Err(error) => prepared = self.prepared_again(&statement.sql, &prepared, error).await?,
            }
        }
    }

    async fn start(
        &self,
        prepared: &Prepared,
        statement: &Statement,
    ) -> Result<Answer, tokio_postgres::Error> {
        let mut rest = Box::pin(self.client.query_raw(prepared, values(statement)).await?);
        let first = rest.try_next().await?;
        Ok(Answer { first, rest })
    }
}
