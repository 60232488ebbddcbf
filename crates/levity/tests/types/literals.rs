//! A Rust value as a column's default is the value that the server stores.

use levity::{
    Database, Json, PgEnum,
    types::{ColumnType, Literal, PgEnum as _},
};
use serde_json::json;
use tokio_postgres::types::FromSqlOwned;

use crate::{
    samples,
    support::{assert_same, client, database},
};

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Mood {
    Calm,
    #[value(name = "it's loud")]
    Loud,
}

async fn defaults<T: ColumnType + Literal + FromSqlOwned + std::fmt::Debug>(db: &Database, values: Vec<T>) {
    let columns: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(position, value)| format!("c{position} {} DEFAULT {}", T::sql_type(), value.to_literal().0))
        .collect();
    let client = client(db).await;
    let sql = format!("CREATE TABLE defaults ({}); INSERT INTO defaults DEFAULT VALUES", columns.join(", "));
    client.batch_execute(&sql).await.unwrap();
    let row = client.query_one("SELECT * FROM defaults", &[]).await.unwrap();
    for (position, value) in values.iter().enumerate() {
        assert_same(&row.get::<_, T>(position), value);
    }
    client.batch_execute("DROP TABLE defaults").await.unwrap();
}

#[tokio::test]
async fn a_default_is_the_value() {
    let (_guard, db) = database().await;
    defaults(&db, samples::booleans()).await;
    defaults(&db, samples::small_integers()).await;
    defaults(&db, samples::integers()).await;
    defaults(&db, samples::big_integers()).await;
    defaults(&db, samples::reals()).await;
    defaults(&db, samples::doubles()).await;
    defaults(&db, samples::numerics()).await;
    defaults(&db, samples::texts()).await;
    defaults(&db, samples::bytes()).await;
    defaults(&db, samples::uuids()).await;
    defaults(&db, samples::infinite_dates()).await;
    defaults(&db, samples::times()).await;
    defaults(&db, samples::infinite_timestamps()).await;
    defaults(&db, samples::infinite_moments()).await;
    defaults(&db, samples::intervals()).await;
    defaults(&db, samples::addresses()).await;
    defaults(&db, samples::networks()).await;
    defaults(&db, samples::mac_addresses()).await;
    defaults(&db, samples::documents()).await;
    defaults(&db, vec![samples::texts(), vec![]]).await;
    defaults(&db, vec![samples::moments(), vec![]]).await;
    defaults(&db, vec![vec![Json(json!({ "a": "\\" }))]]).await;
}

#[tokio::test]
async fn a_default_can_be_an_enum_or_several() {
    let (_guard, db) = database().await;
    client(&db).await.batch_execute("CREATE TYPE mood AS ENUM ('calm', 'it''s loud')").await.unwrap();
    defaults(&db, Mood::VARIANTS.to_vec()).await;
    defaults(&db, vec![Mood::VARIANTS.to_vec(), vec![]]).await;
}
