//! `cargo xtask demo`: the main job on a real SQLite file, with something worth seeing.

use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::run;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where to put the project; a fresh directory below the build directory when it is not given
    directory: Option<PathBuf>,
}

/// What the database holds afterwards, as a person would ask it.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "rows",
        "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM product), (SELECT count(*) FROM purchase), (SELECT count(*) FROM shipment)",
    ),
    (
        "a purchase",
        "SELECT id, customer_id, product_id, quantity, typeof(quantity), bought_at FROM purchase WHERE id = 10",
    ),
    ("loyalty", "SELECT full_name, points FROM customer ORDER BY points DESC, id LIMIT 1"),
    ("the table now", "SELECT sql FROM sqlite_schema WHERE name = 'purchase'"),
    ("its index", "SELECT sql FROM sqlite_schema WHERE name = 'ix_purchase_customer'"),
    ("foreign keys broken", "SELECT count(*) FROM pragma_foreign_key_check"),
    ("integrity", "SELECT * FROM pragma_integrity_check"),
];

/// Copies the shop project, and takes it from an empty file to its head and back one step.
pub(crate) fn demo(arguments: &Arguments) -> Result<(), Failure> {
    println!("Building limbeck …");
    let limbeck = run::build_limbeck(true)?;
    let directory = match &arguments.directory {
        Some(directory) => directory.clone(),
        None => run::target_dir().join("demo").join("shop"),
    };
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    copy(&run::root().join("fixtures/projects/shop"), &directory)?;
    let step = |title: &str, arguments: &[&str]| -> Result<(), Failure> {
        heading(title);
        println!("$ limbeck {}", arguments.join(" "));
        run::check(Command::new(&limbeck).args(arguments).current_dir(&directory))
    };
    step("The history: two branches and a merge point", &["history"])?;
    step(
        "What the last step would do to the big table, before anything runs",
        &["upgrade", "heads", "--plan"],
    )?;
    step("The upgrade, on a real file with 100,000 purchases", &["upgrade", "heads"])?;
    heading("What the database holds now");
    ask(&directory.join("shop.db"))?;
    step("One step back: the downgrade of the rebuild is derived", &["downgrade", "-1"])?;
    step("And forth again", &["upgrade", "heads"])?;
    step("Up to date is up to date", &["upgrade", "heads"])?;
    step("Where it stands", &["current"])?;
    println!("\nThe project and its database are in {}", directory.display());
    Ok(())
}

fn heading(title: &str) {
    match stdout().is_terminal() {
        true => println!("\n\x1b[1m{title}\x1b[0m"),
        false => println!("\n== {title}"),
    }
}

fn ask(database: &Path) -> Result<(), Failure> {
    let connection = rusqlite::Connection::open(database)?;
    for (what, sql) in QUESTIONS {
        let mut statement = connection.prepare(sql)?;
        let width = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let cells: Result<Vec<String>, rusqlite::Error> = (0..width)
                .map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| show(&value)))
                .collect();
            println!("{what:>20}: {}", cells?.join(" | ").replace('\n', "\n                      "));
        }
    }
    Ok(())
}

fn show(value: &rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => {
                fs::copy(entry.path(), target)?;
            }
        }
    }
    Ok(())
}
