//! `bench noop`: `upgrade heads` where there is nothing to do.

use std::fs;
use std::process::Command;

use crate::Failure;
use crate::database::Database;
use crate::run;

use super::{Bench, project, table, timing};

/// Measures at 100, 1,000 and 5,000 revisions.
pub(super) fn noop(bench: &Bench) -> Result<(), Failure> {
    let database = Database::file(super::NAME);
    for revisions in [100, 1_000, 5_000] {
        let base = bench.directory.join(format!("noop-{revisions}"));
        if base.exists() {
            fs::remove_dir_all(&base)?;
        }
        let own = base.join("limbeck");
        project::limbeck(&own, revisions, "run", &database)?;
        let upgrade = || {
            let mut command = Command::new(&bench.limbeck);
            command.current_dir(&own).args(["upgrade", "heads"]);
            command
        };
        run::check_quiet(&mut upgrade())?;
        let ours = timing::time(bench.runs * 2, || Ok(upgrade()))?;
        table::head(&format!("upgrade heads, up to date, {revisions} revisions"));
        table::line("limbeck", ours, ours);
        for peer in &bench.peers {
            let directory = base.join(peer.name);
            peer.write(&directory, revisions, &database)?;
            database.reset(&directory)?;
            run::check_quiet(&mut peer.upgrade(&directory, &database))?;
            table::line(
                peer.name,
                timing::time(bench.runs, || Ok(peer.upgrade(&directory, &database)))?,
                ours,
            );
        }
        fs::remove_dir_all(&base)?;
    }
    Ok(())
}
