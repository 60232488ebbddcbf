//! The database before a migration: what the committed migrations make of an empty one. It is kept as a template.

use levity::{
    Config,
    migrate::{History, Migrator},
};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::ProveError;
use crate::scratch::{EMPTY, ScratchError, connect, keep, prune, touch, with_database};

/// Changes when the same migrations are to lead to another template.
const FORMAT: u32 = 1;

/// What the runner knows these databases' history by.
const PROJECT: &str = "levity proof";

/// The name of a template that holds what the migrations make. It is built by the runner that services use, on top of the
/// longest beginning of the history that has a template.
pub(super) async fn template(server: &Config, history: &History) -> Result<String, ProveError> {
    if history.migrations().is_empty() {
        return Ok(EMPTY.to_owned());
    }
    let maintenance = connect(server).await?;
    let unknown = |source| ProveError::from(ScratchError::Templates { source });
    let mut names = names(&maintenance, history).await.map_err(unknown)?;
    let existing = "SELECT max(place) FROM unnest($1::text[]) WITH ORDINALITY AS names (name, place) \
                    JOIN pg_catalog.pg_database ON datname = name";
    let existing: Option<i64> =
        maintenance.query_one(existing, &[&names]).await.and_then(|row| row.try_get(0)).map_err(unknown)?;
    let existing = existing.and_then(|place| usize::try_from(place).ok()).unwrap_or(0);
    let nearest = existing.checked_sub(1).map_or(EMPTY, |index| &names[index]);
    let complete = names.last().expect("there are migrations");
    if nearest != EMPTY {
        touch(&maintenance, nearest).await;
    }
    if nearest != complete {
        with_database(&maintenance, nearest, async |database| {
            let config = server.clone().database(database);
            let migrator = Migrator::new(PROJECT, history.clone());
            migrator.run(&config, &mut |_| ()).await.map_err(ProveError::replay)?;
            Ok::<_, ProveError>(keep(&maintenance, database, complete).await?)
        })
        .await?;
        prune(&maintenance).await;
    }
    Ok(names.pop().expect("there are migrations"))
}

/// A name for each beginning of the history, the whole of it last. It tells all that the result depends on; the role,
/// because it owns what is in the database.
async fn names(maintenance: &Client, history: &History) -> Result<Vec<String>, tokio_postgres::Error> {
    let server =
        "SELECT pg_catalog.current_setting('server_version_num')::integer / 10000, session_user::text";
    let row = maintenance.query_one(server, &[]).await?;
    let (major, role): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    let mut hash = Sha256::new_with_prefix(format!("{FORMAT}\n{major}\n{role}\n"));
    let names = history.migrations().iter().map(|migration| {
        hash.update(format!("{} {}\n", migration.id, migration.checksum));
        let digest = hash.clone().finalize();
        let number = u128::from_be_bytes(digest[..16].try_into().expect("a digest has 32 bytes"));
        format!("levity_parent_{number:032x}")
    });
    Ok(names.collect())
}
