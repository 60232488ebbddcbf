use serde::Serialize;

use super::Result;
use crate::{
    context::{Context, with_local},
    exit::Exit,
};

#[derive(Serialize)]
struct Json {
    stopped: bool,
}

pub(super) async fn stop(context: &Context) -> Result<Exit> {
    let stopped = with_local(|workspace, events| workspace.stop(events)).await?;
    let said = if stopped { "stopped the private server" } else { "no private server is running" };
    context.printer.line(said);
    context.printer.json(&Json { stopped });
    Ok(Exit::Done)
}
