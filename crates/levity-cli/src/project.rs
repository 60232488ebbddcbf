//! What a project hands to its command.

mod showcase;

use std::{error::Error, future::Future, path::PathBuf, pin::Pin, rc::Rc};

use levity::{Database, schema::Schema};

pub use showcase::{Node, Showcase, Tone};

/// The error of a project's own functions. An [`levity::Error`] in it is explained as if it were ours.
pub type BoxError = Box<dyn Error + Send + Sync>;

type Hook<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + 'a>>;
type SeedHook = Box<dyn for<'a> Fn(&'a Database, SeedContext) -> Hook<'a, Seeded>>;
type ShowcaseHook = Box<dyn for<'a> Fn(&'a Database) -> Hook<'a, Showcase>>;

/// A project: its schema, where its migrations are, and what fills a new database.
pub struct Project {
    pub(crate) name: &'static str,
    pub(crate) schema: Schema,
    pub(crate) migrations: PathBuf,
    pub(crate) postgres: Option<u32>,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) showcase: Option<ShowcaseHook>,
}

pub(crate) struct Seed {
    pub(crate) name: &'static str,
    pub(crate) run: SeedHook,
}

impl Project {
    /// A project of this schema, whose migrations are the directories in `migrations`.
    ///
    /// `name` is what databases know the project's history by, and the name of its database on a private server. It
    /// must never change.
    pub fn new(name: &'static str, schema: Schema, migrations: impl Into<PathBuf>) -> Self {
        let migrations = migrations.into();
        Self { name, schema, migrations, postgres: None, seeds: Vec::new(), showcase: None }
    }

    /// The major version of PostgreSQL that the project runs on, such as 17. A migration is then proved on that version and
    /// on no other.
    #[must_use]
    pub fn postgres(mut self, major: u32) -> Self {
        self.postgres = Some(major);
        self
    }

    /// Adds a function that fills the database; they run in the order in which they were added.
    ///
    /// It must be idempotent: `setup` and `seed` run it whenever they are called.
    #[must_use]
    pub fn seed<F, E>(mut self, name: &'static str, seed: F) -> Self
    where
        F: AsyncFn(&Database, SeedContext) -> Result<Seeded, E> + 'static,
        E: Into<BoxError>,
    {
        let seed = Rc::new(seed);
        let run: SeedHook = Box::new(move |database, context| {
            let seed = Rc::clone(&seed);
            Box::pin(async move { seed(database, context).await.map_err(Into::into) })
        });
        self.seeds.push(Seed { name, run });
        self
    }

    /// Sets what `setup` shows at its end: a query of the new database, and what it found.
    #[must_use]
    pub fn showcase<F, E>(mut self, showcase: F) -> Self
    where
        F: AsyncFn(&Database) -> Result<Showcase, E> + 'static,
        E: Into<BoxError>,
    {
        let showcase = Rc::new(showcase);
        self.showcase = Some(Box::new(move |database| {
            let showcase = Rc::clone(&showcase);
            Box::pin(async move { showcase(database).await.map_err(Into::into) })
        }));
        self
    }
}

/// What a seed has to know about where it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedContext {
    /// A production variable is set, or the database is marked as production: add nothing that something would pick up
    /// and run.
    pub production: bool,
}

impl SeedContext {
    pub(crate) fn new(production: bool) -> Self {
        Self { production }
    }
}

/// What a seed has done, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Seeded {
    /// Rows that were not there.
    pub created: u64,
    /// Rows that were there, and had other values.
    pub updated: u64,
    /// Rows that were there as they should be.
    pub unchanged: u64,
    /// Rows that do not belong into this database, such as work in production.
    pub skipped: u64,
}
