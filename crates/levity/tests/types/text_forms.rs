//! What the Rust types print and read is what PostgreSQL prints and reads.

use std::{fmt::Display, str::FromStr, sync::Arc};

use levity::{
    Executor,
    sql::Statement,
    types::{ColumnType, Interval, Range},
};
use tokio_postgres::types::ToSql;

use crate::{samples, support::database};

/// The server's text of each value. A cast to text would add a prefix to every `inet`.
async fn texts<T: ToSql + ColumnType + Clone + Send + Sync + 'static>(
    db: impl Executor,
    values: &[T],
) -> Vec<String> {
    let sql = format!(
        "select format('%s', value) from unnest($1::{}[]) with ordinality as v (value, n) order by n",
        T::sql_type()
    );
    let rows = db.query(&Statement { sql, parameters: vec![Arc::new(values.to_vec())] }).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn agree<T>(db: impl Executor, values: Vec<T>)
where
    T: ToSql + ColumnType + Display + FromStr<Err: std::fmt::Debug> + PartialEq + std::fmt::Debug,
    T: Clone + Send + Sync + 'static,
{
    for (value, text) in values.iter().zip(texts(db, &values).await) {
        assert_eq!(value.to_string(), text);
        assert_eq!(text.parse::<T>().unwrap(), *value);
    }
}

#[tokio::test]
async fn values_are_printed_and_read_alike() {
    let (_guard, db) = database().await;
    let transaction = db.begin().await.unwrap();
    transaction.execute(levity::sql!("set local intervalstyle = iso_8601")).await.unwrap();
    agree(&transaction, samples::numerics()).await;
    agree(&transaction, samples::intervals()).await;
    agree(&transaction, samples::mac_addresses()).await;
    agree(&transaction, samples::addresses()).await;
    agree(&transaction, samples::networks()).await;
    agree(&transaction, samples::uuids()).await;
    let ranges = samples::integer_ranges();
    for (range, text) in ranges.iter().zip(texts(&transaction, &ranges).await) {
        assert_eq!(range.to_string(), text);
    }
    let multiranges = samples::integer_multiranges();
    for (multirange, text) in multiranges.iter().zip(texts(&transaction, &multiranges).await) {
        assert_eq!(multirange.to_string(), text);
    }
}

#[tokio::test]
async fn the_infinite_intervals_are_those_of_newer_servers() {
    let (_guard, db) = database().await;
    let version: i32 = (db
        .query_as::<(String,)>(levity::sql!("select current_setting('server_version_num')")))
    .one()
    .await
    .unwrap()
    .0
    .parse()
    .unwrap();
    let infinities = [Interval::INFINITY, Interval::NEGATIVE_INFINITY];
    let (stored,) = db
        .query_as::<(Vec<Interval>,)>(levity::sql!("select {}::interval[]", infinities.to_vec()))
        .one()
        .await
        .unwrap();
    assert_eq!(stored, infinities);
    if version >= 170_000 {
        agree(&db, infinities.to_vec()).await;
    }
}

#[tokio::test]
async fn the_canonical_form_is_that_of_the_server() {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    let (_guard, db) = database().await;
    let bounds = [Unbounded, Included(1), Excluded(1), Included(2), Excluded(2), Included(3), Excluded(3)];
    let ranges: Vec<Range<i32>> = bounds
        .iter()
        .flat_map(|lower| bounds.iter().map(|upper| Range::Bounds(*lower, *upper)))
        // The server refuses a range that ends before it begins.
        .filter(|range| match range {
            Range::Bounds(Included(low) | Excluded(low), Included(high) | Excluded(high)) => low <= high,
            Range::Empty | Range::Bounds(..) => true,
        })
        .collect();
    let (stored,) = (db
        .query_as::<(Vec<Range<i32>>,)>(levity::sql!("select {}::int4range[]", ranges.clone())))
    .one()
    .await
    .unwrap();
    assert_eq!(stored, ranges.into_iter().map(Range::canonical).collect::<Vec<_>>());
}
