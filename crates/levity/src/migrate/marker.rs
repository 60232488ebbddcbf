//! The marker that says what a database is for.

use tokio_postgres::{Client, GenericClient, types::Type};

use super::{MigrateError, store};

/// What a person, or the setup that created the database, has said it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// All of it may be deleted.
    Disposable,
    /// None of it may be deleted.
    Production,
}

/// What a database says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerState {
    /// Nothing.
    Unmarked,
    /// It was marked, here.
    Marked(Marker),
    /// It has the marker of another database: it was restored from a dump, or created from a template.
    Foreign(Marker),
}

impl Marker {
    fn as_str(self) -> &'static str {
        match self {
            Self::Disposable => "disposable",
            Self::Production => "production",
        }
    }
}

/// Where a marker counts: on this server, in this database. Every role may ask for it.
const HERE: &str = "SELECT s.system_identifier::text, d.oid \
     FROM pg_catalog.pg_control_system() s, pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// Reads the database's marker. Writes nothing.
///
/// A text that this build does not know reads as [`Marker::Production`].
pub async fn read_marker(client: &impl GenericClient) -> Result<MarkerState, MigrateError> {
    let failed = |source| MigrateError::Query { attempt: "read the database's marker", source };
    if !store::exists(client, "marker").await.map_err(failed)? {
        return Ok(MarkerState::Unmarked);
    }
    let sql = format!(
        "SELECT m.kind, (m.system_identifier, m.database_oid) IS NOT DISTINCT FROM (h.system_identifier, h.oid) \
         FROM levity.marker m, ({HERE}) h"
    );
    let Some(row) = client.query_typed_opt(&sql, &[]).await.map_err(failed)? else {
        return Ok(MarkerState::Unmarked);
    };
    let marker = match row.try_get(0).map_err(failed)? {
        "disposable" => Marker::Disposable,
        _ => Marker::Production,
    };
    let here = row.try_get(1).map_err(failed)?;
    Ok(if here { MarkerState::Marked(marker) } else { MarkerState::Foreign(marker) })
}

/// Marks the database, in place of a marker that it had. Whether that may be done is the caller's business.
///
/// The marker is bound to the server's system identifier and the database's oid: restored elsewhere, it does not count.
pub async fn write_marker(client: &mut Client, marker: Marker) -> Result<(), MigrateError> {
    store::bootstrap(client).await?;
    let sql = format!(
        "INSERT INTO levity.marker (kind, system_identifier, database_oid) \
         SELECT $1, h.system_identifier, h.oid FROM ({HERE}) h \
         ON CONFLICT (only_row) DO UPDATE SET kind = excluded.kind, system_identifier = excluded.system_identifier, \
         database_oid = excluded.database_oid, marked_at = excluded.marked_at, marked_by = excluded.marked_by"
    );
    client
        .execute_typed(&sql, &[(&marker.as_str(), Type::TEXT)])
        .await
        .map_err(|source| MigrateError::Query { attempt: "mark the database", source })?;
    Ok(())
}
