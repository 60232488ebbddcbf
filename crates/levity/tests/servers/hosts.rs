//! Which of several hosts a connection goes to.

use levity::Database;

use crate::support::{
    bounded, chain,
    cluster::{Cluster, config_of},
    rows,
};

/// Which of the servers a connection of this configuration is on: its number, or the error.
async fn chosen(clusters: &[&Cluster], parameters: &str) -> Result<usize, String> {
    let database = bounded(Database::connect(config_of(clusters, parameters))).await;
    let database = database.map_err(|error| {
        assert!(error.is_connect(), "{error}");
        let mut text = chain(&error);
        for (number, cluster) in clusters.iter().enumerate() {
            text = text.replace(cluster.host(), &format!("/{number}"));
        }
        text
    })?;
    let path: String =
        rows(&database, "SELECT current_setting('unix_socket_directories')").await.unwrap()[0].get(0);
    Ok(clusters.iter().position(|cluster| cluster.host() == path).expect("it is one of them"))
}

#[tokio::test(flavor = "multi_thread")]
async fn target_session_attrs_choose_by_what_the_server_is() {
    let primary = Cluster::start();
    let standby = primary.standby();
    for (target, primary_first, standby_first) in [
        ("any", 0, 0),
        ("read-write", 0, 1),
        ("read-only", 1, 0),
        ("primary", 0, 1),
        ("standby", 1, 0),
        ("prefer-standby", 1, 0),
    ] {
        let parameter = format!("target_session_attrs={target}");
        assert_eq!(chosen(&[&primary, &standby], &parameter).await, Ok(primary_first), "{target}");
        assert_eq!(chosen(&[&standby, &primary], &parameter).await, Ok(standby_first), "{target}");
    }
    // A primary on which sessions begin read only takes no writes, and is no standby for all that.
    let read_only = "options='-c default_transaction_read_only=on'";
    assert_eq!(chosen(&[&primary], &format!("target_session_attrs=read-only {read_only}")).await, Ok(0));
    assert_eq!(chosen(&[&primary], &format!("target_session_attrs=primary {read_only}")).await, Ok(0));
    let error =
        chosen(&[&primary], &format!("target_session_attrs=read-write {read_only}")).await.unwrap_err();
    insta::assert_snapshot!(error, @"cannot connect to database `postgres` on /0/.s.PGSQL.5432 as user `postgres`: the server is read only, and `target_session_attrs` asks for another one; start the server, or correct the hosts in the connection string");

    let refused = async |target: &str, clusters: &[&Cluster]| {
        chosen(clusters, &format!("target_session_attrs={target}")).await.unwrap_err()
    };
    insta::assert_snapshot!(refused("primary", &[&standby]).await, @"cannot connect to database `postgres` on /0/.s.PGSQL.5432 as user `postgres`: the server is a standby, and `target_session_attrs` asks for another one; start the server, or correct the hosts in the connection string");
    insta::assert_snapshot!(refused("standby", &[&primary, &primary]).await, @"cannot connect to database `postgres` on /0/.s.PGSQL.5432, /0/.s.PGSQL.5432 as user `postgres`: no host will do: /0/.s.PGSQL.5432: the server is no standby, and `target_session_attrs` asks for another one; /0/.s.PGSQL.5432: the server is no standby, and `target_session_attrs` asks for another one; start the server, or correct the hosts in the connection string");
    assert_eq!(chosen(&[&primary], "target_session_attrs=prefer-standby").await, Ok(0));

    standby.promote();
    assert_eq!(chosen(&[&standby], "target_session_attrs=primary").await, Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reasons_of_all_hosts_are_told() {
    let running = Cluster::start();
    let stopped = Cluster::start();
    stopped.stop_immediately();
    let error = chosen(&[&stopped, &running], "target_session_attrs=standby").await.unwrap_err();
    insta::assert_snapshot!(error, @"cannot connect to database `postgres` on /0/.s.PGSQL.5432, /1/.s.PGSQL.5432 as user `postgres`: no host will do: /0/.s.PGSQL.5432: there is no such socket: No such file or directory (os error 2); /1/.s.PGSQL.5432: the server is no standby, and `target_session_attrs` asks for another one; start the server, or correct the hosts in the connection string");
    let missing = config_of(&[&stopped, &running], "dbname=missing");
    let error = bounded(Database::connect(missing)).await.unwrap_err();
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("3D000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_spread_over_the_hosts() {
    let (first, second) = (Cluster::start(), Cluster::start());
    let mut seen = [0, 0];
    // Each is right half of the time: the other one stays unseen once in 2⁶⁰ runs.
    for _ in 0..60 {
        seen[chosen(&[&first, &second], "load_balance_hosts=random").await.unwrap()] += 1;
    }
    assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    assert_eq!(chosen(&[&first, &second], "load_balance_hosts=disable").await, Ok(0));
}
