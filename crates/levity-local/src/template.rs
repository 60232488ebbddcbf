//! Template databases: filled once, cloned for every test.

use std::{error::Error, future::Future};

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, error::SqlState};

use crate::{
    LocalError, TestDatabase, TestServer,
    keeper::Keeper,
    session::{connect, execute_unconnected},
    test_server, url,
};

/// How often a template that was dropped by somebody else in the meantime is built again.
const ATTEMPTS: u32 = 3;

impl TestDatabase {
    /// A clone of a template on the server of [`test_server`]; see [`TestServer::from_template`].
    pub async fn from_template<F, E>(key: &str, build: impl FnOnce(String) -> F) -> Result<Self, LocalError>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        test_server()?.from_template(key, build).await
    }
}

impl TestServer {
    /// A new database with what `build` puts into it. `build` gets the URL of an empty database and runs once
    /// for a `key`, whichever process comes first; everybody gets a copy of the result, which takes a
    /// fraction of the time.
    ///
    /// The key has to change whenever the result would. A build that fails or is killed leaves no template.
    /// Templates are built anew after a week, and the oldest make room when there are more than twenty.
    pub async fn from_template<F, E>(
        &self,
        key: &str,
        build: impl FnOnce(String) -> F,
    ) -> Result<TestDatabase, LocalError>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let template = Template::new(key);
        let mut build = Some(build);
        for _ in 0..ATTEMPTS {
            match self.create(&template.complete).await {
                Err(LocalError::Statement { source, .. }) if is(&source, &SqlState::INVALID_CATALOG_NAME) => {
                }
                other => return other,
            }
            let session = template.lock(self.keeper()).await?;
            // Somebody else may have built it while this process waited for the lock.
            if template.exists(&session, self.keeper()).await? {
                continue;
            }
            let Some(build) = build.take() else { break };
            template.build(&session, self.keeper(), build).await?;
        }
        self.create(&template.complete).await
    }
}

/// A template appears under its name when it is complete. Until then it has another name, so there is no
/// moment in which an unfinished one could be cloned.
struct Template {
    lock: i64,
    unfinished: String,
    complete: String,
}

impl Template {
    fn new(key: &str) -> Self {
        let digest = Sha256::digest(key);
        let number = u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
        Self {
            lock: number.cast_signed(),
            unfinished: format!("levity_building_{number:016x}"),
            complete: format!("levity_template_{number:016x}"),
        }
    }

    /// A session that holds the lock of this template. The lock also tells sweepers that the unfinished
    /// database is being worked on.
    async fn lock(&self, keeper: &Keeper) -> Result<Client, LocalError> {
        let config = keeper.config().clone();
        let session = keeper.run(async move { connect(&config, "build a template database").await }).await?;
        let result = session.batch_execute(&format!("SELECT pg_advisory_lock({})", self.lock)).await;
        result.map_err(failed(keeper, "lock a template database"))?;
        Ok(session)
    }

    async fn exists(&self, session: &Client, keeper: &Keeper) -> Result<bool, LocalError> {
        let rows = session.query("SELECT FROM pg_database WHERE datname = $1", &[&self.complete]).await;
        Ok(!rows.map_err(failed(keeper, "look for a template database"))?.is_empty())
    }

    async fn build<F, E>(
        &self,
        session: &Client,
        keeper: &Keeper,
        build: impl FnOnce(String) -> F,
    ) -> Result<(), LocalError>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let Self { unfinished, complete, .. } = self;
        let drop_unfinished = format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)");
        let create = format!("CREATE DATABASE {unfinished} TEMPLATE template0 ENCODING 'UTF8'");
        for statement in [&drop_unfinished, &create] {
            session.batch_execute(statement).await.map_err(failed(keeper, "create a template database"))?;
        }
        if let Err(error) = build(keeper.url(unfinished)).await {
            // Best effort: what stays is dropped by the next build or sweep.
            let _ = session.batch_execute(&drop_unfinished).await;
            return Err(LocalError::BuildTemplate { template: complete.clone(), source: error.into() });
        }
        // The builder's pool may still be closing its connections.
        let close = [
            format!("ALTER DATABASE {unfinished} WITH ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{unfinished}'"
            ),
            format!(
                "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE {unfinished} IS %L', \
                 'built ' || floor(extract(epoch FROM now()))); END $$"
            ),
            format!("ALTER DATABASE {unfinished} WITH IS_TEMPLATE true"),
            format!("ALTER DATABASE {unfinished} RENAME TO {complete}"),
        ];
        for statement in &close {
            let result = execute_unconnected(session, statement).await;
            result.map_err(failed(keeper, "finish a template database"))?;
        }
        // Best effort: an old template that stays takes room and does no harm.
        let _ = prune(session).await;
        Ok(())
    }
}

/// Drops templates that are a week old, and the oldest when there are more than twenty. Someone who uses one
/// of them just now builds it again.
async fn prune(session: &Client) -> Result<(), tokio_postgres::Error> {
    let old = session
        .query(
            "SELECT name FROM ( \
                 SELECT datname::text AS name, built, row_number() OVER (ORDER BY built DESC) AS position \
                 FROM pg_database, LATERAL ( \
                     SELECT substring(shobj_description(oid, 'pg_database') FROM '^built (\\d+)$')::bigint AS built \
                 ) AS comment \
                 WHERE datname ~ '^levity_template_[0-9a-f]{16}$' AND built IS NOT NULL \
             ) AS templates \
             WHERE position > 20 OR built < extract(epoch FROM now() - interval '7 days')",
            &[],
        )
        .await?;
    for row in old {
        let name: String = row.get(0);
        // It may belong to another role, or be gone already: neither concerns the next one.
        let _ = session.batch_execute(&format!("ALTER DATABASE {name} WITH IS_TEMPLATE false")).await;
        let _ = session.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await;
    }
    Ok(())
}

fn is(error: &tokio_postgres::Error, code: &SqlState) -> bool {
    error.code() == Some(code)
}

fn failed<'a>(keeper: &'a Keeper, action: &'a str) -> impl FnOnce(tokio_postgres::Error) -> LocalError + 'a {
    move |source| LocalError::Statement {
        action: action.to_owned(),
        server: url::describe(keeper.config()),
        source,
    }
}
