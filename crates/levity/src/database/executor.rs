//! Statements on whichever connection is free. One that the server had closed before the statement was sent is left for
//! another, once. That second time is in a box, because every statement would carry it.

use tokio_postgres::{Row, Statement as Prepared};
use tracing::Instrument;

use super::Database;
use crate::{
    CopyIn, Error, Executor, RowStream, connection::Connection, copy::Place, executor::sealed::Sealed,
    sql::Statement,
};

impl Sealed for &Database {}

impl Executor for &Database {
    type Rows = RowStream<'static>;
    type Copy = CopyIn<'static>;

    async fn query(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        match self.query_once(statement).await {
            Err(error) if error.is_unsent() => Box::pin(self.query_once(statement)).await,
            result => result,
        }
    }

    async fn execute(&self, statement: &Statement) -> Result<u64, Error> {
        match self.execute_once(statement).await {
            Err(error) if error.is_unsent() => Box::pin(self.execute_once(statement)).await,
            result => result,
        }
    }

    async fn stream(&self, statement: &Statement) -> Result<RowStream<'static>, Error> {
        match self.stream_once(statement).await {
            Err(error) if error.is_unsent() => Box::pin(self.stream_once(statement)).await,
            result => result,
        }
    }

    async fn copy_in(&self, sql: &str) -> Result<CopyIn<'static>, Error> {
        match self.copy_in_once(sql).await {
            Err(error) if error.is_unsent() => Box::pin(self.copy_in_once(sql)).await,
            result => result,
        }
    }

    async fn describe(&self, sql: &str) -> Result<Prepared, Error> {
        match self.describe_once(sql).await {
            Err(error) if error.is_unsent() => Box::pin(self.describe_once(sql)).await,
            result => result,
        }
    }
}

impl Database {
    async fn query_once(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        let connection = self.inner.pool.acquire().await?;
        self.explained(connection.query(statement).await, &connection).await
    }

    async fn execute_once(&self, statement: &Statement) -> Result<u64, Error> {
        let connection = self.inner.pool.acquire().await?;
        self.explained(connection.execute(statement).await, &connection).await
    }

    async fn stream_once(&self, statement: &Statement) -> Result<RowStream<'static>, Error> {
        let connection = self.inner.pool.acquire().await?;
        let mut observation = connection.observe(statement.sql.clone(), &statement.parameters);
        let answer = connection.stream(statement).instrument(observation.span()).await;
        observation.hand_over(&answer);
        let answer = self.explained(answer, &connection).await?;
        Ok(RowStream::of_connection(connection, statement.sql.clone(), answer, observation))
    }

    async fn copy_in_once(&self, sql: &str) -> Result<CopyIn<'static>, Error> {
        let connection = self.inner.pool.acquire().await?;
        let statement = self.explained(connection.describe(sql).await, &connection).await?;
        CopyIn::start(Place::Pooled(connection), sql, &statement).await
    }

    async fn describe_once(&self, sql: &str) -> Result<Prepared, Error> {
        let connection = self.inner.pool.acquire().await?;
        self.explained(connection.describe(sql).await, &connection).await
    }

    async fn explained<T>(&self, result: Result<T, Error>, connection: &Connection) -> Result<T, Error> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.explain(error, connection).await),
        }
    }
}
