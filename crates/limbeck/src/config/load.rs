//! Reads the configuration file and those that it extends.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::{DialectOptions, Limits};
use limbeck_core::lint::{self, Level, Levels};
use limbeck_core::name::TableName;
use limbeck_core::script::Naming;

use super::layer::{self, Layer};
use super::variable::{Lookup, expand};
use super::{Config, Filter, HeadsFile, Lint, Stated};
use crate::connect::dialect_named;

impl Config {
    /// Reads the file at `path` and the chain of files that it extends; nearer keys win.
    ///
    /// Variables in `extends`, `locations` and `model` are put in here; those of a database only
    /// when it is used.
    ///
    /// # Errors
    /// All faults of all files of the chain: [`Code::ConfigMissing`], [`Code::ConfigUnreadable`],
    /// [`Code::ConfigSyntax`], [`Code::ConfigInvalid`] (an empty file, unknown keys, wrong values, files that extend
    /// each other in a circle) and [`Code::MissingVariable`].
    pub fn load(path: &Path, lookup: Lookup<'_>) -> Result<Self, Diagnostics> {
        Self::load_section(path, None, lookup)
    }

    /// Does the same; of `alembic.ini` it reads the section of that name, `alembic` when none is given.
    ///
    /// A `limbeck.toml` beside `alembic.ini` or `pyproject.toml` says what these cannot.
    ///
    /// # Errors
    /// As [`Config::load`], and [`Code::Usage`] for a file that this build does not read.
    pub fn load_section(path: &Path, section: Option<&str>, lookup: Lookup<'_>) -> Result<Self, Diagnostics> {
        let mut faults = Vec::new();
        let of_alembic = is_alembic(path);
        #[cfg(not(feature = "alembic"))]
        if of_alembic || section.is_some() {
            return Err(Diagnostic::new(Code::Usage, "this build does not read Alembic projects")
                .hint("build `limbeck` with the feature `alembic`")
                .into());
        }
        let own = if of_alembic { path.with_file_name(super::FILE_NAME) } else { path.to_owned() };
        let layers = match of_alembic && !own.exists() {
            true => Vec::new(),
            false => read_chain(&own, lookup, &mut faults),
        };
        #[cfg(feature = "alembic")]
        let stated = super::alembic::stated(&layers, of_alembic.then_some(path), section);
        let mut config = merge(path, layers, &mut faults);
        #[cfg(feature = "alembic")]
        if let (Some(stated), true) = (stated, faults.is_empty()) {
            stated.complete(&mut config, &mut faults);
        }
        let texts = config.locations.iter_mut().chain(&mut config.model);
        for text in texts {
            match expand(text, lookup) {
                Ok(value) => text.value = value,
                Err(fault) => faults.push(fault),
            }
        }
        Diagnostics::check(faults, config)
    }
}

/// Says whether a file is in a form of Alembic's.
fn is_alembic(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "pyproject.toml")
        || path.extension().is_some_and(|ending| ending == "ini" || ending == "cfg")
}

/// Returns the layers, nearest first.
fn read_chain(path: &Path, lookup: Lookup<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut seen: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut next: Option<(PathBuf, Option<Place>)> = Some((path.to_owned(), None));
    while let Some((path, stated)) = next.take() {
        let source = match read(&path, stated.as_ref()) {
            Ok(source) => source,
            Err(fault) => {
                faults.push(fault);
                break;
            }
        };
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        if let Some(start) = seen.iter().position(|(known, _)| *known == real) {
            let round: Vec<String> = seen[start..]
                .iter()
                .chain([&seen[start]])
                .map(|(_, shown)| shown.display().to_string())
                .collect();
            let message =
                format!("configuration files extend each other in a circle: {}", round.join(" -> "));
            faults.push(Diagnostic::new(Code::ConfigInvalid, message).at_opt(stated));
            break;
        }
        seen.push((real, path.clone()));
        let layer = layer::parse(&path, &source, faults);
        if let Some(extends) = &layer.extends {
            match expand(extends, lookup) {
                Ok(value) => {
                    let above = Stated { value, place: extends.place.clone() };
                    next = Some((above.to_path(), Some(above.place)));
                }
                Err(fault) => faults.push(fault),
            }
        }
        layers.push(layer);
    }
    layers
}

/// Reads one file. `stated` is where another file names it.
fn read(path: &Path, stated: Option<&Place>) -> Result<String, Diagnostic> {
    let shown = path.display();
    let fault = |code, message: String| {
        Diagnostic::new(code, message).at(stated.cloned().unwrap_or_else(|| Place::file(path)))
    };
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            fault(Code::ConfigUnreadable, format!("the configuration file `{shown}` is not UTF-8 text"))
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let fault =
                fault(Code::ConfigMissing, format!("the configuration file `{shown}` does not exist"));
            return Err(match stated {
                Some(_) => fault,
                None => fault.hint("`limbeck init` makes one"),
            });
        }
        Err(error) => {
            let message = format!("the configuration file `{shown}` cannot be read: {}", reason(&error));
            return Err(fault(Code::ConfigUnreadable, message));
        }
    };
    if text.trim().is_empty() {
        return Err(fault(Code::ConfigInvalid, format!("the configuration file `{shown}` is empty"))
            .hint("`limbeck init` in an empty directory shows what it holds"));
    }
    Ok(text)
}

