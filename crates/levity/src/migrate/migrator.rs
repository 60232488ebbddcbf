use tokio_postgres::Client;

use super::{
    MigrateError, Progress, Status,
    apply::{self, Work},
    file::StageOptions,
    hazard::refuse_unacknowledged,
    history::{History, MigrationTag},
    lock,
    options::MigrateOptions,
    session::Session,
    store,
};
use crate::Config;

/// Applies a project's migrations to a database, and says which of them it has.
///
/// ```no_run
/// use levity::{Config, migrate::{History, MigrateError, Migrator}};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// # let migrations = &[];
/// // `migrations` comes from `levity::embed_migrations!("migrations")`.
/// let migrator = Migrator::new("shop", History::embedded(migrations)?);
/// let config = Config::from_env()?;
///
/// match migrator.verify(&config).await {
///     Err(MigrateError::Pending { tags }) => {
///         println!("{} migrations to apply", tags.len());
///         migrator.run(&config, &mut |progress| println!("{progress:?}")).await?;
///     }
///     verified => verified?,
/// }
/// # Ok(())
/// # }
/// ```
///
/// Many tools apply all pending migrations in one transaction, without a lock, and choose them by timestamp or by
/// name. This one is made for databases that are in use:
///
/// - Each *stage* is a transaction of its own, committed together with its row in the history. A lock that one stage
///   takes is not held through the next, and what needs several transactions (`CREATE INDEX CONCURRENTLY`, a value that
///   is added to an enum and then used) can be written at all. A run that fails leaves whole stages, and the next one
///   goes on after them.
/// - One runner of a project works at a time; a second one waits, and then finds nothing left to do.
/// - What is pending follows from the graph of parents, so a migration that comes late from a branch is applied, not
///   passed over. Before anything runs, all that is applied is compared with the files: one that was edited or deleted
///   since, or two heads, refuse the run.
/// - A stage whose `hazards` are not all `acknowledged` in its [file](super::file) refuses the run before it begins.
/// - A statement waits only [`MigrateOptions::lock_timeout`] for a lock, as whoever comes after it waits with it; then
///   the stage is rolled back and tried again.
///
/// # What a stage may rely on
///
/// `search_path` is [`MigrateOptions::search_path`], the role is [`MigrateOptions::role`], the time zone is UTC, dates and
/// intervals have their default forms, and there is no `statement_timeout`, before every stage, whatever was set on the server or by a stage before it. `COPY … FROM STDIN`
/// is not supported, and a stage must not end its transaction itself.
///
/// A stage with `transaction=off` that was interrupted runs again: write its statement so that it can be repeated
/// (`IF EXISTS`, `IF NOT EXISTS`). One that builds an index and says so (`index=…`) needs no such care: the invalid
/// index is found, dropped, and built again; a complete one is kept.
///
/// # What may still be edited
///
/// Of a migration that is not applied: everything. Of one that is applied in part: the stages after the last applied
/// one (that is how a stage that fails is corrected), and the header. Of one that is applied: nothing, not even a
/// comment.
#[derive(Debug, Clone)]
pub struct Migrator {
    project: String,
    history: History,
    options: MigrateOptions,
}

/// What a run has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The migrations that this run has finished, in their order. Empty when there was nothing to do.
    pub migrations: Vec<MigrationTag>,
    /// How many stages it has applied.
    pub stages: usize,
}

/// A stage that a run would apply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedStage {
    /// The migration.
    pub tag: MigrationTag,
    /// The stage, from 1.
    pub number: usize,
    /// How many stages the migration has.
    pub stages: usize,
    /// How it would be applied.
    pub options: StageOptions,
    /// Its statements.
    pub statements: Vec<PlannedStatement>,
}

/// A statement that a run would send.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedStatement {
    /// The line of `migration.sql` on which it begins, from 1.
    pub line: usize,
    /// The statement.
    pub sql: String,
}

impl Migrator {
    /// A runner for a project's migrations.
    ///
    /// `project` names them within a database: two projects that share one have histories and locks of their own. It
    /// must never change, or the database looks empty to the runner; the name of the package is a good one.
    pub fn new(project: impl Into<String>, history: History) -> Self {
        Self { project: project.into(), history, options: MigrateOptions::default() }
    }

    /// Sets how it works.
    #[must_use]
    pub fn with_options(mut self, options: MigrateOptions) -> Self {
        self.options = options;
        self
    }

    /// The project's name.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The project's migrations.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What the database has of the history.
    ///
    /// Writes nothing and takes no lock: it works on a standby, and on a database that has no history yet. The role needs
    /// `USAGE` on the schema `levity` and `SELECT` on `levity.history`, no more.
    pub async fn status(&self, config: &Config) -> Result<Status, MigrateError> {
        let config = config.direct();
        let client = config.connect().await.map_err(|source| MigrateError::Connect { source })?;
        self.status_on(&client).await
    }

    /// [`Migrator::status`] on a connection that is there.
    pub async fn status_on(&self, client: &Client) -> Result<Status, MigrateError> {
        let rows = store::read(client, &self.project)
            .await
            .map_err(|source| MigrateError::Query { attempt: "read the history of migrations", source })?;
        Ok(Status::new(&self.history, &rows))
    }

