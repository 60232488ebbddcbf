//! Rows by their primary key.

use super::{Item, database, item};
use crate::tables::{Account, NewAccount, NewParent, Parent};

#[tokio::test]
async fn a_key_of_one_column_finds_changes_and_deletes_a_row() {
    let (_guard, db) = database().await;
    db.insert_many([item(1, "a"), item(1, "b")]).execute().await.unwrap();
    assert_eq!(db.find::<Item>(2).first().await.unwrap().unwrap().name, "b");
    assert_eq!(db.find::<Item>(3).first().await.unwrap(), None);
    assert_eq!(db.update::<Item>().set(Item::copies, 5).key(2).returning().await.unwrap()[0].name, "b");
    assert_eq!(db.delete::<Item>().key(1).execute().await.unwrap(), 1);
    assert_eq!(db.select::<Item>().one().await.unwrap().copies, 5);
}

#[tokio::test]
async fn a_key_of_several_columns_is_a_tuple() {
    let (_guard, db) = database().await;
    let accounts = [(1, 1), (1, 2), (2, 1)];
    let rows = accounts.map(|(tenant, number)| NewAccount::builder().tenant(tenant).number(number).build());
    db.insert_many(rows).execute().await.unwrap();
    let found = db.find::<Account>((1, 2)).one().await.unwrap();
    assert_eq!(found, Account { tenant: 1, number: 2 });
    let moved = db.update::<Account>().set(Account::number, 9).key((1, 2)).execute().await.unwrap();
    assert_eq!((moved, db.delete::<Account>().key((2, 2)).execute().await.unwrap()), (1, 0));
    assert_eq!(
        db.delete::<Account>().key((1, 9)).returning().await.unwrap(),
        [Account { tenant: 1, number: 9 }]
    );
}

#[tokio::test]
async fn a_key_loads_relations_and_has_the_name_of_its_column() {
    let (_guard, db) = database().await;
    db.insert(NewParent::builder().id(4).build()).execute().await.unwrap();
    let parent = db.find::<Parent>(4).with(Parent::children()).one().await.unwrap();
    assert_eq!((parent.id, parent.children.len()), (4, 0));
}
