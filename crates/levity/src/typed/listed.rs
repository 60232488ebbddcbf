use crate::__private::SchemaBuilder;

/// What `schema!` can list by its type; made by the derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no object of a schema",
    label = "`schema!` lists types that derive `Table`, `View` or `Sequence`",
    note = "enum types and domains come along with the columns that have them"
)]
pub trait SchemaObject {
    /// Adds its definition to the schema.
    #[doc(hidden)]
    fn add_to(schema: &mut SchemaBuilder);
}

/// What `schema!` lists; made by that macro.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not listed in `schema!`",
    label = "add `{Self}` to the `schema!` of this package",
    note = "an object that is not listed is not created by any migration"
)]
pub trait Listed {}
