use levity::{Database, Error, Executor, Isolation, Transaction, TransactionOptions};

use crate::support::{Fixture, bounded, chain, number, rows, run, statement};

const TABLE: &str = "CREATE TABLE items (id int PRIMARY KEY)";
const COUNT: &str = "SELECT count(*) FROM items";

#[tokio::test]
async fn what_is_committed_stays_and_what_is_dropped_goes() {
    let fixture = Fixture::with_pool_of(1).await;
    let database = &fixture.database;
    fixture.setup(TABLE).await;

    let transaction = database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    transaction.commit().await.unwrap();

    let transaction = database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (2)").await.unwrap();
    transaction.rollback().await.unwrap();

    let transaction = database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (3)").await.unwrap();
    drop(transaction);

    // The same connection, since there is one: it must not be in that transaction any more.
    assert_eq!(number(database, COUNT).await, 1);
    assert_eq!(fixture.sessions("state LIKE 'idle in transaction%'").await, 0);
    assert_eq!(database.status().size, 1);
}

#[tokio::test]
async fn a_closure_commits_on_ok_and_rolls_back_on_its_own_error() {
    #[derive(Debug)]
    enum Refused {
        Business,
        #[expect(dead_code, reason = "shown when the test fails")]
        Database(Error),
    }
    impl From<Error> for Refused {
        fn from(error: Error) -> Self {
            Self::Database(error)
        }
    }

    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(TABLE).await;
    let answer = fixture.database.transaction(async |tx| run(tx, "INSERT INTO items VALUES (1)").await).await;
    assert_eq!(answer.unwrap(), 1);

    let refused: Result<(), Refused> = fixture
        .database
        .transaction(async |tx| {
            run(tx, "INSERT INTO items VALUES (2)").await?;
            Err(Refused::Business)
        })
        .await;
    assert!(matches!(refused, Err(Refused::Business)));
    assert_eq!(number(&fixture.database, COUNT).await, 1);
}

/// What a service does: a task of its own, references to what it owns, `?`, functions that take any executor.
#[tokio::test]
async fn a_transaction_runs_in_a_spawned_task() {
    async fn insert(executor: impl Executor, id: &str) -> Result<u64, Error> {
        run(executor, &format!("INSERT INTO items VALUES ({id})")).await
    }
    async fn business(database: &Database, ids: &[&str]) -> Result<u64, Error> {
        database
            .transaction(async |tx| {
                let mut count = 0;
                for id in ids {
                    count += insert(tx, id).await?;
                    count += tx.transaction(async |tx| insert(tx, &format!("{id}0")).await).await?;
                }
                Ok(count)
            })
            .await
    }
    fn boxed<'a>(
        database: &'a Database,
        ids: &'a [&'a str],
    ) -> Box<dyn Future<Output = Result<u64, Error>> + Send + 'a> {
        Box::new(business(database, ids))
    }

    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup(TABLE).await;
    let database = fixture.database.clone();
    let task = tokio::spawn(async move {
        let first = String::from("1");
        let ids = [first.as_str(), "2"];
        let inserted = Box::into_pin(boxed(&database, &ids)).await?;
        let offset = 10;
        database
            .transaction(async |tx| {
                let more = insert(tx, "3").await?;
                Ok::<_, Error>(inserted + more + offset)
            })
            .await
    });
    assert_eq!(task.await.unwrap().unwrap(), 15);
    assert_eq!(number(&fixture.database, COUNT).await, 5);
}

#[tokio::test]
async fn a_nested_transaction_is_undone_alone() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(TABLE).await;
    let outer = fixture.database.begin().await.unwrap();
    run(&outer, "INSERT INTO items VALUES (1)").await.unwrap();

    let failed = outer.transaction(async |tx| run(tx, "INSERT INTO items VALUES (1)").await).await;
    assert!(failed.unwrap_err().is_unique_violation());
    run(&outer, "INSERT INTO items VALUES (2)").await.unwrap();

    let nested = outer.begin().await.unwrap();
    run(&nested, "INSERT INTO items VALUES (3)").await.unwrap();
    drop(nested);

    let nested = outer.begin().await.unwrap();
    let inner = nested.begin().await.unwrap();
    run(&inner, "INSERT INTO items VALUES (4)").await.unwrap();
    inner.commit().await.unwrap();
    run(&nested, "INSERT INTO items VALUES (5)").await.unwrap();
    nested.commit().await.unwrap();

    outer.commit().await.unwrap();
    let rows = rows(&fixture.database, "SELECT id FROM items ORDER BY id").await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>(), [1, 2, 4, 5]);
}

