//! Pages that continue behind a row, instead of counting rows.

use std::sync::Arc;

use tokio_postgres::types::ToSql;

use super::{Covers, Nullability, Scope, SortBy};
use crate::query::{Expr, Nulls, OrderBy};

/// An order whose rows are told apart by the values they are ordered by: a tuple of [`asc`](super::asc) and
/// [`desc`](super::desc), the last of which is unique among rows that are equal in the others.
#[diagnostic::on_unimplemented(
    message = "pages cannot be ordered by `{Self}`",
    label = "expected a tuple such as `(desc(Execution::started_at), asc(Execution::id))`",
    note = "its tables are those of the query, and its values can be sent to the server"
)]
pub trait Keyset<Tables, Positions> {
    /// The values of a row: one for each criterion, an `Option` where it can be NULL.
    type Key;

    /// The criteria with the values of the row to continue behind, when there is one.
    #[doc(hidden)]
    fn into_parts(self, after: Option<Self::Key>) -> (Vec<OrderBy>, Option<Vec<Part>>);
}

/// A criterion and the value that it has in the row to continue behind; `None` is NULL.
#[doc(hidden)]
pub struct Part {
    order: OrderBy,
    value: Option<crate::sql::Parameter>,
    nullable: bool,
}

/// One member of a [`Keyset`].
#[doc(hidden)]
pub trait Criterion<Tables, Positions> {
    /// Its value in a row.
    type Value;

    fn order(&self) -> OrderBy;
    fn into_part(self, value: Self::Value) -> Part;
}

type Within<N, S, Tables, Positions> =
    <N as Nullability>::Within<<Tables as Covers<S, Positions>>::Nullability>;

impl<S, V, N, Tables, Positions> Criterion<Tables, Positions> for SortBy<S, V, N>
where
    S: Scope,
    V: ToSql + Send + Sync + 'static,
    N: Nullability,
    Tables: Covers<S, Positions>,
{
    type Value = <Within<N, S, Tables, Positions> as Nullability>::Value<V>;

    fn order(&self) -> OrderBy {
        self.order.clone()
    }

    fn into_part(self, value: Self::Value) -> Part {
        let value = Within::<N, S, Tables, Positions>::into_option::<V>(value);
        Part {
            order: self.order,
            value: value.map(|value| Arc::new(value) as _),
            nullable: Within::<N, S, Tables, Positions>::CAN_BE_NULL,
        }
    }
}

macro_rules! tuples {
    ($($($member:ident $position:ident),+;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<Tables, $($member, $position),+> Keyset<Tables, ($($position,)+)> for ($($member,)+)
            where
                $($member: Criterion<Tables, $position>),+
            {
                type Key = ($($member::Value,)+);

                fn into_parts(self, after: Option<Self::Key>) -> (Vec<OrderBy>, Option<Vec<Part>>) {
                    let ($($member,)+) = self;
                    let order = vec![$($member.order()),+];
                    let parts = after.map(|key| {
                        // Each type names the criterion and, as a position, its value.
                        let ($($position,)+) = key;
                        vec![$($member.into_part($position)),+]
                    });
                    (order, parts)
                }
            }
        )+
    };
}

tuples! {
    A PA;
    A PA, B PB;
    A PA, B PB, C PC;
    A PA, B PB, C PC, D PD;
}

/// The condition that a row comes behind the one with these values.
pub(super) fn behind(parts: Vec<Part>) -> Expr {
    let plain = parts.iter().all(|part| !part.nullable && part.order.descending == parts[0].order.descending);
    if plain {
        return row_comparison(parts);
    }
    let bound = parts.first().and_then(Part::bound);
    let behind = parts.into_iter().rev().fold(None, |rest: Option<Expr>, part| {
        let strictly = part.strictly_behind();
        Some(match rest {
            Some(rest) => Expr::Any(vec![strictly, part.equal().and(rest)]),
            None => strictly,
        })
    });
    let behind = behind.unwrap_or(Expr::All(Vec::new()));
    // Without it, PostgreSQL would not see where in an index to begin.
    match bound {
        Some(bound) => bound.and(behind),
        None => behind,
    }
}

/// `(a, b) > ($1, $2)`, which an index on `(a, b)` answers from the right place on.
fn row_comparison(parts: Vec<Part>) -> Expr {
    let operator = if parts.first().is_some_and(|part| part.order.descending) { ") < (" } else { ") > (" };
    let mut columns = vec!["(".into()];
    let mut values = vec![operator.into()];
    for (position, part) in parts.into_iter().enumerate() {
        if position > 0 {
            columns.push(", ".into());
            values.push(", ".into());
        }
        columns.push(part.order.expr.into());
        values.push(part.value.map_or(Expr::Sql(vec!["NULL".into()]), Expr::Parameter).into());
    }
    columns.extend(values);
    columns.push(")".into());
    Expr::Operation(columns)
}

impl Part {
    fn nulls_last(&self) -> bool {
        match self.order.nulls {
            Some(Nulls::First) => false,
            Some(Nulls::Last) => true,
            None => !self.order.descending,
        }
    }

    fn compared(&self, ascending: &'static str, descending: &'static str) -> Option<Expr> {
        let operator = if self.order.descending { descending } else { ascending };
        let value = self.value.clone()?;
        Some(Expr::binary(self.order.expr.clone(), operator, Expr::Parameter(value)))
    }

    /// A weaker condition that an index can use: not before the value.
    fn bound(&self) -> Option<Expr> {
        if self.nullable { None } else { self.compared(" >= ", " <= ") }
    }

    fn strictly_behind(&self) -> Expr {
        let is = |text: &'static str| Expr::Operation(vec![self.order.expr.clone().into(), text.into()]);
        match (self.compared(" > ", " < "), self.nulls_last()) {
            (Some(behind), true) if self.nullable => Expr::Any(vec![behind, is(" IS NULL")]),
            (Some(behind), _) => behind,
            // NULLs are equal to each other; what is behind them is all the rest, or nothing.
            (None, true) => Expr::Any(Vec::new()),
            (None, false) => is(" IS NOT NULL"),
        }
    }

    fn equal(&self) -> Expr {
        self.compared(" = ", " = ")
            .unwrap_or_else(|| Expr::Operation(vec![self.order.expr.clone().into(), " IS NULL".into()]))
    }
}
