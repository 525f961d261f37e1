//! Are databases that other tools themselves have made taken over? Each tool makes one on SQLite, PostgreSQL and MariaDB; it is
//! adopted, gets one new revision, and the tool still says the same of it.

mod tool;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::database::{self, Database, Kind};
use crate::servers::{Servers, Which};
use crate::{Failure, run, servers};

use tool::{BY_LAYOUT, Missing, TOOLS, Tool};

/// The name of the databases.
const NAME: &str = "limbeck_adopt";

/// What the application has, where its tool is told in SQL.
const ORG: &str = "CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE);";

/// Which tools to run, and where.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Run only this tool; may be given several times
    #[arg(long = "tool", value_parser = clap::builder::PossibleValuesParser::new(TOOLS.iter().map(|tool| tool.name)))]
    tools: Vec<String>,
    /// Run on this kind of database alone; may be given several times
    #[arg(long = "database", value_name = "KIND")]
    databases: Vec<String>,
}

/// Runs all tools, and ends with the line `N passed, N failed, N skipped`.
///
/// # Errors
/// When a database is not adopted, a tool does not see its own table as before, or no tool could be had.
pub(super) fn adopt(args: &Arguments) -> Result<(), Failure> {
    let limbeck = run::build_limbeck_whole()?.canonicalize()?;
    if run::find("sqlite3").is_none() && !servers::install("sqlite3") {
        return Err("the client `sqlite3` is missing, and cannot be installed from here".into());
    }
    let servers = Servers::start(Which::Plain);
    let databases = database::chosen(NAME, &args.databases, &servers)?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let wanted = |tool: &&Tool| args.tools.is_empty() || args.tools.iter().any(|name| *name == tool.name);
    for tool in TOOLS.iter().filter(wanted) {
        let programs = match tool.programs() {
            Ok(programs) => programs,
            Err(Missing::Unfetched(failure)) => {
                println!("{}: skipped: {failure}", tool.name);
                skipped += 1;
                continue;
            }
            Err(Missing::Broken(failure)) => {
                println!("{}: {failure}", tool.name);
                failed += 1;
                continue;
            }
        };
        for database in &databases {
            let on = format!("{} on {}", tool.name, database.kind.name());
            if !tool.on.contains(&database.kind) {
                println!(
                    "{on}: skipped: what of it comes from a registry does not run there; the tests lay its table out"
                );
                skipped += 1;
                continue;
            }
            match one(tool, database, &programs, &limbeck) {
                Ok(heads) => {
                    println!("{on}: adopted at {heads} and upgraded; the tool sees its tables as before");
                    passed += 1;
                }
                Err(failure) => {
                    println!("{on}: {}", database.without_password(&failure.to_string()));
                    failed += 1;
                }
            }
        }
    }
    if args.tools.is_empty() {
        for name in BY_LAYOUT {
            println!("{name}: skipped: no registry has it; the tests lay its tables out as its source does");
            skipped += 1;
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    match (passed, failed) {
        (0, 0) => Err("no tool could be had".into()),
        (_, 0) => Ok(()),
        _ => Err("not every database is adopted".into()),
    }
}

/// Lets a tool make a database, takes it over, and returns the ids of the baseline.
fn one(tool: &Tool, database: &Database, programs: &Path, limbeck: &Path) -> Result<String, Failure> {
    let directory = tempfile::tempdir()?;
    database.reset(directory.path())?;
    let shell = |function: &str| {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", &format!("{}\n{function}", tool.script)]).current_dir(directory.path());
        command.envs(variables(database)).env("BIN", programs).env("ORG", ORG);
        output(&mut command)
    };
    let look = || Ok::<_, Failure>(shell("look")? + &tables(tool, database, directory.path())?);
    shell("make")?;
    let before = look()?;
    // A directory of its own, so that nothing else says which project this is.
    let project = directory.path().join("limbeck");
    std::fs::create_dir_all(project.join("migrations"))?;
    std::fs::write(project.join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")?;
    let url = database.url("sqlite:../", "postgres", "mysql");
    let ours = |arguments: &[&str]| {
        output(Command::new(limbeck).args(arguments).current_dir(&project).env("LIMBECK_URL", &url))
    };
    let adopted: serde_json::Value = serde_json::from_str(&ours(&["--json", "adopt"])?)?;
    if adopted["tool"] != tool.name {
        return Err(format!("it is taken for a database of {}", adopted["tool"]).into());
    }
    ours(&["check"])?;
    let heads = adopted["heads"].to_string();
    let next = format!(
        "revision = \"next\"\ndown_revision = {heads}\n[[upgrade]]\ncreate_table = \"beside\"\n\
         columns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n"
    );
    std::fs::write(project.join("migrations/next.toml"), next)?;
    ours(&["upgrade", "heads"])?;
    output(&mut ask(database, directory.path(), &["INSERT INTO beside VALUES (1)".to_owned()]))?;
    let after = look()?;
    let seen = |table: &&str| before.to_lowercase().contains(&table.to_lowercase());
    match before == after && tool.tables.iter().all(seen) {
        true => Ok(heads),
        false => Err(format!("before:\n{before}\nafter:\n{after}").into()),
    }
}

/// Returns what a tool's script knows of the database.
fn variables(database: &Database) -> Vec<(&'static str, String)> {
    let kind = match database.kind {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
        Kind::Mariadb => "mysql",
    };
    let mut variables = vec![
        ("KIND", kind.to_owned()),
        ("NAME", database.name.to_owned()),
        ("DATABASE_URL", database.url("", "postgres", "mysql")),
    ];
    if let Some(site) = database.site() {
        variables.extend([
            ("HOST", site.host.clone()),
            ("PORT", site.port.clone()),
            ("LOGIN", site.user.clone()),
            ("PASSWORD", site.password.clone()),
        ]);
    }
    variables
}

/// Returns how the tool's tables are made, and their rows.
fn tables(tool: &Tool, database: &Database, directory: &Path) -> Result<String, Failure> {
    let asked: Vec<String> = match database.kind {
        Kind::Sqlite => tool.tables.iter().map(|table| format!(".dump {table}")).collect(),
        Kind::Postgres => ["SET search_path = public, sqitch".to_owned()]
            .into_iter()
            .chain(tool.tables.iter().flat_map(|table| [format!("\\d {table}"), format!("TABLE {table}")]))
            .collect(),
        Kind::Mariadb => tool
            .tables
            .iter()
            .flat_map(|table| [format!("SHOW CREATE TABLE {table}"), format!("SELECT * FROM {table}")])
            .collect(),
    };
    output(&mut ask(database, directory, &asked))
}

/// Starts to describe a call of the database's own client.
fn ask(database: &Database, directory: &Path, asked: &[String]) -> Command {
    let mut command = match database.kind {
        Kind::Sqlite => {
            let mut command = Command::new("sqlite3");
            command.arg(format!("{}.db", database.name)).args(asked);
            command
        }
        Kind::Postgres => {
            let mut command = database.call(database.name);
            command.args(asked.iter().flat_map(|asked| ["-c", asked]));
            command
        }
        Kind::Mariadb => {
            let mut command = database.call(database.name);
            command.arg("-e").arg(asked.join(";\n"));
            command
        }
    };
    command.current_dir(directory);
    command
}

/// Runs a command, and returns what it printed.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(text),
        false => Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}
