//! Databases on the servers that the tests are given.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many databases this program has made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Calls with the URL of an empty database on a server, if there is one.
pub(crate) fn with_database(variable: &str, call: fn(&str)) {
    let Ok(server) = std::env::var(variable) else {
        assert!(std::env::var_os("CI").is_none(), "skipped: `{variable}` is not set");
        // Not by a macro, whose words are kept from whoever runs the tests.
        std::io::stderr().write_all(format!("skipped: `{variable}` names no server\n").as_bytes()).unwrap();
        return;
    };
    // Tests of one program run side by side.
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("limbeck_test_{}_{number}", std::process::id());
    let mut connection = limbeck::connect(&server).unwrap();
    connection.execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let outcome = std::panic::catch_unwind(|| call(&url));
    connection.execute(&format!("DROP DATABASE {name}")).unwrap();
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
