use std::env::current_exe;
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::thread;
use std::time::Duration;

use pollbench_load::{LoadError, Plan, raise_descriptor_limit, run};

use crate::support::{BYTES, plan, sound, start, start_at};

/// An address at which nothing listens. No other test uses this one, so it stays so.
fn unused() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.2:0").expect("a port");
    listener.local_addr().expect("its address")
}

#[test]
fn a_server_that_listens_later_is_waited_for() {
    let address = unused();
    let (begin, begins) = std::sync::mpsc::channel();
    thread::spawn(move || {
        begins.recv().expect("the client begins");
        // Some tries are refused meanwhile.
        thread::sleep(Duration::from_millis(30));
        start_at(TcpListener::bind(address).expect("the same port"), BYTES, sound);
    });
    begin.send(()).expect("the server waits");
    assert!(run(&plan(address), |_| {}).is_ok());
}

#[test]
fn nothing_listens() {
    let address = unused();
    let waited = Duration::from_millis(50);
    let error = run(&Plan { connect: waited, ..plan(address) }, |_| {}).expect_err("no server");
    assert_eq!(error, LoadError::NotListening { address, waited });
}

/// Its system takes the connections, and nobody serves them.
#[test]
fn nobody_accepts() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let waited = Duration::from_millis(50);
    let error = run(&Plan { connect: waited, ..plan(address) }, |_| {}).expect_err("no server");
    let LoadError::NotServed { served, connections, connection, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((served, connections, connection), (0, 4, 0));
}

#[test]
fn many_connections_are_opened_and_nearly_all_are_idle() {
    raise_descriptor_limit(2 * 1_000).expect("so many files");
    let address = start(BYTES, sound);
    let load = run(&Plan { connections: 1_000, active: 10, ..plan(address) }, |_| {});
    assert_eq!(load.expect("a sound server").received, 1_000);
}

#[test]
fn a_limit_of_open_files_says_what_to_raise() {
    let program = current_exe().expect("this program");
    let child = "connecting::runs_with_few_descriptors";
    let status = Command::new("sh")
        .args(["-c", "ulimit -Sn 60 && exec \"$0\" --exact --ignored \"$1\""])
        .arg(program)
        .arg(child)
        .status()
        .expect("a shell");
    assert!(status.success());
}

#[test]
#[ignore = "another test runs it with a limit of open files"]
fn runs_with_few_descriptors() {
    // It listens, and does not accept, for that would take descriptors, too.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let error = run(&Plan { connections: 63, ..plan(address) }, |_| {}).expect_err("a limit");
    let LoadError::Descriptors { connections: 63, of_system: false, .. } = error else {
        panic!("{error}")
    };
    assert!(error.to_string().contains("raise `ulimit -n`"), "{error}");
    raise_descriptor_limit(200).expect("the hard limit is as it was");
    assert!(raise_descriptor_limit(u32::MAX).is_err());
}
