//! A private PgBouncer in transaction mode before a PostgreSQL.

use std::path::Path;

use nix::sys::signal::Signal;

use super::package::Needs;
use super::private::{Private, Site};
use crate::Failure;

pub(super) const NEEDS: Needs =
    Needs { program: "pgbouncer", directories: &["/usr/sbin"], package: "pgbouncer" };

/// Starts a pooler that hands out few server connections, a transaction at a time, so that what is left behind on one is
/// soon found by another client.
pub(super) fn start(program: &Path, server: &str) -> Result<Private, Failure> {
    let (start, port) = server
        .split_once("@127.0.0.1:")
        .and_then(|(start, rest)| Some((start, rest.split_once('/')?.0)))
        .ok_or("the PostgreSQL behind it is not on this machine")?;
    let password = start.rsplit_once(':').map_or("", |(_, password)| password);
    let site = Site::new(&["postgres", "nobody"])?;
    site.write("users", &format!("\"limbeck\" \"{password}\"\n"))?;
    let home = site.home().display();
    let text = format!(
        "[databases]\n* = host=127.0.0.1 port={port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n\
         unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {home}/users\npool_mode = transaction\n\
         default_pool_size = 6\nmax_client_conn = 200\n",
        site.port
    );
    site.write("pgbouncer.ini", &text)?;
    let mut command = site.command(program);
    command.arg(site.home().join("pgbouncer.ini"));
    let url = format!("postgres://limbeck:{password}@127.0.0.1:{}/postgres", site.port);
    // SIGTERM shuts it down at once (pgbouncer.org/usage.html#signals).
    site.start(command, url, Signal::SIGTERM)
}
