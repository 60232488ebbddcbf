//! Inserts of what a query returns.

use levity::{FromRow, cte_sql, excluded, lower, select, sql, value};

use super::{Item, Kinds, database, item, names};
use crate::tables::{Project, Task};

#[derive(Debug, PartialEq, FromRow)]
struct Gone {
    shelf: i32,
    name: String,
}

#[tokio::test]
async fn the_rows_of_a_query_are_inserted() {
    let (_guard, db) = database().await;
    db.insert_many([item(1, "B"), item(1, "A")]).execute().await.unwrap();
    let copies = select::<Item>().order_by(Item::name).columns((value(2_i32), lower(Item::name), Item::name));
    let inserted = db.insert_from((Item::shelf, Item::name, Item::note), copies).returning().await.unwrap();
    assert_eq!(names(&inserted), ["a", "b"]);
    assert_eq!(inserted[0].note.as_deref(), Some("A"));

    let union = select::<Item>()
        .columns((value(3_i32), Item::name))
        .union(select::<Project>().columns((value(4_i32), Project::name)));
    assert_eq!(db.insert_from((Item::shelf, Item::name), union).execute().await.unwrap(), 4);
    let one = select::<Project>().columns(Project::name);
    assert_eq!(
        db.insert_from(Project::name, one).returning_columns(Project::id).await.unwrap(),
        [] as [i64; 0]
    );
}

#[tokio::test]
async fn conflicts_are_handled_as_those_of_rows() {
    let (_guard, db) = database().await;
    db.insert_many([item(1, "a"), item(2, "b")]).execute().await.unwrap();
    let same = || select::<Item>().columns((Item::shelf, Item::name, value(9_i32)));
    let columns = (Item::shelf, Item::name, Item::copies);
    let skipped = db.insert_from(columns, same()).on_any_conflict_do_nothing().execute().await.unwrap();
    assert_eq!(skipped, 0);
    let updated = db
        .insert_from(columns, same())
        .on_conflict((Item::shelf, Item::name))
        .do_update(|update| update.set(Item::copies, excluded(Item::copies)))
        .returning_columns(Item::copies)
        .await
        .unwrap();
    assert_eq!(updated, [9, 9]);
}

#[tokio::test]
async fn rows_move_from_one_table_to_another_in_one_statement() {
    let (_guard, db) = database().await;
    db.insert_many([item(1, "a"), item(2, "b")]).execute().await.unwrap();
    let gone = cte_sql::<Gone>(sql!("delete from items where shelf = {} returning shelf, name", 1));
    let moved = db.insert_from(Project::name, gone.select().columns(Gone::name));
    assert_eq!(moved.returning_columns(Project::name).await.unwrap(), ["a"]);
    assert_eq!(names(&db.select::<Item>().all().await.unwrap()), ["b"]);
}

#[tokio::test]
async fn a_nullable_column_takes_what_can_be_null_and_what_cannot() {
    let (_guard, db) = database().await;
    let both = select::<Task>().columns((Task::title, Task::note));
    // Only that it compiles: a value where the column can be NULL, and an `Option`.
    let kinds = db.insert_from((Kinds::short, Kinds::short), both);
    assert!(kinds.execute().await.is_err());
}
