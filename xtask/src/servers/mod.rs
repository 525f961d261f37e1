//! The database servers that tests run on: those named in the environment, or private ones that end with the run.

mod mariadb;
mod package;
mod postgres;
mod private;

use crate::Failure;
pub(crate) use package::install;
use private::Private;

/// A kind of server.
struct Kind {
    /// What it is called in messages.
    name: &'static str,
    /// The environment variable that names a server of this kind, for whoever brings one and for the tests.
    variable: &'static str,
    /// The program that shows that it is on the machine, and the package that brings it.
    needs: package::Needs,
    start: fn(&std::path::Path) -> Result<Private, Failure>,
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "PostgreSQL",
        variable: "LIMBECK_TEST_POSTGRES_URL",
        needs: postgres::NEEDS,
        start: postgres::start,
    },
    Kind {
        name: "MariaDB",
        variable: "LIMBECK_TEST_MARIADB_URL",
        needs: mariadb::NEEDS,
        start: mariadb::start,
    },
];

/// The servers of a run. The private ones are stopped, and their files deleted, when this is dropped.
pub(crate) struct Servers {
    private: Vec<(&'static str, Private)>,
}

impl Servers {
    /// Starts what the environment does not name. A server that is not to be had is told of; the tests that need it say
    /// what they skip.
    pub(crate) fn start() -> Self {
        let mut private = Vec::new();
        for kind in KINDS.iter().filter(|kind| std::env::var_os(kind.variable).is_none()) {
            let started = kind.needs.provide().and_then(|program| (kind.start)(&program));
            match started {
                Ok(server) => private.push((kind.variable, server)),
                Err(failure) => eprintln!("no {} to test with: {failure}", kind.name),
            }
        }
        Self { private }
    }

    /// Returns the variables that tell the tests where the private servers are.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.private.iter().map(|(variable, server)| (*variable, server.url()))
    }
}
