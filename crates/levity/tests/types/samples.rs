//! The values that are stored: extremes first, then random ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use levity::types::{Cidr, Date, Inet, Interval, Json, MacAddr, Multirange, Numeric, Range, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::random::Random;

const COUNT: usize = 20;

fn with_random<T>(mut extremes: Vec<T>, make: impl FnMut(&mut Random) -> T) -> Vec<T> {
    extremes.extend(Random::new(1).many(COUNT, make));
    extremes
}

pub(crate) fn booleans() -> Vec<bool> {
    vec![false, true]
}

#[expect(clippy::cast_possible_truncation, reason = "any number will do")]
pub(crate) fn small_integers() -> Vec<i16> {
    with_random(vec![0, -1, i16::MIN, i16::MAX], |random| random.bits() as i16)
}

#[expect(clippy::cast_possible_truncation, reason = "any number will do")]
pub(crate) fn integers() -> Vec<i32> {
    with_random(vec![0, -1, i32::MIN, i32::MAX], |random| random.number() as i32)
}

pub(crate) fn big_integers() -> Vec<i64> {
    with_random(vec![0, -1, i64::MIN, i64::MAX, (1 << 53) + 1], Random::number)
}

pub(crate) fn reals() -> Vec<f32> {
    let extremes = vec![
        0.0,
        -0.0,
        0.1,
        f32::MIN,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::from_bits(1),
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ];
    with_random(extremes, |random| {
        loop {
            #[expect(clippy::cast_possible_truncation, reason = "any number will do")]
            let value = f32::from_bits(random.bits() as u32);
            if !value.is_nan() {
                return value;
            }
        }
    })
}

pub(crate) fn doubles() -> Vec<f64> {
    let extremes = vec![
        0.0,
        -0.0,
        0.1,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::from_bits(1),
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    with_random(extremes, |random| {
        loop {
            let value = f64::from_bits(random.bits());
            if !value.is_nan() {
                return value;
            }
        }
    })
}

fn digits(random: &mut Random, limit: u64) -> String {
    let count = usize::try_from(random.below(limit)).unwrap();
    random
        .many(count, |random| char::from(b'0' + u8::try_from(random.below(10)).unwrap()))
        .into_iter()
        .collect()
}

pub(crate) fn numerics() -> Vec<Numeric> {
    let longest = format!("{}.{}", "9".repeat(131_072), "9".repeat(16_383));
    let smallest = format!("-0.{}1", "0".repeat(16_382));
    let extremes = [
        "0",
        "0.00",
        "1.50",
        "10000",
        "-10000.0000",
        "0.0001",
        "NaN",
        "Infinity",
        "-Infinity",
        &longest,
        &smallest,
    ];
    let extremes = extremes.iter().map(|text| text.parse().unwrap()).collect();
    with_random(extremes, |random| {
        let sign = if random.below(2) == 0 { "-" } else { "" };
        let (whole, fraction) = (digits(random, 60), digits(random, 60));
        format!("{sign}0{whole}.{fraction}").parse().unwrap()
    })
}

pub(crate) fn texts() -> Vec<String> {
    let extremes =
        ["", " ", "NULL", "it's \"quoted\" \\ {}", "a\tb\r\n", "\u{1}\u{7f}", "\u{1F980}e\u{301}\u{10FFFF}"];
    let extremes: Vec<String> = extremes.iter().map(ToString::to_string).collect();
    with_random(extremes, |random| {
        let length = usize::try_from(random.below(30)).unwrap();
        random
            .many(length, |random| {
                loop {
                    let code = u32::try_from(random.below(0x11_0000)).unwrap();
                    if let Some(character) = char::from_u32(code).filter(|character| *character != '\0') {
                        return character;
                    }
                }
            })
            .into_iter()
            .collect()
    })
}

pub(crate) fn bytes() -> Vec<Vec<u8>> {
    with_random(vec![vec![], vec![0], (0..=255).collect()], |random| {
        let length = usize::try_from(random.below(40)).unwrap();
        random.many(length, |random| random.bits().to_le_bytes()[0])
    })
}

pub(crate) fn uuids() -> Vec<Uuid> {
    with_random(vec![Uuid::nil(), Uuid::max()], |random| Uuid::from_u64_pair(random.bits(), random.bits()))
}

fn date(days: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + TimeDelta::days(days)
}

/// The first date of PostgreSQL, and the last one of `chrono`, which ends before PostgreSQL does.
pub(crate) fn dates() -> Vec<NaiveDate> {
    let extremes = [(-4713, 11, 24), (-1, 12, 31), (0, 2, 29), (1, 1, 1), (1999, 12, 31), (262_142, 12, 31)];
    let extremes = extremes.iter().map(|(y, m, d)| NaiveDate::from_ymd_opt(*y, *m, *d).unwrap()).collect();
    with_random(extremes, |random| date(random.number() % 1_000_000))
}

pub(crate) fn infinite_dates() -> Vec<Date<NaiveDate>> {
    let infinities = [Date::PosInfinity, Date::NegInfinity];
    infinities.into_iter().chain(dates().into_iter().map(Date::Value)).collect()
}

pub(crate) fn times() -> Vec<NaiveTime> {
    let time = |microseconds: u64| NaiveTime::MIN + TimeDelta::microseconds(microseconds.cast_signed());
    with_random(vec![time(0), time(1), time(86_399_999_999)], |random| time(random.below(86_400_000_000)))
}

pub(crate) fn timestamps() -> Vec<NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(-4713, 11, 24).unwrap().and_time(NaiveTime::MIN);
    let last =
        NaiveDate::from_ymd_opt(262_142, 12, 31).unwrap().and_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    let before =
        NaiveDate::from_ymd_opt(1999, 12, 31).unwrap().and_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    with_random(vec![first, before, last], |random| {
        let time = TimeDelta::microseconds(random.below(86_400_000_000).cast_signed());
        date(random.number() % 1_000_000).and_time(NaiveTime::MIN + time)
    })
}

