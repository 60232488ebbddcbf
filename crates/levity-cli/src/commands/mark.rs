use levity::migrate::{Marker, MarkerState, read_marker, write_marker};
use serde::Serialize;

use super::{Result, TargetJson, target_json};
use crate::{
    args::{self, Purpose},
    context::{Context, refuse_production},
    exit::Exit,
    printer::note,
    prompt,
};

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    marked: &'static str,
    changed: bool,
}

pub(super) async fn mark(context: &Context, args: &args::Mark) -> Result<Exit> {
    if matches!(args.purpose, Purpose::Disposable) {
        refuse_production("mark disposable")?;
    }
    let config = context.target().await?;
    let mut client = config.direct().connect().await?;
    let (marker, name) = match args.purpose {
        Purpose::Disposable => (Marker::Disposable, "disposable"),
        Purpose::Production => (Marker::Production, "production"),
    };
    let current = read_marker(&client).await?;
    let changed = current != MarkerState::Marked(marker);
    if changed {
        if marker == Marker::Disposable {
            let now = match current {
                MarkerState::Unmarked => "It has no mark yet.",
                MarkerState::Marked(_) => "It is marked as production.",
                MarkerState::Foreign(Marker::Production) => {
                    "It is a copy of a database that is marked as production."
                }
                MarkerState::Foreign(Marker::Disposable) => {
                    "It is a copy of a database that is marked as disposable."
                }
            };
            note(format_args!("{now} `reset` and `nuke` will be able to delete all that is in it."));
            if !args.confirm.yes {
                prompt::confirm_name(context, config.parts().database().unwrap_or_default()).await?;
            }
        }
        write_marker(&mut client, marker).await?;
        context.printer.line(format_args!("marked as {name}"));
    } else {
        context.printer.line(format_args!("it is marked as {name} already"));
    }
    context.printer.json(&Json { target: target_json(&config), marked: name, changed });
    Ok(Exit::Done)
}
