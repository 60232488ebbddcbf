//! What every command works with: the project, the output, the database it is about.

use std::{cell::RefCell, env, io, pin::Pin};

use levity::{
    Config,
    migrate::{History, HistoryError, Migrator},
};
use levity_local::{Event, LocalError, Server, Workspace};
use tokio::task;

use crate::{
    activity::{Activity, Reporter},
    failure::Failure,
    guard,
    printer::{DIM, Printer, note, styled},
    project::Project,
};

pub(crate) struct Context {
    pub(crate) project: Project,
    pub(crate) printer: Printer,
    on_interrupt: RefCell<Vec<Pin<Box<dyn Future<Output = ()>>>>>,
}

impl Context {
    pub(crate) fn new(project: Project, printer: Printer) -> Self {
        Self { project, printer, on_interrupt: RefCell::new(Vec::new()) }
    }

    /// What is to be done if the command is interrupted from now on.
    pub(crate) fn on_interrupt(&self, work: impl Future<Output = ()> + 'static) {
        self.on_interrupt.borrow_mut().push(Box::pin(work));
    }

    pub(crate) async fn clean_up(&self) {
        let work = self.on_interrupt.take();
        for work in work {
            work.await;
        }
    }

    /// The database to work on: that of `DATABASE_URL`, else the one that `setup` made in this workspace. Says which it
    /// is before anything is done to it.
    pub(crate) async fn target(&self) -> Result<Config, Failure> {
        let config = self.find_target().await?;
        announce(&config);
        Ok(config)
    }

    async fn find_target(&self) -> Result<Config, Failure> {
        if env::var_os("DATABASE_URL").is_some() {
            return Ok(Config::from_env()?);
        }
        if let Some(variable) = production() {
            return Err(Failure::NoDatabaseInProduction { variable });
        }
        let server = with_local(|workspace, events| workspace.existing(events)).await?;
        self.private(&server.ok_or(Failure::NoDatabase)?)
    }

    /// The database of `DATABASE_URL`, else one on the private server, which is started; for `setup`.
    pub(crate) async fn target_or_start(&self) -> Result<Config, Failure> {
        let config = if env::var_os("DATABASE_URL").is_some() {
            Config::from_env()?
        } else {
            let server = with_local(|workspace, events| workspace.start(events)).await?;
            self.private(&server)?
        };
        announce(&config);
        Ok(config)
    }

    /// The project's database on a private server. The size of the pool is still the environment's.
    fn private(&self, server: &Server) -> Result<Config, Failure> {
        let url = server.url(self.project.name);
        let lookup = |name: &str| match name {
            "DATABASE_URL" => Some(url.clone().into()),
            "DATABASE_DIRECT_URL" => None,
            other => env::var_os(other),
        };
        Ok(Config::from_lookup(lookup)?)
    }

    /// The project's migrations. A directory that is not there is an error: a path that is wrong must not look like a
    /// database that is up to date.
    pub(crate) fn history(&self) -> Result<History, Failure> {
        match History::read(&self.project.migrations) {
            Err(HistoryError::Read { source, path }) if source.kind() == io::ErrorKind::NotFound => {
                Err(Failure::NoMigrations { path })
            }
            other => Ok(other?),
        }
    }

    pub(crate) fn migrator(&self) -> Result<Migrator, Failure> {
        Ok(Migrator::new(self.project.name, self.history()?))
    }
}

/// The variable that says that this is production.
pub(crate) fn production() -> Option<&'static str> {
    guard::production_variable(|name| env::var_os(name))
}

/// The first guard of a destructive command.
pub(crate) fn refuse_production(command: &'static str) -> Result<(), Failure> {
    Ok(guard::environment(command, |name| env::var_os(name))?)
}

fn announce(config: &Config) {
    note(styled(DIM, format_args!("target: {}", config.target())));
    let direct = config.direct().target();
    if direct != config.target() {
        note(styled(DIM, format_args!("direct: {direct}")));
    }
}

/// Runs something on the workspace's servers, on a thread of its own, and shows what it does.
pub(crate) async fn with_local<T: Send + 'static>(
    work: impl FnOnce(&Workspace, &dyn Fn(&Event)) -> Result<T, LocalError> + Send + 'static,
) -> Result<T, Failure> {
    let activity = Activity::start();
    let reporter = activity.reporter();
    let work = task::spawn_blocking(move || {
        let events = |event: &Event| show(&reporter, event);
        work(&Workspace::current()?, &events)
    });
    Ok(work.await.expect("starting a server does not panic")?)
}

fn show(reporter: &Reporter, event: &Event) {
    reporter.now(event.to_string());
}