pub(crate) fn infinite_timestamps() -> Vec<Timestamp<NaiveDateTime>> {
    let infinities = [Timestamp::PosInfinity, Timestamp::NegInfinity];
    infinities.into_iter().chain(timestamps().into_iter().map(Timestamp::Value)).collect()
}

pub(crate) fn moments() -> Vec<DateTime<Utc>> {
    timestamps().into_iter().map(|timestamp| timestamp.and_utc()).collect()
}

pub(crate) fn infinite_moments() -> Vec<Timestamp<DateTime<Utc>>> {
    let infinities = [Timestamp::PosInfinity, Timestamp::NegInfinity];
    infinities.into_iter().chain(moments().into_iter().map(Timestamp::Value)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "any number will do")]
pub(crate) fn intervals() -> Vec<Interval> {
    let interval = |months, days, microseconds| Interval { months, days, microseconds };
    let extremes = vec![
        Interval::ZERO,
        interval(1, -1, 1),
        interval(0, 0, -1),
        interval(0, 0, -500_000),
        interval(-13, 0, 3_600_000_000),
        interval(0, 1, 0),
        interval(0, 0, 86_400_000_000),
        interval(i32::MAX, 0, 0),
        interval(0, i32::MIN, 0),
        interval(0, 0, i64::MAX),
        // PostgreSQL stores one microsecond less as well, but does not read what it prints for it.
        interval(i32::MAX - 1, i32::MIN, -i64::MAX),
    ];
    with_random(extremes, |random| interval(random.number() as i32, random.number() as i32, random.number()))
}

pub(crate) fn addresses() -> Vec<Inet> {
    let extremes =
        ["0.0.0.0", "0.0.0.0/0", "192.0.2.1/24", "255.255.255.255", "::", "::/0", "2001:db8::1/64", "::1"];
    let extremes = extremes.iter().map(|text| text.parse().unwrap()).collect();
    with_random(extremes, |random| {
        let bits = random.bits();
        if bits.is_multiple_of(2) {
            let address = IpAddr::from(Ipv4Addr::from_bits(u32::try_from(bits >> 32).unwrap()));
            Inet::new(address, u8::try_from(random.below(33)).unwrap()).unwrap()
        } else {
            // With its first bit, so that it is not in the block of IPv4 addresses, which are written in two ways.
            let address = (1 << 127) | u128::from(bits) << 64 | u128::from(random.bits());
            let prefix = u8::try_from(random.below(129)).unwrap();
            Inet::new(IpAddr::from(Ipv6Addr::from_bits(address)), prefix).unwrap()
        }
    })
}

