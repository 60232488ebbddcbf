//! Each type alone, as NULL, in arrays, in relations, as a filter's value, and through the server's text.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use levity::{
    Json, Table, eq, sql,
    types::{Cidr, Date, Inet, Interval, MacAddr, Multirange, Numeric, Range, Timestamp},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    samples,
    support::{assert_same, create, database},
};

/// Tests a type. The text reads its values the way they were printed.
macro_rules! types {
    ($($name:ident: $rust:ty, $read:literal;)*) => {
        $(
            mod $name {
                use super::*;

                #[derive(Debug, Table)]
                #[table(name = "cells", has_many(children = Cell::parent_id))]
                struct Cell {
                    #[column(primary_key)]
                    id: i32,
                    #[column(references(Cell::id, relation = parent))]
                    parent_id: Option<i32>,
                    value: $rust,
                    optional: Option<$rust>,
                    list: Vec<$rust>,
                    gaps: Vec<Option<$rust>>,
                    optional_list: Option<Vec<$rust>>,
                }

                levity::schema! { Cell }

                #[tokio::test]
                async fn comes_back_as_it_was_stored() {
                    let (_guard, db) = database().await;
                    create::<Cell>(&db).await;
                    let samples: Vec<$rust> = samples::$name();

                    // The first row holds NULL, the empty array, and every sample; the others are its children.
                    let first = NewCell::builder()
                        .id(0)
                        .value(samples[0].clone())
                        .list(samples.clone())
                        .gaps(Vec::new())
                        .build();
                    let first = db.insert(first).returning().await.unwrap();
                    assert!(first.optional.is_none() && first.optional_list.is_none() && first.gaps.is_empty());
                    assert_same(&first.list, &samples);
                    for (id, sample) in (1..).zip(&samples) {
                        let new = NewCell::builder()
                            .id(id)
                            .parent_id(0)
                            .value(sample.clone())
                            .optional(sample.clone())
                            .list(vec![])
                            .gaps(vec![None, Some(sample.clone()), None])
                            .optional_list(vec![sample.clone()])
                            .build();
                        let stored = db.insert(new).returning().await.unwrap();
                        assert_same(&stored.value, sample);
                    }

                    let root = db.select::<Cell>().filter(eq(Cell::id, 0)).with(Cell::children().with(Cell::parent()));
                    let root = root.one().await.unwrap();
                    assert_same(&root.list, &samples);
                    assert!(root.optional.is_none());
                    assert_eq!(root.children.len(), samples.len());

                    for child in &root.children {
                        let sample = &samples[usize::try_from(child.id - 1).unwrap()];
                        assert_same(&child.value, sample);
                        assert_same(&child.optional, &Some(sample.clone()));
                        assert!(child.list.is_empty());
                        assert_same(&child.gaps, &vec![None, Some(sample.clone()), None]);
                        assert_same(&child.optional_list, &Some(vec![sample.clone()]));
                        assert_eq!(child.parent_id, Some(child.parent.as_ref().unwrap().id));
                    }
                    assert_same(&root.children[0].parent.as_ref().unwrap().list, &samples);

                    for (id, sample) in (1..).zip(&samples) {
                        let row = eq(Cell::id, id);
                        let counts = [
                            row.clone().and(eq(Cell::value, sample.clone())),
                            row.clone().and(eq(Cell::optional, sample.clone())),
                            row.clone().and(Cell::value.in_list([sample.clone()])),
                            row.clone().and(eq(Cell::optional_list, vec![sample.clone()])),
                            row.clone().and(eq(Cell::gaps, vec![None, Some(sample.clone()), None])),
                        ];
                        for (position, condition) in counts.into_iter().enumerate() {
                            let found = db.select::<Cell>().filter(condition).all().await.unwrap();
                            assert_eq!(found.len(), 1, "filter {position} with {sample:?}");
                        }
                    }

                    for (id, sample) in (1..).zip(&samples) {
                        let text = sql!("select value::text from cells where id = {id}");
                        let (text,) = db.query_as::<(String,)>(text).one().await.unwrap();
                        let (read,) = db.query_as::<($rust,)>(sql!($read, text)).one().await.unwrap();
                        assert_same(&read, sample);
                    }
                }
            }
        )*
    };
}

types! {
    booleans: bool, "select {}::text::bool";
    small_integers: i16, "select {}::text::int2";
    integers: i32, "select {}::text::int4";
    big_integers: i64, "select {}::text::int8";
    reals: f32, "select {}::text::float4";
    doubles: f64, "select {}::text::float8";
    numerics: Numeric, "select {}::text::numeric";
    texts: String, "select {}::text";
    bytes: Vec<u8>, "select {}::text::bytea";
    uuids: Uuid, "select {}::text::uuid";
    dates: NaiveDate, "select {}::text::date";
    infinite_dates: Date<NaiveDate>, "select {}::text::date";
    times: NaiveTime, "select {}::text::time";
    timestamps: NaiveDateTime, "select {}::text::timestamp";
    infinite_timestamps: Timestamp<NaiveDateTime>, "select {}::text::timestamp";
    moments: DateTime<Utc>, "select {}::text::timestamptz";
    infinite_moments: Timestamp<DateTime<Utc>>, "select {}::text::timestamptz";
    intervals: Interval, "select {}::text::interval";
    addresses: Inet, "select {}::text::inet";
    networks: Cidr, "select {}::text::cidr";
    mac_addresses: MacAddr, "select {}::text::macaddr";
    documents: Json<Value>, "select {}::text::jsonb";
    integer_ranges: Range<i32>, "select {}::text::int4range";
    big_integer_ranges: Range<i64>, "select {}::text::int8range";
    numeric_ranges: Range<Numeric>, "select {}::text::numrange";
    timestamp_ranges: Range<Timestamp<NaiveDateTime>>, "select {}::text::tsrange";
    moment_ranges: Range<DateTime<Utc>>, "select {}::text::tstzrange";
    date_ranges: Range<NaiveDate>, "select {}::text::daterange";
    integer_multiranges: Multirange<i32>, "select {}::text::int4multirange";
    moment_multiranges: Multirange<DateTime<Utc>>, "select {}::text::tstzmultirange";
}
