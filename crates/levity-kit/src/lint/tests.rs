use insta::assert_snapshot;
use levity::{
    migrate::file::MigrationFile,
    schema::{Column, Schema, SqlType, Table},
};

use super::lint;
use crate::{diff::RenameHints, generate::generate};

/// The findings, as a person reads them.
fn findings(sql: &str) -> String {
    let findings = lint(sql, None).unwrap();
    let lines = findings.iter().map(|finding| {
        let hint = finding.hint.as_deref().unwrap_or("nothing");
        format!("{}:{} {}: {}\n  {hint}\n", finding.line, finding.column, finding.rule, finding.message)
    });
    lines.collect()
}

/// A generated migration that drops a column.
fn generated() -> MigrationFile {
    let mut notes = Table::new("notes");
    notes.columns = ["id", "body"].map(|name| Column::new(name, SqlType::Text)).into();
    let previous = Schema { tables: vec![notes.clone()], ..Schema::default() };
    notes.columns.pop();
    let next = Schema { tables: vec![notes], ..Schema::default() };
    generate(&previous, &next, &RenameHints::default(), None).unwrap().unwrap().file
}

#[test]
fn a_generated_migration_is_looked_at_once_its_sql_was_edited() {
    let mut file = generated();
    assert_eq!(findings(&file.render().unwrap()), "");
    file.stages[0].options.acknowledged.push("data-loss".to_owned());
    file.stages[0].options.reason = Some("nobody reads it".to_owned());
    file.header.insert(0, "Reviewed.".to_owned());
    assert_eq!(findings(&file.render().unwrap()), "");
    file.stages[0].statements[0].push_str(" -- edited");
    assert_snapshot!(findings(&file.render().unwrap()), @"
    16:21 ban-drop-column: Dropping a column may break existing clients.
      nothing
    ");
}

#[test]
fn places_are_those_of_the_file() {
    let sql = "-- Custom migration.\n\n--> stage lock_timeout=1s\nSELECT 'größe'\n--> statement-breakpoint\n\
               SELECT 'ü'; DROP TABLE notes\n--> statement-breakpoint\n-- and\nDROP VIEW titles;\n";
    assert_snapshot!(findings(sql), @"
    6:13 ban-drop-table: Dropping a table may break existing clients.
      nothing
    9:1 ban-drop-view: Dropping a view may break existing clients.
      nothing
    ");
}

#[test]
fn what_the_runner_does_is_no_finding() {
    // A time limit for locks, a transaction around a stage, an index that is built again after an interruption, and one that
    // is built on each partition.
    let sql = "CREATE TABLE notes (id integer);\n--> statement-breakpoint\nCREATE INDEX ON notes (id);\n\n\
               --> stage transaction=off index=by_body\nCREATE INDEX CONCURRENTLY by_body ON old (body);\n\n\
               --> stage transaction=off\nDROP INDEX CONCURRENTLY IF EXISTS by_title;\n\n\
               --> stage transaction=off index=by_kind partitions=concurrently\nCREATE INDEX by_kind ON ONLY events (kind);\n\n\
               --> stage transaction=off index=events_pkey partitions=concurrently\n\
               ALTER TABLE ONLY events ADD CONSTRAINT events_pkey PRIMARY KEY (id);\n\n\
               --> stage transaction=off index=events_once partitions=concurrently\n\
               ALTER TABLE ONLY events ADD CONSTRAINT events_once UNIQUE (id);\n";
    assert_eq!(findings(sql), "");
    // Which is not interrupted safely without its option.
    let sql = "--> stage transaction=off\nCREATE INDEX CONCURRENTLY by_body ON old (body);\n";
    assert_snapshot!(findings(sql), @"
    2:1 prefer-robust-stmts: Missing `IF NOT EXISTS`, the migration can't be rerun if it fails part way through.
      Use an explicit name for a concurrently created index
    ");
    let sql = "BEGIN;\n--> statement-breakpoint\nCREATE INDEX by_body ON old (body);\n--> statement-breakpoint\nCOMMIT;\n";
    assert_snapshot!(findings(sql), @"
    1:1 transaction-nesting: There is an existing transaction already in progress, managed by your migration tool.
      the runner begins and commits each stage; begin another one with `--> stage`
    3:1 require-concurrent-index-creation: During normal index creation, table updates are blocked, but reads are still allowed.
      build it with `CREATE INDEX CONCURRENTLY`, in a stage of its own: `--> stage transaction=off index=<name>`
    5:1 transaction-nesting: Attempting to end the transaction that is managed by your migration tool
      the runner begins and commits each stage; begin another one with `--> stage`
    ");
}

#[test]
fn waivers_hold_for_their_statement_and_in_the_header_for_all() {
    let drop = "DROP TABLE a;\n--> statement-breakpoint\n-- levity:allow ban-drop-table: it was never used\nDROP TABLE b;\n";
    assert_snapshot!(findings(drop), @"
    1:1 ban-drop-table: Dropping a table may break existing clients.
      nothing
    ");
    let header = "-- levity:allow ban-drop-table: nobody reads them\n\nDROP TABLE a;\n--> statement-breakpoint\nDROP TABLE b;\n";
    assert_eq!(findings(header), "");
}

#[test]
fn waivers_need_a_reason_a_rule_and_something_to_waive() {
    let sql = "-- levity:allow ban-drop-table\nDROP TABLE a;\n--> statement-breakpoint\n\
               -- levity:allow drop-table: it is old\n-- levity:allow prefer-text-field: not applied here\n\
               -- levity:allow ban-drop-view: it is old\nDROP TABLE b;\n\
               --> statement-breakpoint\n-- squawk-ignore ban-drop-view\nDROP VIEW c;\n";
    assert_snapshot!(findings(&format!("\n{sql}")), @"
    2:1 waiver-without-reason: the waiver of `ban-drop-table` does not say why
      write `-- levity:allow <rule>: <reason>`
    3:1 ban-drop-table: Dropping a table may break existing clients.
      nothing
    5:1 unknown-rule: the waiver names `drop-table`, and there is no such rule
      write `-- levity:allow <rule>: <reason>`, with the rule as a finding names it
    6:1 unknown-rule: the waiver names `prefer-text-field`, and there is no such rule
      write `-- levity:allow <rule>: <reason>`, with the rule as a finding names it
    7:1 unused-waiver: the waiver of `ban-drop-view` matches nothing
      remove it; a waiver holds up to the next marker, and in the header for the whole file
    8:1 ban-drop-table: Dropping a table may break existing clients.
      nothing
    11:1 ban-drop-view: Dropping a view may break existing clients.
      nothing
    ");
}

#[test]
fn sql_that_cannot_be_parsed_is_a_finding() {
    assert_snapshot!(findings("SELEC 1;\n--> stage\nDROP TABLE a;\n"), @"
    1:1 syntax-error: expected command, found IDENT
      no rule was applied to this stage; where the server takes it, waive this
    3:1 ban-drop-table: Dropping a table may break existing clients.
      nothing
    ");
}