    /// What to do about a missing table or column: nothing that is known, unless migrations are pending.
    pub(crate) async fn pending_hint(&self, client: &Client) -> Option<String> {
        let status = self.status_on(client).await.ok()?;
        let first = status.pending.first()?;
        let which = match status.pending.len() {
            1 => format!("the migration `{}` has", first.tag),
            pending => format!("the migration `{}` and {} more have", first.tag, pending - 1),
        };
        Some(format!("{which} not been applied to this database: run `cargo db migrate`"))
    }

    /// Fails unless the database has all migrations of this build, as they are: what a service asks at its start.
    ///
    /// A database that is newer passes ([`Status::is_current`]). Writes nothing, as [`Migrator::status`].
    ///
    /// A service that applies its migrations itself asks this first, and runs them when the answer is
    /// [`MigrateError::Pending`]: [`Migrator::run`] refuses a newer database, on which an older instance of the service may
    /// still have to start.
    pub async fn verify(&self, config: &Config) -> Result<(), MigrateError> {
        let status = self.status(config).await?;
        if status.is_current() {
            return Ok(());
        }
        refuse(status).and_then(|status| {
            Err(MigrateError::Pending {
                tags: status.pending.into_iter().map(|pending| pending.tag).collect(),
            })
        })
    }

    /// The stages that [`Migrator::run`] would apply now. Fails where that would refuse; writes nothing.
    pub async fn dry_run(&self, config: &Config) -> Result<Vec<PlannedStage>, MigrateError> {
        let status = self.refuse(self.status(config).await?)?;
        Ok(self.pending_stages(&status).map(|work| planned(&work)).collect())
    }

    /// Applies what is pending.
    ///
    /// Opens connections of its own, to `DATABASE_DIRECT_URL` where the configuration has one ([`Config::direct`]): one
    /// that works, and one that sees what the first is waiting for. Returns when there is nothing left to apply; the
    /// error says which statement failed and what the database has now. The lock is released in any case.
    ///
    /// Dropping the future closes the connection. The server may still finish the statement that is running; it is
    /// rolled back unless that was the commit.
    pub async fn run(
        &self,
        config: &Config,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Applied, MigrateError> {
        let mut session = Session::open(config, &self.project, &self.options).await?;
        // Before the lock: a wrong history, or one that is applied, has to wait for nobody.
        let status = self.refuse(self.status_on(&session.client).await?)?;
        if status.pending.is_empty() {
            return Ok(Applied::default());
        }
        lock::lock(&session.client, &self.project, self.options.wait, progress).await?;
        let result = self.apply(&mut session, progress).await;
        lock::unlock(&session.client, &self.project).await;
        result
    }

    async fn apply(
        &self,
        session: &mut Session<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Applied, MigrateError> {
        store::bootstrap(&mut session.client).await?;
        let rows = store::read(&session.client, &self.project)
            .await
            .map_err(|source| MigrateError::Query { attempt: "read the history of migrations", source })?;
        // Again: the runner that had the lock before may have applied something.
        let status = self.refuse(Status::new(&self.history, &rows))?;
        let mut applied = Applied::default();
        for (first, migration) in self.work(&status) {
            for number in first..=migration.stages() {
                let work = Work { number, ..migration };
                let recorded =
                    rows.iter().find(|row| row.stage == number && row.migration_id == work.migration.id);
                apply::apply(session, work, recorded, progress).await?;
                applied.stages += 1;
            }
            if first > migration.stages() {
                // The stages that were missing have been removed from the file.
                let attempt = "record that a migration has fewer stages now";
                store::close(&session.client, &self.project, &migration)
                    .await
                    .map_err(|source| MigrateError::Query { attempt, source })?;
            }
            applied.migrations.push(migration.migration.tag.clone());
        }
        Ok(applied)
    }

    /// What [`Migrator::run`] refuses.
    fn refuse(&self, status: Status) -> Result<Status, MigrateError> {
        let status = refuse(status)?;
        if !self.options.allow_unacknowledged {
            refuse_unacknowledged(self.pending_stages(&status))?;
        }
        Ok(status)
    }

    fn pending_stages<'a>(&'a self, status: &Status) -> impl Iterator<Item = Work<'a>> {
        self.work(status).flat_map(|(first, stages)| {
            (first..=stages.stages()).map(move |number| Work { number, ..stages })
        })
    }

    /// The pending migrations, each with the number of the stage that comes next.
    fn work<'a>(&'a self, status: &Status) -> impl Iterator<Item = (usize, Work<'a>)> {
        status.pending.iter().map(|pending| {
            let mut migrations = self.history.migrations().iter();
            let migration = migrations
                .find(|migration| migration.tag == pending.tag)
                .expect("what is pending is a migration of the history");
            (pending.applied_stages + 1, Work { migration, number: 1 })
        })
    }
}

fn refuse(status: Status) -> Result<Status, MigrateError> {
    if status.problems.is_empty() {
        Ok(status)
    } else {
        Err(MigrateError::Refused { problems: status.problems })
    }
}

fn planned(work: &Work<'_>) -> PlannedStage {
    let statements = work.statements().iter().enumerate();
    PlannedStage {
        tag: work.migration.tag.clone(),
        number: work.number,
        stages: work.stages(),
        options: work.options(),
        statements: statements
            .map(|(number, sql)| PlannedStatement { line: work.location(number, 1).0, sql: sql.clone() })
            .collect(),
    }
}
