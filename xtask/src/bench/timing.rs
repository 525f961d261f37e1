//! Times a whole process: wall clock and CPU, the least of several runs.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::{Failure, run};

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// From start to end.
    pub(crate) wall: Duration,
    /// User and system time of the process and its children.
    pub(crate) cpu: Duration,
}

impl Timing {
    /// Returns the lesser of each.
    fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }
}

/// Runs `prepare` and then the command it returns, `runs` times over. Returns the least times.
///
/// # Errors
/// When the command cannot be started or fails, with what it said.
pub(crate) fn time(
    runs: u32,
    mut prepare: impl FnMut() -> Result<Command, Failure>,
) -> Result<Timing, Failure> {
    let mut best: Option<Timing> = None;
    for _ in 0..runs.max(1) {
        let mut command = prepare()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let before = children_cpu()?;
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("{}: {error}", run::shown(&command)))?;
        let timing = Timing { wall: start.elapsed(), cpu: children_cpu()?.saturating_sub(before) };
        if !output.status.success() {
            return Err(format!(
                "{} failed:\n{}",
                run::shown(&command),
                String::from_utf8_lossy(&output.stderr)
            )
            .into());
        }
        best = Some(best.map_or(timing, |best| best.least(timing)));
    }
    best.ok_or_else(|| "nothing was run".into())
}

/// Times a function of this process, `runs` times over. Returns the least time.
pub(crate) fn time_here(
    runs: u32,
    mut work: impl FnMut() -> Result<(), Failure>,
) -> Result<Duration, Failure> {
    let mut best = Duration::MAX;
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn children_cpu() -> Result<Duration, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or(0))
    };
    Ok(micros(usage.user_time()) + micros(usage.system_time()))
}
