use super::{BothScopes, BothScopesAs, EitherNull, EitherNullAs, binary};
use crate::{
    query,
    typed::{Expr, Expression, Nullable, Operand, Scope, functions::typed_operand},
    types::{ColumnType, Multirange, Range},
};

/// A type with elements, whose values can contain one another: an array or a range.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no elements that it could contain",
    label = "this operator takes an array or a range; for `jsonb` there is `json_contains`"
)]
pub trait Containment {}

impl<V> Containment for Vec<V> {}
impl<V> Containment for Range<V> {}
impl<V> Containment for Multirange<V> {}

macro_rules! containment {
    ($($(#[$doc:meta])* $name:ident $operator:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, bool, EitherNull<L, R>>
            where
                L: Expression<Value: Containment>,
                R: Operand<L::Value>,
            {
                binary(left, $operator, right)
            }
        )*
    };
}

containment! {
    /// `left @> right`: every element of the right side is in the left one.
    contains " @> ";
    /// `left <@ right`: every element of the left side is in the right one.
    contained_by " <@ ";
    /// `left && right`: some element is in both.
    overlaps " && ";
}

/// `range @> element`: the element is in the range.
pub fn contains_element<L, R, V>(
    range: L,
    element: R,
) -> Expr<BothScopesAs<L, R, V>, bool, EitherNullAs<L, R, V>>
where
    L: Expression<Value = Range<V>>,
    R: Operand<V>,
    V: ColumnType,
{
    Expr::new(query::Expr::binary(range.into_ast(), " @> ", typed_operand::<V, R>(element)))
}

/// What an operator on an element and an array mentions.
type ElementScopes<L, R> =
    <<L as Expression>::Scope as Scope>::Concat<<R as Operand<Vec<<L as Expression>::Value>>>::Scope>;

/// `left = ANY(array)`: an element of the array is equal. For values of the program there is
/// [`in_list`](super::in_list).
pub fn any<L, R>(left: L, array: R) -> Expr<ElementScopes<L, R>, bool, Nullable>
where
    L: Expression,
    R: Operand<Vec<L::Value>>,
{
    quantified(left, " = ANY(", array)
}

/// `left = ALL(array)`: every element of the array is equal.
pub fn all<L, R>(left: L, array: R) -> Expr<ElementScopes<L, R>, bool, Nullable>
where
    L: Expression,
    R: Operand<Vec<L::Value>>,
{
    quantified(left, " = ALL(", array)
}

fn quantified<L, R>(left: L, keyword: &'static str, array: R) -> Expr<ElementScopes<L, R>, bool, Nullable>
where
    L: Expression,
    R: Operand<Vec<L::Value>>,
{
    // PostgreSQL takes a query in these parentheses for one of the elements, however many there are around it. A fragment stays
    // as it is: a lone placeholder gets its type from the left side.
    let array = match array.into_operand() {
        array @ query::Expr::Query(_) => query::Expr::call("coalesce", vec![array]),
        array => array,
    };
    Expr::new(query::Expr::Operation(vec![left.into_ast().into(), keyword.into(), array.into(), ")".into()]))
}
