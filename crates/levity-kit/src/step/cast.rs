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
    /// Whether it is right in a session whose time zone is UTC only. PostgreSQL knows then that a time has the same bits
    /// with a zone and without.
    pub in_utc: bool,
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
        Self { using: Some(using), rewrites: true, in_utc: false, loss: Loss::Unknown }
    }

    /// A change of the catalog alone.
    pub fn in_place() -> Self {
        Self { using: None, rewrites: false, in_utc: false, loss: Loss::Nothing }
    }

    /// The conversion between two types; `None` where PostgreSQL has none that keeps the meaning, so that a person has
    /// to say what is wanted.
    #[expect(clippy::match_same_arms, reason = "the arms are grouped by families of types")]
    pub fn between(column: &str, previous: &SqlType, next: &SqlType) -> Option<Self> {
        use SqlType as T;
        match (precision(previous), precision(next)) {
            (Some(before), Some(after)) if before.0 != *previous || after.0 != *next => {
                return Self::between_precisions(column, &before, &after);
            }
            (Some((before, _)), None) if before != *previous => return Self::between(column, &before, next),
            _ => {}
        }
        let quoted = quote_ident(column);
        let using = |expression: String, loss| Self { using: Some(Expression(expression)), ..rewrite(loss) };
        let explicit = |loss| using(format!("{quoted}::{next}"), loss);
        let in_utc = |cast| Self { in_utc: true, ..cast };
        let cast = match (previous, next) {
            // Text to text: the length decides. PostgreSQL knows that a longer limit needs no rewrite.
            (T::Text | T::Varchar(_), T::Text | T::Varchar(None)) => Self::in_place(),
            (T::Varchar(Some(before)), T::Varchar(Some(after))) if before <= after => Self::in_place(),
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
            (T::Numeric(Some(_)), T::Numeric(None)) => Self::in_place(),
            (T::Numeric(Some((precision, scale))), T::Numeric(Some((wider, same))))
                if precision <= wider && scale == same =>
            {
                Self::in_place()
            }
            (T::Numeric(Some((precision, scale))), T::Numeric(Some((other, digits)))) if scale <= digits => {
                let whole = |precision: u16, scale: i16| i32::from(precision) - i32::from(scale);
                let fits = whole(*precision, *scale) <= whole(*other, *digits);
                rewrite(if fits { Loss::Nothing } else { Loss::Fails })
            }
            (
                T::SmallInt | T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(_),
                T::SmallInt | T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(_),
            ) => rewrite(Loss::Changes),
            (T::Boolean, T::Integer) => explicit(Loss::Nothing),
            (T::Boolean, T::SmallInt | T::BigInt) => {
                using(format!("{quoted}::integer::{next}"), Loss::Nothing)
            }
            (T::Integer, T::Boolean) => explicit(Loss::Changes),
            (T::SmallInt | T::BigInt, T::Boolean) => using(format!("{quoted} <> 0"), Loss::Changes),

            // Dates and times. A conversion that depends on the session's time zone would give different rows on
            // different machines, so it is pinned.
            (T::Timestamp, T::Timestamptz) => in_utc(Self::in_place()),
            (T::Timestamptz, T::Timestamp) => in_utc(Self { loss: Loss::Changes, ..Self::in_place() }),
            (T::Date, T::Timestamp) => rewrite(Loss::Nothing),
            (T::Date, T::Timestamptz) => in_utc(rewrite(Loss::Nothing)),
            (T::Timestamp, T::Date | T::Time) => rewrite(Loss::Changes),
            (T::Timestamptz, T::Date | T::Time) => in_utc(rewrite(Loss::Changes)),
            (T::Time, T::Interval) => rewrite(Loss::Nothing),
            (T::Interval, T::Time) => rewrite(Loss::Changes),

            // A network is an address that is stored in the same way; the other way round, bits are cut.
            (T::Cidr, T::Inet) => Self::in_place(),
            (T::Inet, T::Cidr) => rewrite(Loss::Changes),
            (T::Range(of), T::Multirange(same)) if of == same => explicit(Loss::Nothing),

            (T::Json, T::Jsonb) => rewrite(Loss::Changes),
            (T::Jsonb, T::Json) => rewrite(Loss::Nothing),
            (T::Enum(_), T::Enum(_)) => using(format!("{quoted}::text::{next}"), Loss::Fails),

            // Every type has a text form. Into text PostgreSQL casts on assignment, out of it only when told to.
            (T::Timestamptz, T::Text | T::Varchar(None)) => in_utc(rewrite(Loss::Nothing)),
            (T::Timestamptz, T::Varchar(Some(_))) => in_utc(rewrite(Loss::Fails)),
            (T::Text | T::Varchar(_), T::Timestamptz) => in_utc(explicit(loss_of_reading(next))),
            (_, T::Text | T::Varchar(None)) => rewrite(Loss::Nothing),
            (_, T::Varchar(Some(_))) => rewrite(Loss::Fails),
            (T::Text | T::Varchar(_), _) => explicit(loss_of_reading(next)),

            (T::Array(before), T::Array(after))
                if before.enum_name().is_some() && after.enum_name().is_some() =>
            {
                using(format!("{quoted}::text[]::{next}"), Loss::Fails)
            }
            // An explicit cast would cut what is too long for its type; the one of an assignment refuses it. Either
            // writes every row, also where the elements alone could stay as they are.
            (T::Array(before), T::Array(after)) => {
                let element = Self::between(column, before, after)?;
                let cast =
                    if element.using.is_none() { rewrite(element.loss) } else { explicit(element.loss) };
                Self { in_utc: element.in_utc, ..cast }
            }
            _ => return None,
        };
        Some(cast)
    }

    /// The conversion between two types of times, with the digits of their seconds.
    fn between_precisions(column: &str, previous: &(SqlType, u8), next: &(SqlType, u8)) -> Option<Self> {
        let ((before, digits), (after, kept)) = (previous, next);
        let cast = if before == after { Self::in_place() } else { Self::between(column, before, after)? };
        // PostgreSQL knows that more digits need no rewrite.
        Some(if kept < digits { Self { rewrites: true, loss: Loss::Changes, ..cast } } else { cast })
    }
}

/// A type of times as it is without a precision; any other type as it is.
pub(crate) fn without_precision(sql_type: &SqlType) -> SqlType {
    precision(sql_type).map_or_else(|| sql_type.clone(), |(base, _)| base)
}

/// A type of times without its precision, and the digits of its seconds.
fn precision(sql_type: &SqlType) -> Option<(SqlType, u8)> {
    use SqlType as T;
    let SqlType::Other(text) = sql_type else {
        let is_time = matches!(sql_type, T::Time | T::Timestamp | T::Timestamptz | T::Interval);
        return is_time.then(|| (sql_type.clone(), 6));
    };
    let (name, rest) = text.split_once('(')?;
    let (digits, rest) = rest.split_once(')')?;
    let base = SqlType::parse(&format!("{name}{rest}"));
    let is_time = matches!(base, T::Time | T::Timestamp | T::Timestamptz | T::Interval);
    is_time.then_some(())?;
    Some((base, digits.parse().ok()?))
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

/// A conversion that PostgreSQL does by itself, row by row.
fn rewrite(loss: Loss) -> Cast {
    Cast { using: None, rewrites: true, in_utc: false, loss }
}
