//! Where output goes: results to stdout, everything else to stderr.

use std::{
    cell::RefCell,
    fmt::Display,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const BLUE: Style = AnsiColor::Blue.on_default();

/// Writes for people, or one JSON document for a program.
///
/// A reader that has gone away (`| head -1`) is no failure: what is left unread is dropped.
pub(crate) struct Printer {
    json: bool,
    failure: RefCell<Option<io::Error>>,
}

impl Printer {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, failure: RefCell::new(None) }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A line of the result, for people.
    pub(crate) fn line(&self, line: impl Display) {
        if !self.json {
            self.write(line);
        }
    }

    /// The result, for a program.
    pub(crate) fn json(&self, value: &impl Serialize) {
        if self.json {
            self.write(serde_json::to_string_pretty(value).expect("a value of ours is JSON"));
        }
    }

    /// A line of the result, in both forms.
    pub(crate) fn write(&self, line: impl Display) {
        let mut stdout = anstream::stdout().lock();
        let result = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
        if let Err(error) = result {
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.failure.borrow_mut().get_or_insert(error);
            }
        }
    }

    /// Whether all of the result was written.
    pub(crate) fn finish(&self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// A line beside the result, to stderr.
pub(crate) fn note(line: impl Display) {
    // Whoever closed stderr does not want to know.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A number and what it counts: `1 row`, `2 rows`.
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    match number.try_into().unwrap_or_default() {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
