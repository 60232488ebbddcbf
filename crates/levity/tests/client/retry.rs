use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use levity::{Error, Isolation, Retry, Transaction, TransactionOptions};
use tokio::sync::Barrier;

use crate::support::{Fixture, bounded, number, run};

/// What the server says when two serializable transactions met, without another one.
const CONFLICT: &str = "DO $$ BEGIN RAISE SQLSTATE '40001' USING MESSAGE = 'a conflict'; END $$";

fn without_delay() -> Retry {
    Retry::new().base_delay(Duration::ZERO)
}

#[tokio::test]
async fn a_serialization_failure_is_tried_again_and_then_sees_what_the_other_did() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE guests (name text)").await;
    let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    let invitation = async |tx: &Transaction| {
        let before = number(tx, "SELECT count(*) FROM guests").await;
        (before, format!("INSERT INTO guests VALUES ('guest {before}')"))
    };
    let attempts = Cell::new(0);
    let seen = fixture
        .database
        .transaction_retrying_with(serializable, without_delay(), || {
            async |tx| {
                attempts.set(attempts.get() + 1);
                let (before, insert) = invitation(tx).await;
                if attempts.get() == 1 {
                    // Somebody who saw the same, and was faster.
                    fixture
                        .database
                        .transaction_with(serializable, async |tx| {
                            let (_, insert) = invitation(tx).await;
                            run(tx, &insert).await
                        })
                        .await?;
                }
                run(tx, &insert).await?;
                Ok::<_, Error>(before)
            }
        })
        .await
        .unwrap();
    assert_eq!((seen, attempts.get()), (1, 2));
    assert_eq!(number(&fixture.database, "SELECT count(DISTINCT name) FROM guests").await, 2);
}

#[tokio::test]
async fn of_two_that_deadlock_one_is_tried_again() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE items (id int, value int); INSERT INTO items VALUES (1, 0), (2, 0)").await;
    fixture.setup("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 10', current_database()); END $$").await;
    let (met, attempts) = (Arc::new(Barrier::new(2)), AtomicU32::new(0));
    let both = async |first: i32, second: i32| {
        let met = met.clone();
        let again = Cell::new(false);
        fixture
            .database
            .transaction_retrying_with(TransactionOptions::new(), without_delay(), || {
                async |tx| {
                    attempts.fetch_add(1, Ordering::Relaxed);
                    run(tx, &format!("UPDATE items SET value = value + 1 WHERE id = {first}")).await?;
                    if !again.replace(true) {
                        met.wait().await;
                    }
                    run(tx, &format!("UPDATE items SET value = value + 1 WHERE id = {second}")).await
                }
            })
            .await
    };
    let (one, two) = bounded(async { tokio::join!(both(1, 2), both(2, 1)) }).await;
    one.unwrap();
    two.unwrap();
    assert_eq!(attempts.into_inner(), 3);
    assert_eq!(number(&fixture.database, "SELECT sum(value) FROM items").await, 4);
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_error_counts_them() {
    let fixture = Fixture::with_pool_of(1).await;
    let attempts = Cell::new(0);
    let fail = async |retry: Retry| {
        attempts.set(0);
        let work = || {
            async |tx: &Transaction| {
                attempts.set(attempts.get() + 1);
                run(tx, CONFLICT).await
            }
        };
        fixture.database.transaction_retrying_with(TransactionOptions::new(), retry, work).await.unwrap_err()
    };
    let error = fail(without_delay()).await;
    assert_eq!(attempts.get(), 5);
    insta::assert_snapshot!(error, @"a conflict (SQLSTATE 40001); the transaction was tried 5 times");
    let error = fail(without_delay().attempts(1)).await;
    assert_eq!(attempts.get(), 1);
    insta::assert_snapshot!(error, @"a conflict (SQLSTATE 40001)");
}

