use levity::migrate::{Marker, MarkerState, forget, read_marker, write_marker};

use crate::support::Project;

#[tokio::test]
async fn a_marker_counts_only_where_it_was_written() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    let mut client = project.client().await;
    assert_eq!(read_marker(&client).await.unwrap(), MarkerState::Unmarked);
    assert_eq!(project.query("SELECT to_regnamespace('levity')").await, ["NULL"]);

    write_marker(&mut client, Marker::Production).await.unwrap();
    write_marker(&mut client, Marker::Disposable).await.unwrap();
    assert_eq!(read_marker(&client).await.unwrap(), MarkerState::Marked(Marker::Disposable));

    // The history can go without it.
    project.run().await.unwrap();
    assert_eq!(forget(&client, "shop").await.unwrap(), 1);
    assert_eq!(read_marker(&client).await.unwrap(), MarkerState::Marked(Marker::Disposable));

    for elsewhere in ["database_oid = database_oid::bigint + 1", "system_identifier = '1'"] {
        write_marker(&mut client, Marker::Disposable).await.unwrap();
        project.execute(&format!("UPDATE levity.marker SET {elsewhere}")).await;
        assert_eq!(read_marker(&client).await.unwrap(), MarkerState::Foreign(Marker::Disposable));
    }
}

#[tokio::test]
async fn every_role_that_may_read_the_table_can_ask() {
    let project = Project::new().await;
    let mut client = project.client().await;
    write_marker(&mut client, Marker::Disposable).await.unwrap();
    let role = project.role("reader", "").await;
    let grants = "GRANT USAGE ON SCHEMA levity TO \"<role>\"; GRANT SELECT ON levity.marker TO \"<role>\"";
    project.execute(&grants.replace("<role>", &role)).await;
    client.batch_execute(&format!("SET SESSION AUTHORIZATION \"{role}\"")).await.unwrap();
    assert_eq!(read_marker(&client).await.unwrap(), MarkerState::Marked(Marker::Disposable));
    drop(client);
    project.drop_role(&role).await;
}
