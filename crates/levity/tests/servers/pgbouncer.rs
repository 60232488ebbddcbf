//! Behind PgBouncer in transaction mode.

use std::{collections::BTreeSet, time::Duration};

use futures_util::{SinkExt, TryStreamExt, pin_mut};
use levity::{Database, Error, Executor, PgEnum, Table, Transaction, eq, schema, sql};
use tokio_postgres::{Client, error::SqlState};

use crate::support::{
    bounded,
    certificates::file,
    cluster::Cluster,
    number,
    pgbouncer::{PgBouncer, SERVERS},
    proxy::Proxy,
    rows, run,
};

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Mood {
    Calm,
    Wild,
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Size {
    Small,
    Large,
}

#[derive(Debug, Table)]
#[table(name = "animals")]
struct Animal {
    #[column(primary_key)]
    #[expect(dead_code, reason = "it is only asked for")]
    id: i64,
    name: String,
    mood: Mood,
}

#[derive(Debug, Table)]
#[table(name = "cages")]
struct Cage {
    #[column(primary_key)]
    #[expect(dead_code, reason = "it is only asked for")]
    id: i64,
    size: Size,
}

schema! { Animal, Cage }

struct Fixture {
    database: Database,
    pooler: PgBouncer,
    /// Straight to the server.
    observer: Client,
    cluster: Cluster,
}

impl Fixture {
    async fn with_pool_of(size: usize) -> Self {
        let cluster = Cluster::start();
        let observer = cluster.config().connect().await.unwrap();
        observer
            .batch_execute(
                "CREATE TYPE mood AS ENUM ('calm', 'wild');
                 CREATE TYPE size AS ENUM ('small', 'large');
                 CREATE TABLE animals (id bigint PRIMARY KEY, name text NOT NULL, mood mood NOT NULL);
                 CREATE TABLE cages (id bigint PRIMARY KEY, size size NOT NULL)",
            )
            .await
            .unwrap();
        let pooler = PgBouncer::start(&cluster).await;
        let config = pooler.config("").pool_size(size).unwrap();
        let database = bounded(Database::connect(config)).await.unwrap();
        Self { database, pooler, observer, cluster }
    }

    /// Keeps the connection to the server that was used last, so that others get another one.
    async fn hold(&self) -> Transaction {
        let other = bounded(Database::connect(self.pooler.config(""))).await.unwrap();
        other.begin().await.unwrap()
    }

    async fn sessions(&self, condition: &str) -> i64 {
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' \
             AND pid <> pg_backend_pid() AND ({condition})"
        );
        self.observer.query_one(&sql, &[]).await.unwrap().get(0)
    }
}

async fn server(executor: impl levity::Executor) -> i64 {
    number(executor, "SELECT pg_backend_pid()::bigint").await.unwrap()
}

