use serde::Serialize;

use super::{Result, TargetJson, target_json};
use crate::{args, context::Context, exit::Exit};

#[derive(Serialize)]
struct Json<'a> {
    target: TargetJson,
    url: &'a str,
}

pub(super) async fn url(context: &Context, args: &args::Url) -> Result<Exit> {
    let config = context.target().await?;
    let masked = config.masked_url();
    let url = if args.reveal { config.parts().raw() } else { &masked };
    context.printer.line(url);
    context.printer.json(&Json { target: target_json(&config), url });
    Ok(Exit::Done)
}
