//! A private Galera cluster of three MariaDB nodes on this machine.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use nix::sys::signal::Signal;

use super::mariadb::{self, USERS};
use super::package::Needs;
use super::private::{Private, Site};
use crate::Failure;

pub(super) const NEEDS: Needs =
    Needs { program: "libgalera_smm.so", directories: &["/usr/lib/galera"], package: "galera-4" };
const SERVER: Needs = mariadb::NEEDS;
/// A node that joins gets its files by this.
const COPY: Needs = Needs { program: "rsync", directories: &[], package: "rsync" };

const NODES: usize = 3;

/// A cluster. Its nodes are stopped, the last that joined first.
pub(crate) struct Cluster {
    nodes: Vec<Private>,
}

impl Cluster {
    /// Starts the nodes, the first with a database of its own and the others as copies of it.
    ///
    /// # Errors
    /// A node does not start or does not join.
    pub(super) fn start(library: &Path) -> Result<Self, Failure> {
        let (program, _) = (SERVER.provide()?, COPY.provide()?);
        let mut cluster = Self { nodes: Vec::new() };
        let (mut password, mut first) = (String::new(), 0);
        for number in 0..NODES {
            let mut site = Site::new(&USERS)?;
            let data = site.home().join("data");
            let group = free_port()?;
            let address = match number {
                0 => {
                    (password, first) = (site.password.clone(), group);
                    mariadb::install(&site, &data)?;
                    "gcomm://".to_owned()
                }
                _ => {
                    site.password.clone_from(&password);
                    site.directory("data")?;
                    format!("gcomm://127.0.0.1:{first}")
                }
            };
            // The others get the user with the files, and a statement here would go to all.
            let sql = format!(
                "SET SESSION wsrep_on = OFF;\n\
                 CREATE USER IF NOT EXISTS limbeck@'%' IDENTIFIED BY '{password}';\n\
                 GRANT ALL ON *.* TO limbeck@'%' WITH GRANT OPTION;\n\
                 DELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\n\
                 CREATE DATABASE IF NOT EXISTS limbeck;\n"
            );
            site.write("init.sql", &sql)?;
            let home = site.home().to_owned();
            let mut command = site.command(&program);
            command.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
            command.arg(format!("--socket={}", home.join("socket").display()));
            command.arg(format!("--pid-file={}", home.join("pid").display()));
            command.arg(format!("--init-file={}", home.join("init.sql").display()));
            command
                .arg(format!("--port={}", site.port))
                .args(["--bind-address=127.0.0.1", "--skip-name-resolve"]);
            command.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M"]);
            command.args(["--innodb-autoinc-lock-mode=2", "--binlog-format=ROW", "--wsrep-on=ON"]);
            command.arg(format!("--wsrep-provider={}", library.display()));
            command.args(["--wsrep-cluster-name=limbeck", "--wsrep-sst-method=rsync"]);
            command.arg(format!("--wsrep-cluster-address={address}"));
            command.arg(format!("--wsrep-node-name=node{number}"));
            command.arg(format!("--wsrep-node-address=127.0.0.1:{group}"));
            command.arg(format!("--wsrep-sst-receive-address=127.0.0.1:{}", free_port()?));
            command.arg(format!(
                "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{group};\
                 ist.recv_addr=127.0.0.1:{};gcache.size=16M;pc.recovery=false",
                free_port()?
            ));
            let url = format!("mysql://limbeck:{password}@127.0.0.1:{}/limbeck", site.port);
            // A joining node listens once it has all files.
            cluster.nodes.push(site.start(command, url, Signal::SIGTERM)?);
        }
        Ok(cluster)
    }

    /// Returns the URLs of the nodes, with spaces between them.
    pub(crate) fn urls(&self) -> String {
        self.nodes.iter().map(Private::url).collect::<Vec<_>>().join(" ")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        while let Some(node) = self.nodes.pop() {
            drop(node);
        }
    }
}

fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
