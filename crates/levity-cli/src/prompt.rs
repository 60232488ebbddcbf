//! Questions to a person. Each has a flag, and without a terminal the answer is the name of that flag.

use std::{
    fmt::Write as _,
    io::{self, BufRead, IsTerminal, Write as _},
};

use crate::{context::Context, failure::Failure};

/// Whether there is somebody to ask.
pub(crate) fn can_ask(context: &Context) -> bool {
    !context.printer.is_json() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Goes on only when the database's name is typed.
pub(crate) async fn confirm_name(context: &Context, name: &str) -> Result<(), Failure> {
    if !can_ask(context) {
        return Err(Failure::NoTerminal {
            question: "the database's name".to_owned(),
            flags: "`--yes`".to_owned(),
        });
    }
    let answer = ask(format!("Type the database's name, `{name}`, to go on: ")).await?;
    if answer == name { Ok(()) } else { Err(Failure::Declined) }
}

/// Goes on only after a yes.
pub(crate) async fn confirm(context: &Context, question: &str) -> Result<(), Failure> {
    if !can_ask(context) {
        return Err(Failure::NoTerminal { question: "a yes".to_owned(), flags: "`--yes`".to_owned() });
    }
    let answer = ask(format!("{question} [y/N] ")).await?;
    if matches!(answer.to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
}

/// A line of text; an empty one declines.
pub(crate) async fn text(question: &str) -> Result<String, Failure> {
    let answer = ask(format!("{question} ")).await?;
    if answer.is_empty() { Err(Failure::Declined) } else { Ok(answer) }
}

/// The number of the option that is chosen, from 0.
pub(crate) async fn choose(question: &str, options: &[String]) -> Result<usize, Failure> {
    let mut text = format!("{question}\n");
    for (number, option) in options.iter().enumerate() {
        let _ = writeln!(text, "  {}) {option}", number + 1);
    }
    text.push_str("Number: ");
    let answer = ask(text).await?;
    let number = answer.parse::<usize>().ok().filter(|number| (1..=options.len()).contains(number));
    number.map(|number| number - 1).ok_or(Failure::Declined)
}

async fn ask(question: String) -> Result<String, Failure> {
    // On a thread of its own, so that an interrupt is noticed meanwhile.
    let answer = tokio::task::spawn_blocking(move || {
        let mut stderr = anstream::stderr();
        write!(stderr, "{question}")?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    });
    answer.await.expect("reading a line does not panic").map_err(|source| Failure::Terminal { source })
}
