//! `LISTEN` and `NOTIFY`.

use std::{future, sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use levity::{Config, Database, Error, Listener, Notification};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
    sync::Notify,
};
use tokio_postgres::Client;

use crate::support::{
    bounded,
    cluster::{Cluster, config_of},
    pgbouncer::PgBouncer,
    run,
};

struct Fixture {
    database: Database,
    observer: Client,
    cluster: Cluster,
}

impl Fixture {
    async fn new() -> Self {
        let cluster = Cluster::start();
        let database = Database::connect(config_of(&[&cluster], "application_name=listens")).await.unwrap();
        let observer = cluster.config().connect().await.unwrap();
        Self { database, observer, cluster }
    }

    async fn listening(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
        self.observer.query_one(sql, &[]).await.unwrap().get(0)
    }
}

async fn message(listener: &mut Listener) -> (String, String) {
    match bounded(listener.recv()).await.unwrap() {
        Notification::Message(message) => (message.channel, message.payload),
        Notification::Missed => panic!("nothing was missed"),
    }
}

fn pair(channel: &str, payload: &str) -> (String, String) {
    (channel.to_owned(), payload.to_owned())
}

#[tokio::test]
async fn messages_arrive_on_the_channels_that_are_listened_to() {
    let fixture = Fixture::new().await;
    let database = &fixture.database;
    let odd = r#"Jobs "of"; today"#;
    let mut listener = database.listen(["jobs", odd]).await.unwrap();
    database.notify("nobody", "lost").await.unwrap();
    database.notify("jobs", "it's 1").await.unwrap();
    database.notify(odd, "").await.unwrap();
    assert_eq!(message(&mut listener).await, pair("jobs", "it's 1"));
    assert_eq!(message(&mut listener).await, pair(odd, ""));

    // A transaction speaks when it is committed, or never.
    let transaction = database.begin().await.unwrap();
    transaction.notify("jobs", "rolled back").await.unwrap();
    transaction.rollback().await.unwrap();
    let transaction = database.begin().await.unwrap();
    transaction.notify("jobs", "second").await.unwrap();
    database.notify("jobs", "first").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(message(&mut listener).await, pair("jobs", "first"));
    assert_eq!(message(&mut listener).await, pair("jobs", "second"));

    listener.listen("more").await.unwrap();
    listener.unlisten("jobs").await.unwrap();
    database.notify("jobs", "unheard").await.unwrap();
    database.notify("more", "heard").await.unwrap();
    assert_eq!(message(&mut listener).await, pair("more", "heard"));

    let sender: i32 = fixture.observer.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    fixture.observer.batch_execute("NOTIFY more").await.unwrap();
    let Some(Notification::Message(message)) = bounded(listener.try_next()).await.unwrap() else {
        panic!("it is a message")
    };
    assert_eq!(message.process_id, sender);

    for name in ["", "with\0zero", &"x".repeat(64)] {
        listener.listen(name).await.unwrap_err();
        database.listen([name]).await.unwrap_err();
    }
    let longest = "x".repeat(63);
    listener.listen(&longest).await.unwrap();
    database.notify(&longest, "").await.unwrap();
    bounded(listener.recv()).await.unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_told_and_replaced() {
    let fixture = Fixture::new().await;
    let mut listener = fixture.database.listen(["jobs"]).await.unwrap();
    let listening = "query LIKE 'LISTEN%'";
    for round in ["one", "two"] {
        let terminate =
            format!("SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE {listening}");
        fixture.observer.batch_execute(&terminate).await.unwrap();
        assert_eq!(bounded(listener.recv()).await.unwrap(), Notification::Missed);
        fixture.database.notify("jobs", round).await.unwrap();
        assert_eq!(message(&mut listener).await, pair("jobs", round));
    }
    assert_eq!(fixture.listening().await, 1);
    // The pool has nothing to do with it.
    assert_eq!(fixture.database.status().size, 1);

    drop(listener);
    bounded(async { while fixture.listening().await != 0 {} }).await;
}

/// A way to the server whose first connection can fall silent: nothing is closed, and nothing arrives.
async fn silenced(cluster: &Cluster, silence: Arc<Notify>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = format!("{}/.s.PGSQL.5432", cluster.host());
    tokio::spawn(async move {
        let mut first = Some(silence);
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = UnixStream::connect(&socket).await.unwrap();
            let silence = first.take();
            tokio::spawn(async move {
                let silence = async {
                    match silence {
                        Some(silence) => silence.notified().await,
                        None => future::pending().await,
                    }
                };
                tokio::select! {
                    biased;
                    () = silence => {}
                    _ = copy_bidirectional(&mut client, &mut server) => return,
                }
                future::pending::<()>().await;
            });
        }
    });
    port
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_noticed() {
    let fixture = Fixture::new().await;
    let silence = Arc::new(Notify::new());
    let port = silenced(&fixture.cluster, silence.clone()).await;
    let url = fixture.cluster.config().parts().raw().to_owned();
    let direct = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let config = Config::from_lookup(|name| match name {
        "DATABASE_URL" => Some(url.clone().into()),
        "DATABASE_DIRECT_URL" => Some(direct.clone().into()),
        _ => None,
    });
    let config = config.unwrap().listen_heartbeat(Duration::from_millis(500));
    let database = Database::connect(config).await.unwrap();
    let mut listener = database.listen(["jobs"]).await.unwrap();
    database.notify("jobs", "before").await.unwrap();
    assert_eq!(message(&mut listener).await, pair("jobs", "before"));

    silence.notify_one();
    database.notify("jobs", "lost").await.unwrap();
    assert_eq!(bounded(listener.recv()).await.unwrap(), Notification::Missed);
    database.notify("jobs", "after").await.unwrap();
    bounded(async {
        // A slow machine can take the new connection for silent as well, which is no more than another gap.
        while listener.recv().await.ok().is_none_or(|next| next == Notification::Missed) {
            database.notify("jobs", "after").await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let fixture = Fixture::new().await;
    let mut listener = fixture.database.listen(["jobs"]).await.unwrap();
    fixture.cluster.stop_immediately();
    let error: Error = bounded(listener.recv()).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    // While it is away, channels can change all the same.
    listener.listen("more").await.unwrap();
    listener.unlisten("jobs").await.unwrap();
    fixture.cluster.start_again();
    bounded(async {
        while let Err(error) = listener.recv().await {
            assert!(error.is_connect(), "{error}");
        }
    })
    .await;
    fixture.database.notify("jobs", "unheard").await.unwrap();
    fixture.database.notify("more", "heard").await.unwrap();
    assert_eq!(message(&mut listener).await, pair("more", "heard"));
}

#[tokio::test]
async fn a_slow_reader_misses_messages_and_is_told_where() {
    let fixture = Fixture::new().await;
    let mut listener = fixture.database.listen(["jobs"]).await.unwrap();
    let many = "SELECT pg_notify('jobs', i::text) FROM generate_series(1, 20000) AS i";
    run(&fixture.database, many).await.unwrap();
    // Once the server sends the first one, it sends all of that transaction before it reads another command: when it has
    // answered this one, nothing that came before was read by anybody.
    assert_eq!(message(&mut listener).await, pair("jobs", "1"));
    listener.listen("more").await.unwrap();
    fixture.database.notify("more", "last").await.unwrap();
    let (mut numbers, mut gaps) = (vec![1], 0);
    bounded(async {
        loop {
            match listener.recv().await.unwrap() {
                Notification::Message(message) if message.channel == "more" => break,
                Notification::Message(message) => numbers.push(message.payload.parse::<u32>().unwrap()),
                Notification::Missed => {
                    gaps += 1;
                    // The last one may have fallen into the gap.
                    fixture.database.notify("more", "last").await.unwrap();
                }
            }
        }
    })
    .await;
    assert!(gaps > 0 && numbers.len() >= 1024 && numbers.len() < 20_000, "{gaps} {}", numbers.len());
    assert!(numbers.is_sorted() && numbers[..1024] == *(1..=1024).collect::<Vec<_>>());
}

#[tokio::test]
async fn listening_goes_around_a_pooler() {
    let cluster = Cluster::start();
    let pooler = PgBouncer::start(&cluster).await;
    let database = Database::connect(pooler.config("")).await.unwrap();
    let error = database.listen(["jobs"]).await.unwrap_err();
    insta::assert_snapshot!(error, @"nothing can listen through a transaction pooler: set `DATABASE_DIRECT_URL` to the URL of the server itself");

    let urls = [("DATABASE_URL", pooler.config("")), ("DATABASE_DIRECT_URL", cluster.config())];
    let config = Config::from_lookup(|name| {
        let (_, config) = urls.iter().find(|(variable, _)| *variable == name)?;
        Some(config.parts().raw().into())
    });
    let database = Database::connect(config.unwrap()).await.unwrap();
    let mut listener = database.listen(["jobs"]).await.unwrap();
    database.notify("jobs", "through the pooler").await.unwrap();
    assert_eq!(message(&mut listener).await, pair("jobs", "through the pooler"));
}