#[tokio::test]
async fn statements_follow_their_client_from_server_to_server() {
    let fixture = Fixture::with_pool_of(1).await;
    let database = &fixture.database;
    let insert = async |id: i64, mood: Mood| {
        database.insert(NewAnimal::builder().id(id).name("Leo").mood(mood).build()).execute().await.unwrap();
    };
    let calm = async || database.select::<Animal>().filter(eq(Animal::mood, Mood::Calm)).all().await.unwrap();

    insert(1, Mood::Calm).await;
    assert_eq!(calm().await[0].mood, Mood::Calm);
    let first = server(database).await;
    let held = fixture.hold().await;
    // Known statements, on a server that has never seen them.
    insert(2, Mood::Wild).await;
    assert_eq!(calm().await.len(), 1);
    assert_ne!(server(database).await, first);
    // And a type that neither the client nor this server has seen, which the driver looks up by statements of its own.
    database.insert(NewCage::builder().id(1).size(Size::Large).build()).execute().await.unwrap();
    held.commit().await.unwrap();
    assert_eq!(calm().await.len(), 1);
    let held = fixture.hold().await;
    assert_eq!(database.select::<Cage>().all().await.unwrap()[0].size, Size::Large);
    held.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_share_few_servers() {
    let fixture = Fixture::with_pool_of(16).await;
    let mut tasks = Vec::new();
    for task in 0..16_i64 {
        let database = fixture.database.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..20_i64 {
                let id = task * 100 + round;
                // A statement that nobody else runs, a shared one, and a transaction, with parameters of several types.
                let text = format!("SELECT {id}::bigint + length('{task}')");
                let expected = id + i64::try_from(task.to_string().len()).unwrap();
                assert_eq!(number(&database, &text).await?, expected);
                let mood = if round % 2 == 0 { Mood::Calm } else { Mood::Wild };
                database
                    .transaction(async |tx| {
                        let new =
                            NewAnimal::builder().id(id).name(format!("{task}/{round}")).mood(mood).build();
                        tx.insert(new).execute().await?;
                        let servers = BTreeSet::from([server(tx).await, server(tx).await]);
                        assert_eq!(servers.len(), 1);
                        Ok::<_, Error>(())
                    })
                    .await?;
                let animal = database.select::<Animal>().filter(eq(Animal::id, id)).first().await?.unwrap();
                assert_eq!((animal.name, animal.mood), (format!("{task}/{round}"), mood));
            }
            Ok::<_, Error>(())
        }));
    }
    for task in tasks {
        bounded(task).await.unwrap().unwrap();
    }
    assert_eq!(number(&fixture.database, "SELECT count(*) FROM animals").await.unwrap(), 320);
    assert_eq!(fixture.sessions("true").await, i64::try_from(SERVERS).unwrap());
    // Nothing stays behind on any of the servers, nor does anybody sit in a transaction.
    let holds = [fixture.hold().await, fixture.hold().await];
    for hold in holds {
        assert_eq!(
            number(&hold, "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''").await.unwrap(),
            0
        );
        hold.commit().await.unwrap();
    }
    assert_eq!(fixture.sessions("state LIKE 'idle in transaction%'").await, 0);
}

#[tokio::test]
async fn a_known_statement_takes_one_request() {
    let fixture = Fixture::with_pool_of(1).await;
    let select = async |id: i64| {
        let query = fixture.database.select::<Animal>().filter(eq(Animal::id, id));
        assert!(query.first().await.unwrap().is_none());
    };
    select(0).await;
    let before = fixture.pooler.requests().await;
    for id in 1..=10 {
        select(id).await;
    }
    assert_eq!(fixture.pooler.requests().await - before, 10);
}

#[tokio::test]
async fn a_dropped_future_leaves_nothing_behind() {
    let fixture = Fixture::with_pool_of(2).await;
    let sleeping = "query LIKE '%pg_sleep%' AND state = 'active'";
    let started = async {
        while fixture.sessions(sleeping).await != 1 {
            fixture.observer.batch_execute("SELECT pg_sleep(0.002)").await.unwrap();
        }
    };
    tokio::select! {
        _ = run(&fixture.database, "SELECT pg_sleep(600)") => unreachable!("it sleeps for ten minutes"),
        () = bounded(started) => {}
    }
    bounded(async {
        while fixture.sessions(sleeping).await != 0 {
            fixture.observer.batch_execute("SELECT pg_sleep(0.002)").await.unwrap();
        }
    })
    .await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO cages VALUES (1, 'small')").await.unwrap();
    drop(transaction);
    for _ in 0..10 {
        assert_eq!(number(&fixture.database, "SELECT count(*) FROM cages").await.unwrap(), 0);
    }
    assert_eq!(fixture.sessions("state LIKE 'idle in transaction%'").await, 0);
}

