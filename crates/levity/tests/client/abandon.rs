//! Futures that are dropped anywhere, under load, on a pool that is too small for it.

use std::{future::Future, pin::pin, task::Poll};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use levity::{CopySink, Database, Error, Executor, Retry, Transaction, TransactionOptions};

use crate::support::{Fixture, bounded, number, rows, run, statement};

const WIDE: &str = "SELECT id, repeat('x', 200) FROM items ORDER BY id";

/// How many rows one copy has.
const COPIED: i64 = 700;

/// Any sequence will do, as long as it is the same in every run.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Reads so many rows, and sees that they are the first ones of this result and of no other.
async fn read<E: Executor>(executor: E, count: i64) -> Result<(), Error> {
    let mut stream = stream_of(executor).await?;
    for expected in 1..=count {
        let Some(row) = stream.next().await else { break };
        assert_eq!(row?.get::<_, i32>(0), i32::try_from(expected).unwrap());
    }
    Ok(())
}

async fn stream_of<E: Executor>(executor: E) -> Result<E::Rows, Error> {
    executor.stream(&statement(WIDE)).await
}

async fn copy<E: Executor>(executor: E, marker: i64) -> Result<u64, Error> {
    let mut sink = executor.copy_in("COPY copied FROM STDIN").await?;
    for _ in 0..7 {
        sink.send(Bytes::from(format!("{marker}\n").repeat(100))).await?;
        // Lets others go on, and the caller give up.
        tokio::task::yield_now().await;
    }
    sink.finish().await
}

/// A row for its own transaction, and statements beside a stream that is half read.
async fn interleaved(tx: &Transaction, marker: i64) -> Result<(), Error> {
    run(tx, &format!("INSERT INTO marked VALUES ({marker})")).await?;
    let mut stream = stream_of(tx).await?;
    for _ in 0..100 {
        stream.next().await.transpose()?;
    }
    tx.transaction(async |tx| {
        read(tx, 300).await?;
        run(tx, "UPDATE items SET id = id WHERE id = 1").await
    })
    .await?;
    stream.next().await.transpose()?;
    drop(stream);
    // What fails in a nested one is undone with it.
    let nested = tx.transaction(async |tx| {
        copy(tx, -1).await?;
        run(tx, "SELECT 1 / 0").await
    });
    assert!(nested.await.is_err());
    run(tx, &format!("INSERT INTO marked VALUES ({marker})")).await?;
    Ok(())
}

fn work(database: &Database, kind: u64, marker: i64) -> BoxFuture<'_, Result<(), Error>> {
    Box::pin(async move {
        match kind {
            0 => drop(rows(database, WIDE).await?),
            1 => read(database, 150).await?,
            2 => read(database, i64::MAX).await?,
            3 => drop(copy(database, marker).await?),
            4 => database.transaction(async |tx| interleaved(tx, marker).await).await?,
            5 => {
                let retry = Retry::new().base_delay(std::time::Duration::ZERO);
                let mut attempts = 0;
                database
                    .transaction_retrying_with(TransactionOptions::new(), retry, || {
                        attempts += 1;
                        async move |tx| {
                            run(tx, &format!("INSERT INTO marked VALUES ({marker}), ({marker})")).await?;
                            let conflict = "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$";
                            run(tx, if attempts < 3 { conflict } else { "SELECT 1" }).await
                        }
                    })
                    .await?;
            }
            _ => {
                database
                    .transaction(async |tx| {
                        tokio::try_join!(rows(tx, WIDE), rows(tx, WIDE), run(tx, "SELECT pg_sleep(0.001)"))?;
                        let nested = tx.begin().await?;
                        run(&nested, "UPDATE items SET id = id WHERE id = -1").await?;
                        nested.commit().await
                    })
                    .await?;
            }
        }
        Ok(())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn futures_dropped_anywhere_leave_a_clean_pool() {
    let fixture = Fixture::with_pool_of(3).await;
    fixture
        .setup(
            "CREATE TABLE items (id int); INSERT INTO items SELECT generate_series(1, 500); \
             CREATE TABLE copied (marker bigint); CREATE TABLE marked (marker bigint)",
        )
        .await;
    let tasks: Vec<_> = (0..8_u64)
        .map(|worker| {
            let database = fixture.database.clone();
            tokio::spawn(async move {
                let mut random = Sequence(worker + 1);
                for round in 0..60_i64 {
                    let marker = i64::try_from(worker).unwrap() * 1000 + round;
                    let (kind, polls) = (random.below(7), random.below(60));
                    abandon(work(&database, kind, marker), polls).await;
                    // Its own answer, and no lock of a transaction that somebody else has left open.
                    let sql = format!(
                        "SELECT {marker} + count(*) FROM pg_locks \
                         WHERE pid = pg_backend_pid() AND relation = 'items'::regclass"
                    );
                    assert_eq!(number(&database, &sql).await, marker, "after work of kind {kind}");
                }
            })
        })
        .collect();
    for task in tasks {
        bounded(task).await.unwrap();
    }
    fixture.until_sessions("state <> 'idle'", 0).await;
    let database = &fixture.database;
    // All or nothing.
    let torn = format!(
        "SELECT count(*) FROM (SELECT FROM copied GROUP BY marker HAVING count(*) <> {COPIED}) AS torn"
    );
    assert_eq!(number(database, &torn).await, 0);
    let torn = "SELECT count(*) FROM (SELECT FROM marked GROUP BY marker HAVING count(*) <> 2) AS torn";
    assert_eq!(number(database, torn).await, 0);
    // Some of it came to its end, and some did not.
    for table in ["copied", "marked"] {
        let stored = number(database, &format!("SELECT count(DISTINCT marker) FROM {table}")).await;
        assert!((1..400).contains(&stored), "{stored} of {table}");
    }
    // Each place of the pool can be used.
    let all = tokio::try_join!(database.begin(), database.begin(), database.begin()).unwrap();
    let status = database.status();
    assert_eq!((status.size, status.in_use, status.waiting), (3, 3, 0));
    drop(all);
    bounded(database.close()).await;
    fixture.until_sessions("true", 0).await;
    assert_eq!(database.status().opened, database.status().closed);
}

/// Polls a future so many times, whenever it can get further, and drops it.
async fn abandon<T>(work: impl Future<Output = Result<T, Error>>, polls: u64) {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        if let Poll::Ready(result) = work.as_mut().poll(context) {
            result.map(drop).unwrap();
            return Poll::Ready(());
        }
        left -= 1;
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
