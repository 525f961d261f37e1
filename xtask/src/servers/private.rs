//! A server of our own: in a temporary directory, on a free port, as a user that is not root.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

use crate::Failure;

/// How long a server may take to listen, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server of our own. It is stopped, and its files deleted, when this is dropped.
pub(crate) struct Private {
    url: String,
    child: Child,
    stop: Signal,
    program: PathBuf,
    arguments: Vec<OsString>,
    // Dropped after the server is stopped.
    site: Site,
}

/// Where a private server is being made.
pub(crate) struct Site {
    home: TempDir,
    user: Option<User>,
    /// The port that it is to listen on.
    pub(super) port: u16,
    /// The password of its user `limbeck`.
    pub(super) password: String,
}

impl Site {
    /// Makes a directory that belongs to the first of `users` that the machine has, if we are root; else to us.
    ///
    /// # Errors
    /// There is no such user, or no place.
    pub(super) fn new(users: &[&str]) -> Result<Self, Failure> {
        let home = TempDir::with_prefix("limbeck-server-")?;
        let user =
            match geteuid().is_root() {
                true => Some(users.iter().find_map(|name| User::from_name(name).ok().flatten()).ok_or_else(
                    || format!("a server must not run as root, and there is no user {users:?}"),
                )?),
                false => None,
            };
        if let Some(user) = &user {
            chown(home.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        Ok(Self { home, user, port, password: format!("s3cret-{:016x}", rand::random::<u64>()) })
    }

    /// Returns the directory.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Makes a directory that belongs to the server's user.
    pub(super) fn directory(&self, name: &str) -> Result<(), Failure> {
        let path = self.home.path().join(name);
        std::fs::create_dir(&path)?;
        if let Some(user) = &self.user {
            chown(&path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(())
    }

    /// Starts to describe a call as the server's user, in its directory, with an environment of its own.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.home.path()).env_clear().env("HOME", self.home.path());
        // A MariaDB that starts deletes the temporary tables of all others that share the directory.
        command.env("TMPDIR", self.home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C.UTF-8");
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command.stdin(Stdio::null());
        command
    }

    /// Writes a file that only the server's user can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.home.path().join(name);
        std::fs::write(&path, text)?;
        if let Some(user) = &self.user {
            chown(&path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(())
    }

    /// Starts the server and waits until it listens. `stop` is the signal that makes it end in good order.
    ///
    /// # Errors
    /// It ends at once or does not listen; with the end of what it said.
    pub(super) fn start(self, command: Command, url: String, stop: Signal) -> Result<Private, Failure> {
        let program = PathBuf::from(command.get_program());
        let arguments = command.get_args().map(OsString::from).collect();
        let child = self.spawn(command)?;
        let mut server = Private { url, child, stop, program, arguments, site: self };
        server.wait()?;
        Ok(server)
    }

    fn spawn(&self, mut command: Command) -> Result<Child, Failure> {
        let output = std::fs::File::create(self.home.path().join("server.log"))?;
        command.stdout(output.try_clone()?).stderr(output);
        Ok(command.spawn()?)
    }
}

impl Private {
    /// Returns the URL, password included.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Kills the server as `kill -9` does, and says when it is dead. What it began to write stays as it is.
    pub(crate) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts the server again on the same files.
    ///
    /// # Errors
    /// It does not listen for as long as a server may take.
    pub(crate) fn restart(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            let mut command = self.site.command(&self.program);
            command.args(&self.arguments);
            self.child = self.site.spawn(command)?;
            match self.wait() {
                Ok(()) => return Ok(()),
                // PostgreSQL refuses while processes of the killed server are still about to end.
                Err(failure) if start.elapsed() > PATIENCE => return Err(failure),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.site.port));
        let start = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(self.site.home().join("server.log")).unwrap_or_default();
                let tail: Vec<&str> = said.lines().rev().take(5).collect();
                let tail = tail.into_iter().rev().collect::<Vec<_>>().join("; ");
                return Err(format!("it does not listen: {tail}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let Ok(id) = i32::try_from(self.child.id()) else { return };
        // A server that is gone already needs no signal.
        let _ = kill(Pid::from_raw(id), self.stop);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if start.elapsed() > PATIENCE {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
