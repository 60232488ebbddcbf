use levity::{
    schema::{ObjectName, Sequence, SequenceOwner, SqlType},
    sql::{quote_ident, quote_literal, quote_name},
};

/// `CREATE SEQUENCE` with the options that PostgreSQL would not choose itself.
pub(crate) fn create_sequence(sequence: &Sequence) -> String {
    let (min, max) = Sequence::default_limits(&sequence.sql_type, sequence.increment);
    let mut words = vec![format!("CREATE SEQUENCE {}", quote_name(&sequence.name))];
    if sequence.sql_type != SqlType::BigInt {
        words.push(format!("AS {}", sequence.sql_type));
    }
    for (option, value, usual) in [
        ("INCREMENT BY", sequence.increment, 1),
        ("MINVALUE", sequence.min, min),
        ("MAXVALUE", sequence.max, max),
        ("START WITH", sequence.start, sequence.default_start()),
        ("CACHE", sequence.cache, 1),
    ] {
        if value != usual {
            words.push(format!("{option} {value}"));
        }
    }
    if sequence.cycle {
        words.push("CYCLE".to_owned());
    }
    words.join(" ")
}

/// `ALTER SEQUENCE` with the options that differ. With another type come all limits: PostgreSQL would move some by itself.
pub(crate) fn change_sequence(previous: &Sequence, next: &Sequence) -> String {
    let mut words = vec![format!("ALTER SEQUENCE {}", quote_name(&next.name))];
    let other_type = previous.sql_type != next.sql_type;
    if other_type {
        words.push(format!("AS {}", next.sql_type));
    }
    for (option, before, after, always) in [
        ("INCREMENT BY", previous.increment, next.increment, false),
        ("MINVALUE", previous.min, next.min, other_type),
        ("MAXVALUE", previous.max, next.max, other_type),
        ("START WITH", previous.start, next.start, false),
        ("CACHE", previous.cache, next.cache, false),
    ] {
        if before != after || always {
            words.push(format!("{option} {after}"));
        }
    }
    if previous.cycle != next.cycle {
        words.push(if next.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    words.join(" ")
}

/// Moves a new sequence past the values that its column has already.
pub(crate) fn continue_sequence(name: &ObjectName, table: &ObjectName, column: &str) -> String {
    let (sequence, column) = (quote_literal(&quote_name(name)), quote_ident(column));
    format!(
        "SELECT setval(\n  {sequence},\n  greatest(coalesce(max({column}), 0) + 1, nextval({sequence})),\n  false\n)\n\
         FROM {}",
        quote_name(table)
    )
}

pub(crate) fn own_sequence(name: &ObjectName, owner: Option<&SequenceOwner>) -> String {
    let owner = owner.map_or_else(
        || "NONE".to_owned(),
        |SequenceOwner { table, column }| format!("{}.{}", quote_name(table), quote_ident(column)),
    );
    format!("ALTER SEQUENCE {} OWNED BY {owner}", quote_name(name))
}
