use super::Queryable;
use crate::schema;

/// A view, as `derive(View)` describes it. The type itself is the row.
pub trait View: Queryable {
    /// The whole definition, for migrations.
    fn definition() -> schema::View;

    /// The enum types and domains that the view's columns have.
    fn types() -> Vec<schema::TypeDefinition>;
}

/// A view whose rows are stored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a materialized view",
    label = "only the rows of a materialized view are stored, and computed anew",
    note = "a view is materialized by `#[view(materialized)]`"
)]
pub trait MaterializedView: View {}
