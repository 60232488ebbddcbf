use std::sync::atomic::{AtomicUsize, Ordering};

use levity_local::{LocalError, TestServer};

use crate::support::{TestWorkspace, connect, query, text};

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn fill(url: String) -> Result<(), Failure> {
    connect(&url).await?.batch_execute("CREATE TABLE filled AS SELECT 'yes' AS answer").await?;
    Ok(())
}

async fn templates(server: &TestServer) -> Vec<String> {
    let statement =
        "SELECT datname::text FROM pg_database WHERE datname ~ 'levity_(template|building)' ORDER BY 1";
    query(&server.url("postgres"), statement).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn template_is_built_once_and_cloned_in_parallel() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let built = std::sync::Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (server, built) = (server.clone(), built.clone());
            tokio::spawn(async move {
                let build = async |url| {
                    built.fetch_add(1, Ordering::Relaxed);
                    fill(url).await
                };
                let database = server.from_template("key", build).await.unwrap();
                let client = connect(database.url()).await.unwrap();
                client.batch_execute("INSERT INTO filled VALUES ('more')").await.unwrap();
                let row = client.query_one("SELECT count(*) FROM filled", &[]).await.unwrap();
                assert_eq!(row.get::<_, i64>(0), 2);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(built.load(Ordering::Relaxed), 1);
    assert_eq!(templates(&server).await.len(), 1);
}

#[tokio::test]
async fn connections_that_the_builder_leaves_open_do_not_stand_in_the_way() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let mut kept = None;
    let build = async |url: String| {
        kept = Some(connect(&url).await?);
        fill(url).await
    };
    let database = server.from_template("key", build).await.unwrap();
    assert_eq!(text(database.url(), "SELECT answer FROM filled").await, "yes");
    assert!(kept.unwrap().query("SELECT 1", &[]).await.is_err());
}

#[tokio::test]
async fn failed_build_is_reported_and_repeated() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let fail = async |url: String| {
        fill(url).await?;
        Err(Failure::from("not today"))
    };
    let error = server.from_template("key", fail).await.unwrap_err();
    assert!(matches!(&error, LocalError::BuildTemplate { source, .. } if source.to_string() == "not today"));
    assert!(templates(&server).await.is_empty());
    let database = server.from_template("key", fill).await.unwrap();
    assert_eq!(text(database.url(), "SELECT answer FROM filled").await, "yes");
}

#[tokio::test]
async fn build_that_was_given_up_is_repeated() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let (started, mut has_started) = tokio::sync::mpsc::channel(1);
    let forever = async |url: String| {
        fill(url).await?;
        started.send(()).await?;
        std::future::pending::<Result<(), Failure>>().await
    };
    tokio::select! {
        _ = server.from_template("key", forever) => unreachable!("the builder never ends"),
        _ = has_started.recv() => {}
    }
    assert_eq!(templates(&server).await.len(), 1);
    let database = server.from_template("key", fill).await.unwrap();
    assert_eq!(text(database.url(), "SELECT answer FROM filled").await, "yes");
    assert!(templates(&server).await[0].starts_with("levity_template_"));
}

#[tokio::test]
async fn templates_of_another_time_are_dropped_when_one_is_built() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    drop(server.from_template("old", fill).await.unwrap());
    let old = templates(&server).await.remove(0);
    query(&server.url("postgres"), &format!("COMMENT ON DATABASE {old} IS 'built 1600000000'")).await;
    drop(server.from_template("new", fill).await.unwrap());
    let templates = templates(&server).await;
    assert!(templates.len() == 1 && templates[0] != old, "{templates:?}");
    // It can be had again.
    drop(server.from_template("old", fill).await.unwrap());
}
