//! Domains, sequences, extensions and namespaces, from their derives to the rows of a database.

#![expect(missing_docs, reason = "a test")]

use levity::{
    Config, Database, PgDomain, PgEnum, Sequence, Table, View, eq,
    migrate::History,
    schema,
    schema::{Schema, SchemaError},
};
use levity_kit::{
    diff::RenameHints,
    generate::generate,
    introspect::introspect,
    prove::{Parent, build_and_introspect, prove},
    push::owned,
};
use levity_local::TestDatabase;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub enum Kind {
    Private,
    Work,
}

#[derive(Debug, Clone, PartialEq, PgDomain)]
#[domain(check = "value ~ '@'", sql_type = "citext")]
pub struct Email(String);

#[derive(Debug, Clone, Copy, PartialEq, PgDomain)]
#[domain(name = "contact_kind", default = Kind::Work, not_null)]
pub struct ContactKind(Kind);

#[derive(Debug, Clone, PartialEq, PgDomain)]
#[domain(
    collation = "C",
    check(name = "not_empty", "value <> ''"),
    check(name = "short", "length(value) < 9")
)]
pub struct Code(String);

#[derive(Sequence)]
#[sequence(start = 1000, increment = 5, owned_by = Invoice::number)]
pub struct InvoiceNumber;

#[derive(Sequence)]
#[sequence(name = "down", namespace = "audit", sql_type = "smallint", increment = -1, min = -9, cycle)]
pub struct Countdown;

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "invoices")]
pub struct Invoice {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(default = InvoiceNumber::next())]
    pub number: i64,
    pub contact: Email,
    pub copies: Vec<Email>,
    pub code: Option<Code>,
    pub kind: ContactKind,
}

#[derive(Debug, Clone, PartialEq, View)]
#[view(sql = "SELECT contact, copies, '-'::code AS code, last_value FROM invoices, invoice_number")]
pub struct Contact {
    pub contact: Email,
    pub copies: Vec<Email>,
    pub code: Code,
    pub last_value: i64,
}

schema! { extension("citext"), namespace("audit"), Invoice, InvoiceNumber, Countdown, Contact }

mod wrong {
    use super::*;

    #[derive(Table)]
    #[table(name = "same")]
    #[expect(dead_code, reason = "only its definition matters")]
    struct First {
        #[column(primary_key)]
        pub id: i64,
    }
    const FIRST: u32 = line!() - 7;

    #[derive(Sequence)]
    #[sequence(name = "same", min = 5, max = 1)]
    struct Second;
    const SECOND: u32 = line!() - 3;

    schema! { First, Second }

    #[test]
    fn a_problem_is_at_its_line_in_the_source() {
        let problems = schema().validate().unwrap_err().problems;
        let lines: Vec<Vec<u32>> =
            problems.iter().map(|problem| problem.places.iter().map(|place| place.line).collect()).collect();
        assert_eq!(lines, [vec![FIRST, SECOND], vec![SECOND]]);
        assert!(matches!(problems[0].error, SchemaError::DuplicateName { .. }));
        let text = problems[0].to_string();
        let place = format!("{}:{FIRST}", file!());
        assert!(text.ends_with(&format!("({place} and {}:{SECOND})", file!())), "{text}");
        assert_eq!(schema(), Schema { places: levity::schema::Places::default(), ..schema() });
    }
}

/// A database with the schema, made by its first migration.
async fn migrated() -> (TestDatabase, Config) {
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();
    let generated = generate(&Schema::default(), &schema(), &RenameHints::default(), None).unwrap().unwrap();
    let (history, nothing) = (History::default(), Schema::default());
    let parent = Parent { history: &history, schema: &nothing };
    prove(&config, &parent, &schema(), &generated.file).await.unwrap();
    let client = config.connect().await.unwrap();
    for statement in generated.file.stages.iter().flat_map(|stage| &stage.statements) {
        client.batch_execute(statement).await.unwrap();
    }
    (database, config)
}

#[tokio::test]
async fn rows_are_written_and_read_through_domains_and_sequences() {
    let (_database, config) = migrated().await;
    let db = Database::connect(config).await.unwrap();
    let new = |contact: &str| {
        NewInvoice::builder()
            .contact(Email(contact.to_owned()))
            .copies([Email("c@d".to_owned())])
            .code(Code("x".to_owned()))
            .kind(ContactKind(Kind::Private))
            .build()
    };
    let invoice = db.insert(new("A@b")).returning().await.unwrap();
    assert_eq!((invoice.number, invoice.kind), (1000, ContactKind(Kind::Private)));
    assert_eq!(invoice.copies, [Email("c@d".to_owned())]);
    let refused = db.insert(new("nobody")).returning().await.unwrap_err();
    assert!(refused.is_check_violation(), "{refused}");

    let found = db.select::<Invoice>().filter(eq(Invoice::number, invoice.number)).first().await.unwrap();
    assert_eq!(found.unwrap(), invoice);
    let next: i64 = db.select::<Invoice>().columns(InvoiceNumber::next()).first().await.unwrap().unwrap();
    assert_eq!(next, 1005);
    let contact = db.select::<Contact>().first().await.unwrap().unwrap();
    assert_eq!((contact.contact, contact.copies), (invoice.contact, invoice.copies));
    assert_eq!((contact.code, contact.last_value), (Code("-".to_owned()), 1005));

    db.insert_many([new("b@c"), new("c@d")]).execute().await.unwrap();
    let in_list = levity::in_list(Invoice::contact, [Email("b@c".to_owned()), Email("C@D".to_owned())]);
    let found = db.select::<Invoice>().filter(in_list).order_by(Invoice::id).all().await.unwrap();
    let numbers: Vec<i64> = found.iter().map(|invoice| invoice.number).collect();
    assert_eq!(numbers, [1010, 1015]);
}

#[tokio::test]
async fn a_migrated_database_is_the_schema() {
    let (_database, config) = migrated().await;
    let client = config.connect().await.unwrap();
    client
        .batch_execute("CREATE EXTENSION pg_trgm; CREATE DOMAIN theirs AS text; CREATE SEQUENCE theirs_too")
        .await
        .unwrap();
    let found = introspect(&client, &["public", "audit"]).await.unwrap();
    let (history, nothing) = (History::default(), Schema::default());
    let parent = Parent { history: &history, schema: &nothing };
    let wanted = build_and_introspect(&config, &parent, &schema()).await.unwrap();
    let ours = owned(&found.schema, &[&schema()]);
    assert_eq!(ours.schema, wanted.schema);
    let others: Vec<String> =
        ours.others.iter().map(|other| format!("{} {}", other.kind, other.name)).collect();
    assert_eq!(others, ["extension pg_trgm", "domain theirs", "sequence theirs_too"]);
}
