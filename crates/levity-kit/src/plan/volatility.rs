use levity::schema::{Column, Expression, GeneratedKind, SqlType};

use crate::{
    step::DomainRules,
    words::{Word, words},
};

/// Types that the schema does not tell from domains by themselves, and that are none: of PostgreSQL, and of extensions that
/// are often used.
const NO_DOMAINS: &[&str] = &[
    "bit",
    "bit varying",
    "box",
    "box2d",
    "box3d",
    "char",
    "circle",
    "citext",
    "cube",
    "geography",
    "geometry",
    "halfvec",
    "hstore",
    "jsonpath",
    "line",
    "lquery",
    "lseg",
    "ltree",
    "ltxtquery",
    "macaddr8",
    "money",
    "name",
    "oid",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "sparsevec",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "tsquery",
    "tsvector",
    "vector",
    "xml",
];

/// What gives one value for a whole statement, or is no function at all.
const STABLE: &[&str] = &[
    "true",
    "false",
    "null",
    "not",
    "and",
    "or",
    "is",
    "in",
    "array",
    "row",
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "transaction_timestamp",
    "statement_timestamp",
    "current_user",
    "session_user",
    "current_setting",
    "at",
    "time",
    "zone",
    "interval",
    "date",
    "timestamp",
    "timestamptz",
    "with",
    "without",
    "lower",
    "upper",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "concat",
    "date_trunc",
    "make_date",
    "make_interval",
    "to_char",
    "extract",
    "epoch",
    "from",
    "case",
    "when",
    "then",
    "else",
    "end",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
];

/// What is known to give another value for each row.
const VOLATILE: &[&str] = &[
    "gen_random_uuid",
    "uuidv4",
    "uuidv7",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "gen_random_bytes",
    "random",
    "random_normal",
    "clock_timestamp",
    "timeofday",
    "nextval",
];

/// Whether a nullable column is added without its default, which only new rows get: to give each row a value of its own
/// would write all of them under a lock. Functions that are not known here are left to the server: theirs can be one value
/// for all rows, and then it costs nothing. Where a domain has rules, every row is written anyway, to test them.
pub(crate) fn leaves_rows_without(column: &Column, rules: &DomainRules) -> bool {
    let is_volatile = |default: &Expression| {
        words(&default.0).filter_map(Word::identifier).any(|name| VOLATILE.contains(&name.as_str()))
    };
    column.nullable && !rules.constrained && column.default.as_ref().is_some_and(is_volatile)
}

/// Whether a default could be another value for each row, so that adding a column with it writes every row anew.
///
/// Only the server knows for certain. Words that are not known here count as volatile: then the plan says more than is
/// needed, and keeps the statement in a stage of its own.
pub(crate) fn may_be_volatile(default: &str) -> bool {
    let mut colons = 0;
    for word in words(default) {
        match word {
            Word::Other(":") => colons += 1,
            // The name of a type, with its namespace or in several words, up to the next sign.
            Word::Identifier(_) | Word::Other(" " | ".") if colons == 2 => {}
            Word::Identifier(name) if !STABLE.contains(&name.to_ascii_lowercase().as_str()) => return true,
            Word::Identifier(_) | Word::Literal(_) | Word::Other(_) => colons = 0,
        }
    }
    false
}

/// Whether adding the column could write every row anew: for a value of its own, or for the constraint of a domain, which
/// PostgreSQL tests with every row.
pub(crate) fn rewrites_to_add(column: &Column, rules: &DomainRules) -> bool {
    column.identity.is_some()
        || (column.generated.as_ref()).is_some_and(|generated| generated.kind == GeneratedKind::Stored)
        || rules.constrained
        || !leaves_rows_without(column, rules)
            && rules.default_of(column).is_some_and(|default| may_be_volatile(&default.0))
        || may_be_domain(&column.sql_type)
}

fn may_be_domain(sql_type: &SqlType) -> bool {
    let SqlType::Other(name) = sql_type else { return false };
    let mut name = name.rsplit_once('.').map_or(name.as_str(), |(_, name)| name).to_owned();
    if let (Some(start), Some(end)) = (name.find('('), name.find(')')) {
        name.replace_range(start..=end, "");
    }
    !NO_DOMAINS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_that_is_not_known_could_be_a_domain() {
        for name in ["citext", "public.vector(3)", "bit(4)", "timestamp(3) with time zone", "tsvector"] {
            assert!(!may_be_domain(&SqlType::parse(name)), "{name}");
        }
        for name in ["positive", "billing.positive", "\"Positive\""] {
            assert!(may_be_domain(&SqlType::parse(name)), "{name}");
        }
        assert!(!may_be_domain(&SqlType::parse("positive[]")));
    }

    #[test]
    fn literals_and_stable_functions_are_not_volatile() {
        for default in [
            "'x'",
            "0",
            "now()",
            "'a'::public.status",
            "'{}'::jsonb",
            "'x'::character varying(3)",
            "ARRAY[]::text[]",
        ] {
            assert!(!may_be_volatile(default), "{default}");
        }
        for default in
            ["gen_random_uuid()", "random() * 2", "nextval('s'::regclass)", "'a'::text || my_function()"]
        {
            assert!(may_be_volatile(default), "{default}");
        }
    }
}
