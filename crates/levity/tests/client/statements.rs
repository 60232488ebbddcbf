use std::{error::Error, sync::Arc};

use bytes::BytesMut;
use levity::{
    migrate::{History, Migrator},
    sql::Statement,
};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::support::{Fixture, number, query, rows, run};

#[tokio::test]
async fn a_changed_result_type_is_prepared_again() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int); INSERT INTO items VALUES (1)").await;
    assert_eq!(rows(&fixture.database, "SELECT * FROM items").await.unwrap()[0].len(), 1);
    fixture.setup("ALTER TABLE items ADD COLUMN name text").await;
    assert_eq!(rows(&fixture.database, "SELECT * FROM items").await.unwrap()[0].len(), 2);
}

#[tokio::test]
async fn in_a_transaction_it_is_a_retryable_error() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    rows(&fixture.database, "SELECT * FROM items").await.unwrap();
    fixture.setup("ALTER TABLE items ADD COLUMN name text").await;
    let work = async || fixture.database.transaction(async |tx| rows(tx, "SELECT * FROM items").await).await;
    let error = work().await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert_eq!(error.statement(), Some("SELECT * FROM items"));
    work().await.unwrap();
}

#[tokio::test]
async fn statements_that_the_server_forgot_are_prepared_again() {
    let fixture = Fixture::with_pool_of(1).await;
    number(&fixture.database, "SELECT 1::bigint").await;
    run(&fixture.database, "DEALLOCATE ALL").await.unwrap();
    assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
}

/// A value that goes to the server as it stands, whatever the parameter's type.
#[derive(Debug)]
struct Label(&'static str);

impl ToSql for Label {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[tokio::test]
async fn a_type_that_was_made_anew_is_looked_up_again() {
    const MAKE: &str = "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE moods (mood mood)";
    let statements = [
        "INSERT INTO moods VALUES ($1)",
        "INSERT INTO moods VALUES ($1) RETURNING mood",
        "SELECT mood FROM moods WHERE mood = $1",
        "UPDATE moods SET mood = $1",
        "SELECT $1::mood",
        "SELECT mood FROM moods WHERE mood::text = $1",
        "SELECT count(*) FROM moods WHERE mood = 'ok' AND $1 <> ''",
    ];
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(MAKE).await;
    for round in 0..3 {
        for sql in statements {
            let statement = Statement { sql: sql.to_owned(), parameters: vec![Arc::new(Label("ok"))] };
            let answer = query(&fixture.database, &statement).await;
            assert!(answer.is_ok(), "{round}, {sql}: {:?}", answer.unwrap_err());
        }
        fixture.setup(&format!("DROP TABLE moods; DROP TYPE mood; {MAKE}")).await;
    }
}

#[tokio::test]
async fn prepared_statements_are_bounded() {
    const OURS: &str = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT %::int'";
    for (size, expected) in [(0, 0), (3, 2)] {
        let fixture = Fixture::new(|config| config.pool_size(1).unwrap().statement_cache_size(size)).await;
        for index in 0..20 {
            rows(&fixture.database, &format!("SELECT {index}::int")).await.unwrap();
        }
        // Of three, one is the statement that asks.
        assert_eq!(number(&fixture.database, OURS).await, expected);
    }
}

#[tokio::test]
async fn a_missing_table_or_column_is_explained_by_pending_migrations() {
    const HINT: &str = "the migration `20260101000000_first` and 1 more have not been applied to this database: run \
        `cargo db migrate`";
    let fixture = Fixture::with_pool_of(2).await;
    let database = &fixture.database;
    let missing = "SELECT * FROM t";
    let hint = async |sql: &str| run(database, sql).await.unwrap_err().hint().map(str::to_owned);
    assert_eq!(hint(missing).await, None);

    let history = History::embedded(levity::embed_migrations!("tests/migrations")).unwrap();
    let migrator = Migrator::new("shop", history);
    database.know_migrations(migrator.clone());
    assert_eq!(hint(missing).await.as_deref(), Some(HINT));
    assert_eq!(hint("SELECT missing").await.as_deref(), Some(HINT));
    assert_eq!(hint("SELECT 1 / 0").await, None);

    // In a transaction another connection is asked; where there is none, the error stands alone.
    let in_transaction = async || {
        let refused = database.transaction(async |tx| run(tx, missing).await).await;
        refused.unwrap_err().hint().map(str::to_owned)
    };
    assert_eq!(in_transaction().await.as_deref(), Some(HINT));
    let other = database.begin().await.unwrap();
    assert_eq!(in_transaction().await, None);
    drop(other);

    migrator.run(&fixture.config, &mut |_| ()).await.unwrap();
    assert_eq!(hint("SELECT missing").await, None);
}
