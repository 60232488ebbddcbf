//! Whether a server is what `target_session_attrs` asks for.

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{Client, Connection, SimpleQueryMessage};

use crate::{config::TargetSession, error::Refusal};

/// What a session can do on its server.
#[derive(Clone, Copy)]
pub(super) struct Role {
    standby: bool,
    read_only: bool,
}

impl Role {
    /// What the server has said of its own accord, as it does at every login.
    pub(super) fn announced<S, T>(connection: &Connection<S, T>) -> Option<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let is_on = |name| connection.parameter(name).map(|value| value == "on");
        Some(Self {
            standby: is_on("in_hot_standby")?,
            read_only: is_on("default_transaction_read_only")? || is_on("in_hot_standby")?,
        })
    }

    /// What the server answers when it is asked: a pooler passes on what another session was told, perhaps long ago.
    pub(super) async fn asked<S, T>(
        client: &Client,
        connection: &mut Connection<S, T>,
    ) -> Result<Self, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let question = Box::pin(client.simple_query(
            "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on'",
        ));
        let answer = match select(question, connection).await {
            Either::Left((answer, _)) => answer.map_err(Refusal::classify)?,
            Either::Right((Err(error), _)) => return Err(Refusal::classify(error)),
            Either::Right((Ok(()), _)) => return Err(Refusal::Unreachable(None)),
        };
        let row = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let is_true = |column| row.and_then(|row| row.get(column)) == Some("t");
        Ok(Self { standby: is_true(0), read_only: is_true(1) })
    }

    pub(super) fn check(self, target: TargetSession) -> Result<(), Refusal> {
        let found = match target {
            TargetSession::Any | TargetSession::PreferStandby => None,
            TargetSession::ReadWrite => self.read_only.then_some("is read only"),
            TargetSession::ReadOnly => (!self.read_only).then_some("takes writes"),
            TargetSession::Primary => self.standby.then_some("is a standby"),
            TargetSession::Standby => (!self.standby).then_some("is no standby"),
        };
        found.map_or(Ok(()), |found| Err(Refusal::WrongRole { found }))
    }
}
