use levity::schema::{Column, GeneratedKind};

/// Whether adding the column computes its value for every row and keeps it.
pub(super) fn is_stored(column: &Column) -> bool {
    is_generated(column, GeneratedKind::Stored)
}

/// Whether adding the column computes its value for every row without keeping it, to see that it is not NULL.
pub(crate) fn reads_rows_to_add(column: &Column) -> bool {
    is_generated(column, GeneratedKind::Virtual) && !column.nullable
}

fn is_generated(column: &Column, kind: GeneratedKind) -> bool {
    column.generated.as_ref().is_some_and(|generated| generated.kind == kind)
}
