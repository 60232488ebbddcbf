//! An error as a person, or a program, reads it.

mod excerpt;

use std::{error::Error, fmt::Write as _, fs, path::Path};

use levity::migrate::{MigrateError, StatementError, history::MIGRATION_FILE};
use serde::Serialize;
use tokio_postgres::error::{DbError, ErrorPosition};

use crate::{
    failure::Failure,
    hazard::HazardJson,
    printer::{BLUE, BOLD, Printer, RED, note, styled},
};
use excerpt::Excerpt;

/// Everything that is known about a failure.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip)]
    excerpt: Option<Excerpt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hazards: Vec<HazardJson>,
    exit_code: u8,
}

impl Report {
    /// `migrations` is where the files of a failed statement are.
    pub(crate) fn new(failure: &Failure, migrations: &Path) -> Self {
        let mut report = Self {
            message: failure.to_string(),
            causes: Vec::new(),
            place: None,
            excerpt: None,
            sqlstate: None,
            detail: None,
            hint: None,
            hazards: Vec::new(),
            exit_code: failure.exit() as u8,
        };
        if let Failure::Statement { statement, source } = failure {
            let position = source.as_db_error().and_then(DbError::position);
            report.excerpt = match position {
                Some(ErrorPosition::Original(position)) => Excerpt::at_position(statement, *position),
                _ => Excerpt::of_line(statement, 1, None),
            };
        }
        if let Failure::Hazards { hazards } = failure {
            report.hazards = hazards.iter().map(HazardJson::from).collect();
        }
        let mut error: Option<&(dyn Error + 'static)> = Some(innermost_wrapper(failure));
        while let Some(current) = error {
            report.add(current, migrations);
            error = current.source();
        }
        report
    }

    fn add(&mut self, error: &(dyn Error + 'static), migrations: &Path) {
        if let Some(error) = error.downcast_ref::<levity::Error>() {
            self.add_cause(&error.to_string());
            self.add_server(error.as_db_error());
            if let (Some(statement), Some(position)) = (error.statement(), error.position()) {
                self.excerpt = Excerpt::at_position(statement, position);
            }
        } else if let Some(MigrateError::Statement(error)) = error.downcast_ref() {
            self.add(error.as_ref(), migrations);
        } else if let Some(error) = error.downcast_ref::<StatementError>() {
            self.add_cause(&error.to_string());
            self.add_server(error.as_db_error());
            self.add_file(error, migrations);
        } else if let Some(error) = error.downcast_ref::<tokio_postgres::Error>() {
            // The driver's own sentence for an answer of the server is "db error".
            match error.as_db_error() {
                Some(answer) => self.add_answer(answer),
                None => self.add_cause(&error.to_string()),
            }
        } else if let Some(answer) = error.downcast_ref::<DbError>() {
            self.add_answer(answer);
        } else {
            self.add_cause(&error.to_string());
        }
    }

    fn add_answer(&mut self, answer: &DbError) {
        let said = |text: &String| text.contains(answer.message());
        if !said(&self.message) && !self.causes.iter().any(said) {
            self.causes.push(format!("{} (SQLSTATE {})", answer.message(), answer.code().code()));
        }
        self.add_server(Some(answer));
    }

    /// Adds what has not been said: a message that contains its source is not repeated.
    fn add_cause(&mut self, text: &str) {
        if !self.message.contains(text) && !self.causes.iter().any(|cause| cause.contains(text)) {
            self.causes.push(text.to_owned());
        }
    }

    fn add_server(&mut self, answer: Option<&DbError>) {
        let Some(answer) = answer else { return };
        self.sqlstate.get_or_insert_with(|| answer.code().code().to_owned());
        self.detail = self.detail.take().or_else(|| answer.detail().map(str::to_owned));
        self.hint = self.hint.take().or_else(|| answer.hint().map(str::to_owned));
    }

    fn add_file(&mut self, error: &StatementError, migrations: &Path) {
        let Some(line) = error.line else { return };
        let path = migrations.join(error.stage.tag.as_str()).join(MIGRATION_FILE);
        let column = error.column.map(|column| format!(":{column}")).unwrap_or_default();
        self.place = Some(format!("{}:{line}{column}", path.display()));
        self.excerpt = fs::read_to_string(&path)
            .ok()
            .and_then(|text| Excerpt::of_line(&text, line, error.column))
            .or_else(|| Excerpt::of_line(&error.statement, 1, None));
    }

    /// Shows it: as JSON on stdout, or as text on stderr.
    pub(crate) fn print(&self, printer: &Printer) {
        if printer.is_json() {
            printer.json(&serde_json::json!({ "error": self }));
        } else {
            note(self.text().trim_end());
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{} {}\n", styled(RED.bold(), "error:"), self.message);
        for cause in &self.causes {
            let _ = writeln!(text, "  {} {cause}", styled(BOLD, "because:"));
        }
        if let Some(place) = &self.place {
            let _ = writeln!(text, " {} {place}", styled(BLUE, "-->"));
        }
        if let Some(excerpt) = &self.excerpt {
            let _ = write!(text, "{excerpt}");
        }
        for (name, value) in [("detail:", &self.detail), ("hint:", &self.hint)] {
            if let Some(value) = value {
                let _ = writeln!(text, "  {} {value}", styled(BOLD, name));
            }
        }
        text
    }
}

/// The error inside the variants that say nothing of their own: `source()` of a transparent error skips it.
fn innermost_wrapper(failure: &Failure) -> &(dyn Error + 'static) {
    match failure {
        Failure::Database(error) => error,
        Failure::Migrate(MigrateError::Statement(error)) => error.as_ref(),
        other => other,
    }
}
