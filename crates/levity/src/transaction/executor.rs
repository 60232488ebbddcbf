use tokio_postgres::{Row, Statement as Prepared};
use tracing::Instrument;

use super::{Cursor, Transaction};
use crate::{CopyIn, Error, Executor, RowStream, copy::Place, executor::sealed::Sealed, sql::Statement};

impl Sealed for &Transaction {}

impl<'a> Executor for &'a Transaction {
    type Rows = RowStream<'a>;
    type Copy = CopyIn<'a>;

    async fn query(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        self.check().await?;
        self.explained(self.session.connection.query(statement).await).await
    }

    async fn execute(&self, statement: &Statement) -> Result<u64, Error> {
        self.check().await?;
        self.explained(self.session.connection.execute(statement).await).await
    }

    async fn stream(&self, statement: &Statement) -> Result<RowStream<'a>, Error> {
        self.check().await?;
        let mut observation = self.session.connection.observe(statement.sql.clone(), &statement.parameters);
        // In a box, because it is large and waits for the server several times.
        let cursor = Box::pin(Cursor::open(&self.session, self.level, statement));
        let cursor = cursor.instrument(observation.span()).await;
        observation.hand_over(&cursor);
        Ok(RowStream::of_cursor(self.explained(cursor).await?, observation))
    }

    async fn copy_in(&self, sql: &str) -> Result<CopyIn<'a>, Error> {
        self.check().await?;
        let statement = self.explained(self.session.connection.describe(sql).await).await?;
        // Again, because nothing that is sent from here on is answered before the end of the data.
        self.check().await?;
        let place = Place::Transaction(self.session.clone());
        CopyIn::start(place, sql, &statement).await
    }

    async fn describe(&self, sql: &str) -> Result<Prepared, Error> {
        self.check().await?;
        self.explained(self.session.connection.describe(sql).await).await
    }
}

impl Transaction {
    async fn explained<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.session.database.explain_elsewhere(error).await),
        }
    }
}
