//! What an insert does with a row whose key exists.

use std::marker::PhantomData;

use super::{Amount, Insert};
use crate::{
    query::{self, ConflictAction},
    typed::{
        Column, Covers, Expr, Expression, Filtered, FitsInto, InSchema, Nullability, Nullable, Operand,
        Predicate, Source, Sql, Table, Unfiltered,
    },
};

/// The key that an insert watches: columns, expressions or a constraint.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{T}`",
    label = "expected the columns of a unique key of `{T}`: one, or a tuple",
    note = "an index on expressions is named by them, and a constraint by `constraint(\"…\")`"
)]
pub trait ConflictTarget<T> {
    /// [`ByIndex`] or [`ByConstraint`].
    type Kind;

    /// The untyped target.
    fn into_target(self) -> query::ConflictTarget;
}

/// In the type of a conflict: PostgreSQL looks for the index.
#[derive(Debug)]
pub enum ByIndex {}

/// In the type of a conflict: it names a constraint.
#[derive(Debug)]
pub enum ByConstraint {}

impl<T: Source, V, N: Nullability> ConflictTarget<T> for Column<T, V, N> {
    type Kind = ByIndex;

    fn into_target(self) -> query::ConflictTarget {
        query::ConflictTarget::Index(vec![self.into_ast()], None)
    }
}

impl<T, V, N> ConflictTarget<T> for Expr<(T, ()), V, N>
where
    Self: Expression,
{
    type Kind = ByIndex;

    fn into_target(self) -> query::ConflictTarget {
        query::ConflictTarget::Index(vec![self.into_ast()], None)
    }
}

impl<T> ConflictTarget<T> for Sql {
    type Kind = ByIndex;

    fn into_target(self) -> query::ConflictTarget {
        query::ConflictTarget::Index(self.into_condition().into_iter().collect(), None)
    }
}

