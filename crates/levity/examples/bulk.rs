//! Very many rows, by `COPY` or by one insert, or copied and then read as a stream, on a private server.
//!
//! ```text
//! cargo run --release -p levity --example bulk -- copy 1000000
//! cargo run --release -p levity --example bulk -- insert 1000000
//! cargo run --release -p levity --example bulk -- stream 10000000
//! ```

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{error::Error, time::Instant};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use levity::{Config, Database, Table, desc, schema, sql};
use levity_local::TestDatabase;

#[derive(Debug, Table)]
#[table(name = "readings")]
struct Reading {
    #[column(primary_key, identity)]
    id: i64,
    sensor: i32,
    value: f64,
    note: Option<String>,
    #[column(default = now())]
    taken_at: DateTime<Utc>,
}

schema! { Reading }

fn reading(number: i32) -> NewReading {
    let note = (number % 4 == 0).then(|| format!("reading number {number}"));
    NewReading::builder().sensor(number % 100).value(f64::from(number) / 7.0).note(note).build()
}

/// The most memory that this process has taken so far, where the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let how = arguments.next().unwrap_or_else(|| "copy".to_owned());
    let count: i32 = arguments.next().map_or(Ok(1_000_000), |count| count.parse())?;

    let server = TestDatabase::empty().await?;
    let db = Database::connect(Config::from_url(server.url())?).await?;
    db.execute(sql!(
        "create table readings (id bigint generated always as identity primary key, sensor int not null,
            value float8 not null, note text, taken_at timestamptz not null default now())"
    ))
    .await?;
    println!("before: peak memory {}", peak_memory());

    let begin = Instant::now();
    let rows = (0..count).map(reading);
    let written = match how.as_str() {
        "copy" | "stream" => {
            let mut next = 0;
            let progress = |rows| {
                if rows >= next {
                    println!("{rows} rows, peak memory {}", peak_memory());
                    next = rows + 200_000;
                }
            };
            db.copy_in(rows).progress(progress).execute().await?
        }
        "insert" => db.insert_many(rows).execute().await?,
        other => return Err(format!("`{other}` is none of `copy`, `insert` and `stream`").into()),
    };
    println!("{how}: {written} rows in {:.2?}, peak memory {}", begin.elapsed(), peak_memory());
    if how == "stream" {
        let begin = Instant::now();
        let mut readings = db.select::<Reading>().stream().await?;
        let (mut rows, mut sum) = (0_u64, 0.0);
        while let Some(reading) = readings.try_next().await? {
            rows += 1;
            sum += reading.value;
            if rows % 2_000_000 == 0 {
                println!("{rows} rows read, peak memory {}", peak_memory());
            }
        }
        println!(
            "stream: {rows} rows, sum {sum:.0}, in {:.2?}, peak memory {}",
            begin.elapsed(),
            peak_memory()
        );
    }
    let Reading { id, sensor, value, note, taken_at } =
        db.select::<Reading>().order_by(desc(Reading::id)).limit(1).one().await?;
    println!("the last one: id {id}, sensor {sensor}, value {value}, note {note:?}, taken at {taken_at}");
    Ok(())
}
