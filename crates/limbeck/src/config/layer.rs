//! What one file of the configuration states.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Dialect, DialectOptions};
use limbeck_core::diff::ColumnOrder;
use limbeck_core::lint::{self, Level};
use limbeck_core::migrator::TransactionMode;
use limbeck_core::script::Naming;
use toml::de::DeTable;

use super::mask::masked;
use super::reader::{Entry, Reader};
use super::{DatabaseEntry, FileTemplate, HeadsFile, Stated};
use crate::connect::{DIALECTS, dialect_named};
use crate::folders::Layout;

/// The values of one file; what it does not state is `None` or empty.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) extends: Option<Stated<String>>,
    pub(super) projects: Option<Vec<Stated<String>>>,
    pub(super) locations: Option<Vec<Stated<String>>>,
    pub(super) layout: Option<Layout>,
    pub(super) version_table: Option<Stated<String>>,
    pub(super) version_table_pk: Option<bool>,
    pub(super) file_template: Option<FileTemplate>,
    pub(super) transaction: Option<TransactionMode>,
    pub(super) lock_timeout: Option<Duration>,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) retries: Option<u32>,
    pub(super) heads_file: Option<HeadsFile>,
    pub(super) model: Option<Vec<Stated<String>>>,
    pub(super) include: Option<Vec<Stated<String>>>,
    pub(super) exclude: Option<Vec<Stated<String>>>,
    pub(super) column_order: Option<ColumnOrder>,
    pub(super) naming: BTreeMap<String, Stated<String>>,
    pub(super) databases: BTreeMap<String, DatabaseEntry>,
    #[cfg(feature = "alembic")]
    pub(super) alembic: super::alembic::AlembicLayer,
    pub(super) lint_servers: Option<Vec<Stated<String>>>,
    pub(super) lint_rules: BTreeMap<&'static str, Level>,
    /// By the name of the back end, then of the option.
    pub(super) options: BTreeMap<&'static str, BTreeMap<String, Stated<String>>>,
}

const TOP: &[&str] = &[
    "extends",
    "projects",
    "migrations",
    "autogenerate",
    "database",
    "lint",
    #[cfg(feature = "alembic")]
    "alembic",
];
const AUTOGENERATE: &[&str] = &["include", "exclude", "column_order"];
const LINT: &[&str] = &["servers", "rules"];
const MIGRATIONS: &[&str] = &[
    "locations",
    "layout",
    "version_table",
    "version_table_pk",
    "file_template",
    "transaction",
    "lock_timeout",
    "statement_timeout",
    "retries",
    "heads_file",
    "model",
    "naming",
];
const DATABASE: &[&str] = &["url"];
const NAMING: &[&str] = &["pk", "uq", "fk", "ck", "ex", "ix"];

/// Reads the text of a file; all its faults are noted.
pub(super) fn parse(path: &Path, source: &str, faults: &mut Vec<Diagnostic>) -> Layer {
    let mut reader = Reader::new(path, masked(source));
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        reader.fault(span, Code::ConfigSyntax, syntax_message(error.message()));
    }
    // A file that is broken as TOML may have lost keys, so what else would be said of it is not to be trusted.
    let mut layer = Layer::default();
    if errors.is_empty() {
        layer.read(table.get_ref(), &mut reader);
    }
    faults.append(&mut reader.faults);
    layer
}

