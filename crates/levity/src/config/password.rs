use std::{error::Error as StdError, fmt, sync::Arc};

use futures_util::{FutureExt, TryFutureExt, future::BoxFuture};

use super::Config;

type Failure = Box<dyn StdError + Send + Sync>;

/// Gives the password of each new connection. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct PasswordProvider(Arc<Provide>);

type Provide = dyn Fn() -> BoxFuture<'static, Result<String, Failure>> + Send + Sync;

impl Config {
    /// Asks for the password each time a connection is opened, for those that expire: tokens of a cloud's identity
    /// service, secrets that are rotated. It decides over the password of the connection string.
    ///
    /// One answer serves all hosts that a connection tries, and is not kept. It has the time of
    /// [`Config::connect_timeout`]. When it is an error, so is the connection, with that error as the source; what the
    /// provider returns is in no message of ours.
    ///
    /// ```
    /// # use levity::Config;
    /// # async fn token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let config = Config::from_url("postgres://app@db.example/app?sslmode=verify-full")?
    ///     .password_provider(|| async { token().await });
    /// # Ok::<_, levity::Error>(())
    /// ```
    #[must_use]
    pub fn password_provider<F, E>(mut self, provider: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Failure> + 'static,
    {
        self.password_provider =
            Some(PasswordProvider(Arc::new(move || provider().map_err(Into::into).boxed())));
        self
    }
}

impl PasswordProvider {
    pub(crate) async fn password(&self) -> Result<String, Failure> {
        (self.0)().await
    }
}

impl fmt::Debug for PasswordProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordProvider")
    }
}
