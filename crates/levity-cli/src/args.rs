//! What can be typed. Nothing but the types of the command line.

mod value;

use clap::{Args, Parser, Subcommand, ValueEnum};

use value::{acceptance, pair};

pub(crate) use value::{Acceptance, one_line};

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or nothing to do
  1    failed
  2    the command line is wrong
  3    refused: a guard, an open question, or a confirmation that was not given
  4    a check found something to do (`generate --check`, `generate` with CI=true, `status`, `verify`)
  130  interrupted

Environment:
  DATABASE_URL         the database; without it, the private server that `setup` made in this workspace
  DATABASE_DIRECT_URL  the server itself, where DATABASE_URL is a pooler
  LEVITY_SCRATCH_URL   a server for the temporary databases of `generate`, `verify` and `push`
  LEVITY_PG_BIN        the directory of PostgreSQL's programs, for private servers
  LEVITY_NO_DOWNLOAD   `1`: never fetch PostgreSQL where the machine has none
  NODE_ENV, APP_ENV    `production` in either blocks setup, push, reset, nuke, mark disposable and hazards that
                       nobody has acknowledged
  NO_COLOR             no colours

Each command prints its target to stderr before it acts. A `.env` file is not read.";

#[derive(Debug, Parser)]
#[command(
    name = "db",
    bin_name = "cargo db",
    about = "Keeps a PostgreSQL database in step with its schema in Rust",
    after_help = EXIT_CODES,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// Write one JSON document to stdout, errors included
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a database, migrate and seed it, and show what is in it
    #[command(after_help = "\
Starts a private PostgreSQL in this workspace unless DATABASE_URL names a database, creates the database if it is
missing, applies the migrations, seeds, and runs a query. Run again, it changes nothing. A database that it creates
itself is marked disposable.

Safe in production: refused there.

Example:
  cargo db setup")]
    Setup,

    /// Write a migration from the changes of the schema
    // Of a wrong command line, clap would print the usage of only what was typed.
    #[command(
        override_usage = "cargo db generate [OPTIONS]",
        after_help = "\
Compares the schema with the last migration, proves the new one on a temporary database (LEVITY_SCRATCH_URL, else a
private server), and writes it. Never uses DATABASE_URL. Writes nothing when nothing changed, and nothing with a hazard
that is not accepted: --accept, or the answer at the prompt. `fails-on-existing-rows` needs no acceptance: such a migration
stops, and changes nothing. With CI=true, a run that had something to write exits with 4. With --check, so does one that
finds something in SQL that a person wrote or edited.

Safe in production: yes, it touches no database of yours.

Examples:
  cargo db generate --name add_priority
  cargo db generate --rename tasks.title=name
  cargo db generate --accept data-loss,breaks-running-code='unused since release 12'
  cargo db generate --check"
    )]
    Generate(Generate),

    /// Prove the migrations that are there, SQL of your own included
    #[command(after_help = "\
Applies all migrations to a temporary database (LEVITY_SCRATCH_URL, else a private server), and says by object where the
result is not what the last snapshot says. SQL that a person wrote or edited is looked at by rules too, as in
`generate --check`; `-- levity:allow <rule>: <reason>` above a statement waives one. Never uses DATABASE_URL. Exits with 4
when a snapshot has what no migration makes, or a rule has found something.

Safe in production: yes, it touches no database of yours.

Example:
  cargo db verify")]
    Verify,

    /// Apply the migrations that are pending
    #[command(after_help = "\
Each stage is a transaction of its own; a run that fails leaves whole stages, and the next one goes on after them. Two
runs at once are safe: one waits for the other.

Safe in production: yes. A migration with a hazard that its file does not acknowledge is refused there, before anything runs.

Examples:
  cargo db migrate --dry-run
  cargo db migrate")]
    Migrate(Migrate),

    /// Show which migrations the database has
    #[command(after_help = "\
Writes nothing. Exits with 0 when the database has all migrations, with 4 when some are pending or the schema has changes
without a migration, and with 1 when the history and the database do not fit together. With --json, `state` is
`current`, `pending`, `changed` or `problem`.

Safe in production: yes.

Example:
  cargo db status")]
    Status,

    /// Change the database to the schema without a migration, for trying things out
    #[command(
        override_usage = "cargo db push [OPTIONS]",
        after_help = "\
Shows the plan first. What would delete rows is listed with their number and has to be confirmed. Objects that neither
the schema nor a snapshot of the migrations has are left alone, columns too; `--drop table.column` drops such a column.

