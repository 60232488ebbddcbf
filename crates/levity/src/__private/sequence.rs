use crate::{
    Expr, Listed, Never, Sequence,
    schema::{self, Expression, ObjectName, SequenceOwner, SqlType},
    typed::sequence,
};

/// What `derive(Sequence)` was given.
pub struct SequenceOptions {
    pub name: ObjectName,
    pub renamed_from: Option<String>,
    pub sql_type: SqlType,
    pub increment: Option<i64>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub start: Option<i64>,
    pub cache: Option<i64>,
    pub cycle: bool,
    pub owned_by: Option<SequenceOwner>,
}

/// The definition, with what PostgreSQL adds by itself.
pub fn sequence(options: SequenceOptions) -> schema::Sequence {
    let increment = options.increment.unwrap_or(1);
    let (min, max) = schema::Sequence::default_limits(&options.sql_type, increment);
    let mut sequence = schema::Sequence {
        renamed_from: options.renamed_from,
        increment,
        min: options.min.unwrap_or(min),
        max: options.max.unwrap_or(max),
        cache: options.cache.unwrap_or(1),
        cycle: options.cycle,
        owned_by: options.owned_by,
        ..schema::Sequence::new(options.name, options.sql_type)
    };
    sequence.start = options.start.unwrap_or_else(|| sequence.default_start());
    sequence
}

/// `nextval`, as an expression.
pub fn next_value<S: Sequence + Listed>() -> Expr<(), i64, Never> {
    sequence::next_value::<S>()
}

/// `nextval`, as a column's default.
pub fn next_default<S: Sequence + Listed>() -> Expression {
    Expression(sequence::next_value_of(&S::definition().name))
}
