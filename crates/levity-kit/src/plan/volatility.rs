use crate::words::{Word, words};

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
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
];

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

#[cfg(test)]
mod tests {
    use super::*;

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
