//! What the attributes of a table become in the schema model.

use levity::{
    Table,
    schema::{Column, GeneratedKind, Identity, IdentityOptions, ObjectName},
};

#[derive(Debug, Clone, PartialEq, Table)]
#[table(
    comment = "lines of orders",
    unlogged,
    storage(fillfactor = 70, toast.autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.05)
)]
struct OrderLine {
    #[column(primary_key, identity(by_default, start = 100, increment = -10, min = -500, cycle))]
    id: i64,
    #[column(collation = "C", comment = "as printed")]
    name: String,
    #[column(collation("billing", "german"))]
    note: Option<String>,
    #[column(generated = "length(name)")]
    length: i32,
    #[column(generated = "length(note)", virtual)]
    note_length: Option<i32>,
}

fn column(name: &str) -> Column {
    OrderLine::definition().column(name).unwrap().clone()
}

#[test]
fn a_table_says_how_its_rows_are_kept() {
    let table = OrderLine::definition();
    assert_eq!(table.comment.as_deref(), Some("lines of orders"));
    assert!(table.unlogged);
    let storage: Vec<(&str, &str)> = table.storage.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(
        storage,
        [
            ("autovacuum_vacuum_scale_factor", "0.05"),
            ("fillfactor", "70"),
            ("toast.autovacuum_enabled", "false")
        ]
    );
}

#[test]
fn an_identity_says_how_it_counts() {
    let id = column("id");
    assert_eq!(id.identity, Some(Identity::ByDefault));
    let options = IdentityOptions {
        start: Some(100),
        increment: Some(-10),
        min: Some(-500),
        cycle: true,
        ..IdentityOptions::default()
    };
    assert_eq!(id.identity_options, options);
}

#[test]
fn a_column_says_how_it_sorts_and_what_it_is() {
    assert_eq!(column("name").collation, Some("C".into()));
    assert_eq!(column("name").comment.as_deref(), Some("as printed"));
    let german = ObjectName { namespace: Some("billing".into()), name: "german".into() };
    assert_eq!(column("note").collation, Some(german));
}

#[test]
fn a_generated_column_has_its_expression() {
    let kind = |name| column(name).generated.map(|generated| (generated.expression.0, generated.kind));
    assert_eq!(kind("length"), Some(("length(name)".to_owned(), GeneratedKind::Stored)));
    assert_eq!(kind("note_length"), Some(("length(note)".to_owned(), GeneratedKind::Virtual)));
}
