//! A private PostgreSQL.

use std::path::Path;

use nix::sys::signal::Signal;

use super::package::{Needs, beside};
use super::private::{Private, Site};
use crate::Failure;
use crate::run;

pub(super) const NEEDS: Needs =
    Needs { program: "postgres", directories: &["/usr/lib/postgresql"], package: "postgresql" };

/// Makes and starts a server whose files are not made safe against a power cut, which a test does not survive either.
pub(super) fn start(program: &Path) -> Result<Private, Failure> {
    let site = Site::new(&["postgres", "nobody"])?;
    let data = site.home().join("data");
    site.write("password", &site.password)?;
    let mut init = site.command(&beside(program, "initdb"));
    init.arg("--pgdata").arg(&data).args(["--username", "limbeck", "--pwfile", "password", "--no-sync"]);
    init.args(["--auth-host", "scram-sha-256", "--auth-local", "trust"]);
    init.args(["--encoding", "UTF8", "--locale", "C.UTF-8"]);
    run::check_quiet(&mut init)?;
    let mut command = site.command(program);
    command.arg("-D").arg(&data).arg("-p").arg(site.port.to_string()).arg("-k").arg(site.home());
    for setting in [
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "full_page_writes=off",
        // A log of a gigabyte is for a server that has the disk for it.
        "max_wal_size=128MB",
        "max_connections=200",
        "log_min_messages=fatal",
    ] {
        command.args(["-c", setting]);
    }
    let url = format!("postgres://limbeck:{}@127.0.0.1:{}/postgres", site.password, site.port);
    // SIGINT is its fast shutdown (postgresql.org/docs, Shutting Down the Server).
    site.start(command, url, Signal::SIGINT)
}
