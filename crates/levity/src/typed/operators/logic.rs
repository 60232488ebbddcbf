use crate::{
    query,
    typed::{Expr, Nullable, Predicate, Scope},
};

/// Both conditions hold. One that is `None` says nothing.
pub fn and<L: Predicate, R: Predicate>(
    left: L,
    right: R,
) -> Expr<<L::Scope as Scope>::Concat<R::Scope>, bool, Nullable> {
    let mut both = None;
    query::and(&mut both, left.into_condition());
    query::and(&mut both, right.into_condition());
    Expr::new(both.unwrap_or(query::Expr::All(Vec::new())))
}

/// At least one of the conditions holds. One that is `None` says nothing; of none, that is false.
pub fn or<L: Predicate, R: Predicate>(
    left: L,
    right: R,
) -> Expr<<L::Scope as Scope>::Concat<R::Scope>, bool, Nullable> {
    let mut either = Vec::with_capacity(2);
    for condition in [left.into_condition(), right.into_condition()].into_iter().flatten() {
        match condition {
            query::Expr::Any(conditions) => either.extend(conditions),
            condition => either.push(condition),
        }
    }
    Expr::new(query::Expr::Any(either))
}

/// All of the conditions hold; of none, that is true.
pub fn all_of<P: Predicate>(conditions: impl IntoIterator<Item = P>) -> Expr<P::Scope, bool, Nullable> {
    Expr::new(query::Expr::All(conditions.into_iter().filter_map(Predicate::into_condition).collect()))
}

/// At least one of the conditions holds; of none, that is false.
pub fn any_of<P: Predicate>(conditions: impl IntoIterator<Item = P>) -> Expr<P::Scope, bool, Nullable> {
    Expr::new(query::Expr::Any(conditions.into_iter().filter_map(Predicate::into_condition).collect()))
}

/// The condition does not hold; NULL stays NULL. Of `None`, it says nothing.
pub fn not<P: Predicate>(condition: P) -> Expr<P::Scope, bool, Nullable> {
    Expr::new(match condition.into_condition() {
        Some(condition) => query::Expr::Operation(vec!["NOT ".into(), condition.into()]),
        None => query::Expr::All(Vec::new()),
    })
}
