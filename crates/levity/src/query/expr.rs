use std::borrow::Cow;

use super::{OrderBy, Select};
use crate::sql::Parameter;

/// An SQL expression.
#[derive(Clone)]
pub enum Expr {
    /// A column of a table in scope, by the name that the table has in the statement.
    Column {
        /// The table's name or alias.
        table: &'static str,
        /// The column's name.
        name: &'static str,
    },
    /// A bound value.
    Parameter(Parameter),
    /// Operators and keywords with their operands between them. It gets parentheses.
    Operation(Vec<Fragment>),
    /// A function with its arguments.
    Call(Box<Call>),
    /// Conditions that must all hold; none means true.
    All(Vec<Expr>),
    /// Conditions of which one must hold; none means false.
    Any(Vec<Expr>),
    /// A query as a value.
    Query(Box<Select>),
    /// Text of a caller with expressions in it.
    Sql(Vec<Fragment>),
}

impl Expr {
    /// `left operator right`; the operator comes with the spaces around it.
    pub fn binary(left: Self, operator: &'static str, right: Self) -> Self {
        Self::Operation(vec![left.into(), operator.into(), right.into()])
    }

    /// The expression as a type, which must be the text of one.
    #[must_use]
    pub fn cast(self, sql_type: impl Into<Cow<'static, str>>) -> Self {
        Self::Operation(vec![self.into(), "::".into(), Fragment::Text(sql_type.into())])
    }

    /// A function of these arguments.
    pub fn call(name: &'static str, arguments: Vec<Self>) -> Self {
        Self::Call(Box::new(Call::new(name, arguments)))
    }

    /// Both conditions, without nesting when this one is a conjunction already.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut conditions) => {
                conditions.push(other);
                Self::All(conditions)
            }
            first => Self::All(vec![first, other]),
        }
    }

    /// Whether this is a condition that holds for every row because it, or a part of it, was put together from nothing.
    pub(crate) fn is_vacuous(&self) -> bool {
        self.constant() == Some(true)
    }

    /// What a condition is of every row, when its parts that were put together from nothing decide that.
    fn constant(&self) -> Option<bool> {
        match self {
            Self::All(conditions) => decided(conditions, false),
            Self::Any(conditions) => decided(conditions, true),
            Self::Operation(fragments) => match &fragments[..] {
                [Fragment::Text(text), Fragment::Expr(condition)] if text == "NOT " => {
                    condition.constant().map(|constant| !constant)
                }
                _ => None,
            },
            Self::Column { .. } | Self::Parameter(_) | Self::Call(_) | Self::Query(_) | Self::Sql(_) => None,
        }
    }
}

/// What connected conditions are, when one of them that is `deciding` is enough, and all that are not are needed.
fn decided(conditions: &[Expr], deciding: bool) -> Option<bool> {
    let constants: Vec<Option<bool>> = conditions.iter().map(Expr::constant).collect();
    if constants.contains(&Some(deciding)) {
        return Some(deciding);
    }
    constants.iter().all(|&constant| constant == Some(!deciding)).then_some(!deciding)
}

/// A call of a function.
#[derive(Clone)]
pub struct Call {
    /// The function.
    pub name: &'static str,
    /// `DISTINCT` before the arguments.
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Expr>,
    /// The order in which an aggregate takes its rows.
    pub order_by: Vec<OrderBy>,
    /// The rows that an aggregate takes.
    pub filter: Option<Expr>,
    /// The window that the function looks at.
    pub over: Option<Window>,
}

impl Call {
    /// A plain call.
    pub fn new(name: &'static str, arguments: Vec<Expr>) -> Self {
        Self { name, distinct: false, arguments, order_by: Vec::new(), filter: None, over: None }
    }
}

/// The rows that a window function looks at.
#[derive(Clone, Default)]
pub struct Window {
    /// What the rows of a window have in common.
    pub partition_by: Vec<Expr>,
    /// Their order.
    pub order_by: Vec<OrderBy>,
    /// The frame; nothing where it is the default.
    pub frame: Vec<Fragment>,
}

/// A piece of a text.
#[derive(Clone)]
pub enum Fragment {
    /// Text of the source code, or that names a type.
    Text(Cow<'static, str>),
    /// What stands for a placeholder.
    Expr(Expr),
}

impl From<&'static str> for Fragment {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<Expr> for Fragment {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}
