//! Servers that are not there or refuse.

use std::time::{Duration, Instant};

use pollbench_history::{Error, History, Options, Place};

use crate::support::{server_path, wait};

/// What is said of an address whose password is `s3cret`.
fn refused(address: &str, expected: &str) {
    wait(async {
        let options = Options { wait: Duration::from_secs(2), ..Options::default() };
        let begun = Instant::now();
        let error = History::open_with(Place::parse(address).unwrap(), &options).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(expected), "{said}");
        assert!(!format!("{said} {error:?}").contains("s3cret"), "{said}");
        assert!(begun.elapsed() < Duration::from_secs(20));
    });
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = format!("postgres://me:s3cret@{free}/bench");
    refused(&address, &format!("the database bench of PostgreSQL at {free}: "));
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("postgres://me:s3cret@{}/bench", silent.local_addr().unwrap());
    refused(&address, "there is no answer within 2 s");
}

#[test]
fn a_database_or_user_that_is_not_there_is_named() {
    let Some(socket) = server_path() else { return };
    let database = format!("postgres://postgres:s3cret@localhost/absent?host={socket}");
    refused(&database, "database \"absent\" does not exist");
    let user = format!("postgres://nobody:s3cret@localhost/postgres?host={socket}");
    refused(&user, "role \"nobody\" does not exist");
}

#[test]
fn a_table_that_is_missing_is_told_from_the_other_errors() {
    let Some(url) = crate::support::database() else { return };
    wait(async {
        let history = History::open(&url).await.unwrap();
        let store = crate::support::Store::at(&url);
        store.run("DROP TABLE tags").await;
        let error = history.find("x", None).await.unwrap_err();
        assert!(matches!(error, Error::Query { .. }), "{error}");
        assert!(error.to_string().contains("\"tags\" does not exist"), "{error}");
    });
}

#[test]
fn what_wants_tls_is_refused_and_not_sent_in_the_clear() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap();
    refused(&format!("postgres://me:s3cret@{server}/bench?sslmode=require"), "without TLS");
}
