use std::fmt::Debug;

use levity::{Config, Database, Error, RawClient, Table, sql::quote_ident};
use levity_local::TestDatabase;

/// An empty database. Keep the first value: dropping it drops the database.
pub(crate) async fn database() -> (TestDatabase, Database) {
    let test_database = TestDatabase::empty().await.unwrap();
    let db = Database::connect(Config::from_url(test_database.url()).unwrap()).await.unwrap();
    (test_database, db)
}

pub(crate) async fn client(db: &Database) -> RawClient {
    db.client().await.unwrap()
}

/// Creates the table with the columns of its definition, and without its constraints.
pub(crate) async fn create<T: Table>(db: &Database) {
    let columns: Vec<String> = T::definition()
        .columns
        .iter()
        .map(|column| {
            let null = if column.nullable { "" } else { " NOT NULL" };
            let default =
                column.default.as_ref().map(|value| format!(" DEFAULT {}", value.0)).unwrap_or_default();
            format!("{} {}{null}{default}", quote_ident(&column.name), column.sql_type)
        })
        .collect();
    let sql = format!("CREATE TABLE {} ({})", quote_ident(T::NAME), columns.join(", "));
    client(db).await.batch_execute(&sql).await.unwrap();
}

/// Equal to the last bit. `NaN` equals itself, and `-0.0` is not `0.0`.
#[track_caller]
pub(crate) fn assert_same<T: Debug>(found: &T, expected: &T) {
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}

/// The message and everything behind it, as a reporter prints them.
pub(crate) fn chain(error: &Error) -> String {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
