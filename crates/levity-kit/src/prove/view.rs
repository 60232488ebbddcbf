//! What a view's struct says of its columns, and what the server says.

use std::fmt;

use levity::schema::{ObjectName, Schema, View, ViewColumn};

use super::ProveError;

/// A view whose columns are declared otherwise than its query returns them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are named after their place in the message")]
pub enum ViewProblem {
    /// The types differ.
    #[error("{kind} `{view}`: column `{column}` is declared {declared}, the query gives {given}")]
    Type { kind: &'static str, view: ObjectName, column: String, declared: String, given: String },
    /// The query has no such column.
    #[error("{kind} `{view}`: column `{column}` is declared, the query does not give it")]
    NotGiven { kind: &'static str, view: ObjectName, column: String },
    /// The struct has no such field.
    #[error("{kind} `{view}`: column `{column}` is given by the query and not declared")]
    NotDeclared { kind: &'static str, view: ObjectName, column: String },
    /// The same columns in another order.
    #[error("{kind} `{view}`: the columns are declared as {declared}, the query gives them as {given}")]
    Order { kind: &'static str, view: ObjectName, declared: String, given: String },
}

/// All of them, as one message.
pub(super) struct ViewProblems<'a>(pub(super) &'a [ViewProblem]);

impl fmt::Display for ViewProblems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the columns of a view are not what its query gives; correct the fields, or cast in the query",
        )?;
        for problem in self.0 {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

/// Compares what is declared with what a server has made of it.
pub(super) fn check(declared: &Schema, built: &Schema) -> Result<(), ProveError> {
    let views = declared.views.iter().filter_map(|view| Some((view, built.view(&view.name)?)));
    let problems: Vec<ViewProblem> = views.flat_map(|(declared, built)| of_view(declared, built)).collect();
    if problems.is_empty() { Ok(()) } else { Err(ProveError::ViewColumns { problems }) }
}

fn of_view(declared: &View, built: &View) -> Vec<ViewProblem> {
    let (kind, view) = (declared.kind(), || declared.name.clone());
    let mut problems = Vec::new();
    for column in &declared.columns {
        let name = column.name.clone();
        match built.column(&column.name) {
            None => problems.push(ViewProblem::NotGiven { kind, view: view(), column: name }),
            Some(given) if given.sql_type != column.sql_type => problems.push(ViewProblem::Type {
                kind,
                view: view(),
                column: name,
                declared: column.sql_type.to_string(),
                given: given.sql_type.to_string(),
            }),
            Some(_) => {}
        }
    }
    for column in built.columns.iter().filter(|column| declared.column(&column.name).is_none()) {
        problems.push(ViewProblem::NotDeclared { kind, view: view(), column: column.name.clone() });
    }
    if problems.is_empty() && declared.columns != built.columns {
        let (declared, given) = (names(&declared.columns), names(&built.columns));
        problems.push(ViewProblem::Order { kind, view: view(), declared, given });
    }
    problems
}

fn names(columns: &[ViewColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}
