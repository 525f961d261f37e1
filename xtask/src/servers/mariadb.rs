//! A private MariaDB.

use std::path::Path;

use nix::sys::signal::Signal;

use super::package::Needs;
use super::private::{Private, Site};
use crate::Failure;
use crate::run;

pub(super) const NEEDS: Needs =
    Needs { program: "mariadbd", directories: &["/usr/sbin"], package: "mariadb-server" };

/// The users that it may run as.
pub(super) const USERS: [&str; 2] = ["mysql", "nobody"];

/// Makes the files of a server.
pub(super) fn install(site: &Site, data: &Path) -> Result<(), Failure> {
    let install = run::find("mariadb-install-db").ok_or("there is no `mariadb-install-db`")?;
    let mut init = site.command(&install);
    init.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
    init.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    run::check_quiet(&mut init)
}

/// Makes and starts a server whose files are not made safe against a power cut, which a test does not survive either.
pub(super) fn start(program: &Path) -> Result<Private, Failure> {
    let site = Site::new(&USERS)?;
    let data = site.home().join("data");
    install(&site, &data)?;
    let password = &site.password;
    site.write(
        "init.sql",
        &format!(
            "CREATE USER limbeck@'%' IDENTIFIED BY '{password}';\n\
             GRANT ALL ON *.* TO limbeck@'%' WITH GRANT OPTION;\n\
             DELETE FROM mysql.global_priv WHERE User = '';\n\
             FLUSH PRIVILEGES;\n\
             CREATE DATABASE limbeck;\n"
        ),
    )?;
    let home = site.home();
    let mut command = site.command(program);
    command.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
    command.arg(format!("--socket={}", home.join("socket").display()));
    command.arg(format!("--pid-file={}", home.join("pid").display()));
    command.arg(format!("--init-file={}", home.join("init.sql").display()));
    command.arg(format!("--port={}", site.port));
    // What is committed is with the system, so that it outlives the server, if not the machine.
    command.args(["--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=2"]);
    command.args(["--skip-name-resolve", "--character-set-server=utf8mb4"]);
    command.args(["--debug-no-sync", "--innodb-flush-method=nosync"]);
    let url = format!("mysql://limbeck:{password}@127.0.0.1:{}/limbeck", site.port);
    site.start(command, url, Signal::SIGTERM)
}
