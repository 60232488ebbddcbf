//! What a setter and a comparison take beside the column's own type, and what becomes of values outside of the database.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use levity::{
    Table, eq, sql,
    types::{Cidr, Date, Inet, InexactInterval, Interval, Json, MacAddr, Numeric, Range, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    samples,
    support::{create, database},
};

#[derive(Debug, Table)]
#[table(name = "visits")]
struct Visit {
    #[column(primary_key)]
    id: i32,
    due: Date<NaiveDate>,
    begin: Timestamp<DateTime<Utc>>,
    end: Option<Timestamp<DateTime<Utc>>>,
    from: Inet,
    to: Option<Inet>,
    seats: Range<i32>,
    rows: Option<Range<i64>>,
}

levity::schema! { Visit }

#[tokio::test]
async fn a_column_that_can_hold_more_takes_the_usual_value() {
    let (_guard, db) = database().await;
    create::<Visit>(&db).await;
    let (due, begin) = (samples::dates()[3], samples::moments()[1]);
    let address: IpAddr = "192.0.2.7".parse().unwrap();
    let new = NewVisit::builder()
        .id(1)
        .due(due)
        .begin(begin)
        .end(begin)
        .from(address)
        .to(address)
        .seats(1..=3)
        .rows(5..)
        .build();
    let visit = db.insert(new).returning().await.unwrap();
    assert_eq!((visit.id, visit.due, visit.begin), (1, Date::Value(due), Timestamp::Value(begin)));
    assert_eq!((visit.end, visit.from, visit.to), (Some(visit.begin), address.into(), Some(visit.from)));
    assert_eq!((visit.seats, visit.rows), (Range::from(1..4), Some(Range::from(5..))));
    let found = db
        .select::<Visit>()
        .filter(eq(Visit::due, due).and(eq(Visit::end, begin)))
        .filter(eq(Visit::from, address));
    assert_eq!(found.all().await.unwrap().len(), 1);
    let later = Visit::begin.lt(Timestamp::PosInfinity).and(Visit::due.gt(Date::NegInfinity));
    assert_eq!(db.select::<Visit>().filter(later).all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_below_a_microsecond_is_cut_off() {
    let (_guard, db) = database().await;
    let moment = samples::moments()[0] + TimeDelta::nanoseconds(1_000_001_999);
    let (stored,) =
        db.query_as::<(DateTime<Utc>,)>(sql!("select {moment}::timestamptz")).one().await.unwrap();
    assert_eq!(moment - stored, TimeDelta::nanoseconds(-1));
    let moment = samples::moments()[2] + TimeDelta::nanoseconds(999);
    let (stored,) =
        db.query_as::<(DateTime<Utc>,)>(sql!("select {moment}::timestamptz")).one().await.unwrap();
    assert_eq!(moment - stored, TimeDelta::nanoseconds(999));
}

#[tokio::test]
async fn a_statement_of_ones_own_reads_every_type_of_the_driver() {
    type Row = (tokio_postgres::types::Json<Value>, DateTime<FixedOffset>, SystemTime, IpAddr);

    let (_guard, db) = database().await;
    let row =
        sql!("select '[1]'::jsonb, '2000-01-01Z'::timestamptz, '1970-01-01Z'::timestamptz, '::1'::inet");
    let (document, moment, time, address) = db.query_as::<Row>(row).one().await.unwrap();
    assert_eq!(document.0, json!([1]));
    assert_eq!(moment.to_rfc3339(), "2000-01-01T00:00:00+00:00");
    assert_eq!(time, SystemTime::UNIX_EPOCH);
    assert!(address.is_loopback());
}

#[test]
fn an_interval_without_days_is_a_duration() {
    let interval = Interval { microseconds: 1_500_000, ..Interval::ZERO };
    assert_eq!(Interval::try_from(TimeDelta::milliseconds(1500)), Ok(interval));
    assert_eq!(Interval::try_from(Duration::from_millis(1500)), Ok(interval));
    assert_eq!(TimeDelta::try_from(interval), Ok(TimeDelta::milliseconds(1500)));
    assert_eq!(Duration::try_from(interval), Ok(Duration::from_millis(1500)));
    let day = Interval { days: 1, ..Interval::ZERO };
    assert_eq!(TimeDelta::try_from(day), Err(InexactInterval::Calendar));
    let negative = Interval { microseconds: -1, ..Interval::ZERO };
    assert_eq!(Duration::try_from(negative), Err(InexactInterval::Range));
    assert_eq!(Interval::try_from(Duration::from_nanos(1)), Err(InexactInterval::Nanoseconds));
    assert_eq!(Interval::try_from(TimeDelta::nanoseconds(-1)), Err(InexactInterval::Nanoseconds));
    assert_eq!(Interval::try_from(Duration::from_secs(u64::MAX)), Err(InexactInterval::Range));
}

#[test]
fn a_value_with_a_text_of_its_own_is_that_text_in_json() {
    type Values = (Numeric, Interval, Inet, Cidr, MacAddr);

    let document = json!(["1.50", "P1DT-0.5S", "192.0.2.1/24", "2001:db8::/32", "08:00:2b:01:02:03"]);
    let values: Values = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(Json(values)).unwrap(), document);
    assert!(serde_json::from_value::<Interval>(json!("one day")).is_err());
}
