//! Databases that are kept for the next proof, to be copied.
//!
//! One appears under its name when it is complete, so nobody can copy an unfinished one; of two processes that build the
//! same one at once, the second is left with a database that it drops.

use levity::sql::{quote_ident, quote_literal};
use tokio_postgres::{Client, error::SqlState};

use super::ScratchError;

/// How many of them a role has at most.
const KEPT: i64 = 10;

/// Gives a database that is complete its name, and closes it.
pub(crate) async fn keep(maintenance: &Client, database: &str, name: &str) -> Result<(), ScratchError> {
    let failed = |source| ScratchError::Database { action: "keep", database: database.to_owned(), source };
    let (quoted, literal) = (quote_ident(database), quote_literal(database));
    // The sessions of the builder may still be closing.
    let close = format!(
        "ALTER DATABASE {quoted} WITH ALLOW_CONNECTIONS false; \
         SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity \
         WHERE datname = {literal} AND backend_type = 'client backend'"
    );
    maintenance.batch_execute(&close).await.map_err(failed)?;
    touch(maintenance, database).await;
    let rename = format!("ALTER DATABASE {quoted} RENAME TO {}", quote_ident(name));
    match maintenance.batch_execute(&rename).await {
        Err(error) if error.code().is_some_and(is_taken) => Ok(()),
        other => other.map_err(failed),
    }
}

/// Whether another process has given its database the name. The server notices it on looking the name up or, where the
/// other one commits only then, in the index of the names.
fn is_taken(code: &SqlState) -> bool {
    [SqlState::DUPLICATE_DATABASE, SqlState::UNIQUE_VIOLATION].contains(code)
}

/// Notes that it is used now. Best effort: another process may be doing the same.
pub(crate) async fn touch(maintenance: &Client, database: &str) {
    let note = format!(
        "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', {}, \
         'used ' || extract(epoch FROM now())); END $$",
        quote_literal(database)
    );
    maintenance.batch_execute(&note).await.ok();
}

/// Drops those of this role that nobody has used for a week, and the longest unused of too many. Best effort: whoever
/// needs one builds it again.
pub(crate) async fn prune(maintenance: &Client) {
    let old = "SELECT name FROM ( \
                   SELECT datname::text AS name, used, row_number() OVER (ORDER BY used DESC) AS place \
                   FROM pg_catalog.pg_database d, LATERAL ( \
                       SELECT coalesce(substring( \
                           pg_catalog.shobj_description(d.oid, 'pg_database') FROM '^used ([0-9.]+)$')::numeric, 0) AS used \
                   ) AS comment \
                   WHERE datname ~ '^levity_parent_[0-9a-f]{32}$' \
                   AND datdba = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user) \
               ) AS templates \
               WHERE place > $1 OR used < extract(epoch FROM now() - interval '7 days')";
    for row in maintenance.query(old, &[&KEPT]).await.unwrap_or_default() {
        let name = quote_ident(row.get(0));
        maintenance.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.ok();
    }
}
