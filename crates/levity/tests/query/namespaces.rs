//! Tables that have the same name as others, and as the rows of queries.

use levity::{Database, Table, count_all, cte, eq, exists, for_update, schema, select, select_from};
use levity_local::TestDatabase;

use crate::tables::{Project, Task};

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "items", namespace = "shop", has_many(stored = Stored::item_id))]
struct Sold {
    #[column(primary_key)]
    id: i32,
    price: i32,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "items", namespace = "store")]
struct Stored {
    #[column(primary_key)]
    id: i32,
    #[column(references(Sold::id))]
    item_id: i32,
    #[column(default = 0)]
    price: i32,
}

schema! { Sold, Stored }

const DDL: &str = "
    CREATE SCHEMA shop;
    CREATE TABLE shop.items (id int PRIMARY KEY, price int NOT NULL);
    CREATE SCHEMA store;
    CREATE TABLE store.items (
        id int PRIMARY KEY,
        item_id int NOT NULL REFERENCES shop.items,
        price int NOT NULL DEFAULT 0
    );
    INSERT INTO shop.items VALUES (1, 10), (2, 20);
    INSERT INTO store.items VALUES (7, 2), (8, 2);
";

async fn database() -> (TestDatabase, Database) {
    let (guard, db) = crate::database().await;
    db.client().await.unwrap().batch_execute(DDL).await.unwrap();
    (guard, db)
}

#[tokio::test]
async fn a_subquery_tells_them_apart() {
    let (_guard, db) = database().await;
    let stored = select::<Stored>().correlate::<Sold>().filter(eq(Stored::item_id, Sold::id));
    let sold = db.select::<Sold>().filter(exists(stored)).all().await.unwrap();
    assert_eq!(sold, [Sold { id: 2, price: 20 }]);
}

#[tokio::test]
async fn joins_and_relations_tell_them_apart() {
    let (_guard, db) = database().await;
    let pairs = db
        .select::<Sold>()
        .inner_join::<Stored>()
        .on(eq(Stored::item_id, Sold::id))
        .columns((Sold::id, Stored::id))
        .order_by(Stored::id)
        .lock(for_update().of::<Stored>())
        .all()
        .await
        .unwrap();
    assert_eq!(pairs, [(2, 7), (2, 8)]);
    let sold = db.select::<Sold>().with(Sold::stored()).order_by(Sold::id).all().await.unwrap();
    assert_eq!(sold.iter().map(|sold| sold.stored.len()).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(db.select::<Sold>().filter(Sold::stored().exists()).count().await.unwrap(), 1);
}

#[tokio::test]
async fn writes_tell_them_apart() {
    let (_guard, db) = database().await;
    let matches = || eq(Stored::item_id, Sold::id);
    let update = db.update::<Stored>().from::<Sold>().set(Stored::price, Sold::price).filter(matches());
    assert_eq!(update.returning_columns((Sold::id, Stored::price)).await.unwrap(), [(2, 20), (2, 20)]);
    let again = NewStored::builder().id(7).item_id(1).build();
    let upsert = db
        .insert(again)
        .on_conflict(Stored::id)
        .do_update(|update| update.set(Stored::price, Stored::price + 1));
    assert_eq!(upsert.returning().await.unwrap(), Stored { id: 7, item_id: 2, price: 21 });
    assert_eq!(db.find::<Stored>(7).one().await.unwrap().price, 21);
    assert_eq!(db.delete::<Stored>().using::<Sold>().filter(matches()).execute().await.unwrap(), 2);
}

mod summary {
    /// What a table is called too.
    #[derive(Debug, PartialEq, levity::FromRow)]
    pub(super) struct Projects {
        pub(super) id: i64,
        pub(super) tasks: i64,
    }
}

#[tokio::test]
async fn a_table_and_the_rows_of_a_query_are_told_apart() {
    use summary::{Projects, ProjectsColumns};

    let (_guard, db) = database().await;
    let first = crate::project(&db, "first").await;
    let second = crate::project(&db, "second").await;
    crate::task(&db, &second, "a").await;
    let counted = select::<Task>()
        .group_by(Task::project_id)
        .columns(ProjectsColumns { id: Task::project_id, tasks: count_all() });
    let busy = select_from(cte(counted)).correlate::<Project>().filter(eq(Projects::id, Project::id));
    let names = db.select::<Project>().filter(exists(busy)).columns(Project::name).all().await.unwrap();
    assert_eq!((names, first.id), (vec!["second".to_owned()], 1));
}