A migration that is generated afterwards will not apply to this database: it adds what is there already (42701, already
exists). Push only to databases that you throw away. The way back: drop the tables and types that only push has made,
then `cargo db nuke`, then `cargo db migrate`.

Safe in production: refused there.

Example:
  cargo db push"
    )]
    Push(Push),

    /// Delete all rows of the project's tables
    #[command(after_help = "\
Keeps the tables and the history of migrations, and restarts the numbering of rows. Needs a database that is marked
disposable, and asks for its name.

Safe in production: refused there.

Example:
  cargo db reset")]
    Reset(Confirm),

    /// Drop what the migrations created, and forget that they were applied
    #[command(after_help = "\
Needs a database that is marked disposable, whose URL contains neither `prod`, nor `.com`, nor `rds.amazonaws`, and asks
for its name. Objects of others, and those that custom SQL or push has made, are left alone; where they depend on the
project's, nothing is dropped.

Safe in production: refused there.

Example:
  cargo db nuke && cargo db setup")]
    Nuke(Confirm),

    /// Put example data into the database
    #[command(after_help = "\
Idempotent: what is there already stays as it is.

Safe in production: yes; no row is added there that an engine would pick up and run.

Example:
  cargo db seed")]
    Seed,

    /// Say what the database is for
    #[command(after_help = "\
Only a database that is marked disposable can be reset or nuked. The mark belongs to this database on this server: a copy
that is restored elsewhere does not have it.

Safe in production: `disposable` is refused while a production variable is set.

Examples:
  cargo db mark disposable
  cargo db mark production")]
    Mark(Mark),

    /// Print the database's URL
    #[command(after_help = "\
The password is `***` unless it is asked for.

Safe in production: yes; with --reveal, the password ends up where the output goes.

Example:
  DATABASE_URL=$(cargo db url --reveal) cargo run")]
    Url(Url),

    /// Open psql on the database
    #[command(after_help = "\
The password reaches psql through its environment, never through its arguments.

Safe in production: as safe as what you type.

Examples:
  cargo db psql
  cargo db psql -- -c 'select 1'")]
    Psql(Psql),

    /// Stop the private server of this workspace
    #[command(after_help = "\
Its data stays. The next command that needs it starts it again.

Safe in production: yes, it stops nothing that DATABASE_URL names.

Example:
  cargo db stop")]
    Stop,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// What the migration does, for its directory's name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Write an empty migration for SQL of your own
    #[arg(long)]
    pub(crate) custom: bool,

    /// Write nothing; exit with 4 and name what is missing. Needs no server
    #[arg(long, conflicts_with_all = ["name", "custom", "unverified"])]
    pub(crate) check: bool,

    /// Accept hazards for a reason, which the migration then says: `data-loss,breaks-running-code=unused since May`
    #[arg(long, value_name = "HAZARDS=REASON", value_parser = acceptance, conflicts_with_all = ["check", "custom"])]
    pub(crate) accept: Vec<Acceptance>,

    /// Write without the proof on a temporary database; the migration says so
    #[arg(long)]
    pub(crate) unverified: bool,

    #[command(flatten)]
    pub(crate) answers: Answers,
}

#[derive(Debug, Args)]
pub(crate) struct Answers {
    /// Something was renamed: `table=new`, `table.column=new`, `type=new`, `type.value=new`
    #[arg(long, value_name = "OLD=NEW", value_parser = pair)]
    pub(crate) rename: Vec<(String, String)>,

    /// Something is to be dropped, although it could have been renamed: `table`, `table.column`, `type`
    #[arg(long, value_name = "OLD")]
    pub(crate) drop: Vec<String>,

    /// What becomes of the rows that have a value which is removed from an enum type: `type.value=other`
    #[arg(long, value_name = "VALUE=OTHER", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,

    /// How a column's values get to its new type: `table.column=expression`
    #[arg(long, value_name = "COLUMN=SQL", value_parser = pair)]
    pub(crate) using: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Show what would be run; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// The role that is to own what is created (`SET ROLE`)
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Push {
    /// Delete the rows that the plan lists without asking
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) answers: Answers,
}

#[derive(Debug, Args)]
pub(crate) struct Confirm {
    /// Do not ask for the database's name
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Mark {
    /// What it is for
    #[arg(value_enum)]
    pub(crate) purpose: Purpose,

    #[command(flatten)]
    pub(crate) confirm: Confirm,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Purpose {
    /// All of it may be deleted
    Disposable,
    /// None of it may be deleted
    Production,
}

#[derive(Debug, Args)]
pub(crate) struct Url {
    /// Show the password
    #[arg(long)]
    pub(crate) reveal: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Psql {
    /// Arguments for psql
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
}
