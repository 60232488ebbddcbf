//! The command line of a levity project: `setup`, `generate`, `migrate` and what else keeps a database in step with its
//! schema. This is the only crate that prints, asks and reads arguments.
//!
//! A project's binary hands over what it has; because it links the schema, no source has to be parsed:
//!
//! ```no_run
//! use levity::schema::Schema;
//! use levity_cli::Project;
//!
//! # fn schema() -> Schema { Schema::default() }
//! fn main() -> std::process::ExitCode {
//!     levity_cli::main(Project::new("shop", schema(), concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")))
//! }
//! ```
//!
//! # Where to find things
//!
//! - [`main`] parses the arguments, runs a command and gives its exit code. `--help` lists both.
//! - [`Project`] is what a project consists of; [`Project::seed`] and [`Project::showcase`] add to it.
//! - [`Showcase`] is what `setup` draws at its end.

mod activity;
mod args;
mod commands;
mod context;
mod exit;
mod failure;
mod guard;
mod hazard;
mod interrupt;
mod kit;
mod lint;
mod locale;
mod others;
mod owned;
mod printer;
mod project;
mod prompt;
mod report;
mod scratch;
mod tree;

use std::{pin::pin, process::ExitCode, time::Duration};

use clap::Parser;
use tokio::runtime::Runtime;

use crate::{
    args::Cli,
    context::Context,
    exit::Exit,
    failure::Failure,
    printer::{Printer, note},
    report::Report,
};

pub use project::{BoxError, Node, Project, SeedContext, Seeded, Showcase, Tone};

/// How long an interrupted command may take to clean up.
const CLEANUP: Duration = Duration::from_secs(5);

/// Runs the command that the arguments of this process name, and returns what the process is to exit with.
pub fn main(project: Project) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let context = Context::new(project, Printer::new(cli.json));
    run(&context, cli).into()
}

fn run(context: &Context, cli: Cli) -> Exit {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(source) => return fail(context, &Failure::Runtime { source }),
    };
    let result = runtime.block_on(async {
        let mut command = pin!(commands::run(context, cli.command));
        tokio::select! {
            result = &mut command => Some(result),
            // The command is still there, and so are its connections, but it does not go on.
            _ = tokio::signal::ctrl_c() => {
                let _ = tokio::time::timeout(CLEANUP, context.clean_up()).await;
                None
            }
        }
    });
    // A thread that waits for an answer on the terminal is not waited for.
    runtime.shutdown_background();
    let result = match result {
        None => {
            note("interrupted");
            return Exit::Interrupted;
        }
        Some(result) => result.and_then(|exit| {
            context.printer.finish().map_err(|source| Failure::Output { source })?;
            Ok(exit)
        }),
    };
    result.unwrap_or_else(|failure| fail(context, &failure))
}

fn fail(context: &Context, failure: &Failure) -> Exit {
    let report = Report::new(failure, &context.project.migrations);
    report.print(&context.printer);
    failure.exit()
}

/// What clap has to say: help, or what is wrong with the command line.
fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let message = error.render().to_string();
        let message = message.trim_end();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let report = serde_json::json!({ "error": { "message": message, "exit_code": Exit::Usage as u8 } });
        Printer::new(true).json(&report);
    }
    // A reader that has gone away does not need it.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}
