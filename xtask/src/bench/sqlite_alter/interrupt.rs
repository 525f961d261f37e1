//! What an interrupt in the middle of a copy costs, and what it leaves.

use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::data::Database;
use super::{INTERRUPTED, change, over};
use crate::Failure;
use crate::bench::Bench;

/// When it is interrupted, in parts of the whole: in the copy itself, and in the indexes behind it.
const AT: [f64; 2] = [0.2, 0.7];

/// Measures the time from the signal to the end of the process, in which the journal is rolled back. `whole` is what
/// the change takes when it is let alone.
pub(super) fn interrupted(bench: &Bench, database: &Database, whole: Duration) -> Result<(), Failure> {
    println!("\n{:<34} {:>9}  the file", "a copy interrupted", "ends in ms");
    change::COPY.write(database)?;
    for after in AT.map(|part| whole.mul_f64(part)) {
        let work = database.fresh()?;
        let mut command = database.limbeck(bench);
        command.args(["upgrade", "heads"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        thread::sleep(after);
        let signalled = Instant::now();
        kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT)?;
        let ended = child.wait()?;
        let took = signalled.elapsed();
        let name = format!("after {} ms", after.as_millis());
        if ended.success() {
            println!("{name:<34} {:>9}  it was done before", "-");
            continue;
        }
        let same = same(&work, &database.file)?;
        let left = if same { "as it was, to the byte" } else { "DIFFERS" };
        println!("{name:<34} {:>9}  {left}{}", took.as_millis(), over(took > INTERRUPTED || !same));
    }
    Ok(())
}

/// Compares two files without holding either in memory.
fn same(one: &std::path::Path, other: &std::path::Path) -> Result<bool, Failure> {
    let (mut one, mut other) = (fs::File::open(one)?, fs::File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let read = one.read(&mut left)?;
        if read == 0 {
            return Ok(true);
        }
        other.read_exact(&mut right[..read])?;
        if left[..read] != right[..read] {
            return Ok(false);
        }
    }
}