#[tokio::test]
async fn the_outer_transaction_waits_for_the_nested_one() {
    let fixture = Fixture::with_pool_of(1).await;
    let outer = fixture.database.begin().await.unwrap();
    let nested = outer.begin().await.unwrap();
    let refused = run(&outer, "SELECT 1").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a nested transaction is open: commit it or roll it back before using the one around it"
    );
    drop(outer);
    let refused = run(&nested, "SELECT 1").await.unwrap_err();
    assert_eq!(refused.to_string(), "the transaction around this nested one has ended");
    drop(nested);
    assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
}

#[tokio::test]
async fn committing_a_failed_transaction_is_an_error() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(TABLE).await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap_err();
    let deaf = run(&transaction, "SELECT 1").await.unwrap_err();
    insta::assert_snapshot!(deaf, @"current transaction is aborted, commands ignored until end of transaction block (SQLSTATE 25P02); an earlier statement of this transaction has failed: roll it back");
    let error = transaction.commit().await.unwrap_err();
    insta::assert_snapshot!(chain(&error), @"the transaction was rolled back instead of committed: one of its statements had failed");
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}

#[tokio::test]
async fn a_constraint_that_fails_at_commit_is_reported() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)").await;
    let error = fixture
        .database
        .transaction(async |tx| run(tx, "INSERT INTO items VALUES (1), (1)").await)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(error.constraint(), Some("items_id_key"));
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}

#[tokio::test]
async fn a_transaction_that_the_server_ended_says_why() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "SET idle_in_transaction_session_timeout = '10ms'").await.unwrap();
    fixture.until_sessions("true", 0).await;
    let error = run(&transaction, "SELECT 1").await.unwrap_err();
    assert!(error.is_connect());
    insta::assert_snapshot!(error, @"the server closed the connection: terminating connection due to idle-in-transaction timeout (SQLSTATE 25P03)");
    drop(transaction);
    assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
}

#[tokio::test]
async fn a_connection_that_is_lost_during_the_commit_leaves_the_outcome_open() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup(
            "CREATE TABLE items (id int); \
             CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END'; \
             CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON items INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()",
        )
        .await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    let end = async {
        fixture.until_sessions("state = 'active' AND query = 'SELECT; COMMIT'", 1).await;
        fixture
            .setup("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT; COMMIT' AND datname = current_database()")
            .await;
    };
    let (lost, ()) = bounded(async { tokio::join!(transaction.commit(), end) }).await;
    let lost = lost.unwrap_err();
    assert!(lost.is_connect());
    insta::assert_snapshot!(lost, @"the server closed the connection during the commit, and whether the transaction was committed is not known: terminating connection due to administrator command (SQLSTATE 57P01)");
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}

#[tokio::test]
async fn options_reach_the_server() {
    let fixture = Fixture::with_pool_of(1).await;
    let options = TransactionOptions::new().isolation(Isolation::Serializable).read_only().deferrable();
    let settings = fixture
        .database
        .transaction_with(options, async |tx| {
            rows(
                tx,
                "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'), \
                      current_setting('transaction_deferrable')",
            )
            .await
        })
        .await
        .unwrap();
    let settings: Vec<&str> = (0..3).map(|index| settings[0].get(index)).collect();
    assert_eq!(settings, ["serializable", "on", "on"]);
}

#[tokio::test]
async fn concurrent_serializable_transactions_fail_with_a_retryable_error() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE items (id int); INSERT INTO items VALUES (1)").await;
    let options = TransactionOptions::new().isolation(Isolation::RepeatableRead);
    let first = fixture.database.begin_with(options).await.unwrap();
    let second = fixture.database.begin_with(options).await.unwrap();
    number(&first, COUNT).await;
    number(&second, COUNT).await;
    run(&first, "UPDATE items SET id = 2").await.unwrap();
    first.commit().await.unwrap();
    assert!(run(&second, "UPDATE items SET id = 3").await.unwrap_err().is_retryable());
}

/// Both at the same time, on one connection: answers must reach whoever asked.
#[tokio::test]
async fn statements_of_one_transaction_can_run_together() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction: Transaction = fixture.database.begin().await.unwrap();
    let (one, two) = (statement("SELECT 1::bigint"), statement("SELECT 2::bigint"));
    let executor = &transaction;
    let (one, two) = bounded(async { tokio::join!(executor.query(&one), executor.query(&two)) }).await;
    assert_eq!((one.unwrap()[0].get::<_, i64>(0), two.unwrap()[0].get::<_, i64>(0)), (1, 2));
    transaction.commit().await.unwrap();
}
