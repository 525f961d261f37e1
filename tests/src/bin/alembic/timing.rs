//! How long the program takes to tell of a history. It is measured and printed, and nothing hangs on it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use limbeck_core::graph::{Heads, Range};
use limbeck_core::history::History;

/// The commands that are timed.
const COMMANDS: [&str; 3] = ["history", "heads", "branches"];

/// How many times each runs; the time in the middle counts.
const RUNS: usize = 5;

/// The program as it is released, and what it took.
pub(crate) struct Timing {
    program: PathBuf,
    /// How many revisions the longest history has, and how long it took.
    longest: (usize, [Duration; 3]),
}

impl Timing {
    pub(crate) fn of(program: &Path) -> Self {
        Self { program: program.to_owned(), longest: (0, [Duration::ZERO; 3]) }
    }

    /// Times the commands on a history, and returns a line with what they took.
    ///
    /// No environment is handed on, so there is no PATH by which Python could be found.
    ///
    /// # Errors
    /// The program fails, or `history` prints other revisions, or in another order, than were compared with Alembic's.
    pub(crate) fn measure(
        &mut self,
        name: &str,
        history: &History,
        ini: &Path,
    ) -> Result<String, Box<dyn Error>> {
        let shown = self.run(ini, &["--json", "history"])?;
        let printed: Vec<serde_json::Value> = serde_json::from_slice(&shown)?;
        let compared = history
            .graph()
            .history(&Range::default(), &Heads::default())
            .map_err(limbeck_core::diagnostic::Diagnostic::from)?;
        let same = printed
            .iter()
            .map(|one| one["revision"].as_str())
            .eq(compared.iter().map(|header| Some(header.revision.as_str())));
        if !same {
            return Err("`history` prints other revisions than were compared".into());
        }
        let mut took = [Duration::ZERO; 3];
        for (command, took) in COMMANDS.iter().zip(&mut took) {
            let mut runs = Vec::new();
            for _ in 0..RUNS {
                let start = Instant::now();
                self.run(ini, &[command])?;
                runs.push(start.elapsed());
            }
            runs.sort_unstable();
            *took = runs[RUNS / 2];
        }
        if compared.len() > self.longest.0 {
            self.longest = (compared.len(), took);
        }
        Ok(format!("{name}: {}", told(compared.len(), &took)))
    }

    /// Says what the longest history took.
    pub(crate) fn longest(&self) -> String {
        told(self.longest.0, &self.longest.1)
    }

    fn run(&self, ini: &Path, arguments: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(ini).args(arguments).env_clear().stdin(Stdio::null());
        let output = command.output()?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

fn told(revisions: usize, took: &[Duration; 3]) -> String {
    let each = COMMANDS
        .iter()
        .zip(took)
        .map(|(command, took)| format!("`{command}` {:.1} ms", took.as_secs_f64() * 1000.0));
    format!("{revisions} revisions: {}", each.collect::<Vec<_>>().join(", "))
}
