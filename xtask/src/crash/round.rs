//! One database and one victim: runs, kills and looks.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::database::Database;
use super::project::id;
use crate::Failure;
use crate::conformance::Rng;

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Victim {
    Tool,
    Server,
}

impl fmt::Display for Victim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tool => "the tool",
            Self::Server => "the server",
        })
    }
}

pub(super) struct Round<'r> {
    pub(super) database: &'r mut Database,
    pub(super) project: &'r Path,
    pub(super) victim: Victim,
    pub(super) revisions: usize,
    /// Whether the run after a kill is let alone, so that every kill is judged by what one run makes of it.
    pub(super) each: bool,
}

/// How long a run may take that nobody kills.
const PATIENCE: Duration = Duration::from_secs(600);
/// What part of a whole run passes at most before a kill, where kill follows kill.
const SPREAD: u32 = 12;

impl Round<'_> {
    /// Kills so many times, and says what came of it.
    ///
    /// # Errors
    /// A run that failed though nobody killed it, or that left something else than one that was never killed.
    pub(super) fn run(mut self, kills: usize, seed: u64) -> Result<String, Failure> {
        let mut rng = Rng::new(seed, 0);
        // What is made anew is as the server's own is not, to its own client.
        self.database.clear()?;
        let start = Instant::now();
        self.to_the_end()?;
        let whole = start.elapsed();
        let longest = if self.each { whole } else { whole / SPREAD };
        let wanted = self.database.dump()?;
        self.finished(&wanted)?;
        self.database.clear()?;
        let (mut killed, mut finished) = (0, 0);
        while killed < kills {
            let mut child = self.start()?;
            let below = usize::try_from(longest.as_micros()).unwrap_or(usize::MAX).max(1);
            let wait = u64::try_from(rng.below(below)).unwrap_or(u64::MAX);
            std::thread::sleep(Duration::from_micros(wait));
            let ended = child.try_wait()?;
            match self.victim {
                Victim::Tool => child.kill()?,
                Victim::Server => self.database.kill()?,
            }
            let status = wait_for(&mut child)?;
            if self.victim == Victim::Server {
                self.database.restart()?;
            }
            if ended.is_none() && !status.success() {
                killed += 1;
            }
            if self.each && ended.is_none() && !status.success() {
                self.to_the_end().map_err(|failure| format!("after {killed} kills: {failure}"))?;
                self.finished(&wanted)?;
                self.database.clear()?;
                finished += 1;
                continue;
            }
            match status.success() {
                true => {
                    self.finished(&wanted)?;
                    self.database.clear()?;
                    finished += 1;
                }
                false if ended.is_some() => {
                    return Err(
                        format!("after {killed} kills a run failed by itself:\n{}", self.said()).into()
                    );
                }
                false => {}
            }
        }
        self.to_the_end().map_err(|failure| format!("after {killed} kills: {failure}"))?;
        self.finished(&wanted)?;
        Ok(format!("{killed} times, upgraded {} times", finished + 1))
    }

    fn start(&self) -> Result<Child, Failure> {
        let mut command = Command::new(self.project.join("limbeck"));
        command.args(["upgrade", "heads"]).current_dir(self.project);
        command.env("LIMBECK_URL", self.database.url());
        let said = File::create(self.project.join("said"))?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        Ok(command.spawn()?)
    }

    fn said(&self) -> String {
        let said = std::fs::read_to_string(self.project.join("said")).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    fn to_the_end(&self) -> Result<(), Failure> {
        match wait_for(&mut self.start()?)?.success() {
            true => Ok(()),
            false => Err(format!("a run that nobody killed failed:\n{}", self.said()).into()),
        }
    }

    /// Fails unless every revision ran once, and the database is as if nobody had been killed.
    fn finished(&mut self, wanted: &str) -> Result<(), Failure> {
        let versions = self.database.query("SELECT version_num FROM limbeck_version")?;
        if versions.trim() != id(self.revisions - 1) {
            return Err(format!("the version table holds {versions:?}").into());
        }
        let done = self
            .database
            .query("SELECT revision FROM limbeck_log WHERE outcome = 'done' ORDER BY revision")?;
        if !done.lines().eq((0..self.revisions).map(id)) {
            return Err(format!("the log holds {done:?}").into());
        }
        let found = self.database.dump()?;
        match found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted) {
            Some((found, wanted)) => Err(format!("the database has\n  {found}\nand not\n  {wanted}").into()),
            None if found.len() != wanted.len() => {
                Err("the database has more, or less, than it should".into())
            }
            None => Ok(()),
        }
    }
}

fn wait_for(child: &mut Child) -> Result<std::process::ExitStatus, Failure> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            return Err("a run does not end".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
