//! The rules: squawk's, as far as they fit. Nothing else knows squawk.

use levity::migrate::file::StageOptions;
use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

/// What is found where the SQL cannot be parsed.
const SYNTAX: &str = "syntax-error";

/// Rules that squawk has by default and that are not applied.
const LEFT_OUT: [Rule; 12] = [
    // The runner sets `lock_timeout` before every stage, and tries again; `statement_timeout` is off, because a migration
    // that is ended half way has to be started again.
    Rule::RequireTimeoutSettings,
    Rule::RequireLockTimeout,
    Rule::RequireStatementTimeout,
    // `transaction-nesting` says it: a stage has no BEGIN.
    Rule::BanUncommittedTransaction,
    // Its waivers are not ours.
    Rule::UnusedIgnore,
    // The type of a column is the schema's choice; nothing is said about it in a generated migration either.
    Rule::PreferBigintOverInt,
    Rule::PreferBigintOverSmallint,
    Rule::PreferIdentity,
    Rule::PreferTextField,
    Rule::PreferTimestampTz,
    Rule::BanCharField,
    // A matter of taste: without a position, a value is the last one, as it is written.
    Rule::RequireEnumValueOrdering,
];

/// Rules about what is built under a lock.
const BUILT_ON_PARTITIONS: [Rule; 4] = [
    Rule::RequireConcurrentIndexCreation,
    Rule::DisallowedUniqueConstraint,
    Rule::ConstraintMissingNotValid,
    Rule::AddingSerialPrimaryKeyField,
];

/// Something that a rule has found.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// The byte at which it begins.
    pub(super) offset: usize,
}

/// What the rules say about the SQL of one stage.
pub(super) fn violations(sql: &str, options: &StageOptions, postgres: Option<u32>) -> Vec<Violation> {
    // A waiver of squawk's own would need no reason.
    let sql = sql.replace("squawk-", "squawk_");
    let parsed = SourceFile::parse(&sql);
    // One fault makes many errors.
    if let Some(error) = parsed.errors().first() {
        return vec![Violation {
            rule: SYNTAX.to_owned(),
            message: error.message().to_owned(),
            hint: Some("no rule was applied to this stage; where the server takes it, waive this".to_owned()),
            offset: usize::from(error.range().start()),
        }];
    }
    let mut linter = linter();
    linter.settings.assume_in_transaction = options.transaction;
    if let Some(version) = postgres.and_then(|major| major.to_string().parse().ok()) {
        linter.settings.pg_version = version;
    }
    if options.builds_index.is_some() {
        // The runner finds what an interrupted build has left, and takes it up.
        linter.rules.remove(&Rule::PreferRobustStmts);
    }
    if options.on_partitions {
        // The statement makes what is valid only once the runner has built it on each partition, concurrently.
        linter.rules.retain(|rule| !BUILT_ON_PARTITIONS.contains(rule));
    }
    let violation = |found: squawk_linter::Violation| Violation {
        rule: found.code.to_string(),
        message: found.message,
        hint: hint(found.code).map(str::to_owned).or(found.help),
        offset: usize::from(found.text_range.start()),
    };
    linter.lint(&parsed, &sql).into_iter().map(violation).collect()
}

/// Whether a waiver can name it.
pub(super) fn is_rule(name: &str) -> bool {
    name == SYNTAX || name.parse().is_ok_and(|rule: Rule| linter().rules.contains(&rule))
}

fn linter() -> Linter {
    Linter::with_rules(&[], &LEFT_OUT)
}

/// What to do, where squawk's advice does not know stages.
fn hint(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::RequireConcurrentIndexCreation => {
            "build it with `CREATE INDEX CONCURRENTLY`, in a stage of its own: `--> stage transaction=off index=<name>`"
        }
        Rule::RequireConcurrentIndexDeletion
        | Rule::RequireConcurrentReindex
        | Rule::RequireConcurrentPartitionDetach => {
            "use CONCURRENTLY, in a stage of its own: `--> stage transaction=off`"
        }
        Rule::BanConcurrentIndexCreationInTransaction => {
            "give it a stage of its own: `--> stage transaction=off index=<name>`"
        }
        Rule::ConstraintMissingNotValid | Rule::AddingForeignKeyConstraint => {
            "add it as NOT VALID, and validate it in a stage of its own: `--> stage`, then `VALIDATE CONSTRAINT`"
        }
        Rule::TransactionNesting => {
            "the runner begins and commits each stage; begin another one with `--> stage`"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A release of squawk with another set of rules changes what passes: that is to be seen in a review.
    #[test]
    fn the_rules_are_known() {
        let mut names: Vec<String> = linter().rules.iter().map(ToString::to_string).collect();
        names.sort();
        insta::assert_snapshot!(names.join("\n"), @"
        adding-field-with-default
        adding-foreign-key-constraint
        adding-not-nullable-field
        adding-required-field
        adding-serial-primary-key-field
        ban-alter-domain-with-add-constraint
        ban-alter-identity
        ban-concurrent-index-creation-in-transaction
        ban-create-domain-with-constraint
        ban-drop-column
        ban-drop-constraint
        ban-drop-database
        ban-drop-default
        ban-drop-domain
        ban-drop-extension
        ban-drop-function
        ban-drop-generated-expression
        ban-drop-not-null
        ban-drop-schema
        ban-drop-sequence
        ban-drop-table
        ban-drop-type
        ban-drop-view
        ban-duplicate-column-assignments
        ban-set-schema
        ban-truncate-cascade
        changing-column-type
        constraint-missing-not-valid
        disallowed-unique-constraint
        identifier-too-long
        prefer-repack
        prefer-robust-stmts
        renaming-column
        renaming-object
        renaming-table
        require-concurrent-index-creation
        require-concurrent-index-deletion
        require-concurrent-partition-detach
        require-concurrent-reindex
        transaction-nesting
        ");
    }
}
