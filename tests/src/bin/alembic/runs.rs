//! Histories that Alembic and Limbeck both run on SQLite: are the catalogs, the rows and the version tables the same?

use std::error::Error;
use std::path::Path;

use limbeck::settings;
use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::dialect::Connection;
use limbeck_core::graph::Target;
use limbeck_core::history::History;
use limbeck_core::literal::Literal;
use limbeck_core::migrator::{Migrator, Settings};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::Schema;
use serde_json::{Value, json};

use crate::history::order;
use crate::oracle::Oracle;

/// How many revisions lie between two looks.
const STRIDE: usize = 10;

/// The version table, in a name that is not the usual one.
const VERSION_TABLE: &str = "a version";

/// How far both came, and what differs.
pub(crate) struct Ran {
    /// How many revisions both ran.
    pub(crate) revisions: usize,
    /// Whether these are all, and both came back to the base.
    pub(crate) whole: bool,
    /// Why it went no further.
    pub(crate) stopped: String,
    pub(crate) differences: Vec<String>,
}

/// Runs a history by both, each on a database of its own, as far as both can, and compares after every tenth revision and at
/// the end; down to the base too, where both have a way.
pub(crate) fn run(history: &History, oracle: &mut Oracle, locations: &Value) -> Result<Ran, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let (ours, theirs) = (directory.path().join("limbeck.db"), directory.path().join("alembic.db"));
    let ids = order(history)?;
    let mut ran = Ran { revisions: 0, whole: false, stopped: String::new(), differences: Vec::new() };
    for (number, id) in ids.iter().enumerate() {
        let look = (number + 1) % STRIDE == 0 || number + 1 == ids.len();
        let question = |down: bool, target: &str| {
            json!({
                "locations": locations,
                "url": format!("sqlite:///{}", theirs.display()),
                "options": { "version_table": VERSION_TABLE },
                "target": target,
                "down": down,
            })
        };
        // Limbeck first: what it refuses leaves both where they are.
        if let Err(faults) = migrate(history, &ours, id.as_str(), false) {
            ran.stopped = format!("{id}: {}", faults.first().message);
            break;
        }
        if let Err(why) = oracle.heads("run", &question(false, id.as_str()))? {
            // Only the database before is compared then.
            ran.stopped = format!("{id}: Alembic: {why}");
            return Ok(ran);
        }
        ran.revisions += 1;
        if look {
            compare(history, oracle, &ours, &theirs, id, &mut ran.differences)?;
        }
        if number + 1 == ids.len() {
            ran.whole = true;
            match migrate(history, &ours, "base", true) {
                Ok(()) => match oracle.heads("run", &question(true, "base"))? {
                    Ok(_) => compare(
                        history,
                        oracle,
                        &ours,
                        &theirs,
                        &RevisionId::new("base"),
                        &mut ran.differences,
                    )?,
                    Err(why) => ran.stopped = format!("down to base: Alembic: {why}"),
                },
                Err(faults) => ran.stopped = format!("down to base: {}", faults.first().message),
            }
        }
    }
    if !ran.whole && ran.revisions % STRIDE != 0 {
        let last = &ids[ran.revisions - 1];
        compare(history, oracle, &ours, &theirs, last, &mut ran.differences)?;
    }
    Ok(ran)
}

fn own_settings() -> Settings {
    let version_table = TableName::unqualified(Ident::new(VERSION_TABLE).expect("it is a good name"));
    Settings { version_table, ..settings() }
}

fn open(path: &Path) -> Result<Box<dyn Connection>, Box<dyn Error>> {
    Ok(limbeck::connect(&format!("sqlite:{}", path.display()))?)
}

fn migrate(history: &History, path: &Path, target: &str, down: bool) -> Result<(), Diagnostics> {
    let mut connection = limbeck::connect(&format!("sqlite:{}", path.display()))?;
    let mut migrator = Migrator::new(history, &mut *connection, own_settings());
    if down {
        return migrator.downgrade(&Target::base()).map(drop);
    }
    migrator.upgrade(&Target::revision(target)).map(drop)
}

/// Compares the two databases, and what each tool says of where the other's is.
fn compare(
    history: &History,
    oracle: &mut Oracle,
    ours: &Path,
    theirs: &Path,
    at: &RevisionId,
    differences: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    let mut heads = Vec::new();
    for path in [ours, theirs] {
        let url = format!("sqlite:///{}", path.display());
        let question = json!({ "url": url, "options": { "version_table": VERSION_TABLE } });
        heads.push(oracle.heads("current", &question)?);
        let mut connection = open(path)?;
        let mut own: Vec<String> = Migrator::new(history, &mut *connection, own_settings())
            .current()?
            .iter()
            .map(ToString::to_string)
            .collect();
        own.sort_unstable();
        heads.push(Ok(own));
    }
    if heads.windows(2).any(|pair| pair[0] != pair[1]) {
        differences.push(format!("at {at}: the heads are {heads:?}"));
    }
    let (mut ours, mut theirs) = (open(ours)?, open(theirs)?);
    let (mine, other) = (schema(&mut *ours)?, schema(&mut *theirs)?);
    for name in mine.tables.keys().chain(other.tables.keys()).collect::<std::collections::BTreeSet<_>>() {
        if mine.tables.get(name) != other.tables.get(name) {
            differences.push(format!("at {at}: table `{name}` differs: {}", how(&mine, &other, name)));
        } else if rows(&mut *ours, name)? != rows(&mut *theirs, name)? {
            differences.push(format!("at {at}: the rows of `{name}` differ"));
        }
    }
    if mine.views != other.views {
        differences.push(format!("at {at}: the views differ"));
    }
    Ok(())
}

fn schema(connection: &mut dyn Connection) -> Result<Schema, Box<dyn Error>> {
    let mut schema = connection.reflect(None)?;
    schema
        .tables
        .retain(|name, _| name.name.as_str() != "limbeck_log" && name.name.as_str() != VERSION_TABLE);
    Ok(connection.dialect().normal_form(&schema, connection.server()))
}

fn how(mine: &Schema, other: &Schema, name: &TableName) -> String {
    let one = |schema: &Schema| {
        let mut alone = Schema::new();
        alone
            .tables
            .extend(schema.tables.get_key_value(name).map(|(name, table)| (name.clone(), table.clone())));
        alone
    };
    let changes = limbeck_core::diff::diff(&one(other), &one(mine), Schema::clone);
    let told: Vec<String> = changes.iter().map(limbeck_core::op::Change::describe).collect();
    told.join("; ")
}

fn rows(connection: &mut dyn Connection, table: &TableName) -> Result<Vec<Vec<Literal>>, Box<dyn Error>> {
    let name = table.name.as_str().replace('"', "\"\"");
    let mut rows = connection.query(&format!("SELECT * FROM \"{name}\""))?;
    rows.sort_by(|left, right| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal));
    Ok(rows)
}
