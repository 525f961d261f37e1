//! `bench graph`: loads and orders large histories with 20 % merges, from files and in memory.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use limbeck_core::graph::RevisionGraph;
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::script::scan;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::Failure;
use crate::run;

use super::{Bench, table, timing};

/// Measures 1,000, 10,000 and 100,000 revisions; Alembic where it can.
pub(super) fn graph(bench: &Bench) -> Result<(), Failure> {
    println!("{:<12} {:>16} {:>16} {:>16}", "revisions", "in memory s", "from files s", "us a revision");
    for revisions in [1_000_usize, 10_000, 100_000] {
        let headers = headers(revisions);
        let memory = timing::time_here(bench.runs, || order(headers.clone()))?;
        let base = bench.directory.join(format!("graph-{revisions}"));
        if base.exists() {
            fs::remove_dir_all(&base)?;
        }
        write_limbeck(&base, &headers)?;
        let locations = [base.join("migrations")];
        let files = timing::time_here(bench.runs, || {
            let scan = scan(&locations);
            match scan.headers.len() == revisions {
                true => order(scan.headers),
                false => Err(format!("{} files could not be read", scan.faults.len()).into()),
            }
        })?;
        println!(
            "{revisions:<12} {:>16.4} {:>16.4} {:>16.2}",
            memory.as_secs_f64(),
            files.as_secs_f64(),
            files.as_secs_f64() * 1e6 / revisions as f64
        );
        fs::remove_dir_all(&base)?;
    }
    // Beyond 5,000 revisions Alembic takes minutes.
    for revisions in [1_000, 5_000] {
        beside_alembic(bench, revisions)?;
    }
    Ok(())
}

/// Loads headers into a graph and walks all of it in order.
fn order(headers: Vec<RevisionHeader>) -> Result<(), Failure> {
    let revisions = headers.len();
    let graph = RevisionGraph::build(headers).map_err(|faults| faults.to_string())?;
    match graph.in_order().count() == revisions {
        true => Ok(()),
        false => Err("the order lacks revisions".into()),
    }
}

/// Measures `history` as a whole command, beside Alembic's.
fn beside_alembic(bench: &Bench, revisions: usize) -> Result<(), Failure> {
    let headers = headers(revisions);
    let base = bench.directory.join("graph-alembic");
    if base.exists() {
        fs::remove_dir_all(&base)?;
    }
    write_limbeck(&base, &headers)?;
    let ours = timing::time(bench.runs, || {
        let mut command = Command::new(&bench.limbeck);
        command.current_dir(&base).arg("history");
        Ok(command)
    })?;
    table::head(&format!("history, {revisions} revisions"));
    table::line("limbeck", ours, ours);
    for peer in bench.peers.iter().filter(|peer| peer.has_graph()) {
        table::line(peer.name, history_of(peer.program(), &base, &headers)?, ours);
    }
    fs::remove_dir_all(&base)?;
    Ok(())
}

/// Makes a history in which every fifth revision merges two or three heads and others branch off, from a fixed seed.
fn headers(revisions: usize) -> Vec<RevisionHeader> {
    let mut random = StdRng::seed_from_u64(20);
    let id =
        |i: usize| RevisionId::new(format!("{:012x}", i.wrapping_mul(0x9E37_79B9_7F4A) & 0xFFFF_FFFF_FFFF));
    let mut heads = vec![0];
    let mut all = vec![RevisionHeader::new(id(0), [])];
    for i in 1..revisions {
        let parents: Vec<usize> = if i % 5 == 0 && heads.len() > 1 {
            let count = heads.len().min(random.random_range(2..=3));
            (0..count).map(|_| heads.swap_remove(random.random_range(0..heads.len()))).collect()
        } else if i % 5 < 3 {
            // Off a recent revision, whether it is a head or not.
            vec![i - 1 - random.random_range(0..i.min(20))]
        } else {
            vec![heads[random.random_range(0..heads.len())]]
        };
        heads.retain(|head| !parents.contains(head));
        heads.push(i);
        let mut header = RevisionHeader::new(id(i), parents.into_iter().map(id));
        header.message = format!("change {i}");
        all.push(header);
    }
    all
}

fn write_limbeck(base: &Path, headers: &[RevisionHeader]) -> Result<(), Failure> {
    fs::create_dir_all(base.join("migrations"))?;
    fs::write(base.join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")?;
    for header in headers {
        let mut text = format!("revision = \"{}\"\n", header.revision);
        let parents: Vec<String> =
            header.down_revision.iter().map(|parent| format!("\"{parent}\"")).collect();
        match &parents[..] {
            [] => {}
            [one] => writeln!(text, "down_revision = {one}")?,
            many => writeln!(text, "down_revision = [{}]", many.join(", "))?,
        }
        write!(text, "message = \"{}\"\n\n[[upgrade]]\nexecute = \"SELECT 1\"\n", header.message)?;
        fs::write(base.join("migrations").join(format!("{}_change.toml", header.revision)), text)?;
    }
    Ok(())
}

fn history_of(program: &Path, base: &Path, headers: &[RevisionHeader]) -> Result<timing::Timing, Failure> {
    let directory = base.join("alembic-project");
    fs::create_dir_all(directory.join("alembic/versions"))?;
    fs::write(directory.join("alembic.ini"), "[alembic]\nscript_location = %(here)s/alembic\n")?;
    fs::write(directory.join("alembic/env.py"), "")?;
    for header in headers {
        let parents: Vec<String> =
            header.down_revision.iter().map(|parent| format!("\"{parent}\"")).collect();
        let down = match &parents[..] {
            [] => "None".to_owned(),
            many => format!("({},)", many.join(", ")),
        };
        let text = format!(
            "\"\"\"{}\"\"\"\nrevision = \"{}\"\ndown_revision = {down}\nbranch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n",
            header.message, header.revision
        );
        fs::write(directory.join("alembic/versions").join(format!("{}_change.py", header.revision)), text)?;
    }
    let mut warm = Command::new(program);
    run::check_quiet(warm.current_dir(&directory).arg("history"))?;
    timing::time(2, || {
        let mut command = Command::new(program);
        command.current_dir(&directory).arg("history");
        Ok(command)
    })
}
