use tokio::sync::mpsc::Sender;

use super::{Message, Notification};
use crate::Error;

/// What a reader has yet to see. Nothing here ever waits for the reader.
pub(super) struct Outbox {
    sender: Sender<Result<Notification, Error>>,
    /// Whether something is missing that the reader has not been told of.
    missed: bool,
}

impl Outbox {
    pub(super) fn new(sender: Sender<Result<Notification, Error>>) -> Self {
        Self { sender, missed: false }
    }

    pub(super) fn message(&mut self, message: &tokio_postgres::Notification) {
        let message = Message {
            channel: message.channel().to_owned(),
            payload: message.payload().to_owned(),
            process_id: message.process_id(),
        };
        // In order: what comes after a gap is not read before the gap is known.
        self.missed = self.missed || self.sender.try_send(Ok(Notification::Message(message))).is_err();
    }

    pub(super) fn missed(&mut self) {
        self.missed = self.sender.try_send(Ok(Notification::Missed)).is_err();
    }

    /// A reader who has no room for it learns of the gap later.
    pub(super) fn error(&self, error: Error) {
        let _ = self.sender.try_send(Err(error));
    }

    pub(super) fn has_gap(&self) -> bool {
        self.missed
    }

    /// Waits until the reader has made room.
    pub(super) async fn room(&self) {
        let _ = self.sender.reserve().await;
    }
}
