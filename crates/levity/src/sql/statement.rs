use std::{fmt, sync::Arc};

use tokio_postgres::types::ToSql;

/// A bound value. Shared, so that a statement can be sent a second time.
pub type Parameter = Arc<dyn ToSql + Send + Sync>;

/// A statement's text with the values for its placeholders `$1`, `$2`, …
#[derive(Clone)]
pub struct Statement {
    /// The text, with placeholders.
    pub sql: String,
    /// The values, in the order of the placeholders.
    pub parameters: Vec<Parameter>,
}

/// Shows the text only: values can be secret.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("sql", &self.sql)
            .field("parameters", &self.parameters.len())
            .finish()
    }
}
