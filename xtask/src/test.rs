//! `cargo xtask test`: runs all tests, counts them, and lets no skip pass unseen.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::Failure;
use crate::crash;
use crate::diesel;
use crate::python;
use crate::run;
use crate::servers::{self, Servers, Which};

/// The variable that proptest draws its cases from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// The dialects, as the crates and the files of their tests begin.
const DIALECTS: [&str; 3] = ["sqlite", "postgres", "mysql"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Test one dialect alone: its crate, and the tests across crates that are not another dialect's
    #[arg(long, value_parser = DIALECTS)]
    only: Option<String>,
    /// What to hand on to `cargo test`, such as a filter
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// Adds one of cargo's lines `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            let mut words = part.split(' ');
            let number = words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed") => self.failed += number,
                Some("ignored") => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// Installs the client that runs offline scripts, where it is missing and this may be done. Tests that need it say what
/// they skip.
fn provide_client() {
    if run::find("sqlite3").is_none() && !servers::install("sqlite3") {
        eprintln!("the client `sqlite3` is missing, and cannot be installed from here");
    }
}

/// Passes on what the tests say on standard error, and counts the tests that say that they skip something.
fn pass_on(errors: impl Read) -> u64 {
    let lines = BufReader::new(errors).lines().map_while(Result::ok);
    lines.inspect(|line| eprintln!("{line}")).filter(|line| line.starts_with("skipped: ")).count() as u64
}

/// Runs tests and counts them; says whether all went well.
fn counted(mut command: Command, counts: &mut Counts) -> Result<bool, Failure> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null()).spawn()?;
    let errors = child.stderr.take().map(|errors| std::thread::spawn(move || pass_on(errors)));
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            counts.add(&line);
        }
    }
    let status = child.wait()?;
    if let Some(skips) = errors.and_then(|errors| errors.join().ok()) {
        // A test that skips passes.
        counts.passed = counts.passed.saturating_sub(skips);
        counts.skipped += skips;
    }
    Ok(status.success())
}

/// Returns the arguments that pick the tests of one dialect.
fn tests_of(only: &str) -> Result<Vec<String>, Failure> {
    let mut arguments: Vec<String> = vec!["--package".into(), format!("limbeck-{only}"), "--lib".into()];
    arguments.extend(["--package".into(), "limbeck-tests".into()]);
    let of_another = |name: &str| DIALECTS.iter().any(|other| *other != only && name.starts_with(other));
    for entry in std::fs::read_dir(run::root().join("tests/tests"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if !of_another(name) {
            arguments.extend(["--test".into(), name.to_owned()]);
        }
    }
    Ok(arguments)
}

/// Runs the tests. In CI a skipped test is a failure.
pub(crate) fn test(arguments: &Arguments) -> Result<(), Failure> {
    provide_client();
    let mut command = run::cargo();
    command.arg("test");
    match &arguments.only {
        None => drop(command.args(["--workspace", "--all-features"])),
        Some(only) => drop(command.args(tests_of(only)?).env("LIMBECK_TEST_ONLY", only)),
    }
    command.arg("--no-fail-fast").args(&arguments.rest);
    // A snapshot that differs is a failure and is never written.
    command.env("INSTA_UPDATE", "no");
    // The same random cases in every run, so that a failure is the change's own; other seeds are tried on purpose.
    let seed = std::env::var(SEED).unwrap_or_else(|_| "1".to_owned());
    println!("random cases are drawn from {SEED}={seed}");
    command.env(SEED, seed);
    let servers = Servers::start(Which::All);
    command.envs(servers.variables()).envs(python::variable());
    let mut counts = Counts::default();
    let mut succeeded = counted(command, &mut counts)?;
    if arguments.rest.is_empty() && arguments.only.is_none() {
        match diesel::tests() {
            Some(mut command) => {
                command.envs(servers.variables());
                succeeded &= counted(command, &mut counts)?;
            }
            None => counts.skipped += 1,
        }
    }
    drop(servers);
    if arguments.rest.is_empty() {
        let (stood, fell) = crash::bounded();
        counts.passed += stood;
        counts.failed += fell;
    }
    let Counts { passed, failed, skipped } = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if !succeeded || failed > 0 {
        return Err("tests failed".into());
    }
    if passed == 0 {
        return Err("no test ran".into());
    }
    if skipped > 0 && std::env::var_os("CI").is_some() {
        return Err("tests were skipped, which CI does not accept".into());
    }
    Ok(())
}
