use crate::__private::SchemaBuilder;

/// What `schema!` can list by its type; made by the derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no object of a schema",
    label = "`schema!` lists types that derive `Table`",
    note = "enum types come along with the columns that have them"
)]
pub trait SchemaObject {
    /// Adds its definition to the schema.
    #[doc(hidden)]
    fn add_to(schema: &mut SchemaBuilder);
}

/// What `schema!` lists; made by that macro.
pub trait Listed {}
