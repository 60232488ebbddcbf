//! `LISTEN` and `NOTIFY`: what other sessions say, as a stream that outlives its connection.

mod outbox;
mod task;

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::Stream;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::{Database, Error, Executor, Transaction, connect::Connector, sql::Statement};
use task::{Command, Task};

/// How many notifications wait for a reader who is slow.
const BACKLOG: usize = 1024;

/// The longest name of a channel, in bytes. `LISTEN` would cut what is longer, and `pg_notify` refuse it.
const LONGEST_CHANNEL: usize = 63;

/// What other sessions notify, from [`Database::listen`]: a [`Stream`] that does not end.
///
/// It has a connection of its own, which is not of the pool. When that is lost, it is opened again at once, then with
/// pauses that grow from a tenth of a second to 30 s; a connection that is lost within its first 30 s counts as an attempt. It is asked now and then whether it is still there, because a
/// connection whose other side has vanished looks like one on which nothing happens: see
/// [`Config::listen_heartbeat`](crate::Config::listen_heartbeat).
///
/// PostgreSQL keeps notifications for nobody who is away, so what was notified meanwhile is lost:
/// [`Notification::Missed`] says so, and the program looks at its tables again. The same when 1,024 wait to be read: what
/// comes then is dropped instead of held against the server, whose queue all listeners share.
///
/// An error is a failed attempt to reconnect. The stream goes on after it and tries again.
///
/// Dropping it closes the connection.
pub struct Listener {
    inbox: mpsc::Receiver<Result<Notification, Error>>,
    commands: mpsc::UnboundedSender<Command>,
    task: JoinHandle<()>,
}

/// What a [`Listener`] receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notification {
    /// Another session has notified.
    Message(Message),
    /// Any number of messages is missing here: the connection was lost, and is open again, or they were not read in time.
    Missed,
}

/// One `NOTIFY`. The server sends one for several that are equal within one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The channel.
    pub channel: String,
    /// The text that was sent along; empty when there was none.
    pub payload: String,
    /// The server's process of the session that sent it.
    pub process_id: i32,
}

impl Database {
    /// Listens to channels: what is notified from now on is received. Names are taken as they are, capital letters included.
    ///
    /// It connects to where [`Config::direct`](crate::Config::direct) leads.
    ///
    /// # Errors
    ///
    /// When there is no connection, when it leads to a [transaction pooler](crate::Config::transaction_pooler), which has
    /// no session that could listen, or when a name is empty, longer than 63 bytes, or has a zero byte.
    pub async fn listen(
        &self,
        channels: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Listener, Error> {
        let config = self.config().direct();
        if config.transaction_pooler {
            return Err(Error::invalid(
                "nothing can listen through a transaction pooler: set `DATABASE_DIRECT_URL` to the URL of the server itself",
            ));
        }
        let channels =
            channels.into_iter().map(|channel| checked(channel.into())).collect::<Result<_, _>>()?;
        let (outbox, inbox) = mpsc::channel(BACKLOG);
        let (commands, received) = mpsc::unbounded_channel();
        let task = Task::start(Connector::new(&config)?, channels, received, outbox).await?;
        Ok(Listener { inbox, commands, task })
    }

    /// Sends a notification to all who listen to the channel. The payload has less than 8,000 bytes.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the server refuses the name or the payload.
    pub async fn notify(&self, channel: &str, payload: &str) -> Result<(), Error> {
        notify(self, channel, payload).await
    }
}

impl Transaction {
    /// Sends a notification when the transaction is committed, and none when it is rolled back: whoever receives it sees
    /// what the transaction did. The payload has less than 8,000 bytes.
    ///
    /// # Errors
    ///
    /// When the connection is lost, or the server refuses the name or the payload.
    pub async fn notify(&self, channel: &str, payload: &str) -> Result<(), Error> {
        notify(self, channel, payload).await
    }
}

async fn notify(executor: impl Executor, channel: &str, payload: &str) -> Result<(), Error> {
    let statement = Statement {
        sql: "SELECT pg_catalog.pg_notify($1, $2)".to_owned(),
        parameters: vec![Arc::new(channel.to_owned()), Arc::new(payload.to_owned())],
    };
    executor.execute(&statement).await.map(drop)
}

impl Listener {
    /// The next notification. Dropping the future loses none.
    ///
    /// # Errors
    ///
    /// When reconnecting has failed. The listener goes on, and tries again after a pause.
    pub async fn recv(&mut self) -> Result<Notification, Error> {
        self.inbox.recv().await.unwrap_or_else(|| Err(Error::invalid("the runtime that listens has stopped")))
    }

    /// Listens to one more channel. Without a connection at the moment, it does so as soon as there is one.
    ///
    /// # Errors
    ///
    /// When the server refuses, or the name cannot be one.
    pub async fn listen(&self, channel: impl Into<String>) -> Result<(), Error> {
        let channel = checked(channel.into())?;
        self.command(|done| Command::Listen { channel, done }).await
    }

    /// Listens to a channel no longer. What was received before can still be read.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn unlisten(&self, channel: impl Into<String>) -> Result<(), Error> {
        let channel = checked(channel.into())?;
        self.command(|done| Command::Unlisten { channel, done }).await
    }

    async fn command(&self, command: impl FnOnce(task::Done) -> Command) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        let _ = self.commands.send(command(done));
        answer.await.unwrap_or_else(|_| Err(Error::invalid("the runtime that listens has stopped")))
    }
}

fn checked(channel: String) -> Result<String, Error> {
    if channel.is_empty() || channel.len() > LONGEST_CHANNEL || channel.contains('\0') {
        return Err(Error::invalid(
            "the name of a channel is empty, longer than 63 bytes, or has a zero byte in it",
        ));
    }
    Ok(channel)
}

impl Stream for Listener {
    type Item = Result<Notification, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inbox.poll_recv(cx)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("unread", &self.inbox.len()).finish_non_exhaustive()
    }
}