/// What is read in pieces, copied or bound to a cursor goes through the same translation.
#[tokio::test]
async fn the_drivers_own_client_works() {
    let fixture = Fixture::with_pool_of(1).await;
    let mut client = fixture.database.client().await.unwrap();
    let statement = client.prepare("SELECT i FROM generate_series(1, $1::int) AS i").await.unwrap();
    let held = fixture.hold().await;
    let stream = client.query_raw(&statement, [10_000]).await.unwrap();
    let numbers: Vec<i32> = stream.map_ok(|row| row.get::<_, i32>(0)).try_collect().await.unwrap();
    assert_eq!((numbers.len(), numbers[9_999]), (10_000, 10_000));
    held.commit().await.unwrap();

    let transaction = client.transaction().await.unwrap();
    let portal = transaction.bind(&statement, &[&5]).await.unwrap();
    assert_eq!(transaction.query_portal(&portal, 2).await.unwrap().len(), 2);
    assert_eq!(transaction.query_portal(&portal, 0).await.unwrap().len(), 3);
    drop(portal);
    transaction.commit().await.unwrap();

    for cages in ["1\tsmall\n", "2\tbroken\n", "3\tlarge\n"] {
        let sink = client.copy_in::<_, bytes::Bytes>("COPY cages FROM STDIN").await.unwrap();
        pin_mut!(sink);
        sink.send(cages.into()).await.unwrap();
        let copied = sink.finish().await;
        assert_eq!(copied.is_ok(), !cages.contains("broken"), "{copied:?}");
        let next = bounded(client.query_one("SELECT $1::int", &[&7])).await;
        assert_eq!(next.unwrap().get::<_, i32>(0), 7);
    }
    let text: Vec<bytes::Bytes> =
        client.copy_out("COPY cages TO STDOUT").await.unwrap().try_collect().await.unwrap();
    assert_eq!(text.concat(), b"1\tsmall\n3\tlarge\n");
    client.query_typed("SELECT $1", &[(&1_i64, tokio_postgres::types::Type::INT8)]).await.unwrap();
    let rows = client.simple_query("SELECT 1; SELECT 2").await.unwrap();
    assert!(!rows.is_empty());
    let error = client.query("SELECT 1 / $1::int", &[&0]).await.unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::DIVISION_BY_ZERO));
    client.query("SELECT 1 / $1::int", &[&1]).await.unwrap();

    // An open transaction is all that is undone: the rest would be done to somebody else's session.
    client.batch_execute("BEGIN; INSERT INTO cages VALUES (9, 'large')").await.unwrap();
    drop(client);
    bounded(async { while fixture.sessions("state LIKE 'idle in transaction%'").await != 0 {} }).await;
    assert_eq!(number(&fixture.database, "SELECT count(*) FROM cages").await.unwrap(), 2);
    assert_eq!(fixture.sessions("query LIKE '%pg_advisory_unlock_all%'").await, 0);
}

#[tokio::test]
async fn columns_that_changed_are_never_read_as_what_they_were() {
    let fixture = Fixture::with_pool_of(1).await;
    let database = &fixture.database;
    fixture
        .observer
        .batch_execute("CREATE TABLE counts (n int); INSERT INTO counts VALUES (1)")
        .await
        .unwrap();
    let text = "SELECT * FROM counts";
    assert_eq!(rows(database, text).await.unwrap()[0].get::<_, i32>(0), 1);
    for (change, columns) in [
        ("ALTER TABLE counts ALTER n TYPE float4", 1),
        ("ALTER TABLE counts ADD m int", 2),
        ("ALTER TABLE counts DROP m", 1),
    ] {
        fixture.observer.batch_execute(change).await.unwrap();
        let error = rows(database, text).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert!(error.to_string().starts_with("the schema has changed since"), "{error}");
        assert_eq!(rows(database, text).await.unwrap()[0].len(), columns);
    }
    // What was prepared for one type is never bound to another.
    let find = async || {
        let n = 1.0_f32;
        database.query_as::<(f32,)>(sql!("SELECT n FROM counts WHERE n = {n}")).all().await
    };
    assert_eq!(find().await.unwrap().len(), 1);
    fixture
        .observer
        .batch_execute("ALTER TABLE counts RENAME n TO old; ALTER TABLE counts ADD n int")
        .await
        .unwrap();
    find().await.unwrap_err();
}

