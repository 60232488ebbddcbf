//! What is left to do after Ctrl-C: a server does not notice that nobody waits for its answer any more, and would keep
//! locks and temporary databases for as long as its statement runs.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    process,
};

use levity::{Config, sql::quote_ident};

/// A configuration whose sessions the server shows under a name that no other process has.
pub(crate) fn named(config: &Config) -> (Config, String) {
    let random = RandomState::new().build_hasher().finish();
    let name = format!("levity {} {random:016x}", process::id());
    (config.direct().application_name(&name), name)
}

/// Ends the sessions of this name; what they had not committed is rolled back. Best effort: there may be nothing to end.
pub(crate) async fn end_sessions(config: Config, name: String) {
    let Ok(client) = config.application_name("levity").connect().await else { return };
    let sql = "SELECT pg_catalog.pg_terminate_backend(pid, 2000) FROM pg_catalog.pg_stat_activity \
               WHERE application_name = $1 AND usename = session_user";
    let _ = client.query(sql, &[&name]).await;
}

/// Drops the temporary databases that sessions of this name are in. Best effort.
pub(crate) async fn drop_scratch(config: Config, name: String) {
    let Ok(client) = config.application_name("levity").connect().await else { return };
    let sql = "SELECT DISTINCT datname::text FROM pg_catalog.pg_stat_activity \
               WHERE application_name = $1 AND datname LIKE 'levity\\_scratch\\_%'";
    for row in client.query(sql, &[&name]).await.unwrap_or_default() {
        let database: String = row.get(0);
        let _ = client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", quote_ident(&database))).await;
    }
}
