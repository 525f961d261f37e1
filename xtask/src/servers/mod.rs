//! The database servers that tests run on: those named in the environment, or private ones that end with the run.

mod galera;
mod mariadb;
mod package;
mod pgbouncer;
mod postgres;
mod private;

use crate::Failure;
use galera::Cluster;
pub(crate) use package::install;
pub(crate) use private::Private;

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

/// The variable that names a PgBouncer in transaction mode before the PostgreSQL.
const POOLER: &str = "LIMBECK_TEST_PGBOUNCER_URL";
/// The variable that names the nodes of a Galera cluster, with spaces between them.
const CLUSTER: &str = "LIMBECK_TEST_GALERA_URLS";

/// Which servers a run needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// One of each kind.
    Plain,
    /// A pooler and a cluster besides.
    All,
}

/// Starts a server of one kind for whoever kills it.
///
/// # Errors
/// It is not to be had.
pub(crate) fn start_one(name: &str) -> Result<Private, Failure> {
    let kind = KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(name)).ok_or("no such server")?;
    (kind.start)(&kind.needs.provide()?)
}

/// The servers of a run. The private ones are stopped, and their files deleted, when this is dropped.
pub(crate) struct Servers {
    pooler: Option<Private>,
    cluster: Option<Cluster>,
    private: Vec<(&'static str, Private)>,
}

impl Servers {
    /// Starts what the environment does not name. A server that is not to be had is told of; the tests that need it say
    /// what they skip.
    pub(crate) fn start(which: Which) -> Self {
        let mut private = Vec::new();
        for kind in KINDS.iter().filter(|kind| std::env::var_os(kind.variable).is_none()) {
            let started = kind.needs.provide().and_then(|program| (kind.start)(&program));
            match started {
                Ok(server) => private.push((kind.variable, server)),
                Err(failure) => eprintln!("no {} to test with: {failure}", kind.name),
            }
        }
        let mut servers = Self { pooler: None, cluster: None, private };
        if which == Which::All {
            servers.add();
        }
        servers
    }

    fn add(&mut self) {
        let told = |name: &str, failure: Failure| eprintln!("no {name} to test with: {failure}");
        if std::env::var_os(POOLER).is_none() {
            let of_kind = KINDS[0].variable;
            let own = self.private.iter().find(|(variable, _)| *variable == of_kind);
            let behind =
                own.map(|(_, server)| server.url().to_owned()).or_else(|| std::env::var(of_kind).ok());
            let started = behind
                .ok_or_else(|| Failure::from("there is no PostgreSQL behind it"))
                .and_then(|behind| pgbouncer::start(&pgbouncer::NEEDS.provide()?, &behind));
            self.pooler = started.map_err(|failure| told("PgBouncer", failure)).ok();
        }
        if std::env::var_os(CLUSTER).is_none() {
            let started = galera::NEEDS.provide().and_then(|library| Cluster::start(&library));
            self.cluster = started.map_err(|failure| told("Galera cluster", failure)).ok();
        }
    }

    /// Returns the variables that tell the tests where the private servers are.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let own = self.private.iter().map(|(variable, server)| (*variable, server.url().to_owned()));
        let pooler = self.pooler.iter().map(|pooler| (POOLER, pooler.url().to_owned()));
        own.chain(pooler).chain(self.cluster.iter().map(|cluster| (CLUSTER, cluster.urls())))
    }

    /// Returns the URL of a server by its variable: of the one that the environment names, or of a private one.
    pub(crate) fn url(&self, variable: &str) -> Option<String> {
        let mut own = self.variables().filter(|(name, _)| *name == variable);
        std::env::var(variable).ok().or_else(|| own.next().map(|(_, url)| url))
    }
}
