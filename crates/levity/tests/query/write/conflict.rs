//! Rows whose key exists.

use levity::{ConflictUpdate, add, constraint, excluded, gt, is_null, lower, ne, sql};

use super::{Item, NewItem, database, item, names};

fn copies(name: &str, copies: i32) -> NewItem {
    NewItem { copies: Some(copies), ..item(1, name) }
}

#[tokio::test]
async fn do_nothing_leaves_out_what_is_there() {
    let (_guard, db) = database().await;
    let key = (Item::shelf, Item::name);
    let first = db.insert(item(1, "a")).on_conflict(key).do_nothing().returning().await.unwrap();
    assert_eq!(first.unwrap().name, "a");
    let second = db.insert(item(1, "a")).on_conflict(key).do_nothing();
    assert_eq!(second.returning().await.unwrap(), None);
    assert!(!db.insert(item(1, "a")).on_any_conflict_do_nothing().execute().await.unwrap());
    assert!(db.insert(item(2, "a")).on_any_conflict_do_nothing().execute().await.unwrap());

    let rows = ["a", "b", "a", "c", "b"].map(|name| item(1, name));
    let new = db.insert_many(rows).on_conflict(key).do_nothing().returning().await.unwrap();
    assert_eq!(names(&new), ["b", "c"]);
    let rows = ["c", "d", "e"].map(|name| item(1, name));
    assert_eq!(db.insert_many(rows).on_any_conflict_do_nothing().execute().await.unwrap(), 2);
}

#[tokio::test]
async fn rows_with_different_columns_are_left_out_each_by_itself() {
    let (_guard, db) = database().await;
    db.insert_many([item(1, "a"), item(1, "d")]).execute().await.unwrap();
    let rows = || [item(1, "a"), copies("b", 5), item(1, "c"), copies("d", 5)];
    let new = db.insert_many(rows()).on_any_conflict_do_nothing().returning().await.unwrap();
    let mut found: Vec<_> = new.iter().map(|item| (item.name.as_str(), item.copies)).collect();
    found.sort_unstable();
    assert_eq!(found, [("b", 5), ("c", 1)]);
    assert_eq!(db.insert_many(rows()).on_any_conflict_do_nothing().execute().await.unwrap(), 0);
}

#[tokio::test]
async fn an_upsert_sets_what_the_insert_gives_and_touches_the_row() {
    let (_guard, db) = database().await;
    let before =
        db.insert(NewItem { note: Some(Some("kept".into())), ..item(1, "a") }).returning().await.unwrap();
    let upsert = db.insert(copies("a", 4)).on_conflict((Item::shelf, Item::name));
    let after: Item = upsert.do_update(ConflictUpdate::set_given).returning().await.unwrap();
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after, Item { copies: 4, updated_at: after.updated_at, ..before });

    let rows = [copies("b", 2), copies("a", 6), item(1, "c")];
    let rows = db.insert_many(rows).on_conflict(constraint("items_shelf_name_key"));
    let all = rows.do_update(ConflictUpdate::set_given).returning().await.unwrap();
    let all: Vec<_> = all.iter().map(|item| (item.name.as_str(), item.copies)).collect();
    assert_eq!(all, [("b", 2), ("a", 6), ("c", 1)]);
}

#[tokio::test]
async fn an_update_mentions_both_rows_and_is_limited_by_a_filter() {
    let (_guard, db) = database().await;
    db.insert(copies("a", 4)).execute().await.unwrap();
    let more = |copies_given| {
        db.insert(copies("a", copies_given)).on_conflict((Item::shelf, Item::name)).do_update(|update| {
            update
                .set(Item::copies, add(Item::copies, excluded(Item::copies)))
                .set_null(Item::note)
                .filter(gt(excluded(Item::copies), 2))
                .filter(ne(Item::copies, excluded(Item::copies)))
        })
    };
    assert_eq!(more(3).returning().await.unwrap().map(|item| item.copies), Some(7));
    assert_eq!(more(7).returning().await.unwrap(), None);
    assert!(!more(1).execute().await.unwrap());
    assert_eq!(db.select::<Item>().one().await.unwrap().copies, 7);
}

#[tokio::test]
async fn an_update_that_sets_nothing_returns_the_row_as_it_is() {
    let (_guard, db) = database().await;
    let before = db.insert(item(1, "a")).returning().await.unwrap();
    let again = || db.insert(item(1, "a")).on_conflict((Item::shelf, Item::name));
    assert_eq!(again().do_update(|update| update).returning().await.unwrap(), before);
    assert_eq!(
        again().do_update(ConflictUpdate::set_given).returning_columns(Item::id).await.unwrap(),
        before.id
    );
}

#[tokio::test]
async fn a_partial_index_and_one_on_an_expression_are_found() {
    let (_guard, db) = database().await;
    let indexes = "
        ALTER TABLE items DROP CONSTRAINT items_shelf_name_key;
        CREATE UNIQUE INDEX ON items (shelf) WHERE note IS NULL;
        CREATE UNIQUE INDEX ON items (lower(name));
    ";
    db.client().await.unwrap().batch_execute(indexes).await.unwrap();
    db.insert(item(1, "a")).execute().await.unwrap();
    for _ in 0..8 {
        // Often enough for a generic plan.
        let partial = db.insert(item(1, "b")).on_conflict(Item::shelf).index_filter(is_null(Item::note));
        assert_eq!(partial.do_nothing().returning().await.unwrap(), None);
    }
    let text = db.insert(item(1, "b")).on_conflict(Item::shelf).index_filter(sql!("note is null"));
    assert!(!text.do_nothing().execute().await.unwrap());
    let expression = db.insert(item(2, "A")).on_conflict(lower(Item::name)).do_nothing();
    assert!(!expression.execute().await.unwrap());
    let expression = db.insert(item(2, "A")).on_conflict((sql!("lower(name)"),)).do_nothing();
    assert!(!expression.execute().await.unwrap());
}

#[tokio::test]
async fn a_target_that_is_no_key_is_explained() {
    let (_guard, db) = database().await;
    let error = db.insert(item(1, "a")).on_conflict(Item::name).do_nothing().execute().await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "42P10");
    insta::assert_snapshot!(error, @"there is no unique or exclusion constraint matching the ON CONFLICT specification (SQLSTATE 42P10); the target of `on_conflict` is all columns of one primary key or unique constraint or index; that of a partial index has its condition too, by `index_filter`");
    let bound = db.insert(item(1, "a")).on_conflict(Item::name).index_filter(gt(Item::copies, 1));
    insta::assert_snapshot!(bound.do_nothing().execute().await.unwrap_err(), @"the target of `on_conflict` binds a value: PostgreSQL finds an index by the text of its expressions and its condition, so write the value into them with `sql!`");
}

#[tokio::test]
async fn one_statement_does_not_update_a_row_twice() {
    let (_guard, db) = database().await;
    let rows = [copies("a", 1), copies("a", 2)];
    let upsert = db.insert_many(rows).on_conflict((Item::shelf, Item::name));
    let error = upsert.do_update(ConflictUpdate::set_given).execute().await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "21000");
}
