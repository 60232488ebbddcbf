//! Data on their way into a table.

use std::{
    fmt,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::Sink;
use tokio_postgres::{CopyInSink, Statement as Prepared};
use tracing::Instrument;

use crate::{
    CopySink, Error, Transaction,
    connection::Connection,
    executor::sealed::Sealed,
    observe::{Observation, Outcome},
    pool::PooledConnection,
    transaction::Session,
};

/// The data of a `COPY … FROM STDIN`: a sink of bytes in the format that the statement names, cut anywhere.
///
/// Nothing is stored before [`CopyIn::finish`]. When it is dropped before, nothing is stored at all.
///
/// On a [`Database`](crate::Database) it keeps a connection of the pool for so long. In a
/// [`Transaction`](crate::Transaction) no other statement can run meanwhile: it is refused. Dropping it there is a
/// statement that has failed, so that all which follow are refused until the transaction is rolled back; a nested
/// transaction limits that to itself.
///
/// The server may refuse the data early; that is told at the end. Where it refuses the `COPY` itself, before it looks for data
/// (the table does not exist, a trigger of the statement fails), the driver has lost count of the answers, and the connection
/// is closed: a transaction ends with it, the nested one and those around it.
#[must_use = "nothing is stored before `finish`"]
pub struct CopyIn<'a> {
    // Dropped before the connection is given back.
    sink: Pin<Box<CopyInSink<Bytes>>>,
    stored: Option<u64>,
    observation: Observation<'static>,
    open: Open,
    transaction: PhantomData<&'a Transaction>,
}

/// Where the data go.
pub(crate) enum Place {
    Pooled(PooledConnection),
    Transaction(Arc<Session>),
}

/// A place on which the server waits for data. There is none any more when it has said its last word.
struct Open {
    place: Option<Place>,
    sql: String,
}

impl CopyIn<'_> {
    pub(crate) async fn start(place: Place, sql: &str, statement: &Prepared) -> Result<Self, Error> {
        place.set_copying(true);
        let mut observation = place.connection().observe(sql.to_owned(), &[]);
        let mut open = Open { place: Some(place), sql: sql.to_owned() };
        let sink = open.begin(statement).instrument(observation.span()).await;
        observation.hand_over(&sink);
        Ok(Self { sink: Box::pin(sink?), stored: None, observation, open, transaction: PhantomData })
    }

    /// Stores the data, and gives the number of rows.
    ///
    /// # Errors
    ///
    /// When the server refuses them, then nothing is stored; or when the connection is lost.
    pub async fn finish(self) -> Result<u64, Error> {
        CopySink::finish(self).await
    }

    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<Result<u64, Error>> {
        if let (Some(rows), None) = (self.stored, &self.open.place) {
            return Poll::Ready(Ok(rows));
        }
        let result = ready!(self.poll_outcome(context));
        match &result {
            Ok(rows) => self.observation.end(&Outcome::Affected(*rows)),
            Err(error) => self.observation.end(&Outcome::Failed(error)),
        }
        Poll::Ready(result)
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Result<u64, Error>> {
        let rows = match self.stored {
            Some(rows) => rows,
            None => match ready!(self.sink.as_mut().poll_finish(context)) {
                Ok(rows) => *self.stored.insert(rows),
                Err(error) => return Poll::Ready(Err(self.open.fail(error))),
            },
        };
        // Outside of a transaction the rows are committed only now, and that can fail. The driver has no word for the
        // message which says that it has not.
        Poll::Ready(match ready!(self.sink.as_mut().poll_finish(context)) {
            Err(error) if error.as_db_error().is_some() || error.is_closed() => Err(self.open.fail(error)),
            Ok(_) | Err(_) => {
                self.open.end();
                Ok(rows)
            }
        })
    }
}

impl Sealed for CopyIn<'_> {}

impl CopySink for CopyIn<'_> {
    async fn finish(mut self) -> Result<u64, Error> {
        poll_fn(|context| self.poll_finish(context)).await
    }
}

impl Sink<Bytes> for CopyIn<'_> {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.sink.as_mut().poll_ready(context).map_err(|error| self.open.explain(error))
    }

    fn start_send(mut self: Pin<&mut Self>, data: Bytes) -> Result<(), Error> {
        self.sink.as_mut().start_send(data).map_err(|error| self.open.explain(error))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.sink.as_mut().poll_flush(context).map_err(|error| self.open.explain(error))
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll_finish(context).map_ok(drop)
    }
}

impl fmt::Debug for CopyIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyIn").field("sql", &self.open.sql).finish_non_exhaustive()
    }
}

impl Place {
    fn connection(&self) -> &Connection {
        match self {
            Self::Pooled(connection) => connection,
            Self::Transaction(session) => &session.connection,
        }
    }

    fn set_copying(&self, copying: bool) {
        match self {
            Self::Pooled(_) => {}
            Self::Transaction(session) => session.levels().set_copying(copying),
        }
    }
}

impl Open {
    async fn begin(&mut self, statement: &Prepared) -> Result<CopyInSink<Bytes>, Error> {
        let connection = self.place.as_ref().map(Place::connection).expect("it has just been opened");
        match connection.with_client(async |client| client.copy_in(statement).await).await {
            Ok(sink) => Ok(sink),
            Err(error) if error.as_db_error().is_none() && !error.is_closed() => {
                Err(Error::invalid("the statement is no `COPY … FROM STDIN`").with_statement(&self.sql))
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    fn explain(&self, error: tokio_postgres::Error) -> Error {
        match &self.place {
            Some(place) => place.connection().failure(&self.sql, error),
            None => Error::database(&self.sql, error),
        }
    }

    fn fail(&mut self, error: tokio_postgres::Error) -> Error {
        let error = self.explain(error);
        if let Some(place) = &self.place {
            place.connection().doubt_step();
        }
        self.end();
        error
    }

    fn end(&mut self) {
        if let Some(place) = self.place.take() {
            place.set_copying(false);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            place.connection().leave_unread();
            place.connection().doubt_step();
        }
        self.end();
    }
}