/// Returns what the system says, without its error number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Puts the layers on top of each other, nearest first.
fn merge(path: &Path, layers: Vec<Layer>, faults: &mut Vec<Diagnostic>) -> Config {
    let mut all = Layer::default();
    for layer in layers {
        let Layer {
            extends: _,
            projects,
            locations,
            layout,
            version_table,
            version_table_pk,
            file_template,
            transaction,
            lock_timeout,
            statement_timeout,
            retries,
            heads_file,
            model,
            include,
            exclude,
            column_order,
            naming,
            databases,
            lint_servers,
            lint_rules,
            options,
            #[cfg(feature = "alembic")]
                alembic: _,
        } = layer;
        all.projects = all.projects.or(projects);
        all.locations = all.locations.or(locations);
        all.layout = all.layout.or(layout);
        all.version_table = all.version_table.or(version_table);
        all.version_table_pk = all.version_table_pk.or(version_table_pk);
        all.file_template = all.file_template.or(file_template);
        all.transaction = all.transaction.or(transaction);
        all.lock_timeout = all.lock_timeout.or(lock_timeout);
        all.statement_timeout = all.statement_timeout.or(statement_timeout);
        all.retries = all.retries.or(retries);
        all.heads_file = all.heads_file.or(heads_file);
        all.model = all.model.or(model);
        all.include = all.include.or(include);
        all.exclude = all.exclude.or(exclude);
        all.column_order = all.column_order.or(column_order);
        for (kind, pattern) in naming {
            all.naming.entry(kind).or_insert(pattern);
        }
        for (name, entry) in databases {
            all.databases.entry(name).or_insert(entry);
        }
        all.lint_servers = all.lint_servers.or(lint_servers);
        for (rule, level) in lint_rules {
            all.lint_rules.entry(rule).or_insert(level);
        }
        for (dialect, stated) in options {
            let set = all.options.entry(dialect).or_default();
            for (name, value) in stated {
                set.entry(name).or_insert(value);
            }
        }
    }
    Config {
        path: path.to_owned(),
        projects: all.projects.unwrap_or_default(),
        locations: all
            .locations
            .unwrap_or_else(|| vec![Stated { value: "migrations".to_owned(), place: Place::file(path) }]),
        layout: all.layout,
        version_table: version_table(all.version_table, faults),
        version_table_key: all.version_table_pk.unwrap_or(true),
        file_template: all.file_template.unwrap_or_default(),
        transaction: all.transaction.unwrap_or_default(),
        limits: Limits {
            lock_timeout: all.lock_timeout,
            statement_timeout: all.statement_timeout,
            retries: all.retries.unwrap_or_default(),
        },
        heads_file: all.heads_file.unwrap_or(HeadsFile::None),
        model: all.model.unwrap_or_default(),
        filter: Filter::new(&texts(all.include), &texts(all.exclude)),
        column_order: all.column_order.unwrap_or_default(),
        naming: naming(&all.naming),
        databases: all.databases,
        lint: Lint { servers: all.lint_servers.unwrap_or_default(), levels: levels(&all.lint_rules) },
        options: options(&all.options),
        #[cfg(feature = "alembic")]
        alembic: None,
    }
}

fn texts(stated: Option<Vec<Stated<String>>>) -> Vec<String> {
    stated.into_iter().flatten().map(|text| text.value).collect()
}

/// Puts what is said of rules together, each of which is known.
fn levels(stated: &BTreeMap<&'static str, Level>) -> Levels {
    let mut levels = Levels::default();
    for (name, level) in stated {
        levels.set(lint::rule(name).expect("each rule was looked up before"), *level);
    }
    levels
}

/// Puts the options of the back ends together, each of which is known to be good.
fn options(stated: &BTreeMap<&'static str, BTreeMap<String, Stated<String>>>) -> DialectOptions {
    let mut options = DialectOptions::new();
    for (dialect, stated) in stated {
        let dialect = dialect_named(dialect).expect("only options of back ends are read");
        for (name, value) in stated {
            options.set(dialect, name, &value.value).expect("each option was set before");
        }
    }
    options
}

/// Puts the patterns together, each of which is known to be sound.
fn naming(patterns: &BTreeMap<String, Stated<String>>) -> Naming {
    let patterns = patterns.iter().map(|(kind, pattern)| (kind.as_str(), pattern.value.as_str()));
    Naming::parse(patterns).expect("each pattern was read before")
}

fn version_table(stated: Option<Stated<String>>, faults: &mut Vec<Diagnostic>) -> TableName {
    let default = TableName::parse("limbeck_version").expect("it is a plain name");
    let Some(stated) = stated else { return default };
    match TableName::parse(&stated.value) {
        Ok(name) => name,
        Err(reason) => {
            let message = format!("`version_table` is not the name of a table: {reason}");
            faults.push(Diagnostic::new(Code::ConfigInvalid, message).at(stated.place));
            default
        }
    }
}
