use insta::assert_snapshot;
use levity::schema::{Column, EnumType, EnumValue, Schema, SqlType, Table};

use super::{RenameHints, diff};

/// A table `t` of text columns, each with the name that it had before.
fn table(columns: &[(&str, Option<&str>)]) -> Schema {
    let mut table = Table::new("t");
    table.columns = columns
        .iter()
        .map(|(name, renamed_from)| Column {
            renamed_from: renamed_from.map(str::to_owned),
            ..Column::new(*name, SqlType::Text)
        })
        .collect();
    Schema { tables: vec![table], ..Schema::default() }
}

fn steps(previous: &Schema, next: &Schema) -> String {
    let hints = RenameHints::default();
    match diff(previous, next, &hints) {
        Ok(steps) => steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_declared_rename_is_taken() {
    let previous = table(&[("a", None), ("b", None)]);
    let next = table(&[("c", Some("a")), ("b", None)]);
    assert_snapshot!(steps(&previous, &next), @r#"rename column `t.a` to `c`"#);
}

#[test]
fn a_declared_rename_that_is_done_changes_nothing() {
    let done = table(&[("c", Some("a")), ("b", None)]);
    assert_snapshot!(steps(&done, &done), @"");
    let dropped_meanwhile = table(&[("c", Some("gone"))]);
    assert_snapshot!(steps(&table(&[("c", None)]), &dropped_meanwhile), @"");
}

#[test]
fn a_stale_rename_does_not_catch_a_new_column_of_the_old_name() {
    let previous = table(&[("a", None), ("c", None)]);
    let next = table(&[("c", Some("a"))]);
    assert_snapshot!(steps(&previous, &next), @r#"drop column `t.a`"#);
}

#[test]
fn declared_renames_can_follow_each_other() {
    let previous = table(&[("a", None), ("b", None)]);
    let next = table(&[("b", Some("a")), ("c", Some("b"))]);
    assert_snapshot!(steps(&previous, &next), @r#"
    rename column `t.b` to `c`
    rename column `t.a` to `b`
    "#);
}

#[test]
fn names_that_are_exchanged_are_no_change_that_goes_unnoticed() {
    let previous = table(&[("a", None), ("b", None), ("c", None)]);
    let next = table(&[("a", Some("b")), ("b", Some("a")), ("c", Some("b"))]);
    assert_snapshot!(steps(&previous, &next), @"
    no plan can be generated for these changes
      - column `t.b` and `a` are each declared to be the other one under a new name, and no plan exchanges names: give one of them a name in between, in a migration of its own
    ");
}

#[test]
fn tables_types_and_values_are_renamed_by_declaration() {
    let state = |name: &str, renamed_from: Option<&str>, value: EnumValue| EnumType {
        name: name.into(),
        renamed_from: renamed_from.map(str::to_owned),
        values: vec![value],
    };
    let schema = |state: EnumType, table: &str, renamed_from: Option<&str>| {
        let column = Column::new("state", SqlType::Enum(state.name.clone()));
        let table = Table {
            columns: vec![column],
            renamed_from: renamed_from.map(str::to_owned),
            ..Table::new(table)
        };
        Schema { enum_types: vec![state], tables: vec![table], ..Schema::default() }
    };
    let previous = schema(state("state", None, EnumValue::new("done")), "runs", None);
    let finished = EnumValue { renamed_from: Some("done".into()), ..EnumValue::new("finished") };
    let next = schema(state("status", Some("state"), finished), "executions", Some("runs"));
    assert_snapshot!(steps(&previous, &next), @r#"
    rename enum type `state` to `status`
    rename value `done` of enum type `status` to `finished`
    rename table `runs` to `executions`
    "#);
}

#[test]
fn every_open_question_is_asked_at_once() {
    let previous = Schema { tables: vec![table(&[("a", None)]).tables.remove(0)], ..Schema::default() };
    let mut next = table(&[("b", None)]);
    next.tables.push(Table { columns: vec![Column::new("x", SqlType::Text)], ..Table::new("u") });
    let mut with_other = previous.clone();
    with_other.tables.push(Table { columns: vec![Column::new("x", SqlType::Text)], ..Table::new("v") });
    assert_snapshot!(steps(&with_other, &next), @r#"
    renamed or dropped? the schema does not say which
      - table `v` is gone; if it is now `u`: `--rename v=u`; if it is to be dropped: `--drop v`
      - column `t.a` is gone; if it is now `b`: `--rename t.a=b`; if it is to be dropped: `--drop t.a`
    "#);
}