macro_rules! tuples {
    ($($($column:ident)+;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<T, $($column: ConflictTarget<T, Kind = ByIndex>),+> ConflictTarget<T> for ($($column,)+) {
                type Kind = ByIndex;

                fn into_target(self) -> query::ConflictTarget {
                    let ($($column,)+) = self;
                    let mut keys = Vec::new();
                    $(
                        if let query::ConflictTarget::Index(more, _) = $column.into_target() {
                            keys.extend(more);
                        }
                    )+
                    query::ConflictTarget::Index(keys, None)
                }
            }
        )+
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// A constraint by its name; made by [`constraint`].
#[derive(Debug, Clone, Copy)]
pub struct Constraint(&'static str);

/// The constraint of this name as the target of [`Insert::on_conflict`]. A unique index that belongs to no constraint has
/// none; name its columns.
pub fn constraint(name: &'static str) -> Constraint {
    Constraint(name)
}

impl<T> ConflictTarget<T> for Constraint {
    type Kind = ByConstraint;

    fn into_target(self) -> query::ConflictTarget {
        query::ConflictTarget::Constraint(self.0)
    }
}

/// The row of the table `T` that an insert could not write, beside the one that is there; see [`excluded`].
#[derive(Debug)]
pub struct Excluded<T>(PhantomData<T>);

/// In [`OnConflict::do_update`], a column of the row that could not be inserted: what the insert gives, or the default.
pub fn excluded<T, V, N: Nullability>(column: Column<T, V, N>) -> Expr<(Excluded<T>, ()), V, N> {
    Expr::new(excluded_column(column.name()))
}

fn excluded_column(name: &'static str) -> query::Expr {
    query::Expr::Column { table: "excluded", name }
}

/// An insert that does not say yet what happens to a row whose key exists; made by [`Insert::on_conflict`].
#[must_use = "say what happens to a row whose key exists: `do_nothing` or `do_update`"]
pub struct OnConflict<E, T: InSchema + Table, M, Kind> {
    insert: Insert<E, T, M>,
    target: query::ConflictTarget,
    kind: PhantomData<fn() -> Kind>,
}

impl<E, T: InSchema + Table, M> OnConflict<E, T, M, ByIndex> {
    /// The condition of a partial unique index. PostgreSQL finds the index when its own condition follows from this one.
    ///
    /// Values cannot be bound here: `sql!("kind = 'draft'")`.
    pub fn index_filter<P, Positions>(mut self, condition: P) -> Self
    where
        P: Predicate,
        (T, ()): Covers<P::Scope, Positions>,
    {
        if let query::ConflictTarget::Index(_, filter) = &mut self.target {
            query::and(filter, condition.into_condition());
        }
        self
    }
}

impl<E, T: InSchema + Table, M: Amount, Kind> OnConflict<E, T, M, Kind> {
    pub(super) fn new(insert: Insert<E, T, M>, target: query::ConflictTarget) -> Self {
        Self { insert, target, kind: PhantomData }
    }

    /// Leaves out a row whose key exists. It is not returned either.
    pub fn do_nothing(self) -> Insert<E, T, M::Fewer> {
        self.insert.resolve(self.target, Resolution::Nothing)
    }

    /// Updates the row that is there instead, as the closure says.
    ///
    /// Columns with `on_update` are set along, unless the closure sets them. When it sets nothing, the row stays as it is,
    /// and is returned.
    pub fn do_update<R: Resolves>(
        self,
        update: impl FnOnce(ConflictUpdate<T>) -> ConflictUpdate<T, R>,
    ) -> Insert<E, T, R::Amount<M>> {
        let update =
            update(ConflictUpdate { set: Vec::new(), given: false, filter: None, marker: PhantomData });
        let resolution = Resolution::Update { set: update.set, given: update.given, filter: update.filter };
        self.insert.resolve(self.target, resolution)
    }
}

/// How many rows remain of those that an update on conflict can touch.
pub trait Resolves {
    /// How many are returned.
    type Amount<M: Amount>: Amount;
}

impl Resolves for Unfiltered {
    type Amount<M: Amount> = M;
}

impl Resolves for Filtered {
    type Amount<M: Amount> = M::Fewer;
}

/// How an existing row changes; see [`OnConflict::do_update`].
///
/// A column by itself is that of the row which is there, and [`excluded`] that of the row which could not be inserted.
#[must_use = "the closure returns it"]
pub struct ConflictUpdate<T, Rows = Unfiltered> {
    set: Vec<(&'static str, query::Expr)>,
    given: bool,
    filter: Option<query::Expr>,
    marker: PhantomData<fn() -> (T, Rows)>,
}

impl<T: InSchema + Table, Rows> ConflictUpdate<T, Rows> {
    /// Sets a column to a value, or to an expression of both rows' columns.
    ///
    /// What can be NULL is set into a nullable column only; see [`coalesce`](crate::coalesce).
    pub fn set<V, N, O, Positions>(self, column: Column<T, V, N>, value: O) -> Self
    where
        O: Operand<V, Nullability: FitsInto<N>>,
        (T, (Excluded<T>, ())): Covers<O::Scope, Positions>,
    {
        self.change(column.name(), value.into_operand())
    }

    /// Sets a nullable column to NULL.
    pub fn set_null<V>(self, column: Column<T, V, Nullable>) -> Self {
        self.change(column.name(), query::Expr::Sql(vec!["NULL".into()]))
    }

    /// Sets every column that the insert gives to what it gives, except those of the target and those that are set
    /// otherwise: an upsert, `.do_update(ConflictUpdate::set_given)`.
    pub fn set_given(mut self) -> Self {
        self.given = true;
        self
    }

    /// Updates the row only when the condition holds; else it is left as it is, and is not returned. Called twice, both
    /// conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> ConflictUpdate<T, Filtered>
    where
        P: Predicate,
        (T, (Excluded<T>, ())): Covers<P::Scope, Positions>,
    {
        query::and(&mut self.filter, condition.into_condition());
        ConflictUpdate { set: self.set, given: self.given, filter: self.filter, marker: PhantomData }
    }

    fn change(mut self, column: &'static str, value: query::Expr) -> Self {
        self.set.retain(|(name, _)| *name != column);
        self.set.push((column, value));
        self
    }
}

/// What happens to a row whose key exists, before it is known which columns the insert gives.
#[derive(Clone)]
pub(super) enum Resolution {
    Nothing,
    Update { set: Vec<(&'static str, query::Expr)>, given: bool, filter: Option<query::Expr> },
}

impl Resolution {
    /// For an insert that gives these columns.
    pub(super) fn into_conflict<T: InSchema + Table>(
        self,
        target: query::ConflictTarget,
        columns: &[&'static str],
    ) -> query::Conflict {
        let action = match self {
            Self::Nothing => ConflictAction::Nothing,
            Self::Update { mut set, given, filter } => {
                if given {
                    set_given(&mut set, columns, &target);
                }
                touch::<T>(&mut set, columns);
                ConflictAction::Update { set, filter }
            }
        };
        query::Conflict { target, action }
    }
}

fn set_given(
    set: &mut Vec<(&'static str, query::Expr)>,
    columns: &[&'static str],
    target: &query::ConflictTarget,
) {
    let is_key = |column: &str| match target {
        query::ConflictTarget::Index(keys, _) => {
            keys.iter().any(|key| matches!(key, query::Expr::Column { name, .. } if *name == column))
        }
        query::ConflictTarget::Any | query::ConflictTarget::Constraint(_) => false,
    };
    for &column in columns {
        if !is_key(column) && set.iter().all(|(name, _)| *name != column) {
            set.push((column, excluded_column(column)));
        }
    }
}

/// Sets the columns with `on_update`. Where nothing is set, something must be: only an update returns the row.
fn touch<T: InSchema + Table>(set: &mut Vec<(&'static str, query::Expr)>, columns: &[&'static str]) {
    let info = T::info();
    if set.is_empty() {
        if let Some(&name) = columns.first() {
            set.push((name, query::Expr::Column { table: info.alias, name }));
        }
        return;
    }
    for &(column, expression) in info.on_update {
        if set.iter().all(|(name, _)| *name != column) {
            set.push((column, query::Expr::Sql(vec![expression.into()])));
        }
    }
}
