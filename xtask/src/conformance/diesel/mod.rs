//! Is a Diesel project at home in Limbeck? Published crates with migrations and a `schema.rs` are asked, beside diesel_cli.
//!
//! Each crate's history is run by Limbeck and by Diesel, each on a database of its own. Then both print a `schema.rs`, and both say
//! what there is to do for the crate's own. The crates come from the registry; nothing of theirs enters the repository.

mod database;
mod project;
mod told;
mod tool;

use std::fs;
use std::path::Path;

use crate::servers::{Servers, Which};
use crate::{Failure, run};

use database::Database;
use project::{PROJECTS, Project};

/// Which crates to compare.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Compare only the projects of this name
    #[arg(long)]
    project: Option<String>,
}

/// The version of diesel_cli that is compared with.
const DIESEL: &str = "2.3.14";

/// Prints what each project comes to, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that is not listed, or when diesel_cli or a crate cannot be had.
pub(super) fn diesel(args: &Arguments) -> Result<(), Failure> {
    let limbeck = run::build_limbeck_whole()?.canonicalize()?;
    let diesel = tool::diesel(DIESEL)?;
    let servers = Servers::start(Which::Plain);
    let (mut passed, mut failed) = (0_u64, 0_u64);
    let wanted = |project: &&Project| args.project.as_deref().is_none_or(|only| only == project.name);
    for project in PROJECTS.iter().filter(wanted) {
        let faults = one(project, &limbeck, &diesel, &servers)?;
        match faults.is_empty() {
            true => passed += 1,
            false => failed += 1,
        }
        for fault in faults {
            println!("  {fault}");
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { Ok(()) } else { Err("Limbeck and Diesel differ".into()) }
}

/// Compares one project; returns what differs and is not listed.
fn one(project: &Project, limbeck: &Path, diesel: &Path, servers: &Servers) -> Result<Vec<String>, Failure> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    project.copy(root)?;
    let ours = Database::make(project.kind, "ours", root, servers, diesel)?;
    let theirs = Database::make(project.kind, "theirs", root, servers, diesel)?;
    // It ends with 3 when it finds something.
    let limbeck = |arguments: &[&str], database: &Database| {
        tool::output(
            &[0, 3],
            tool::command(limbeck, root).args(arguments).env("LIMBECK_URL", database.limbeck()),
        )
    };
    let diesel = |arguments: &[&str]| {
        tool::output(&[0], tool::command(diesel, root).args(arguments).env("DATABASE_URL", theirs.url()))
    };
    limbeck(&["upgrade", "heads", "--quiet"], &ours)?;
    diesel(&["migration", "run", "--migration-dir", "migrations"])?;

    let mut faults = Vec::new();
    // Both histories come to the same database.
    let printed = limbeck(&["print-schema"], &ours)?;
    if printed != limbeck(&["print-schema"], &theirs)? {
        faults.push("the database that Limbeck made is another one than Diesel made".to_owned());
    }
    let by_diesel = diesel(&["print-schema"])?;
    faults.extend(told::other_lines(&project.as_documented(&by_diesel), &printed));

    let found = told::operations(&limbeck(&["diff", "database", "model"], &ours)?)?;
    let generated =
        diesel(&["migration", "generate", "--migration-dir", "generated", "--diff-schema=schema.rs", "diff"]);
    let generated = match generated {
        Ok(_) => told::statements(&up(&root.join("generated"))?)?,
        Err(failure) => return Err(format!("{}: {failure}", project.name).into()),
    };
    for more in found.difference(&generated) {
        faults.push(format!("Limbeck alone finds: {more}"));
    }
    let missed: Vec<&String> = generated.difference(&found).collect();
    let explained = |one: &&String| project.more_of_diesels.iter().any(|(part, _)| one.contains(part));
    faults
        .extend(missed.iter().filter(|one| !explained(one)).map(|one| format!("Diesel alone finds: {one}")));
    println!(
        "{}: {} {}, {} lines of `schema.rs` the same, {} differences found by both, {} by Diesel alone",
        project.name,
        project.krate,
        project.version,
        printed.lines().count() - 1,
        found.intersection(&generated).count(),
        missed.len()
    );
    for one in found.intersection(&generated) {
        println!("  both: {one}");
    }
    for (part, why) in project.more_of_diesels {
        for one in missed.iter().filter(|one| one.contains(part)) {
            println!("  Diesel alone: {one}: {why}");
        }
    }
    Ok(faults)
}

/// Returns the `up.sql` of the only migration in a folder.
fn up(folder: &Path) -> Result<String, Failure> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path().join("up.sql");
        if file.is_file() {
            return Ok(fs::read_to_string(file)?);
        }
    }
    Err("diesel_cli wrote no migration".into())
}
