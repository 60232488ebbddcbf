use levity::{Config, Database, Table, eq, schema};
use levity_local::TestDatabase;

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "lines")]
struct Line {
    #[column(primary_key)]
    id: i32,
    price: i32,
    quantity: i32,
    #[column(generated = "price * quantity")]
    total: i32,
}

schema! { Line }

#[tokio::test]
async fn generated_columns_are_read_and_never_written() {
    let test = TestDatabase::empty().await.unwrap();
    let db = Database::connect(Config::from_url(test.url()).unwrap()).await.unwrap();
    let ddl = "CREATE TABLE lines (id integer PRIMARY KEY, price integer NOT NULL, quantity integer NOT NULL,
               total integer NOT NULL GENERATED ALWAYS AS (price * quantity) STORED)";
    db.client().await.unwrap().batch_execute(ddl).await.unwrap();
    let line = |id| NewLine::builder().id(id).price(2).quantity(3).build();

    assert_eq!(db.insert(line(1)).returning().await.unwrap().total, 6);
    assert_eq!(db.insert_many([line(2), line(3)]).returning().await.unwrap()[1].total, 6);
    assert_eq!(db.copy_in([line(4)]).execute().await.unwrap(), 1);
    db.update::<Line>().patch(LinePatch::new().price(5)).filter(eq(Line::id, 4)).execute().await.unwrap();
    let changed = db.select::<Line>().filter(eq(Line::total, 15)).first().await.unwrap().unwrap();
    assert_eq!(changed.id, 4);
}
