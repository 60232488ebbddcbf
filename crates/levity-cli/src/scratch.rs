//! The server for temporary databases.

use std::env;

use levity::Config;
use levity_local::TestServer;

use crate::{
    context::{Context, production, with_local},
    failure::Failure,
    interrupt,
    kit::KitError,
    printer::{DIM, note, styled},
};

/// A server on which databases are made and dropped. The private one runs for as long as this value lives, and some
/// minutes more.
pub(crate) struct Scratch {
    pub(crate) config: Config,
    private: Option<TestServer>,
}

const VARIABLE: &str = "LEVITY_SCRATCH_URL";

/// The server of `LEVITY_SCRATCH_URL`, else the private one of this workspace, which is started. Never that of
/// `DATABASE_URL`.
pub(crate) async fn find(context: &Context) -> Result<Scratch, Failure> {
    let mut scratch = find_server().await?;
    note(styled(DIM, format_args!("temporary databases: on {}", scratch.config.target().server)));
    let (config, name) = interrupt::named(&scratch.config);
    context.on_interrupt(interrupt::drop_scratch(config.clone(), name));
    scratch.config = config;
    Ok(scratch)
}

/// [`find`], for a proof: a server of the version that the project is for, where it says so.
pub(crate) async fn find_for_proof(context: &Context) -> Result<Scratch, Failure> {
    let scratch = find(context).await?;
    let Some(declared) = context.project.postgres else { return Ok(scratch) };
    let failed = |source| Failure::Query { attempt: "ask the server for its version", source };
    let client = scratch.config.connect().await?;
    let version = "SELECT pg_catalog.current_setting('server_version_num')::integer / 10000";
    let found: i32 = client.query_one(version, &[]).await.and_then(|row| row.try_get(0)).map_err(failed)?;
    let found = found.unsigned_abs();
    if found == declared {
        return Ok(scratch);
    }
    let server = format!("set `{VARIABLE}` to a server of that version");
    let advice = match scratch.private {
        Some(_) => {
            format!("set `LEVITY_PG_BIN` to the directory of PostgreSQL {declared}'s programs, or {server}")
        }
        None => server,
    };
    Err(KitError::ScratchVersion { declared, found, advice }.into())
}

async fn find_server() -> Result<Scratch, Failure> {
    if let Some(url) = env::var_os(VARIABLE).filter(|url| !url.is_empty()) {
        let url = url.to_string_lossy().into_owned();
        let config = Config::from_variable(VARIABLE, &url)?;
        if is_target(&config) {
            return Err(KitError::ScratchIsTarget.into());
        }
        return Ok(Scratch { config, private: None });
    }
    if let Some(variable) = production() {
        let reason = format!(
            "`{VARIABLE}` is not set, and `{variable}` is `production`, where no private server is started"
        );
        return Err(KitError::NoScratch { reason }.into());
    }
    let started = with_local(|workspace, events| TestServer::private(workspace, events)).await;
    let server = match started {
        Ok(server) => server,
        Err(Failure::Local(error)) => return Err(KitError::NoScratch { reason: error.to_string() }.into()),
        Err(other) => return Err(other),
    };
    let config = Config::from_url(&server.url("postgres"))?;
    Ok(Scratch { config, private: Some(server) })
}

/// Whether it is the very database that commands work on.
fn is_target(scratch: &Config) -> bool {
    let Ok(target) = Config::from_env() else { return false };
    let scratch = scratch.target();
    [target.target(), target.direct().target()]
        .iter()
        .any(|target| (&target.server, &target.database) == (&scratch.server, &scratch.database))
}
