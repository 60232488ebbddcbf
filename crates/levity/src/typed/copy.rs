//! `COPY` of typed rows into a table.

use std::pin::pin;

use bytes::{BufMut, BytesMut};
use futures_util::{SinkExt, Stream, StreamExt};
use tokio_postgres::types::Type;

use super::{InSchema, Insertable, Queryable};
use crate::{CopySink, Error, Executor, sql::write, types::write_value};

/// What a binary copy begins with: its signature, no flags, no extension of the header.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// In the place of the number of a row's columns: there are no more rows.
const END: i16 = -1;

/// About how many bytes are sent at once.
const PORTION: usize = 64 * 1024;

/// Copies rows into a table; made by `db.copy_in(rows)` and `db.copy_in_stream(stream)`.
///
/// All rows give the same columns, those of the first one; every other column takes its default. Identity and default
/// values are computed by the server as in an insert, but there are no conflicts to handle and no rows to return.
///
/// Everything is stored, or nothing: when a row is refused, when the stream fails, or when the future is dropped. In a
/// transaction, each of these is a statement that has failed, so the transaction can only be rolled back; a nested one limits
/// that to itself.
#[must_use = "a copy does nothing until `execute` is awaited"]
pub struct CopyRows<E, S, P = fn(u64)> {
    executor: E,
    rows: S,
    progress: P,
}

impl<E, S> CopyRows<E, S> {
    pub(crate) fn new(executor: E, rows: S) -> Self {
        Self { executor, rows, progress: |_| {} }
    }

    /// Calls the function with the number of rows that were sent so far: every 64 kB, and once more when all are stored.
    pub fn progress<P: FnMut(u64) + Send>(self, progress: P) -> CopyRows<E, S, P> {
        CopyRows { executor: self.executor, rows: self.rows, progress }
    }
}

impl<E, S, N, X, P> CopyRows<E, S, P>
where
    E: Executor,
    S: Stream<Item = Result<N, X>> + Send,
    N: Insertable<Table: InSchema>,
    X: From<Error>,
    P: FnMut(u64) + Send,
{
    /// Copies the rows and returns how many there were. Without any, nothing is sent.
    ///
    /// # Errors
    ///
    /// A row that gives other columns than the first one, or that the server refuses: the message says its number, where
    /// the server tells it. Also the error of the stream, and every other [`Error`].
    pub async fn execute(mut self) -> Result<u64, X> {
        let mut rows = pin!(self.rows);
        let Some(first) = rows.next().await.transpose()? else { return Ok(0) };
        let mut encoder = Encoder::new::<E, N>(&self.executor, &first).await?;
        let mut sink = self.executor.copy_in(&encoder.sql).await?;
        let mut next = Some(first);
        let mut refused = None;
        while let Some(row) = next {
            encoder.write(row)?;
            if encoder.buffer.len() >= PORTION {
                refused = sink.send(encoder.buffer.split().freeze()).await.err();
                if refused.is_some() {
                    break;
                }
                (self.progress)(encoder.rows);
            }
            next = rows.next().await.transpose()?;
        }
        if refused.is_none() {
            encoder.buffer.put_i16(END);
            refused = sink.send(encoder.buffer.split().freeze()).await.err();
        }
        // The server's reason is told at the end only.
        let stored = match (sink.finish().await, refused) {
            (Err(error), _) | (Ok(_), Some(error)) => Err(with_row::<N>(error)),
            (Ok(stored), None) => Ok(stored),
        }?;
        (self.progress)(stored);
        Ok(stored)
    }
}

/// Rows that give the same columns, in the binary format.
struct Encoder {
    sql: String,
    columns: Vec<&'static str>,
    types: Vec<Type>,
    buffer: BytesMut,
    rows: u64,
}

impl Encoder {
    async fn new<E: Executor, N: Insertable>(executor: &E, first: &N) -> Result<Self, Error> {
        let columns = first.given();
        let table = N::Table::info().source();
        if columns.is_empty() {
            return Err(Error::invalid(format!(
                "the first row for `{}` gives no column, and a copy needs one: use `insert_many`",
                table.table
            )));
        }
        let described = executor.describe(&write::columns(&table, &columns)).await?;
        let types = described.columns().iter().map(|column| column.type_().clone()).collect();
        let sql = write::copy_in(&table, &columns);
        Ok(Self { sql, columns, types, buffer: BytesMut::from(HEADER), rows: 0 })
    }

    fn write<N: Insertable>(&mut self, row: N) -> Result<(), Error> {
        self.rows += 1;
        let values = row.into_values();
        if !values.iter().map(|(column, _)| column).eq(&self.columns) {
            let given: Vec<&str> = values.iter().map(|(column, _)| *column).collect();
            return Err(Error::invalid(format!(
                "row {} of the copy, counted from 1, gives the columns {} and the first one {}: all rows of a copy give the \
                 same columns",
                self.rows,
                listed(&given),
                listed(&self.columns)
            )));
        }
        // A table has at most 1,600 columns.
        self.buffer.put_i16(i16::try_from(values.len()).unwrap_or(i16::MAX));
        for ((column, value), ty) in values.iter().zip(&self.types) {
            write_value(&**value, ty, &mut self.buffer)
                .map_err(|error| Error::encode(self.rows, column, error).with_statement(&self.sql))?;
        }
        Ok(())
    }
}

fn listed(columns: &[&str]) -> String {
    if columns.is_empty() {
        return "(none)".to_owned();
    }
    columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ")
}

/// Says the number of the row that the server has refused. It is a number in the words that say where, in the server's
/// language, behind the table's name: `COPY books, line 3, column title`.
fn with_row<N: Insertable>(error: Error) -> Error {
    let begin = format!("COPY {}", N::Table::NAME);
    let context = error.as_db_error().and_then(|error| error.where_());
    let place = context.and_then(|context| context.lines().find_map(|line| line.strip_prefix(&begin)));
    let number: Option<String> = place.map(|place| {
        place.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
    });
    match number {
        Some(number) if !number.is_empty() => {
            error.with_hint(format!("it is row {number} of the copy, counted from 1"))
        }
        _ => error,
    }
}