pub(crate) fn networks() -> Vec<Cidr> {
    addresses().into_iter().map(Inet::network).collect()
}

pub(crate) fn mac_addresses() -> Vec<MacAddr> {
    with_random(vec![MacAddr([0; 6]), MacAddr([0xff; 6])], |random| {
        let [_, _, bytes @ ..] = random.bits().to_be_bytes();
        MacAddr(bytes)
    })
}

pub(crate) fn documents() -> Vec<Json<Value>> {
    vec![
        Json(Value::Null),
        Json(json!({})),
        Json(json!([])),
        Json(json!("it's \"quoted\" \\ \\\\u0000 \u{1F980}")),
        Json(json!({ "a": [1, -1.5, i64::MIN, u64::MAX, 1e-7, true, null, { "": "" }], "b": "\u{1}" })),
    ]
}

/// In the form in which PostgreSQL stores them.
#[expect(clippy::cast_possible_truncation, reason = "any number will do")]
pub(crate) fn integer_ranges() -> Vec<Range<i32>> {
    let extremes =
        vec![Range::Empty, Range::ALL, Range::from(..5), Range::from(-5..), Range::from(i32::MIN..i32::MAX)];
    with_random(extremes, |random| {
        let bounds = [random.number() as i32, random.number() as i32];
        Range::from(bounds[0].min(bounds[1])..bounds[0].max(bounds[1]))
    })
}

pub(crate) fn big_integer_ranges() -> Vec<Range<i64>> {
    vec![Range::Empty, Range::ALL, Range::from(i64::MIN..i64::MAX), Range::from(7..8)]
}

fn between<T: Clone>(values: &[T]) -> Vec<Range<T>> {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let (low, high) = (values[0].clone(), values[1].clone());
    vec![
        Range::Empty,
        Range::ALL,
        Range::Bounds(Included(low.clone()), Excluded(high.clone())),
        Range::Bounds(Excluded(low.clone()), Included(high.clone())),
        Range::Bounds(Excluded(low.clone()), Excluded(high.clone())),
        Range::Bounds(Included(low.clone()), Included(high.clone())),
        Range::Bounds(Included(low.clone()), Included(low.clone())),
        Range::Bounds(Unbounded, Excluded(high)),
        Range::Bounds(Excluded(low), Unbounded),
    ]
}

pub(crate) fn numeric_ranges() -> Vec<Range<Numeric>> {
    between(&["-1.50".parse().unwrap(), "123456789012345678901234567890.1".parse().unwrap()])
}

pub(crate) fn timestamp_ranges() -> Vec<Range<Timestamp<NaiveDateTime>>> {
    between(&[Timestamp::Value(timestamps()[0]), Timestamp::PosInfinity])
}

pub(crate) fn moment_ranges() -> Vec<Range<DateTime<Utc>>> {
    between(&moments())
}

pub(crate) fn date_ranges() -> Vec<Range<NaiveDate>> {
    vec![Range::Empty, Range::ALL, Range::from(dates()[0]..dates()[2]), Range::from(dates()[1]..)]
}

pub(crate) fn integer_multiranges() -> Vec<Multirange<i32>> {
    vec![
        Multirange(vec![]),
        Multirange(vec![Range::ALL]),
        Multirange(vec![Range::from(..-5), Range::from(1..2), Range::from(3..9), Range::from(100..)]),
    ]
}

pub(crate) fn moment_multiranges() -> Vec<Multirange<DateTime<Utc>>> {
    let mut moments = moments();
    moments.sort();
    vec![Multirange(vec![]), [moments[0]..moments[1], moments[2]..moments[3]].into_iter().collect()]
}
