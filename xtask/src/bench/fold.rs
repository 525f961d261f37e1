//! `bench fold`: the schema at the head of long histories, and the judgement of two long branches, with no database.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use limbeck_core::graph::Heads;
use limbeck_core::history::History;
use limbeck_core::merge::judge_heads;
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::Schema;

use crate::Failure;

use super::{Bench, timing};

/// How many revisions there are for each table.
const EACH: usize = 5;

/// Measures histories of up to 5,000 revisions over 1,000 tables, and two branches of 500 revisions each.
pub(super) fn fold(bench: &Bench) -> Result<(), Failure> {
    println!(
        "{:<12} {:>8} {:>14} {:>14} {:>16}",
        "revisions", "tables", "cold ms", "fold ms", "us a revision"
    );
    for revisions in [1_250, 2_500, 5_000] {
        let base = bench.directory.join(format!("fold-{revisions}"));
        write(&base, &(0..revisions).map(|i: usize| (i, i.checked_sub(1))).collect::<Vec<_>>())?;
        let heads = Heads::from_iter([id(revisions - 1).as_str()]);
        let read = || -> Result<History, Failure> {
            Ok(History::builder()
                .directories(std::slice::from_ref(&base))
                .build()
                .map_err(|faults| faults.to_string())?)
        };
        let at = |history: &History| -> Result<(), Failure> {
            let schema = history.schema_at(&heads, "sqlite").map_err(|faults| faults.to_string())?;
            match schema.tables.len() == revisions / EACH {
                true => Ok(()),
                false => Err(format!("there are {} tables", schema.tables.len()).into()),
            }
        };
        // Headers, graph, bodies and all.
        let cold = timing::time_here(bench.runs, || at(&read()?))?;
        let history = read()?;
        at(&history)?;
        let warm = timing::time_here(bench.runs, || at(&history))?;
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{revisions:<12} {:>8} {:>14.1} {:>14.1} {:>16.2}",
            revisions / EACH,
            millis(cold),
            millis(warm),
            warm.as_secs_f64() * 1e6 / revisions as f64
        );
        fs::remove_dir_all(&base)?;
    }
    branches(bench)
}

/// Measures the judgement of two branches of 500 revisions each, off 5,000 common ones.
fn branches(bench: &Bench) -> Result<(), Failure> {
    const COMMON: usize = 5_000;
    const OWN: usize = 500;
    let base = bench.directory.join("fold-branches");
    let mut revisions: Vec<(usize, Option<usize>)> = (0..COMMON).map(|i| (i, i.checked_sub(1))).collect();
    for branch in 0..2 {
        let first = COMMON + branch * OWN;
        revisions.push((first, Some(COMMON - 1)));
        revisions.extend((first + 1..first + OWN).map(|i| (i, Some(i - 1))));
    }
    write(&base, &revisions)?;
    let history = History::builder()
        .directories(std::slice::from_ref(&base))
        .build()
        .map_err(|faults| faults.to_string())?;
    let heads: Vec<RevisionId> = history.graph().heads().into_iter().cloned().collect();
    let mut class = String::new();
    let mut judge = || -> Result<(), Failure> {
        let pairs =
            judge_heads(&history, &heads, "sqlite", Schema::clone).map_err(|faults| faults.to_string())?;
        class = pairs.iter().map(|pair| pair.judgement.class.to_string()).collect();
        Ok(())
    };
    judge()?;
    let time = timing::time_here(bench.runs, judge)?;
    println!(
        "\n{OWN} and {OWN} revisions off {COMMON}: judged in {:.1} ms, {class}",
        time.as_secs_f64() * 1e3
    );
    fs::remove_dir_all(&base)?;
    Ok(())
}

fn id(i: usize) -> String {
    format!("{i:012x}")
}

/// Writes revisions, each with the one that it follows: every fifth makes a table, the others change one.
fn write(directory: &Path, revisions: &[(usize, Option<usize>)]) -> Result<(), Failure> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    for (i, parent) in revisions {
        let mut text = format!("revision = \"{}\"\n", id(*i));
        if let Some(parent) = parent {
            writeln!(text, "down_revision = \"{}\"", id(*parent))?;
        }
        let table = i / EACH;
        let body = match i % EACH {
            0 => format!(
                "create_table = \"t{table}\"\ncolumns = [\n    {{ name = \"id\", type = \"integer\", primary_key = true }},\n    {{ name = \"name\", type = \"string(80)\", nullable = false }},\n    {{ name = \"amount\", type = \"decimal(10, 2)\" }},\n]\n"
            ),
            1 => format!(
                "alter_table = \"t{table}\"\nactions = [{{ add_column = \"made\", type = \"datetime\" }}]\n"
            ),
            2 => format!("create_index = \"ix_t{table}_name\"\ntable = \"t{table}\"\ncolumns = [\"name\"]\n"),
            3 => format!(
                "alter_table = \"t{table}\"\nactions = [{{ alter_column = \"amount\", default = 0 }}, {{ add_check = \"amount >= 0\", name = \"ck_t{table}\" }}]\n"
            ),
            _ => format!("execute = \"ALTER TABLE t{table} ADD COLUMN note TEXT\"\n"),
        };
        write!(text, "message = \"change {i}\"\n\n[[upgrade]]\n{body}")?;
        fs::write(directory.join(format!("{}_change.toml", id(*i))), text)?;
    }
    Ok(())
}
