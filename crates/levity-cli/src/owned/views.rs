//! The views of a project, which have no rows of their own to lose.

use std::collections::BTreeSet;

use levity::{
    schema::{ObjectName, Schema, View, generated_name},
    sql::quote_name,
};
use tokio_postgres::Client;

use super::{Failure, columns};

/// A view that is in the database now, with its namespace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OwnedView {
    name: ObjectName,
    materialized: bool,
}

impl OwnedView {
    pub(crate) fn drop_statement(&self) -> String {
        let kind = if self.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        format!("DROP {kind} {} RESTRICT", quote_name(&self.name))
    }

    /// What brings the stored rows of a materialized view up to date.
    pub(crate) fn refresh_statement(&self) -> Option<String> {
        self.materialized.then(|| format!("REFRESH MATERIALIZED VIEW {}", quote_name(&self.name)))
    }
}

/// Those that are there, each before the ones that it reads.
pub(super) async fn existing(
    client: &Client,
    names: &BTreeSet<ObjectName>,
) -> Result<Vec<OwnedView>, Failure> {
    let (namespaces, names): (Vec<_>, Vec<_>) = columns(names);
    let rows = client
        .query(include_str!("views.sql"), &[&namespaces, &names])
        .await
        .map_err(|source| Failure::Query { attempt: "look for the project's views", source })?;
    let view = |row: &tokio_postgres::Row| OwnedView {
        name: ObjectName { namespace: Some(row.get(0)), name: row.get(1) },
        materialized: row.get(2),
    };
    Ok(rows.iter().map(view).collect())
}

/// What materialized views are called while a migration computes them beside those in use.
pub(super) fn built_beside<'a>(previous: &'a Schema, next: &'a Schema) -> impl Iterator<Item = View> + 'a {
    let changed =
        next.views.iter().filter(|view| view.materialized && previous.view(&view.name) != Some(view));
    changed.map(|view| View {
        materialized: true,
        ..View::new(view.name.sibling(generated_name(&[&view.name.name, "new"])), "")
    })
}