/// Reads a flag.
fn boolean(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<bool> {
    let flag = entry.value.as_bool();
    if flag.is_none() {
        reader.mistyped(entry, "`true` or `false`");
    }
    flag
}

/// Returns the parser's message on one line.
fn syntax_message(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    format!("not valid TOML: {}", lines.join(", "))
}

impl Layer {
    fn read(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.key {
                "extends" => self.extends = reader.string(&entry),
                "projects" => self.projects = reader.strings(&entry),
                #[cfg(feature = "alembic")]
                "alembic" => {
                    if let Some(table) = reader.table(&entry) {
                        self.alembic.read(table, reader);
                    }
                }
                "migrations" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_migrations(table, reader);
                    }
                }
                "autogenerate" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_autogenerate(table, reader);
                    }
                }
                "database" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_databases(table, reader);
                    }
                }
                "lint" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_lint(table, reader);
                    }
                }
                key => match dialect_named(key) {
                    Some(dialect) => self.read_options(dialect, &entry, reader),
                    None => {
                        let names = DIALECTS.iter().map(|dialect| dialect.name());
                        let known: Vec<&str> = TOP.iter().copied().chain(names).collect();
                        reader.unknown(&entry, &known, "");
                    }
                },
            }
        }
    }

    fn read_options(
        &mut self,
        dialect: &'static dyn Dialect,
        entry: &Entry<'_, '_>,
        reader: &mut Reader<'_>,
    ) {
        let Some(table) = reader.table(entry) else { return };
        let known: Vec<&str> = dialect.options().iter().map(|option| option.name).collect();
        for entry in reader.entries(table) {
            if !known.contains(&entry.key) {
                reader.unknown(&entry, &known, dialect.name());
            } else if let Some(value) = reader.string(&entry) {
                match DialectOptions::new().set(dialect, entry.key, &value.value) {
                    Ok(()) => {
                        self.options.entry(dialect.name()).or_default().insert(entry.key.to_owned(), value);
                    }
                    Err(fault) => reader.faults.push(fault.at(value.place)),
                }
            }
        }
    }

    fn read_migrations(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.key {
                "locations" => self.locations = reader.strings(&entry),
                "layout" => self.layout = layout(&entry, reader),
                "version_table" => self.version_table = reader.string(&entry),
                "version_table_pk" => self.version_table_pk = boolean(&entry, reader),
                "file_template" => self.file_template = file_template(&entry, reader),
                "transaction" => self.transaction = transaction(&entry, reader),
                "lock_timeout" => self.lock_timeout = time(&entry, reader),
                "statement_timeout" => self.statement_timeout = time(&entry, reader),
                "retries" => self.retries = retries(&entry, reader),
                "heads_file" => {
                    let kept = boolean(&entry, reader);
                    self.heads_file = kept
                        .map(|kept| if kept { HeadsFile::Kept } else { HeadsFile::None })
                        .or(self.heads_file);
                }
                "model" => self.model = reader.string_or_strings(&entry),
                "naming" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_naming(table, reader);
                    }
                }
                _ => reader.unknown(&entry, MIGRATIONS, "migrations"),
            }
        }
    }

    fn read_autogenerate(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.key {
                "include" => self.include = reader.string_or_strings(&entry),
                "exclude" => self.exclude = reader.string_or_strings(&entry),
                "column_order" => {
                    let kept = boolean(&entry, reader);
                    self.column_order = kept
                        .map(|kept| if kept { ColumnOrder::Kept } else { ColumnOrder::Ignored })
                        .or(self.column_order);
                }
                _ => reader.unknown(&entry, AUTOGENERATE, "autogenerate"),
            }
        }
    }

    fn read_lint(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.key {
                "servers" => self.lint_servers = reader.strings(&entry),
                "rules" => {
                    if let Some(table) = reader.table(&entry) {
                        self.read_rules(table, reader);
                    }
                }
                _ => reader.unknown(&entry, LINT, "lint"),
            }
        }
    }

    fn read_rules(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            let Some(rule) = lint::rule(entry.key) else {
                let names: Vec<&str> = lint::all().map(|rule| rule.name).collect();
                reader.unknown(&entry, &names, "lint.rules");
                continue;
            };
            match entry.value.as_str().and_then(|text| text.parse().ok()) {
                Some(level) => drop(self.lint_rules.insert(rule.name, level)),
                None => reader.mistyped(&entry, "`\"off\"`, `\"on\"` or `\"error\"`"),
            }
        }
    }

    fn read_naming(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            if !NAMING.contains(&entry.key) {
                reader.unknown(&entry, NAMING, "migrations.naming");
            } else if let Some(pattern) = reader.string(&entry) {
                match Naming::parse([(entry.key, pattern.value.as_str())]) {
                    Ok(_) => {
                        self.naming.insert(entry.key.to_owned(), pattern);
                    }
                    Err(faults) => {
                        let placed = faults.into_iter().map(|fault| fault.at(pattern.place.clone()));
                        reader.faults.extend(placed);
                    }
                }
            }
        }
    }

    fn read_databases(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for named in reader.entries(table) {
            let Some(table) = reader.table(&named) else {
                let hint = "databases have names: `[database.default]`";
                reader.faults.last_mut().expect("a fault was just noted").hint = Some(hint.to_owned());
                continue;
            };
            let section = format!("database.{}", named.key);
            let mut url = None;
            for entry in reader.entries(table) {
                match entry.key {
                    "url" => url = Some(reader.string(&entry)),
                    _ => reader.unknown(&entry, DATABASE, &section),
                }
            }
            match url {
                Some(Some(url)) => {
                    self.databases.insert(named.key.to_owned(), DatabaseEntry::new(url));
                }
                Some(None) => {}
                None => {
                    let message = format!("`[{section}]` has no `url`");
                    reader.fault(named.key_span, Code::ConfigInvalid, message);
                }
            }
        }
    }
}

fn file_template(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<FileTemplate> {
    let text = reader.string(entry)?;
    match FileTemplate::parse(&text.value) {
        Ok(template) => Some(template),
        Err(reason) => {
            reader.fault(entry.span.clone(), Code::ConfigInvalid, format!("`file_template`: {reason}"));
            None
        }
    }
}

fn layout(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<Layout> {
    let stated = entry.value.as_str().and_then(Layout::named);
    if stated.is_none() {
        let known = Layout::ALL.map(|layout| format!("`{layout}`")).join(", ");
        let message = format!("`layout` must be one of {known}");
        reader.fault(entry.span.clone(), Code::ConfigInvalid, message);
    }
    stated
}

fn transaction(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<TransactionMode> {
    match entry.value.as_str() {
        Some("revision") => Some(TransactionMode::Revision),
        Some("run") => Some(TransactionMode::Run),
        Some("none") => Some(TransactionMode::None),
        _ => {
            let message = "`transaction` must be `revision`, `run` or `none`";
            reader.fault(entry.span.clone(), Code::ConfigInvalid, message);
            None
        }
    }
}

/// Reads a time: a number and `ms`, `s`, `min` or `h`, as `5s`.
fn time(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<Duration> {
    let text = reader.string(entry)?;
    let read = |text: &str| {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let millis = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(millis).filter(|millis| *millis > 0)
    };
    let time = read(&text.value);
    if time.is_none() {
        let message = format!("`{}` must be a time such as `500ms`, `5s`, `15min` or `1h`", entry.key);
        reader.fault(entry.span.clone(), Code::ConfigInvalid, message);
    }
    time.map(Duration::from_millis)
}

fn retries(entry: &Entry<'_, '_>, reader: &mut Reader<'_>) -> Option<u32> {
    let number = entry.value.as_integer().and_then(|number| number.as_str().parse().ok());
    if number.is_none() {
        reader.mistyped(entry, "a number, how often it is tried again");
    }
    number
}
