//! Runs a plan that belongs to no migration.

use levity::migrate::{build_on_partitions, file::Stage};
use tokio_postgres::Client;

use crate::{commands::Result, failure::Failure};

pub(super) async fn apply(client: &Client, stages: &[Stage]) -> Result<()> {
    run(client, "SET search_path = public").await?;
    for stage in stages {
        let timeout = stage.options.lock_timeout.map_or(0, |timeout| timeout.as_millis());
        run(client, &format!("SET lock_timeout = {timeout}")).await?;
        if stage.options.transaction {
            run(client, "BEGIN").await?;
        }
        for statement in &stage.statements {
            run(client, statement).await?;
        }
        if stage.options.transaction {
            run(client, "COMMIT").await?;
        }
        if let (true, Some(index)) = (stage.options.on_partitions, &stage.options.builds_index) {
            build_on_partitions(client, index).await.map_err(|source| Failure::OnPartitions { source })?;
        }
    }
    Ok(())
}

async fn run(client: &Client, statement: &str) -> Result<()> {
    let failed = |source| Failure::Statement { statement: statement.to_owned(), source };
    client.batch_execute(statement).await.map_err(failed)
}
