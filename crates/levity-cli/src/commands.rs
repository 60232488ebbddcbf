//! The commands, one function each.

mod generate;
mod mark;
mod migrate;
mod nuke;
mod psql;
mod push;
mod reset;
mod seed;
mod setup;
mod status;
mod stop;
mod url;
mod verify;

use levity::Config;
use serde::Serialize;

use crate::{args::Command, context::Context, exit::Exit, failure::Failure};

type Result<T, E = Failure> = std::result::Result<T, E>;

/// Runs a command. A schema that makes no sense is refused before anything is done with it; what only concerns the server
/// goes on, so that it can be looked at and stopped meanwhile.
pub(crate) async fn run(context: &Context, command: Command) -> Result<Exit> {
    if !matches!(command, Command::Url(_) | Command::Psql(_) | Command::Stop) {
        context.project.schema.validate()?;
    }
    match command {
        Command::Setup => setup::setup(context).await,
        Command::Generate(args) => generate::generate(context, &args).await,
        Command::Verify => verify::verify(context).await,
        Command::Migrate(args) => migrate::migrate(context, args).await,
        Command::Status => status::status(context).await,
        Command::Push(args) => push::push(context, &args).await,
        Command::Reset(args) => reset::reset(context, &args).await,
        Command::Nuke(args) => nuke::nuke(context, &args).await,
        Command::Seed => seed::seed(context).await,
        Command::Mark(args) => mark::mark(context, &args).await,
        Command::Url(args) => url::url(context, &args).await,
        Command::Psql(args) => psql::psql(context, &args).await,
        Command::Stop => stop::stop(context).await,
    }
}

/// Where a command worked, for a program.
#[derive(Debug, Serialize)]
struct TargetJson {
    server: String,
    database: Option<String>,
    user: Option<String>,
}

fn target_json(config: &Config) -> TargetJson {
    let target = config.target();
    TargetJson { server: target.server, database: target.database, user: target.user }
}
