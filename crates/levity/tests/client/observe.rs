//! What a subscriber of `tracing` sees.

use std::{
    collections::BTreeMap,
    fmt::{self, Debug, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, SinkExt, StreamExt};
use levity::{Error, Executor, sql::Statement};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::DefaultGuard,
};

use crate::support::{Fixture, query, rows, run, statement};

type Fields = BTreeMap<&'static str, String>;

/// Keeps the spans of statements and the warnings of the thread on which it was made.
#[derive(Clone)]
struct Collector {
    most: Level,
    next: Arc<AtomicU64>,
    spans: Arc<Mutex<BTreeMap<u64, Fields>>>,
    warnings: Arc<Mutex<Vec<Fields>>>,
}

impl Collector {
    fn up_to(most: Level) -> (Self, DefaultGuard) {
        let collector =
            Self { most, next: Arc::new(AtomicU64::new(1)), spans: Arc::default(), warnings: Arc::default() };
        let guard = tracing::subscriber::set_default(collector.clone());
        (collector, guard)
    }

    /// The spans since the last call.
    fn spans(&self) -> Vec<Fields> {
        std::mem::take(&mut *self.spans.lock().unwrap()).into_values().collect()
    }

    fn warnings(&self) -> Vec<Fields> {
        std::mem::take(&mut *self.warnings.lock().unwrap())
    }
}

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "levity" && *metadata.level() <= self.most
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut fields = Fields::from([("name", span.metadata().name().to_owned())]);
        span.record(&mut Reader(&mut fields));
        self.spans.lock().unwrap().insert(id, fields);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        if let Some(fields) = self.spans.lock().unwrap().get_mut(&span.into_u64()) {
            values.record(&mut Reader(fields));
        }
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::from([("level", event.metadata().level().to_string())]);
        event.record(&mut Reader(&mut fields));
        self.warnings.lock().unwrap().push(fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

async fn stream<E: Executor>(executor: E, statement: &Statement) -> Result<E::Rows, Error> {
    executor.stream(statement).await
}

/// All but what differs from run to run.
fn shown(spans: &[Fields]) -> String {
    let mut text = String::new();
    for span in spans {
        assert_eq!(span["name"], "levity.query");
        assert_eq!((&*span["db.system.name"], &*span["otel.kind"]), ("postgresql", "client"));
        assert!(span["db.client.operation.duration"].parse::<f64>().unwrap() > 0.0);
        text.push_str(&span["db.query.text"]);
        let constant = [
            "name",
            "db.system.name",
            "otel.kind",
            "db.namespace",
            "db.client.operation.duration",
            "db.query.text",
        ];
        for (field, value) in span.iter().filter(|(field, _)| !constant.contains(field)) {
            write!(text, " | {field} = {value}").unwrap();
        }
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn each_statement_is_a_span_with_what_came_of_it() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int PRIMARY KEY)").await;
    let (collector, _guard) = Collector::up_to(Level::DEBUG);
    rows(&fixture.database, "SELECT generate_series(1, 3)").await.unwrap();
    fixture
        .database
        .transaction(async |tx| {
            run(tx, "INSERT INTO items VALUES (1), (2)").await?;
            tx.transaction(async |tx| run(tx, "INSERT INTO items VALUES (1)").await).await.unwrap_err();
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    let spans = collector.spans();
    assert_eq!(Some(spans[0]["db.namespace"].as_str()), fixture.config.parts().get("dbname"));
    insta::assert_snapshot!(shown(&spans), @r"
    SELECT generate_series(1, 3) | db.response.returned_rows = 3
    BEGIN
    INSERT INTO items VALUES (1), (2) | db.response.affected_rows = 2
    SAVEPOINT levity_1
    INSERT INTO items VALUES (1) | db.response.status_code = 23505 | error.type = 23505 | otel.status_code = ERROR
    ROLLBACK TO SAVEPOINT levity_1; RELEASE SAVEPOINT levity_1
    SELECT; COMMIT
    ");

    let sleep = statement("SELECT pg_sleep(600)");
    assert!(query(&fixture.database, &sleep).now_or_never().is_none());
    insta::assert_snapshot!(shown(&collector.spans()), @"SELECT pg_sleep(600) | error.type = cancelled | otel.status_code = ERROR");
}

#[tokio::test]
async fn a_stream_and_a_copy_are_spans_until_their_end() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let (collector, _guard) = Collector::up_to(Level::DEBUG);
    let database = &fixture.database;
    let series = statement("SELECT generate_series(1, 300)");
    let mut all = stream(database, &series).await.unwrap();
    while let Some(row) = all.next().await {
        row.unwrap();
    }
    database
        .transaction(async |tx| {
            let mut some = stream(tx, &series).await?;
            for _ in 0..100 {
                some.next().await.unwrap()?;
            }
            drop(some);
            let mut copy = (&tx).copy_in("COPY items FROM STDIN").await?;
            copy.send(Bytes::from_static(b"1\n2\n")).await?;
            copy.finish().await
        })
        .await
        .unwrap();
    insta::assert_snapshot!(shown(&collector.spans()), @r"
    SELECT generate_series(1, 300) | db.response.returned_rows = 300
    BEGIN
    SELECT generate_series(1, 300) | db.response.returned_rows = 100
    COPY items FROM STDIN | db.response.affected_rows = 2
    SELECT; COMMIT
    ");
}

/// Counts how often it is shown.
#[derive(Clone)]
struct Secret(Arc<AtomicUsize>);

impl Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fetch_add(1, Ordering::Relaxed);
        f.write_str("Secret(7)")
    }
}

impl ToSql for Secret {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        7_i32.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <i32 as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

#[tokio::test]
async fn values_are_shown_when_that_was_asked_for_and_somebody_looks() {
    for (asked, most, expected) in [(false, Level::TRACE, 0), (true, Level::INFO, 0), (true, Level::DEBUG, 1)]
    {
        let fixture = Fixture::new(|config| config.pool_size(1).unwrap().log_parameters(asked)).await;
        let shown = Arc::new(AtomicUsize::new(0));
        let secret = Secret(shown.clone());
        let statement = Statement { sql: "SELECT $1::int".to_owned(), parameters: vec![Arc::new(secret)] };
        query(&fixture.database, &statement).await.unwrap();
        let (collector, _guard) = Collector::up_to(most);
        query(&fixture.database, &statement).await.unwrap();
        assert_eq!(shown.load(Ordering::Relaxed), expected);
        let spans = collector.spans();
        let told = spans.first().and_then(|span| span.get("db.query.parameters").cloned());
        assert_eq!(told, (expected == 1).then(|| "[Secret(7)]".to_owned()));
        assert_eq!(spans.is_empty(), most == Level::INFO);
    }
}

#[tokio::test]
async fn a_slow_statement_is_a_warning_also_where_spans_are_not_looked_at() {
    let limited = async |limit| {
        let fixture = Fixture::new(|config| config.pool_size(1).unwrap().slow_statement(limit)).await;
        let (collector, _guard) = Collector::up_to(Level::WARN);
        rows(&fixture.database, "SELECT generate_series(1, 2)").await.unwrap();
        let mut all = stream(&fixture.database, &statement("SELECT generate_series(1, 3)")).await.unwrap();
        while all.next().await.is_some() {}
        assert!(collector.spans().is_empty());
        collector.warnings()
    };
    assert_eq!(limited(Duration::from_hours(1)).await.len(), 0);
    let warnings = limited(Duration::ZERO).await;
    let told =
        |field| warnings.iter().map(|fields| fields.get(field).map(String::as_str)).collect::<Vec<_>>();
    assert_eq!(told("level"), [Some("WARN"); 2]);
    assert_eq!(told("message"), [Some("slow statement"); 2]);
    let texts = [Some("SELECT generate_series(1, 2)"), Some("SELECT generate_series(1, 3)")];
    assert_eq!(told("db.query.text"), texts);
    // A stream is told when its first row is there, and once.
    assert_eq!(told("rows"), [Some("2"), None]);
}
