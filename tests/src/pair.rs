//! Two empty databases of one kind, one for Limbeck and one for Alembic, and how they differ.

use std::collections::BTreeSet;
use std::error::Error;

use limbeck_core::dialect::Connection;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, Table};

/// A kind of database that histories are run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Kind {
    /// Returns its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Returns SQLAlchemy's name of it.
    pub fn dialect(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// One database, as both call it.
pub struct Database {
    kind: Kind,
    url: String,
    sqlalchemy: String,
}

/// Two databases, which go when this is dropped.
pub struct Pair {
    /// That of Limbeck.
    pub ours: Database,
    /// That of Alembic.
    pub theirs: Database,
    /// Keeps the files of SQLite.
    _directory: Option<tempfile::TempDir>,
    server: Option<Box<dyn Connection>>,
}

/// The names of the databases on a server.
const NAMES: [&str; 2] = ["limbeck_conformance_ours", "limbeck_conformance_theirs"];

impl Pair {
    /// Makes them; `None` where there is no such server.
    ///
    /// # Errors
    /// What the server says.
    pub fn make(kind: Kind) -> Result<Option<Self>, Box<dyn Error>> {
        match kind {
            Kind::Sqlite => {
                let directory = tempfile::tempdir()?;
                let database = |name: &str| {
                    let path = directory.path().join(name);
                    let (url, sqlalchemy) =
                        (format!("sqlite:{}", path.display()), format!("sqlite:///{}", path.display()));
                    Database { kind, url, sqlalchemy }
                };
                let (ours, theirs) = (database("limbeck.db"), database("alembic.db"));
                Ok(Some(Self { ours, theirs, _directory: Some(directory), server: None }))
            }
            Kind::Postgres => {
                let Ok(url) = std::env::var("LIMBECK_TEST_POSTGRES_URL") else { return Ok(None) };
                let mut server = limbeck::connect(&url)?;
                for name in NAMES {
                    server.execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
                    server.execute(&format!("CREATE DATABASE {name}"))?;
                }
                let database = |name: &str| {
                    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                    let (place, parameters) =
                        rest.split_once('?').map_or((rest, ""), |(place, all)| (place, all));
                    let host = place.split_once('/').map_or(place, |(host, _)| host);
                    let parameters =
                        if parameters.is_empty() { String::new() } else { format!("?{parameters}") };
                    let rest = format!("{host}/{name}{parameters}");
                    Database {
                        kind,
                        url: format!("postgres://{rest}"),
                        sqlalchemy: format!("postgresql+psycopg2://{rest}"),
                    }
                };
                let (ours, theirs) = (database(NAMES[0]), database(NAMES[1]));
                Ok(Some(Self { ours, theirs, _directory: None, server: Some(server) }))
            }
        }
    }
}

impl Pair {
    /// Takes note of the indexes that Alembic's database has by now, on SQLite: its batch mode makes a table anew without what
    /// SQLAlchemy does not read of an index, which is the order and the collation of a column, and all of one over an expression.
    ///
    /// # Errors
    /// What the database says.
    pub fn note(&self, had: &mut Had) -> Result<(), Box<dyn Error>> {
        if self.ours.kind == Kind::Sqlite {
            let mut theirs = self.theirs.open()?;
            let schema = theirs.reflect(None)?;
            let schema = theirs.dialect().normal_form(&schema, theirs.server());
            let indexes = schema.tables.values().flat_map(|table| &table.indexes);
            had.indexes.extend(indexes.map(|index| format!("{index:?}")));
        }
        Ok(())
    }

    /// Returns how the two differ, and what only Alembic has lost: of indexes that its database once had as Limbeck's has them.
    ///
    /// Compared are tables, their rows, views, enums and sequences; a line each. What only one tool keeps is left out.
    ///
    /// # Errors
    /// What the databases say.
    pub fn differences(&self, version_table: &str, had: &Had) -> Result<Found, Box<dyn Error>> {
        let (mut differences, mut lost) = (Vec::new(), Vec::new());
        let (mut ours, mut theirs) = (self.ours.open()?, self.theirs.open()?);
        let (mine, other) = (schema(&mut *ours, version_table)?, schema(&mut *theirs, version_table)?);
        for name in mine.tables.keys().chain(other.tables.keys()).collect::<BTreeSet<_>>() {
            let (own, their) = (mine.tables.get(name), other.tables.get(name));
            if own != their {
                let told = format!("table `{name}` differs: {}", how(&mine, &other, name));
                if own.zip(their).is_none_or(|(own, their)| !had.restores(their, own)) {
                    differences.push(told);
                    continue;
                }
                lost.push(told);
            }
            let (mine, other) = (self.ours.rows(&mut *ours, name)?, self.theirs.rows(&mut *theirs, name)?);
            if mine != other {
                let first = mine.iter().zip(&other).find(|(mine, other)| mine != other);
                let (mine, other) = (mine.len(), other.len());
                differences
                    .push(format!("the rows of `{name}` differ, {mine} and with Alembic {other}: {first:?}"));
            }
        }
        let rest = [
            ("views", mine.views == other.views),
            ("enums", mine.enums == other.enums),
            ("sequences", mine.sequences == other.sequences),
        ];
        differences
            .extend(rest.iter().filter(|(_, same)| !same).map(|(what, _)| format!("the {what} differ")));
        Ok(Found { differences, lost })
    }
}

/// How two databases differ.
pub struct Found {
    /// What is not the same, a line each.
    pub differences: Vec<String>,
    /// What Alembic's batch mode has lost, and nothing else.
    pub lost: Vec<String>,
}

/// The indexes that Alembic's database has had.
#[derive(Default)]
pub struct Had {
    indexes: BTreeSet<String>,
}

impl Had {
    /// Says whether Alembic's table is Limbeck's, once the indexes are put back that it has had as Limbeck's has them.
    fn restores(&self, their: &Table, own: &Table) -> bool {
        let (mut their, mut own) = (their.clone(), own.clone());
        for index in own.indexes.iter().filter(|index| self.indexes.contains(&format!("{index:?}"))) {
            their.indexes.retain(|other| other.name != index.name);
            their.indexes.push(index.clone());
        }
        for table in [&mut their, &mut own] {
            table.indexes.sort_by(|one, other| one.name.cmp(&other.name));
        }
        their == own
    }
}

/// Reads a schema, without the tables in which tools remember how far they are.
fn schema(connection: &mut dyn Connection, version_table: &str) -> Result<Schema, Box<dyn Error>> {
    let mut schema = connection.reflect(None)?;
    schema
        .tables
        .retain(|name, _| name.name.as_str() != "limbeck_log" && name.name.as_str() != version_table);
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

impl Drop for Pair {
    fn drop(&mut self) {
        for name in NAMES {
            if let Some(server) = &mut self.server {
                // What stays is dropped by the next run.
                let _ = server.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}

impl Database {
    /// Opens it.
    ///
    /// # Errors
    /// What the database says.
    pub fn open(&self) -> Result<Box<dyn Connection>, Box<dyn Error>> {
        Ok(limbeck::connect(&self.url)?)
    }

    /// Returns its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns its URL as SQLAlchemy writes it.
    pub fn sqlalchemy(&self) -> &str {
        &self.sqlalchemy
    }

    /// Returns all rows of a table, spelled so that types show, in an order that is always the same.
    fn rows(
        &self,
        connection: &mut dyn Connection,
        table: &TableName,
    ) -> Result<Vec<String>, Box<dyn Error>> {
        let quoted = |name: &Ident| format!("\"{}\"", name.as_str().replace('"', "\"\""));
        let schema = table.schema.as_ref().map(|schema| format!("{}.", quoted(schema)));
        let name = format!("{}{}", schema.unwrap_or_default(), quoted(&table.name));
        let sql = match self.kind {
            Kind::Sqlite => format!("SELECT * FROM {name}"),
            Kind::Postgres => format!("SELECT to_jsonb(t)::text FROM {name} AS t"),
        };
        let mut rows: Vec<String> = connection.query(&sql)?.iter().map(|row| format!("{row:?}")).collect();
        rows.sort_unstable();
        Ok(rows)
    }
}
