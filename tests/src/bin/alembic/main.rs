//! `cargo xtask conformance alembic` runs this: how much of real Alembic histories is told without Python, and is the SQL
//! that of Alembic?
//!
//! Usage: `alembic PYTHON LIMBECK DIRECTORY [PACKAGE…]` or `alembic PYTHON LIMBECK DIRECTORY --history NAME`, where the Python has
//! Alembic installed, the program is Limbeck as it is released, and the directory holds a directory a package. With a history,
//! every difference and every reason is told.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

mod count;
mod graph;
mod history;
mod normalize;
mod oracle;
mod ours;
mod runs;
mod timing;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, thread};

use limbeck_core::graph::Direction;
use limbeck_tests::pair::Kind;

use count::{Counts, Verdict};
use history::{DIALECTS, HISTORIES, Known, Opened, Sides};
use oracle::{Answer, Oracle};
use timing::Timing;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [python, program, directory, rest @ ..] = &arguments[..] else {
        eprintln!(
            "usage: alembic PYTHON LIMBECK DIRECTORY [PACKAGE…] | alembic PYTHON LIMBECK DIRECTORY --history NAME"
        );
        return ExitCode::from(2);
    };
    let which = match rest {
        [flag, name] if flag == "--history" => Which::History(name),
        packages => Which::Packages(packages),
    };
    match run(Path::new(python), Path::new(program), Path::new(directory), &which) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Which histories are compared.
enum Which<'a> {
    /// One, of which all is told.
    History(&'a str),
    /// Those of these packages.
    Packages(&'a [String]),
}

impl Which<'_> {
    fn has(&self, known: &Known) -> bool {
        match self {
            Self::History(name) => known.name == *name,
            Self::Packages(packages) => packages.iter().any(|package| package == known.package),
        }
    }

    fn tells_all(&self) -> bool {
        matches!(self, Self::History(_))
    }
}

fn run(python: &Path, program: &Path, directory: &Path, which: &Which<'_>) -> Result<bool, Box<dyn Error>> {
    let (mut all, mut reasons) = (Counts::default(), BTreeMap::<String, usize>::new());
    let mut timing = Timing::of(program);
    println!("{}", Counts::head());
    for known in HISTORIES.iter().filter(|known| which.has(known)) {
        let (counts, why) = one(known, python, directory, which.tells_all(), &mut timing)
            .map_err(|error| format!("{}: {error}", known.name))?;
        println!("{}", counts.line(known.name));
        all.add(&counts);
        why.into_iter().for_each(|(reason, count)| *reasons.entry(reason).or_default() += count);
    }
    println!("{}", all.line("all"));
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    println!("\nwhy upgrades are untold, by count:");
    for (reason, count) in reasons.iter().take(if which.tells_all() { usize::MAX } else { 25 }) {
        println!("{count:6} {reason}");
    }
    if let Which::Packages(_) = which {
        let mine = HISTORIES.iter().filter(|known| which.has(known));
        println!("\n{}", together::measure(mine, directory, &mut timing)?);
    }
    println!("\n{}; of the longest, {}", all.verdict(), timing.longest());
    Ok(all.holds())
}

/// Compares one history.
fn one(
    known: &Known,
    python: &Path,
    directory: &Path,
    tell: bool,
    timing: &mut Timing,
) -> Result<(Counts, BTreeMap<String, usize>), Box<dyn Error>> {
    let root = directory.join(known.package);
    let opened = history::open(known, &root, known.types)?;
    let Opened { history, convention, .. } = &opened;
    let sides: Vec<Sides> = thread::scope(|scope| {
        let workers: Vec<_> = known
            .dialects()
            .map(|dialect| {
                let root = &root;
                scope.spawn(move || {
                    let mut oracle = Oracle::new(python, dialect.0, root, convention);
                    side(history, dialect, &mut oracle).map_err(|error| error.to_string())
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker does not panic"))
            .collect::<Result<_, String>>()
    })?;
    let (mut counts, mut reasons) = (Counts::default(), BTreeMap::new());
    counts.plain(&sides, &plain(known, &root)?);
    let mut oracle = Oracle::new(python, DIALECTS[0].0, &root, convention);
    let compared = graph::compare(history, &mut oracle, &known.locations(&root))?;
    for difference in &compared.differences {
        println!("{}: {difference}", known.name);
    }
    counts.graph(compared.revisions, compared.differences.len());
    println!("{}", timing.measure(known.name, history, &opened.ini())?);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if known.dialects.is_empty() || known.dialects.contains(&kind.dialect()) {
            let mut oracle = Oracle::new(python, kind.dialect(), &root, convention);
            match runs::run(history, &mut oracle, &known.locations(&root), kind)? {
                Some(ran) => {
                    println!("{}", ran.told(known.name, kind));
                    counts.ran(&ran);
                }
                None => eprintln!("skipped: no {} to run histories on", kind.name()),
            }
        }
    }
    for (number, id) in history::order(history)?.iter().enumerate() {
        for direction in [Direction::Up, Direction::Down] {
            let mut untold = BTreeSet::new();
            for side in &sides {
                let (ours, theirs) = side.pair(number, direction);
                let verdict = Verdict::of(side.dialect, ours, theirs);
                if let ours::Ours::Untold(reason) = ours
                    && !matches!(theirs, Answer::Impossible(_))
                {
                    untold.insert(reason.clone());
                }
                if tell && verdict.matters() {
                    println!(
                        "{id} {} {}: {verdict}",
                        if direction == Direction::Up { "up" } else { "down" },
                        side.dialect
                    );
                    for line in verdict.lines(ours, theirs) {
                        println!("    {line}");
                    }
                }
                counts.sql(side.dialect, direction, &verdict);
            }
            counts.revision(direction, untold.is_empty());
            if direction == Direction::Up {
                untold.into_iter().for_each(|reason| *reasons.entry(reason).or_default() += 1);
            }
        }
    }
    Ok((counts, reasons))
}

/// Says of each upgrade, for each dialect that the history is for, whether it is told with no types file and no database.
fn plain(known: &Known, root: &Path) -> Result<Vec<Vec<bool>>, Box<dyn Error>> {
    let opened = history::open(known, root, "")?;
    let dialects = known.dialects();
    dialects.map(|(_, server)| ours::told_offline(&opened.history, server)).collect()
}

/// Asks both about each revision, on one dialect.
fn side(
    history: &limbeck_core::history::History,
    dialect: (&'static str, &'static str),
    oracle: &mut Oracle,
) -> Result<Sides, Box<dyn Error>> {
    let mut theirs = Vec::new();
    for id in history::order(history)? {
        let path = history.graph().get(id.as_str()).and_then(|header| header.path.clone());
        let path = path.ok_or("a script has no path")?;
        theirs.push((oracle.ask(&path, "upgrade")?, oracle.ask(&path, "downgrade")?));
    }
    oracle.keep()?;
    let ours = ours::all(history, dialect.1, &theirs)?;
    Ok(Sides { dialect: dialect.0, ours, theirs })
}
