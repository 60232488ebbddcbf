use std::{error::Error as StdError, sync::Arc, time::Duration};

use bytes::BytesMut;
use levity::{Error, Isolation, TransactionOptions, sql::Statement};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::support::{Fixture, bounded, chain, execute, number, rows, run};

#[tokio::test]
async fn errors_say_what_the_server_said() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup("CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE items (id int PRIMARY KEY CHECK (id > 0), parent int NOT NULL REFERENCES parents)")
        .await;
    let failure = async |sql: &'static str| run(&fixture.database, sql).await.unwrap_err();

    let error = failure("INSERT INTO items VALUES (1, 7)").await;
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.constraint(), Some("items_parent_fkey"));
    insta::assert_snapshot!(error, @r#"insert or update on table "items" violates foreign key constraint "items_parent_fkey" (SQLSTATE 23503)"#);
    assert_eq!(error.detail(), Some(r#"Key (parent)=(7) is not present in table "parents"."#));
    assert!(failure("INSERT INTO items VALUES (0, 1)").await.is_check_violation());
    assert!(failure("INSERT INTO items VALUES (1)").await.is_not_null_violation());

    let error = failure("SELECT nothing FROM items").await;
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("42703"));
    assert_eq!((error.position(), error.statement()), (Some(8), Some("SELECT nothing FROM items")));
    insta::assert_snapshot!(error, @r#"column "nothing" does not exist (SQLSTATE 42703)"#);
    insta::assert_snapshot!(format!("{error:?}"), @r#"
    column "nothing" does not exist (SQLSTATE 42703)
    statement: SELECT nothing FROM items
    "#);
    assert!(format!("{error:#?}").contains("parsed_severity"));

    let error = failure("SELECT 1,\n  nothing\nFROM items").await;
    assert_eq!(error.excerpt().unwrap(), "line 2:   nothing\n          ^");
    fixture.setup("CREATE FUNCTION bad() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT missing FROM items); END $$").await;
    assert_eq!(
        failure("SELECT bad()").await.excerpt().unwrap(),
        "line 1: (SELECT missing FROM items)\n                ^"
    );
    assert_eq!(failure("SELECT 1 / 0").await.excerpt(), None);
}

#[tokio::test]
async fn a_violation_names_what_it_is_about() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup("CREATE SCHEMA shop; CREATE TABLE shop.items (id int PRIMARY KEY, name text NOT NULL, span int4range, EXCLUDE USING gist (span WITH &&))")
        .await;
    let failure = async |values: &'static str| {
        run(&fixture.database, &format!("INSERT INTO shop.items VALUES {values}")).await.unwrap_err()
    };
    let error = failure("(1, NULL)").await;
    assert!(error.is_not_null_violation());
    assert_eq!((error.schema(), error.table(), error.column()), (Some("shop"), Some("items"), Some("name")));
    let error = failure("(1, 'a'), (1, 'b')").await;
    assert!(error.is_unique_violation() && !error.is_exclusion_violation());
    assert_eq!(
        (error.table(), error.column(), error.constraint()),
        (Some("items"), None, Some("items_pkey"))
    );
    let error = failure("(1, 'a', '[1,5]'), (2, 'b', '[3,4]')").await;
    assert!(error.is_exclusion_violation() && !error.is_unique_violation());
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_is_told_with_its_place() {
    let fixture = Fixture::with_pool_of(1).await;
    let failure = async |sql: &str, parameters: Vec<Arc<dyn ToSql + Send + Sync>>| {
        let statement = Statement { sql: sql.to_owned(), parameters };
        let transaction = fixture.database.begin().await.unwrap();
        let error = execute(&transaction, &statement).await.unwrap_err();
        assert!(error.is_invalid_parameter());
        assert_eq!(error.statement(), Some(sql));
        // Nothing was sent, so that nothing has failed.
        assert_eq!(number(&transaction, "SELECT 1::bigint").await, 1);
        error
    };
    let two = "SELECT $1::int, $2::text";
    let error = failure(two, vec![Arc::new(1_i32), Arc::new(2_i64)]).await;
    insta::assert_snapshot!(chain(&error), @"cannot send parameter $2: the value is a Rust `i64`, and the server expects a `text`");
    insta::assert_snapshot!(failure(two, vec![Arc::new(1_i32)]).await, @"the statement has 2 parameters, and 1 value was given");
    insta::assert_snapshot!(failure("SELECT 1", vec![Arc::new(1_i32), Arc::new(1_i32)]).await, @"the statement has no parameters, and 2 values were given");
    insta::assert_snapshot!(chain(&failure("SELECT $1::date", vec![Arc::new(Late)]).await), @"cannot send parameter $1: no calendar goes as far");
}

/// A value that is not one of the server's.
#[derive(Debug)]
struct Late;

impl ToSql for Late {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Err("no calendar goes as far".into())
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[tokio::test]
async fn limits_of_a_transaction_are_its_own() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE items (id int); INSERT INTO items VALUES (1)").await;
    let limits = TransactionOptions::new()
        .isolation(Isolation::RepeatableRead)
        .statement_timeout(Duration::from_mins(1))
        .lock_timeout(Duration::from_secs(50))
        .idle_in_transaction_session_timeout(Duration::from_secs(40));
    let shown = async |options| {
        let sql = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), \
                    current_setting('idle_in_transaction_session_timeout')";
        let settings =
            fixture.database.transaction_with(options, async |tx| rows(tx, sql).await).await.unwrap();
        [0, 1, 2].map(|index| settings[0].get::<_, String>(index))
    };
    assert_eq!(shown(limits).await, ["1min", "50s", "40s"]);
    assert_eq!(shown(TransactionOptions::new()).await, ["0", "0", "0"]);
}

#[tokio::test]
async fn a_limit_that_ran_out_says_which() {
    let short = Duration::from_millis(20);
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE items (id int); INSERT INTO items VALUES (1)").await;
    let database = &fixture.database;
    let fail = async |options: TransactionOptions, sql: &str| {
        bounded(database.transaction_with(options, async |tx| run(tx, sql).await)).await.unwrap_err()
    };
    let error = fail(TransactionOptions::new().statement_timeout(short), "SELECT pg_sleep(600)").await;
    assert!(error.is_statement_timeout() && !error.is_lock_timeout() && !error.is_retryable());

    let holder = database.begin().await.unwrap();
    run(&holder, "LOCK items").await.unwrap();
    for (options, sql) in [
        (TransactionOptions::new().lock_timeout(short), "DELETE FROM items"),
        (TransactionOptions::new(), "LOCK items NOWAIT"),
    ] {
        let error = fail(options, sql).await;
        assert!(error.is_lock_timeout() && !error.is_statement_timeout() && !error.is_retryable());
    }
    drop(holder);

    let options = TransactionOptions::new().idle_in_transaction_session_timeout(short);
    let idle = database.begin_with(options).await.unwrap();
    fixture.until_sessions("state LIKE 'idle in transaction%'", 0).await;
    let error = run(&idle, "SELECT 1").await.unwrap_err();
    assert!(error.is_connect());
    insta::assert_snapshot!(error, @"the server closed the connection: terminating connection due to idle-in-transaction timeout (SQLSTATE 25P03)");
}

#[tokio::test]
async fn what_is_not_allowed_has_its_predicates() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let fail = async |options: TransactionOptions, setup: &str| {
        fixture
            .database
            .transaction_with(options, async |tx| {
                run(tx, setup).await?;
                run(tx, "INSERT INTO items VALUES (1)").await
            })
            .await
            .unwrap_err()
    };
    let read_only = fail(TransactionOptions::new().read_only(), "SELECT 1").await;
    assert!(read_only.is_read_only() && !read_only.is_permission_denied());
    let denied = fail(TransactionOptions::new(), "SET LOCAL ROLE pg_monitor").await;
    assert!(denied.is_permission_denied() && !denied.is_read_only());
}

#[tokio::test]
async fn conflicts_are_told_apart() {
    let fixture = Fixture::with_pool_of(1).await;
    let raise = async |code: &str| -> Error {
        run(&fixture.database, &format!("DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")).await.unwrap_err()
    };
    let (serialization, deadlock) = (raise("40001").await, raise("40P01").await);
    assert!(serialization.is_serialization_failure() && !serialization.is_deadlock());
    assert!(deadlock.is_deadlock() && !deadlock.is_serialization_failure());
    assert!(serialization.is_retryable() && deadlock.is_retryable() && !raise("23505").await.is_retryable());
}
