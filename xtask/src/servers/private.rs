//! A server of our own: in a temporary directory, on a free port, as a user that is not root.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

use crate::Failure;

/// How long a server may take to listen, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server of our own. It is stopped, and its files deleted, when this is dropped.
pub(super) struct Private {
    url: String,
    child: Child,
    stop: Signal,
    // Dropped after the server is stopped.
    _home: TempDir,
}

/// Where a private server is being made.
pub(super) struct Site {
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

    /// Starts to describe a call as the server's user, in its directory, with an environment of its own.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.home.path()).env_clear().env("HOME", self.home.path());
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
    pub(super) fn start(self, mut command: Command, url: String, stop: Signal) -> Result<Private, Failure> {
        let log = self.home.path().join("server.log");
        let output = std::fs::File::create(&log)?;
        command.stdout(output.try_clone()?).stderr(output);
        let child = command.spawn()?;
        let mut server = Private { url, child, stop, _home: self.home };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let start = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            let ended = server.child.try_wait()?;
            if ended.is_some() || start.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                let tail: Vec<&str> = said.lines().rev().take(5).collect();
                return Err(format!(
                    "it does not listen: {}",
                    tail.into_iter().rev().collect::<Vec<_>>().join("; ")
                )
                .into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Private {
    /// Returns the URL, password included.
    pub(super) fn url(&self) -> &str {
        &self.url
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
