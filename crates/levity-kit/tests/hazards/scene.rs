//! The migration of a case, and databases to run it on.

use levity::{
    Config,
    migrate::{PartitionTaskError, build_on_partitions, file::Stage},
    sql::quote_literal,
};
use levity_kit::{
    generate::{Generated, generate},
    introspect::introspect,
};
use levity_local::TestDatabase;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use crate::{case::Case, hints::hints};

/// A database with the previous schema of a case, and its rows.
pub(crate) struct Scene {
    pub(crate) config: Config,
    pub(crate) client: Client,
    _database: TestDatabase,
}

impl Scene {
    pub(crate) async fn of(case: &Case) -> Self {
        let scene = Self::with(case.section("previous")).await;
        scene.client.batch_execute(case.section("rows")).await.unwrap();
        scene
    }

    async fn with(ddl: &str) -> Self {
        let database = TestDatabase::empty().await.unwrap();
        let config = Config::from_url(database.url()).unwrap();
        let client = config.connect().await.unwrap();
        client.batch_execute(ddl).await.unwrap();
        Self { config, client, _database: database }
    }
}

pub(crate) async fn migration(case: &Case) -> Generated {
    let (previous, next) =
        (Scene::with(case.section("previous")).await, Scene::with(case.section("next")).await);
    let previous = introspect(&previous.client, &["public"]).await.unwrap().schema;
    let next = introspect(&next.client, &["public"]).await.unwrap().schema;
    generate(&previous, &next, &hints(case.section("hints")), None)
        .unwrap()
        .expect("the case changes something")
}

pub(crate) async fn apply(client: &Client, stages: &[Stage]) -> Result<(), Error> {
    for stage in stages {
        if stage.options.transaction {
            client.batch_execute("BEGIN").await?;
        }
        for statement in &stage.statements {
            client.batch_execute(statement).await?;
        }
        if stage.options.transaction {
            client.batch_execute("COMMIT").await?;
        }
        if let (true, Some(index)) = (stage.options.on_partitions, &stage.options.builds_index) {
            build_on_partitions(client, index).await.map_err(|error| match error {
                PartitionTaskError::Query { source } => source,
                other => panic!("{other}"),
            })?;
        }
    }
    Ok(())
}

/// Code that has prepared its statements, and runs them without leaving anything behind; and code that sends them anew.
pub(crate) struct Code {
    client: Client,
    statements: Vec<String>,
}

impl Code {
    pub(crate) async fn prepare(config: &Config, statements: &[&str]) -> Self {
        let client = config.connect().await.unwrap();
        for (number, statement) in statements.iter().enumerate() {
            client.batch_execute(&format!("PREPARE code_{number} AS {statement}")).await.unwrap();
        }
        Self { client, statements: statements.iter().map(ToString::to_string).collect() }
    }

    /// What each statement returns now, prepared and not: its rows, or the error.
    pub(crate) async fn run(&self) -> Vec<[String; 2]> {
        let mut outcomes = Vec::new();
        for (number, statement) in self.statements.iter().enumerate() {
            let prepared = self.run_one(&format!("EXECUTE code_{number}")).await;
            outcomes.push([prepared, self.run_one(statement).await]);
        }
        outcomes
    }

    async fn run_one(&self, sql: &str) -> String {
        self.client.batch_execute("BEGIN").await.unwrap();
        let outcome = outcome(&self.client, sql).await;
        self.client.batch_execute("ROLLBACK").await.unwrap();
        outcome
    }
}

/// What a statement returns, as text.
pub(crate) async fn outcome(client: &Client, sql: &str) -> String {
    match client.simple_query(sql).await {
        Err(error) => format!("error: {}", error.as_db_error().expect("the server answers").message()),
        Ok(messages) => {
            let rows = messages.iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => {
                    let values: Vec<String> = (0..row.len())
                        .map(|column| row.get(column).map_or("NULL".to_owned(), quote_literal))
                        .collect();
                    Some(values.join(", "))
                }
                _ => None,
            });
            rows.collect::<Vec<_>>().join("; ")
        }
    }
}
