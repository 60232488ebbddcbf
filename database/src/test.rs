//! A migrated database of its own for each test.
//!
//! ```no_run
//! use antigravity_database::{NewWorkflow, test::TestDatabase};
//!
//! #[antigravity_database::test]
//! async fn a_workflow_has_a_name(db: TestDatabase) {
//!     let workflow = db.insert(NewWorkflow::builder().name("w").build()).returning().await.unwrap();
//!     assert_eq!(workflow.name, "w");
//! }
//! ```
//!
//! The database is a clone of a template that the first test makes, on a private server that needs nothing set up, or on
//! the one that `LEVITY_TEST_URL` names. It is dropped when the test ends, also by a panic.

use std::{fmt::Write as _, ops::Deref};

use levity::Config;

use crate::{Database, MIGRATIONS, connect, migrator};

/// A database with this build's migrations and no rows. Derefs to [`Database`].
pub struct TestDatabase {
    db: Database,
    // After the pool, so that the connections are gone before the database is dropped.
    database: levity_local::TestDatabase,
}

impl TestDatabase {
    /// Creates a database.
    ///
    /// # Panics
    ///
    /// When there is no server, or the migrations fail; the message says why.
    pub async fn create() -> Self {
        let database = levity_local::TestDatabase::from_template(&template_key(), async |url: String| {
            let config = Config::from_url(&url).map_err(boxed)?;
            let migrator = migrator().map_err(boxed)?;
            migrator.run(&config, &mut |_| ()).await.map_err(boxed)?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })
        .await
        .unwrap_or_else(|error| panic!("no test database: {}", chain(&error)));
        let config = Config::from_url(database.url()).unwrap_or_else(|error| panic!("{}", chain(&error)));
        let db = connect(config).await.unwrap_or_else(|error| panic!("no test database: {}", chain(&error)));
        Self { db, database }
    }

    /// Where it is, for programs that connect themselves.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// Runs a test; `#[antigravity_database::test]` calls it.
    #[doc(hidden)]
    pub fn run<T>(test: impl AsyncFnOnce(Self) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime needs no more than a few descriptors").block_on(async {
            let database = Self::create().await;
            test(database).await
        })
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

/// Changes whenever the migrated database would.
fn template_key() -> String {
    MIGRATIONS.iter().fold(String::from("antigravity"), |mut key, migration| {
        let _ = write!(key, "\n{}\n{}", migration.tag, migration.sql);
        key
    })
}

fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error)
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
