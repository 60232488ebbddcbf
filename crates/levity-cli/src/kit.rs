//! The project's schema against its last migration.

use std::io;

use levity::{
    migrate::{History, HistoryError, history::SNAPSHOT_FILE},
    schema::Schema,
};
use levity_kit::{
    diff::{DiffError, Question, RenameHints},
    generate::{GenerateError, WriteError},
    introspect::IntrospectError,
    prove::{Parent, ProveError},
    snapshot::{Snapshot, SnapshotError},
};

use crate::{args::Answers, context::Context, failure::Failure, prompt};

#[derive(Debug, thiserror::Error)]
pub(crate) enum KitError {
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(
        "a migration is proved on a temporary database, and there is no server for it: {reason}; set `LEVITY_SCRATCH_URL` to a \
         server that may be used for this, or write the migration without proof with `--unverified`"
    )]
    NoScratch { reason: String },
    #[error(
        "the project is for PostgreSQL {declared}, and the server for temporary databases is PostgreSQL {found}: what it \
         accepts proves nothing; {advice}"
    )]
    ScratchVersion { declared: u32, found: u32, advice: String },
    #[error(
        "`LEVITY_SCRATCH_URL` names the database of `DATABASE_URL`, which is never used for this; name another one"
    )]
    ScratchIsTarget,
}

impl KitError {
    /// Whether a person has to decide something.
    pub(crate) fn is_open_question(&self) -> bool {
        matches!(self, Self::Generate(GenerateError::Diff(DiffError::Ambiguous { .. })))
    }
}

/// The migrations, the schema after the last one, and the parents of the next one. A project without migrations has none
/// of them.
pub(crate) struct Head {
    pub(crate) history: History,
    pub(crate) schema: Schema,
    pub(crate) parents: Vec<String>,
}

impl Head {
    /// What a proof starts from.
    pub(crate) fn parent(&self) -> Parent<'_> {
        Parent { history: &self.history, schema: &self.schema }
    }
}

pub(crate) fn head(context: &Context) -> Result<Head, Failure> {
    let directory = &context.project.migrations;
    let history = match History::read(directory) {
        Err(HistoryError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            History::default()
        }
        other => other?,
    };
    let Some(head) = history.head()? else {
        return Ok(Head { history, schema: Schema::default(), parents: Vec::new() });
    };
    let path = directory.join(head.tag.as_str()).join(SNAPSHOT_FILE);
    let snapshot = Snapshot::read_expecting(&path, &context.project.schema).map_err(KitError::from)?;
    Ok(Head { history, schema: snapshot.schema, parents: vec![snapshot.id] })
}

/// The hints that the flags give.
pub(crate) fn hints(answers: &Answers) -> RenameHints {
    let mut hints = RenameHints::default();
    hints.renamed.extend(answers.rename.iter().cloned());
    hints.dropped.extend(answers.drop.iter().cloned());
    hints.mapped.extend(answers.map.iter().cloned());
    hints.using.extend(answers.using.iter().cloned());
    hints
}

/// Runs `attempt`, and again with the answers to the questions that it could not settle, where there is somebody to ask.
pub(crate) async fn with_answers<T>(
    context: &Context,
    answers: &Answers,
    attempt: impl Fn(&RenameHints) -> Result<T, GenerateError>,
) -> Result<T, Failure> {
    let mut hints = hints(answers);
    loop {
        match attempt(&hints) {
            Err(GenerateError::Diff(DiffError::Ambiguous { questions })) if prompt::can_ask(context) => {
                for question in &questions {
                    settle(question, &mut hints).await?;
                }
            }
            other => return Ok(other.map_err(KitError::from)?),
        }
    }
}

async fn settle(question: &Question, hints: &mut RenameHints) -> Result<(), Failure> {
    let Question { kind, previous, candidates } = question;
    // An answer to an earlier question may have taken the name.
    let candidates: Vec<&String> =
        candidates.iter().filter(|candidate| !is_taken(hints, previous, candidate)).collect();
    let mut options: Vec<String> =
        candidates.iter().map(|candidate| format!("it is now `{candidate}`")).collect();
    options.push("it is to be dropped".to_owned());
    let choice = prompt::choose(&format!("The {kind} `{previous}` is gone:"), &options).await?;
    match candidates.get(choice) {
        Some(candidate) => hints.renamed.insert(previous.clone(), (*candidate).clone()).is_some(),
        None => hints.dropped.insert(previous.clone()),
    };
    Ok(())
}

fn is_taken(hints: &RenameHints, previous: &str, candidate: &str) -> bool {
    let owner = |path: &str| path.rsplit_once('.').map(|(owner, _)| owner.to_owned());
    hints.renamed.iter().any(|(from, to)| to == candidate && owner(from) == owner(previous))
}
