//! The packaged PostgreSQL that is used when the machine has none.

use crate::{Binaries, Event, LocalError, account::Account};

pub(crate) fn install(_account: &Account, _events: &dyn Fn(&Event)) -> Result<Binaries, LocalError> {
    Err(LocalError::NoBinaries { reason: "no fallback yet".to_owned(), install: "apt install postgresql" })
}
