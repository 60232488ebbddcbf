use std::{convert::Infallible, env, os::unix::process::CommandExt, path::PathBuf, process::Command};

use levity::Config;

use super::Result;
use crate::{
    args,
    context::{Context, production, with_local},
    exit::Exit,
    failure::Failure,
};

pub(super) async fn psql(context: &Context, args: &args::Psql) -> Result<Exit> {
    let config = context.target().await?;
    let program = find().await?;
    match replace_process(program, &config, &args.arguments) {
        Err(failure) => Err(failure),
        Ok(never) => match never {},
    }
}

fn replace_process(program: PathBuf, config: &Config, arguments: &[String]) -> Result<Infallible> {
    let mut command = Command::new(&program);
    // What libpq reads from the environment must not change where this connects.
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    // Arguments are visible to every user of the machine; the environment is not.
    if let Some(password) = config.parts().password() {
        command.env("PGPASSWORD", password);
    }
    let source = command.arg("--dbname").arg(connection(config)).args(arguments).exec();
    Err(Failure::Exec { program, source })
}

/// The connection in the form of `key=value`, without the password.
fn connection(config: &Config) -> String {
    let quote = |value: &str| format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"));
    let parameters = config.parts().parameters().map(|(key, value)| format!("{key}={}", quote(value)));
    parameters.collect::<Vec<_>>().join(" ")
}

/// In `PATH`, else beside the programs of the private server.
async fn find() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed =
        env::split_paths(&path).map(|directory| directory.join("psql")).find(|psql| psql.is_file());
    let found = match installed {
        Some(psql) => Some(psql),
        // Nothing is fetched for a look at a database of production.
        None if production().is_some() => None,
        None => with_local(|workspace, events| Ok(workspace.binaries(events)?.psql())).await?,
    };
    found.ok_or(Failure::NoPsql)
}
