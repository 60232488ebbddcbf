//! U+0000 is refused before it reaches the server, by the number of the parameter that has it.

use levity::{Json, Table, eq, sql};
use serde_json::{Value, json};

use crate::support::{chain, client, create, database};

#[derive(Debug, Table)]
#[table(name = "notes")]
struct Note {
    #[column(primary_key)]
    id: i32,
    body: Option<String>,
    #[column(sql_type = "varchar(9)")]
    short: Option<String>,
    #[column(sql_type = "label")]
    label: Option<String>,
    #[column(sql_type = "label[]")]
    labels: Option<Vec<Option<String>>>,
    document: Option<Json<Value>>,
    documents: Option<Vec<Json<Value>>>,
    #[column(sql_type = "json")]
    text: Option<Json<Value>>,
    bytes: Option<Vec<u8>>,
}

levity::schema! { Note }

async fn notes() -> (levity_local::TestDatabase, levity::Database) {
    let (guard, db) = database().await;
    client(&db).await.batch_execute("CREATE DOMAIN label AS text").await.unwrap();
    create::<Note>(&db).await;
    (guard, db)
}

#[tokio::test]
async fn a_nul_is_refused_with_its_parameter() {
    let (_guard, db) = notes().await;
    let nul = || "secret\0".to_owned();
    for (patch, stored_as) in [
        (NotePatch::new().body(nul()), "a text"),
        (NotePatch::new().short(nul()), "a text"),
        (NotePatch::new().label(nul()), "a text"),
        (NotePatch::new().labels(vec![None, Some("a".to_owned()), Some(nul())]), "a text"),
        (NotePatch::new().document(json!({ "a": ["\\", nul()] })), "jsonb"),
        (NotePatch::new().document(json!({ nul(): 1 })), "jsonb"),
        (NotePatch::new().documents(vec![Json(json!(1)), Json(json!(nul()))]), "jsonb"),
    ] {
        let update = db.update::<Note>().set(Note::bytes, vec![0]).patch(patch).filter(eq(Note::id, 1));
        let error = update.execute().await.unwrap_err();
        assert_eq!(
            chain(&error),
            format!(
                "cannot send parameter $2: it contains the character U+0000, which PostgreSQL cannot store in \
                 {stored_as}"
            )
        );
        assert!(error.code().is_none() && error.statement().is_some_and(|sql| sql.contains("$2")));
    }
    // The connection is as good as before.
    assert!(db.select::<Note>().all().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_only_looks_like_a_nul_is_stored() {
    let (_guard, db) = notes().await;
    let (bytes, document, text) = (vec![0, 1], json!("\\u0000"), json!("\0"));
    let new = NewNote::builder().id(1).bytes(bytes.clone()).document(document.clone()).text(text.clone());
    let note = db.insert(new.build()).returning().await.unwrap();
    assert_eq!(note.bytes, Some(bytes));
    assert_eq!(note.document, Some(Json(document)));
    assert_eq!(note.text, Some(Json(text)));
    assert_eq!((note.id, note.body, note.short, note.label), (1, None, None, None));
    assert_eq!((note.labels, note.documents), (None, None));
    let escaped = "\\u0000";
    let (length,) = db.query_as::<(i32,)>(sql!("select length({escaped}::text)")).one().await.unwrap();
    assert_eq!(length, 6);
}
