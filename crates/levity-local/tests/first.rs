//! A database can be had without any preparation.

use levity_local::{TestDatabase, Workspace};

#[tokio::test]
async fn databases_have_urls_of_their_own() {
    let first = TestDatabase::empty().await.unwrap();
    let second = TestDatabase::empty().await.unwrap();
    assert_ne!(first.url(), second.url());
}

#[test]
fn development_server_starts_and_stops() {
    let directory = tempfile::tempdir().unwrap();
    let workspace = Workspace::new(directory.path()).unwrap();
    let server = workspace.start(&|_| ()).unwrap();
    assert!(server.url("postgres").starts_with("postgresql://postgres@%2F"));
    assert!(workspace.stop(&|_| ()).unwrap());
    assert!(!workspace.stop(&|_| ()).unwrap());
}
