//! What `setup` shows: the README's query, and the workflow that it finds.

use antigravity_database::{
    Database, Error, Execution, ExecutionStatus, ExecutionStep, StepStatus, Workflow, desc, eq,
    types::PgEnum as _,
};
use levity_cli::{Node, Showcase, Tone};

const QUERY: &str = "\
db.select::<Workflow>()
    .filter(eq(Workflow::id, 1))
    .with(
        Workflow::executions()
            .order_by(desc(Execution::started_at))
            .limit(10)
            .with(Execution::steps().order_by(ExecutionStep::id)),
    )
    .first()";

pub(crate) async fn showcase(db: &Database) -> Result<Showcase, Error> {
    let workflow = db
        .select::<Workflow>()
        .filter(eq(Workflow::id, 1))
        .with(
            Workflow::executions()
                .order_by(desc(Execution::started_at))
                .limit(10)
                .with(Execution::steps().order_by(ExecutionStep::id)),
        )
        .first()
        .await?;
    let nodes = workflow.iter().map(|workflow| {
        let note = format!("{} nodes, {} edges", workflow.nodes.len(), workflow.edges.len());
        Node::new(format!("workflow {} {}", workflow.id, workflow.name)).note(note).children(
            workflow.executions.iter().map(|execution| {
                let steps = execution.steps.iter().map(step);
                row(format!("execution {}", execution.id), execution.status, execution.error.as_deref())
                    .children(steps)
            }),
        )
    });
    Ok(Showcase { query: QUERY.to_owned(), nodes: nodes.collect() })
}

fn row(label: String, status: ExecutionStatus, error: Option<&str>) -> Node {
    let tone = match status {
        ExecutionStatus::Pending | ExecutionStatus::Paused => Tone::Waiting,
        ExecutionStatus::Running => Tone::Active,
        ExecutionStatus::Completed => Tone::Good,
        ExecutionStatus::Failed => Tone::Bad,
        ExecutionStatus::Cancelled => Tone::Neutral,
    };
    with_note(Node::new(label).status(status.as_str(), tone), error)
}

fn step(step: &ExecutionStep) -> Node {
    let tone = match step.status {
        StepStatus::Pending => Tone::Waiting,
        StepStatus::Running => Tone::Active,
        StepStatus::Completed => Tone::Good,
        StepStatus::Failed => Tone::Bad,
        StepStatus::Skipped => Tone::Neutral,
    };
    let retries = (step.retry_count > 0).then(|| match step.retry_count {
        1 => "1 retry".to_owned(),
        retries => format!("{retries} retries"),
    });
    let note = [retries, step.error.clone()].into_iter().flatten().collect::<Vec<_>>().join(": ");
    with_note(
        Node::new(&step.node_id).status(step.status.as_str(), tone),
        (!note.is_empty()).then_some(&*note),
    )
}

fn with_note(node: Node, note: Option<&str>) -> Node {
    match note {
        Some(note) => node.note(note),
        None => node,
    }
}
