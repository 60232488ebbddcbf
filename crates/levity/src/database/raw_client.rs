use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use tokio_postgres::Client;

use crate::pool::PooledConnection;

/// The client of `tokio-postgres`, lent by a [`Database`](crate::Database). Dropping it gives the connection back, which
/// is then reset in the background.
pub struct RawClient {
    connection: PooledConnection,
}

impl RawClient {
    pub(super) fn new(mut connection: PooledConnection) -> Self {
        connection.lend();
        Self { connection }
    }
}

impl Deref for RawClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.connection.client()
    }
}

impl DerefMut for RawClient {
    fn deref_mut(&mut self) -> &mut Client {
        self.connection.client_mut()
    }
}

impl fmt::Debug for RawClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawClient").finish_non_exhaustive()
    }
}
