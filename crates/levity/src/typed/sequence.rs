use super::{Expr, Listed, Never};
use crate::{
    query,
    schema::{self, ObjectName},
    sql::{quote_literal, quote_name},
};

/// A sequence, as `derive(Sequence)` describes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no sequence",
    label = "expected a type that derives `Sequence`",
    note = "another default that is no value is written `default = sql(\"…\")`"
)]
pub trait Sequence {
    /// The whole definition, for migrations.
    fn definition() -> schema::Sequence;
}

/// The next number of a sequence, as an expression.
pub(crate) fn next_value<S: Sequence + Listed>() -> Expr<(), i64, Never> {
    let text = next_value_of(&S::definition().name);
    Expr::new(query::Expr::Sql(vec![query::Fragment::Text(text.into())]))
}

/// The same as text, for a column's default.
pub(crate) fn next_value_of(sequence: &ObjectName) -> String {
    format!("nextval({}::regclass)", quote_literal(&quote_name(sequence)))
}
