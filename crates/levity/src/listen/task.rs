//! The task that holds the connection of a listener.

use std::{collections::BTreeSet, hash::BuildHasher, hash::RandomState, mem, time::Duration};

use tokio::{
    sync::{
        mpsc::{self, Sender, UnboundedReceiver},
        oneshot,
    },
    task::JoinHandle,
    time::{self, Instant, MissedTickBehavior},
};
use tokio_postgres::Client;

use super::{Notification, outbox::Outbox};
use crate::{Error, connect::Connector, sql::quote_ident};

/// How long any answer of the server may take; less when it is asked more often.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause before the second attempt to reconnect, and the longest one. The first attempt has none.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) type Done = oneshot::Sender<Result<(), Error>>;

pub(super) enum Command {
    Listen { channel: String, done: Done },
    Unlisten { channel: String, done: Done },
}

pub(super) struct Task {
    connector: Connector,
    channels: BTreeSet<String>,
    commands: UnboundedReceiver<Command>,
    outbox: Outbox,
}

/// An open connection. It ends when it is dropped.
struct Session {
    client: Client,
    messages: UnboundedReceiver<tokio_postgres::Notification>,
    io: JoinHandle<()>,
    patience: Duration,
}

impl Task {
    /// Connects and listens, and goes on with both in the background.
    pub(super) async fn start(
        connector: Connector,
        channels: BTreeSet<String>,
        commands: UnboundedReceiver<Command>,
        sender: Sender<Result<Notification, Error>>,
    ) -> Result<JoinHandle<()>, Error> {
        let task = Self { connector, channels, commands, outbox: Outbox::new(sender) };
        let session = task.open().await?;
        Ok(tokio::spawn(task.run(session)))
    }

    async fn run(mut self, mut session: Session) {
        let mut pauses = Pauses::default();
        loop {
            let opened = Instant::now();
            let Some(()) = self.serve(session).await else { return };
            pauses.lost_after(opened.elapsed());
            let Some(opened) = self.reopen(&mut pauses).await else { return };
            session = opened;
            self.outbox.missed();
        }
    }

    async fn open(&self) -> Result<Session, Error> {
        let (notifications, messages) = mpsc::unbounded_channel();
        let connected = self.connector.connect_to_listen(&notifications).await?;
        // Only the connection has one from here on, so that its end is the end of the messages.
        drop(notifications);
        let io = tokio::spawn(connected.io);
        let patience = self.heartbeat().min(PATIENCE);
        let session = Session { client: connected.client, messages, io, patience };
        let listen: Vec<_> = self.channels.iter().map(|channel| listen(channel)).collect();
        session.execute(&listen.join(";")).await?;
        Ok(session)
    }

    fn heartbeat(&self) -> Duration {
        // An interval of zero is a panic.
        self.connector.config().listen_heartbeat.max(Duration::from_millis(1))
    }

    /// Works until the connection is lost; `None` when the listener is gone.
    async fn serve(&mut self, mut session: Session) -> Option<()> {
        let mut heartbeat = time::interval_at(Instant::now() + self.heartbeat(), self.heartbeat());
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                message = session.messages.recv() => match message {
                    Some(message) => self.outbox.message(&message),
                    None => return Some(()),
                },
                () = self.outbox.room(), if self.outbox.has_gap() => self.outbox.missed(),
                command = self.commands.recv() => self.obey(command?, Some(&session)).await,
                _ = heartbeat.tick() => if session.execute("").await.is_err() {
                    // It would wait for the answer for as long as the system believes in the other side.
                    session.io.abort();
                    return Some(());
                },
            }
        }
    }

    /// Connects again, as often as it takes; `None` when the listener is gone.
    async fn reopen(&mut self, pauses: &mut Pauses) -> Option<Session> {
        loop {
            let end = Instant::now() + with_jitter(pauses.next());
            while let Ok(command) = time::timeout_at(end, self.commands.recv()).await {
                self.obey(command?, None).await;
            }
            match self.open().await {
                Ok(session) => return Some(session),
                Err(error) => self.outbox.error(error),
            }
        }
    }

    async fn obey(&mut self, command: Command, session: Option<&Session>) {
        let (statement, channel, done, wanted) = match command {
            Command::Listen { channel, done } => (listen(&channel), channel, done, true),
            Command::Unlisten { channel, done } => {
                (format!("UNLISTEN {}", quote_ident(&channel)), channel, done, false)
            }
        };
        let result = match session {
            None => Ok(()),
            Some(session) => match session.execute(&statement).await {
                // It takes effect with the next connection.
                Err(error) if error.is_connect() => Ok(()),
                result => result,
            },
        };
        if result.is_ok() {
            if wanted {
                self.channels.insert(channel)
            } else {
                self.channels.remove(&channel)
            };
        }
        let _ = done.send(result);
    }
}

/// How long to wait before each attempt to reconnect.
#[derive(Default)]
struct Pauses {
    next: Duration,
}

impl Pauses {
    fn next(&mut self) -> Duration {
        let doubled = (self.next * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        mem::replace(&mut self.next, doubled)
    }

    /// A connection that has lasted can be opened again at once. One that is lost each time soon after it was opened counts
    /// as a failed attempt.
    fn lost_after(&mut self, lasted: Duration) {
        if lasted >= LONGEST_PAUSE {
            self.next = Duration::ZERO;
        }
    }
}

impl Session {
    /// A connection that does not answer is as good as closed.
    async fn execute(&self, sql: &str) -> Result<(), Error> {
        match time::timeout(self.patience, self.client.batch_execute(sql)).await {
            Ok(result) => result.map_err(|error| Error::database(sql, error)),
            Err(_) => Err(Error::invalid(format!("the server did not answer within {:?}", self.patience))),
        }
    }
}

fn listen(channel: &str) -> String {
    format!("LISTEN {}", quote_ident(channel))
}

/// Between half of it and all of it, so that the clients of a server that was away do not come back all at once.
fn with_jitter(pause: Duration) -> Duration {
    let part = RandomState::new().hash_one(()) % 512;
    pause / 2 + pause * u32::try_from(part).expect("it is less than 512") / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_a_connection_has_lasted() {
        let mut pauses = Pauses::default();
        let mut next = || pauses.next().as_millis();
        assert_eq!([next(), next(), next()], [0, 100, 200]);
        pauses.lost_after(Duration::from_secs(1));
        assert_eq!(pauses.next().as_millis(), 400);
        assert_eq!((0..10).map(|_| pauses.next()).max(), Some(LONGEST_PAUSE));
        pauses.lost_after(LONGEST_PAUSE);
        assert_eq!(pauses.next(), Duration::ZERO);
    }
}
