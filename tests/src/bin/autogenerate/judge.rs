//! What Limbeck finds of a pair, beside what Alembic does.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use limbeck::config::Config;
use limbeck::connect;
use limbeck::core::dialect::ConnectOptions;
use limbeck::core::diff::diff;
use limbeck::project::{Model, Project, Side};

use crate::database::Databases;
use crate::difference::{Difference, told, without_parts};
use crate::oracle::Pair;

/// What Limbeck finds and Alembic does not, by the class of the difference; only where the models differ in that.
const MORE: [(&str, &str); 11] = [
    ("index", "Alembic does not drop the index that MariaDB made for a foreign key that goes"),
    ("unique", "Alembic does not compare unique constraints without a name on SQLite"),
    ("default", "SQLAlchemy does not read a default with a quote in it from MariaDB"),
    ("primary key", "Alembic does not compare primary keys"),
    ("check", "Alembic does not compare checks"),
    ("enum", "Alembic does not compare the values of enums"),
    ("sequence", "Alembic does not compare sequences"),
    ("computed", "Alembic does not change what a column is computed from"),
    ("collation", "Alembic does not compare collations"),
    ("identity", "Alembic does not tell how identity columns count"),
    ("autoincrement", "Alembic does not compare whether a column counts up"),
];

/// What is told where Alembic finds something between a database and the very model that it was made from.
const ALWAYS: &str = "Alembic finds it in a database just made from the model, too, so that it means nothing";

/// What comes of one pair.
pub(crate) enum Verdict {
    /// The same, but for what is listed, counted by its reason. How many differences both found.
    Agreed(usize, BTreeMap<&'static str, usize>),
    /// Something else; the text says what.
    Differs(String),
}

/// Compares what both find.
pub(crate) fn judge(pair: &Pair, databases: &Databases, directory: &Path) -> Result<Verdict, Box<dyn Error>> {
    let is_mysql = databases.is_mysql();
    let [there, wanted] = databases.urls();
    let file = directory.join("after.sql");
    fs::write(&file, &pair.after)?;
    let by_url = found(&there, &wanted, directory, is_mysql)?;
    let by_file = found(&there, &file.to_string_lossy(), directory, is_mysql)?;
    let mut how = String::new();
    for (one, other, which) in [(&by_url, &by_file, "database"), (&by_file, &by_url, "file")] {
        for difference in one.difference(other) {
            writeln!(how, "found with the model as a {which} alone: {difference}")?;
        }
    }
    let always = without_parts(&pair.always);
    let theirs = without_parts(&pair.found);
    let mut reasons = BTreeMap::new();
    for missed in theirs.difference(&by_url) {
        match always.contains(missed) {
            true => *reasons.entry(ALWAYS).or_default() += 1,
            false => writeln!(how, "found by Alembic alone: {missed}")?,
        }
    }
    for more in by_url.difference(&theirs) {
        let listed = MORE.iter().find(|(class, _)| *class == more.1 && is_asked_for(more, pair, databases));
        match listed {
            Some((_, why)) => *reasons.entry(*why).or_default() += 1,
            None => writeln!(how, "found by Limbeck alone: {more}")?,
        }
    }
    if how.is_empty() {
        return Ok(Verdict::Agreed(theirs.intersection(&by_url).count(), reasons));
    }
    for (class, table) in &pair.changes {
        writeln!(how, "changed: {class} of `{table}`")?;
    }
    write!(how, "\nbefore:\n{}\nafter:\n{}", pair.before, pair.after)?;
    Ok(Verdict::Differs(how))
}

/// Says whether the models differ in what a difference is about.
fn is_asked_for(
    Difference(sign, class, table, what): &Difference,
    pair: &Pair,
    databases: &Databases,
) -> bool {
    let with = |more: &[&str]| {
        let is_it = |(what, of): &(String, String)| {
            (of == table || table.is_empty()) && (what == class || more.contains(&what.as_str()))
        };
        pair.changes.iter().any(is_it)
    };
    match class.as_str() {
        // A named enum comes and goes with the columns that are of it.
        "enum" => with(&["type", "column", "table"]),
        "unique" => {
            let there = if sign == "-" { &pair.before } else { &pair.after };
            with(&[]) && databases.is_sqlite() && has_nameless_unique(there, table, what)
        }
        "default" => {
            let quotes = |line: &str| line.trim_start().starts_with(what.as_str()) && line.contains("''");
            with(&[]) && databases.is_mysql() && pair.before.lines().any(quotes)
        }
        // A table that goes and comes as another one has other checks.
        "check" => with(&["table"]),
        "collation" => with(&["type"]),
        "autoincrement" => with(&["primary key"]),
        "index" => {
            pair.changes.contains(&("foreign key".to_owned(), table.clone()))
                && sign == "-"
                && (what.starts_with("fk_") || what.starts_with("to_"))
        }
        _ => with(&[]),
    }
}

/// Says whether the statements that make a schema give a table a unique constraint over some columns and no name for it.
fn has_nameless_unique(statements: &str, table: &str, columns: &str) -> bool {
    let plain = statements.replace('"', "");
    let own = plain.split(";\n").find(|one| one.trim_start().starts_with(&format!("CREATE TABLE {table} (")));
    let listed = |line: &str| {
        let inner = line.trim().trim_end_matches(',').strip_prefix("UNIQUE (")?.strip_suffix(')')?;
        let mut names: Vec<&str> = inner.split(", ").collect();
        names.sort_unstable();
        Some(names.join(", "))
    };
    own.is_some_and(|own| own.lines().any(|line| listed(line).as_deref() == Some(columns)))
}

/// Returns what Limbeck finds between a database and a model.
fn found(
    there: &str,
    model: &str,
    directory: &Path,
    is_mysql: bool,
) -> Result<BTreeSet<Difference>, Box<dyn Error>> {
    let project = Project::open(Config::load(&directory.join("limbeck.toml"), &|_| None)?)?;
    let settings = limbeck::settings();
    let mut connection = connect(there)?;
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let model = Side::Model(Model::given(&[model.to_owned()], &ConnectOptions::default())?);
    let (from, to) =
        project.schemas_of(&Side::Database, &model, &server, &settings, Some(&mut *connection))?;
    let operations = diff(&from, &to, |schema| dialect.normal_form(schema, &server));
    Ok(told(&operations, &from, is_mysql))
}
