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
    /// An operator before or behind its operand.
    Unary(UnaryOperator, Box<Expr>),
    /// An operator between two operands.
    Binary(Box<Expr>, BinaryOperator, Box<Expr>),
    /// `left = ANY(array)`
    EqualsAny(Box<Expr>, Parameter),
    /// Conditions that must all hold; none means true.
    All(Vec<Expr>),
    /// Conditions of which one must hold; none means false.
    Any(Vec<Expr>),
    /// Text of a caller with expressions in it.
    Sql(Vec<Fragment>),
}

impl Expr {
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

    /// Either condition, without nesting when this one is a disjunction already.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut conditions) => {
                conditions.push(other);
                Self::Any(conditions)
            }
            first => Self::Any(vec![first, other]),
        }
    }
}

/// A piece of an `sql!` text.
#[derive(Clone)]
pub enum Fragment {
    /// Text that the caller wrote in the source code.
    Text(&'static str),
    /// What stands for a placeholder.
    Expr(Expr),
}

/// An operator of one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `NOT x`
    Not,
    /// `x IS NULL`
    IsNull,
    /// `x IS NOT NULL`
    IsNotNull,
}

/// An operator of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `LIKE`
    Like,
    /// `ILIKE`
    ILike,
    /// `+`
    Add,
    /// `-`
    Subtract,
}

impl BinaryOperator {
    /// The operator as SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Like => "LIKE",
            Self::ILike => "ILIKE",
            Self::Add => "+",
            Self::Subtract => "-",
        }
    }
}
