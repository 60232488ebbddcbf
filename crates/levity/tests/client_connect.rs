//! Connecting, and what is said when it fails.

use levity::Config;

#[tokio::test]
async fn a_dedicated_client_connects() {
    let config = Config::from_url("host=/tmp/pgdev port=54399 user=postgres dbname=postgres").unwrap();
    let client = config.connect().await.unwrap();
    let one: i32 = client.query_one("SELECT 1", &[]).await.unwrap().get(0);
    assert_eq!(one, 1);
    println!("{config:?} {config} {}", config.target());
    for url in [
        "postgres://postgres@localhost:1/x",
        "host=/nowhere user=x",
        "host=/tmp/pgdev port=54399 user=postgres dbname=nope",
        "postgres://x@nosuch.invalid/y",
    ] {
        let error = Config::from_url(url).unwrap().connect().await.unwrap_err();
        println!("{error}\n  {:?}", std::error::Error::source(&error).map(ToString::to_string));
    }
}
