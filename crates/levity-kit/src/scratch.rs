//! Databases that exist for the length of a proof.

use levity::{Config, sql::quote_ident};
use tokio_postgres::Client;

use crate::snapshot::random_id;

/// Why a scratch database could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScratchError {
    /// The scratch server does not answer.
    #[error("cannot connect to the scratch server")]
    Connect {
        /// Why.
        source: levity::Error,
    },
    /// A database could not be created, prepared or dropped.
    #[error("cannot {action} the scratch database `{database}`; its role needs the right CREATEDB")]
    Database {
        /// `create`, `prepare` or `drop`.
        action: &'static str,
        /// The database.
        database: String,
        /// Why.
        source: tokio_postgres::Error,
    },
}

/// Runs `work` on a new, empty database of the server, which is dropped afterwards, also when the work failed.
pub(crate) async fn with_scratch<T, E: From<ScratchError>>(
    server: &Config,
    work: impl AsyncFnOnce(&Client) -> Result<T, E>,
) -> Result<T, E> {
    let connect =
        async |config: &Config| config.connect().await.map_err(|source| ScratchError::Connect { source });
    let maintenance = connect(server).await?;
    let database = format!("levity_scratch_{}", random_id());
    let run = async |action, sql: String| {
        let result = maintenance.batch_execute(&sql).await;
        result.map_err(|source| ScratchError::Database { action, database: database.clone(), source })
    };
    let quoted = quote_ident(&database);
    // template0, so that what somebody put into template1 does not count as a difference.
    run("create", format!("CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'")).await?;
    let result = match connect(&server.clone().database(&database)).await {
        Ok(client) => {
            // What a role or a server sets for its sessions must not decide where things are created.
            let settings = "SET search_path = public; SET statement_timeout = 0; SET lock_timeout = 0";
            match client.batch_execute(settings).await {
                Ok(()) => work(&client).await,
                Err(source) => {
                    Err(ScratchError::Database { action: "prepare", database: database.clone(), source }
                        .into())
                }
            }
        }
        Err(error) => Err(error.into()),
    };
    let dropped = run("drop", format!("DROP DATABASE {quoted} WITH (FORCE)")).await;
    let value = result?;
    dropped?;
    Ok(value)
}