#[tokio::test]
async fn a_pooler_is_reached_by_tcp_and_tls_too() {
    let fixture = Fixture::with_pool_of(1).await;
    let pooler = fixture.pooler.config("");
    let (plain, tls) = (Proxy::plain(&pooler).await, Proxy::tls(&pooler, "server").await);
    let known = Proxy::tls_for_known_clients(&pooler).await;
    let root = format!("sslmode=verify-full sslrootcert='{}'", file("ca.pem").display());
    let (certificate, key) = (file("client.pem"), file("client.key"));
    let client = format!("{root} sslcert='{}' sslkey='{}'", certificate.display(), key.display());
    for (proxy, parameters, encrypted) in [
        (&plain, "", 0),
        (&plain, "sslmode=disable", 0),
        (&tls, &*root, 1),
        (&tls, "", 2),
        (&known, &*client, 1),
    ] {
        let parameters = format!("host=localhost port={} {parameters}", proxy.port);
        let config = fixture.pooler.config(&parameters).pool_size(1).unwrap();
        let database = bounded(Database::connect(config)).await.unwrap();
        let held = fixture.hold().await;
        assert_eq!(number(&database, "SELECT 1::bigint").await.unwrap(), 1);
        held.commit().await.unwrap();
        assert_eq!(number(&database, "SELECT 1::bigint").await.unwrap(), 1);
        assert_eq!(proxy.handshakes(), encrypted, "{parameters}");
    }
    let config = fixture.pooler.config(&format!("host=localhost port={} sslmode=require", plain.port));
    assert!(bounded(config.connect()).await.unwrap_err().to_string().contains("TLS failed; switch TLS on"));
}

#[tokio::test]
async fn what_a_pooler_cannot_do_is_refused() {
    let fixture = Fixture::with_pool_of(1).await;
    let config = fixture.pooler.config("").statement_timeout(Duration::from_secs(1));
    let error = Database::connect(config.clone()).await.unwrap_err();
    assert!(error.is_config());
    insta::assert_snapshot!(error, @"cannot use the connection string: `statement_timeout` cannot be set through a transaction pooler, which shares its sessions: set it for the role (`ALTER ROLE … SET statement_timeout = …`), or in a transaction (`SET LOCAL`)");
    // Straight to the server it is possible again.
    Database::connect(config.transaction_pooler(false).direct()).await.unwrap();
    // The role of the server is asked for, because a pooler only remembers it.
    let error = fixture.pooler.config("target_session_attrs=standby").connect().await.unwrap_err();
    assert!(error.to_string().contains("the server is no standby"), "{error}");
    fixture.pooler.config("target_session_attrs=primary").connect().await.unwrap();
    drop(fixture.cluster);
}

#[tokio::test]
async fn what_the_server_refuses_early_leaves_no_answer_behind() {
    let fixture = Fixture::with_pool_of(1).await;
    let refusing = "CREATE TABLE items (id int); \
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; \
        CREATE TRIGGER refuse BEFORE INSERT ON items EXECUTE FUNCTION refuse()";
    fixture.observer.batch_execute(refusing).await.unwrap();
    let database = &fixture.database;
    for table in ["missing", "items", "missing"] {
        let sql = format!("COPY {table} FROM STDIN");
        let copied = async {
            let mut copy = Executor::copy_in(&database, &sql).await?;
            copy.send("1\n".into()).await?;
            copy.finish().await
        };
        bounded(copied).await.unwrap_err();
        for expected in 0..3 {
            assert_eq!(
                bounded(number(database, &format!("SELECT {expected}::bigint"))).await.unwrap(),
                expected
            );
        }
    }
}