#[derive(Debug)]
struct Opaque(&'static str);

impl From<Error> for Opaque {
    fn from(_: Error) -> Self {
        Self("the database")
    }
}

#[tokio::test]
async fn the_callers_error_need_not_tell_its_cause() {
    let fixture = Fixture::with_pool_of(1).await;
    let attempts = Cell::new(0);
    let result: Result<u64, Opaque> = fixture
        .database
        .transaction_retrying_with(TransactionOptions::new(), without_delay(), || {
            async |tx| {
                attempts.set(attempts.get() + 1);
                Ok(run(tx, if attempts.get() < 3 { CONFLICT } else { "SELECT 1" }).await?)
            }
        })
        .await;
    assert_eq!((result.unwrap(), attempts.get()), (1, 3));
}

/// It cannot be committed, so it was in vain.
#[tokio::test]
async fn work_that_ignores_a_conflict_is_tried_again() {
    let fixture = Fixture::with_pool_of(1).await;
    let attempts = Cell::new(0);
    fixture
        .database
        .transaction_retrying_with(TransactionOptions::new(), without_delay(), || {
            async |tx| {
                attempts.set(attempts.get() + 1);
                if attempts.get() == 1 {
                    run(tx, CONFLICT).await.unwrap_err();
                }
                Ok::<_, Error>(())
            }
        })
        .await
        .unwrap();
    assert_eq!(attempts.get(), 2);
}

#[tokio::test]
async fn what_is_no_conflict_or_was_undone_is_not_tried_again() {
    let fixture = Fixture::with_pool_of(1).await;
    let attempts = Cell::new(0);
    let refused: Result<(), Opaque> = fixture
        .database
        .transaction_retrying(|| {
            async |tx| {
                attempts.set(attempts.get() + 1);
                tx.transaction(async |tx| run(tx, CONFLICT).await).await.unwrap_err();
                let nested = tx.begin().await?;
                run(&nested, CONFLICT).await.unwrap_err();
                drop(nested);
                Err(Opaque("enough"))
            }
        })
        .await;
    assert_eq!((refused.unwrap_err().0, attempts.get()), ("enough", 1));
    let refused = fixture
        .database
        .transaction_retrying(|| {
            async |tx| {
                attempts.set(attempts.get() + 1);
                run(tx, "SELECT 1 / 0").await
            }
        })
        .await;
    assert_eq!((refused.unwrap_err().code().unwrap().code(), attempts.get()), ("22012", 2));
}

#[tokio::test]
async fn a_conflict_that_shows_at_the_commit_is_tried_again_but_not_an_unknown_outcome() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup(
            "CREATE TABLE items (id int); \
             CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                IF NEW.id = 1 THEN RAISE SQLSTATE '40001'; END IF; \
                IF NEW.id = 2 THEN PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(600); END IF; \
                RETURN NULL; END $$; \
             CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON items INITIALLY DEFERRED \
                FOR EACH ROW EXECUTE FUNCTION at_commit()",
        )
        .await;
    let attempts = Cell::new(0);
    let lost = bounded(fixture.database.transaction_retrying_with(
        TransactionOptions::new(),
        without_delay(),
        || {
            async |tx| {
                attempts.set(attempts.get() + 1);
                run(tx, &format!("INSERT INTO items VALUES ({})", attempts.get())).await
            }
        },
    ))
    .await
    .unwrap_err();
    assert!(
        lost.is_connect() && lost.to_string().contains("whether the transaction was committed is not known")
    );
    assert_eq!(attempts.get(), 2);
    assert_eq!(number(&fixture.database, "SELECT count(*) FROM items").await, 0);
}

/// With what it borrows: the compiler has to see that all of it can be sent.
#[tokio::test]
async fn it_runs_in_a_spawned_task() {
    let fixture = Fixture::with_pool_of(1).await;
    let database = fixture.database.clone();
    let task = tokio::spawn(async move {
        let (sql, mut attempts) = ("SELECT 1".to_owned(), 0);
        let count = database
            .transaction_retrying(|| {
                attempts += 1;
                async |tx| run(tx, &sql).await
            })
            .await;
        (count.unwrap(), attempts)
    });
    assert_eq!(bounded(task).await.unwrap(), (1, 1));
}
