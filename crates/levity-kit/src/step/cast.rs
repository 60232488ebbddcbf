use levity::{
    schema::{Expression, SqlType},
    sql::quote_ident,
};

/// How the rows of a column get from one type to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The conversion that PostgreSQL does not do by itself: what follows `USING`.
    pub using: Option<Expression>,
    /// Whether every row is written anew.
    pub rewrites: bool,
    /// What can go wrong with the values.
    pub loss: Loss,
}

/// What a conversion can do to values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Every value survives.
    Nothing,
    /// A value that does not fit fails the conversion; the others survive.
    Fails,
    /// Values can change silently: rounded, cut, or without their time zone.
    Changes,
    /// The conversion is an expression of a person: it can fail, and change values.
    Unknown,
}

impl Cast {
    /// A conversion that the author of the schema wrote.
    pub fn custom(using: Expression) -> Self {
        Self { using: Some(using), rewrites: true, loss: Loss::Unknown }
    }

    /// The conversion between two types; `None` where PostgreSQL has none that keeps the meaning, so that a person has
    /// to say what is wanted.
    #[expect(clippy::match_same_arms, reason = "the arms are grouped by families of types")]
    pub fn between(column: &str, previous: &SqlType, next: &SqlType) -> Option<Self> {
        use SqlType as T;
        let explicit = |loss| Self {
            using: Some(Expression(format!("{}::{next}", quote_ident(column)))),
            rewrites: true,
            loss,
        };
        let in_utc = |loss| Self {
            using: Some(Expression(format!("{} AT TIME ZONE 'UTC'", quote_ident(column)))),
            rewrites: true,
            loss,
        };
        let cast = match (previous, next) {
            // Text to text: the length decides. PostgreSQL knows that a longer limit needs no rewrite.
            (T::Text | T::Varchar(_), T::Text | T::Varchar(None)) => in_place(),
            (T::Varchar(Some(before)), T::Varchar(Some(after))) if before <= after => in_place(),
            (T::Char(_), T::Text | T::Varchar(None)) => rewrite(Loss::Nothing),
            (T::Char(before), T::Varchar(Some(after)) | T::Char(after)) if before <= after => {
                rewrite(Loss::Nothing)
            }
            (T::Text | T::Varchar(_) | T::Char(_), T::Varchar(_) | T::Char(_)) => rewrite(Loss::Fails),

            // Numbers.
            (T::SmallInt, T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(None))
            | (T::Integer, T::BigInt | T::DoublePrecision | T::Numeric(None))
            | (T::BigInt, T::Numeric(None))
            | (T::Real, T::DoublePrecision) => rewrite(Loss::Nothing),
            (T::Integer | T::BigInt, T::SmallInt | T::Integer)
            | (T::SmallInt | T::Integer | T::BigInt, T::Numeric(Some(_))) => rewrite(Loss::Fails),
            (T::Numeric(Some(_)), T::Numeric(None)) => in_place(),
            (T::Numeric(Some((precision, scale))), T::Numeric(Some((wider, same))))
                if precision <= wider && scale == same =>
            {
                in_place()
            }
            (
                T::SmallInt | T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(_),
                T::SmallInt | T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(_),
            ) => rewrite(Loss::Changes),
            (T::Boolean, T::Integer) => explicit(Loss::Nothing),
            (T::Integer, T::Boolean) => explicit(Loss::Changes),

            // Dates and times. A conversion that depends on the session's time zone would give different rows on
            // different machines, so it is pinned.
            (T::Timestamp, T::Timestamptz) => in_utc(Loss::Nothing),
            (T::Timestamptz, T::Timestamp) => in_utc(Loss::Changes),
            (T::Date, T::Timestamp) => rewrite(Loss::Nothing),
            (T::Timestamp, T::Date | T::Time) => rewrite(Loss::Changes),

            (T::Json, T::Jsonb) => rewrite(Loss::Changes),
            (T::Jsonb, T::Json) => rewrite(Loss::Nothing),
            (T::Enum(_), T::Enum(_)) => Self {
                using: Some(Expression(format!("{}::text::{next}", quote_ident(column)))),
                rewrites: true,
                loss: Loss::Fails,
            },

            // Every type has a text form. Into text PostgreSQL casts on assignment, out of it only when told to.
            (_, T::Text | T::Varchar(None)) => rewrite(Loss::Nothing),
            (_, T::Varchar(Some(_))) => rewrite(Loss::Fails),
            (T::Text | T::Varchar(_), _) => explicit(loss_of_reading(next)),

            (T::Array(before), T::Array(after))
                if before.enum_name().is_some() && after.enum_name().is_some() =>
            {
                Self {
                    using: Some(Expression(format!("{}::text[]::{next}", quote_ident(column)))),
                    rewrites: true,
                    loss: Loss::Fails,
                }
            }
            // An explicit cast would cut what is too long for its type; the one of an assignment refuses it. Either
            // writes every row, also where the elements alone could stay as they are.
            (T::Array(before), T::Array(after)) => {
                let element = Self::between(column, before, after)?;
                if element.using.is_none() { rewrite(element.loss) } else { explicit(element.loss) }
            }
            _ => return None,
        };
        Some(cast)
    }
}

/// What an explicit cast of a text to this type can do to it.
#[expect(clippy::match_same_arms, reason = "the arms are grouped by why they lose or keep")]
fn loss_of_reading(sql_type: &SqlType) -> Loss {
    use SqlType as T;
    match sql_type {
        // Read to the last digit or letter, or refused.
        T::SmallInt | T::Integer | T::BigInt | T::Numeric(None) => Loss::Fails,
        T::Bytea | T::Uuid | T::Json | T::Jsonb | T::Enum(_) => Loss::Fails,
        T::Inet | T::Cidr | T::MacAddr => Loss::Fails,
        // Rounded, or cut without a word: `'2024-01-31 10:00'::date`, `'abcd'::varchar(3)`.
        T::Numeric(Some(_)) | T::Real | T::DoublePrecision => Loss::Changes,
        T::Text | T::Varchar(None) => Loss::Nothing,
        T::Varchar(Some(_)) | T::Char(_) => Loss::Changes,
        T::Date | T::Time | T::Timestamp | T::Timestamptz | T::Interval => Loss::Changes,
        // Many texts become one value.
        T::Boolean | T::Range(_) | T::Multirange(_) => Loss::Changes,
        // Nobody knows.
        T::Other(_) | T::Domain(_) => Loss::Changes,
        T::Array(element) => match loss_of_reading(element) {
            Loss::Nothing => Loss::Fails,
            loss => loss,
        },
    }
}

/// A change of the catalog alone.
fn in_place() -> Cast {
    Cast { using: None, rewrites: false, loss: Loss::Nothing }
}

/// A conversion that PostgreSQL does by itself, row by row.
fn rewrite(loss: Loss) -> Cast {
    Cast { using: None, rewrites: true, loss }
}
