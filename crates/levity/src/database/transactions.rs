use tokio::time;

use super::Database;
use crate::{Error, Retry, Transaction, TransactionOptions};

impl Database {
    /// Begins a transaction with the server's defaults. It is rolled back when it is dropped.
    ///
    /// # Errors
    ///
    /// When there is no connection, or it is lost.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        self.begin_with(TransactionOptions::new()).await
    }

    /// Begins a transaction. It is rolled back when it is dropped.
    ///
    /// # Errors
    ///
    /// When there is no connection, or it is lost.
    pub async fn begin_with(&self, options: TransactionOptions) -> Result<Transaction, Error> {
        let begin = async || {
            let connection = self.inner.pool.acquire().await?;
            Transaction::begin_on(connection, self.clone(), options).await
        };
        // In a box, because every transaction would carry it.
        match begin().await {
            Err(error) if error.is_unsent() => Box::pin(begin()).await,
            result => result,
        }
    }

    /// Runs `work` in a transaction: committed when it returns `Ok`, rolled back when it returns `Err`, panics, or its
    /// future is dropped.
    ///
    /// ```no_run
    /// # async fn example(database: levity::Database) -> Result<(), levity::Error> {
    /// use levity::sql;
    ///
    /// let (from, to, amount) = (1_i64, 2_i64, 10_i64);
    /// database
    ///     .transaction(async |tx| {
    ///         tx.execute(sql!("UPDATE accounts SET balance = balance - {amount} WHERE id = {from}")).await?;
    ///         tx.execute(sql!("UPDATE accounts SET balance = balance + {amount} WHERE id = {to}")).await
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of `work`, or of the transaction.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.begin().await?.run(work).await
    }

    /// [`Database::transaction`] with an isolation level, read only, or deferrable.
    ///
    /// # Errors
    ///
    /// That of `work`, or of the transaction.
    pub async fn transaction_with<T, E, F>(&self, options: TransactionOptions, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.begin_with(options).await?.run(work).await
    }

    /// [`Database::transaction_retrying_with`] with the server's defaults and those of [`Retry`].
    ///
    /// # Errors
    ///
    /// That of `work`, or of the transaction, at the last attempt.
    pub async fn transaction_retrying<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        F: FnMut() -> W,
        W: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.transaction_retrying_with(TransactionOptions::new(), Retry::new(), work).await
    }

    /// [`Database::transaction_with`], and again from its beginning, in a new transaction, where it failed because of
    /// what others did at the same time: a serialization failure, a deadlock, or a schema that changed meanwhile
    /// ([`Error::is_retryable`]). `work` is called for each attempt and gives what is done in it: what that does outside
    /// of the database is done several times.
    ///
    /// What it makes of the error does not matter: it is done again when the transaction can no longer be committed
    /// for such a reason, and not when it was undone by a nested transaction. A commit whose outcome is not known is not
    /// repeated.
    ///
    /// ```no_run
    /// # async fn example(database: levity::Database) -> Result<(), levity::Error> {
    /// use levity::{Isolation, Retry, TransactionOptions, sql};
    ///
    /// let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    /// database
    ///     .transaction_retrying_with(serializable, Retry::new().attempts(10), || async |tx| {
    ///         let (count,): (i64,) = tx.query_as(sql!("SELECT count(*) FROM guests")).one().await?;
    ///         if count < 100 {
    ///             tx.execute(sql!("INSERT INTO guests DEFAULT VALUES")).await?;
    ///         }
    ///         Ok::<_, levity::Error>(())
    ///     })
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of `work`, or of the transaction, at the last attempt. An error of the server says in its hint how often it
    /// was tried.
    pub async fn transaction_retrying_with<T, E, F, W>(
        &self,
        options: TransactionOptions,
        retry: Retry,
        mut work: F,
    ) -> Result<T, E>
    where
        F: FnMut() -> W,
        W: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        let mut attempt = 1;
        loop {
            let transaction = self.begin_with(options).await?;
            let last = retry.is_last(attempt);
            if last && attempt > 1 {
                transaction.set_last_attempt(attempt);
            }
            let result = work()(&transaction).await;
            let (result, conflict) = transaction.end(result).await;
            if last || !conflict {
                return result;
            }
            time::sleep(retry.pause(attempt)).await;
            attempt += 1;
        }
    }
}
