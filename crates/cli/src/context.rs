//! What every command is given: the global options, the environment, and the way to a project and its database.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use limbeck::config::{Config, FILE_NAME, find};
use limbeck::core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck::core::dialect::{ConnectOptions, Connection, DatabaseUrl, Dialect, Missing, ServerInfo};
use limbeck::core::lint::Database;
use limbeck::core::migrator::Settings;
use limbeck::project::{Moment, Project, Server};
use limbeck::{DIALECTS, ScratchDatabase, SystemClock};

use crate::args::{Args, Global};
use crate::command::Command;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::render::{Weight, render};

/// What every command is given.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) out: Output,
}

/// Where a database is, and who says so.
struct Whereabouts {
    url: DatabaseUrl,
    /// Where a relative path in the URL starts from.
    directory: PathBuf,
    /// The place in the configuration; `None` when the command line or the environment says so.
    place: Option<Place>,
}

/// Whether a stale heads file is told of: not where the command writes it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadsCheck {
    Warn,
    Skip,
}

impl Context {
    pub(crate) fn new(args: Args) -> (Command, Self) {
        let Args { global, command } = args;
        let out = Output::new(global.color);
        (command, Self { global, out })
    }

    /// Finds and reads the configuration.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let stated = self.global.config.clone().or_else(|| variable("LIMBECK_CONFIG").map(PathBuf::from));
        let path = match stated {
            Some(path) => path,
            None => {
                let here = std::env::current_dir().map_err(|error| {
                    Diagnostic::new(
                        Code::ConfigMissing,
                        format!("the current directory cannot be read: {error}"),
                    )
                })?;
                // An Alembic project is run as it stands, as `alembic` itself runs it.
                let alembic = PathBuf::from("alembic.ini");
                find(&here).or_else(|| Some(alembic).filter(|path| path.is_file())).ok_or_else(|| {
                    Diagnostic::new(
                        Code::ConfigMissing,
                        format!("no `{FILE_NAME}` in this directory or above it"),
                    )
                    .hint("`limbeck init` makes one, or name it with `-c FILE`")
                })?
            }
        };
        self.detail(format_args!("configuration: {}", path.display()));
        Ok(Config::load_section(&path, self.global.section.as_deref(), &variable)?)
    }

    /// Opens the project.
    pub(crate) fn project(&self, heads: HeadsCheck) -> Result<Project, Failure> {
        let project = Project::open(self.config()?)?;
        if heads == HeadsCheck::Warn
            && let Some(fault) = project.check_heads_file()
        {
            self.warn(&fault);
        }
        Ok(project)
    }

    /// Finds out which database is meant.
    fn whereabouts(&self, config: &Config) -> Result<Whereabouts, Diagnostic> {
        config.check_version_table()?;
        let given = |url| Whereabouts { url, directory: PathBuf::new(), place: None };
        if let Some(url) = &self.global.url {
            return Config::parse_url(url).map(given);
        }
        let named = self.global.database.as_deref();
        let from_environment = |name: &str| {
            let url = variable(name).filter(|_| named.is_none())?;
            let from =
                |fault: Diagnostic| Diagnostic { message: format!("`{name}`: {}", fault.message), ..fault };
            Some(Config::parse_url(&url).map(given).map_err(from))
        };
        if let Some(url) = from_environment("LIMBECK_URL") {
            return url;
        }
        if config.databases.is_empty()
            && let Some(url) = from_environment("DATABASE_URL")
        {
            return url;
        }
        let entry = config.database(named)?;
        Ok(Whereabouts {
            url: entry.url(&variable)?,
            directory: entry.directory().to_owned(),
            place: Some(entry.place().clone()),
        })
    }

    /// Opens the database.
    pub(crate) fn connect(&self, config: &Config, missing: Missing) -> Result<Box<dyn Connection>, Failure> {
        let whereabouts = self.whereabouts(config)?;
        self.detail(format_args!("database: {}", whereabouts.url));
        Ok(self.open(&whereabouts, missing)?)
    }

    /// Opens the database, and makes it when it is missing; but only if what is to be done with it would work.
    ///
    /// `rehearse` is called with an empty stand-in of a database that is missing.
    pub(crate) fn connect_or_create(
        &self,
        config: &Config,
        rehearse: impl FnOnce(&mut dyn Connection) -> Result<(), Diagnostics>,
    ) -> Result<Box<dyn Connection>, Failure> {
        let whereabouts = self.whereabouts(config)?;
        self.detail(format_args!("database: {}", whereabouts.url));
        if let Ok(connection) = self.open(&whereabouts, Missing::Refuse) {
            return Ok(connection);
        }
        rehearse(&mut *self.open(&whereabouts, Missing::Pretend)?)?;
        Ok(self.open(&whereabouts, Missing::Create)?)
    }

    fn open(&self, whereabouts: &Whereabouts, missing: Missing) -> Result<Box<dyn Connection>, Diagnostic> {
        let Whereabouts { url, directory, place } = whereabouts;
        let options = ConnectOptions { missing, directory: directory.clone(), ..self.connect_options() };
        let opened = limbeck::dialect_of(url).and_then(|dialect| Ok(dialect.connect(url, &options)?));
        opened.map_err(|fault| fault.at_opt(place.clone()))
    }

    /// Returns the back end that SQL is made for without a database: as `--server` says, or as the URL does.
    pub(crate) fn server(
        &self,
        config: &Config,
        server: Option<&str>,
    ) -> Result<(&'static dyn Dialect, ServerInfo), Failure> {
        config.check_version_table()?;
        if let Some(server) = server {
            return Ok(limbeck::server(server)?);
        }
        match (self.whereabouts(config), DIALECTS) {
            (Ok(Whereabouts { url, place, .. }), _) => {
                let Database { dialect, server } = of_url(&url).map_err(|fault| fault.at_opt(place))?;
                Ok((dialect, server))
            }
            // With one back end in the build there is nothing to choose.
            (Err(_), [only]) => Ok((*only, only.server(only.name(), None)?)),
            (Err(fault), _) => Err(fault.into()),
        }
    }

    /// Returns the databases that a history is judged for: those given, else those that the configuration says, else
    /// those that are configured, each kind once.
    pub(crate) fn lint_databases(&self, config: &Config, given: &[String]) -> Result<Vec<Database>, Failure> {
        let named = |text: &str| limbeck::server(text).map(|(dialect, server)| Database { dialect, server });
        if !given.is_empty() {
            return Ok(given.iter().map(|text| named(text)).collect::<Result<_, _>>()?);
        }
        if !config.lint.servers.is_empty() {
            let stated = config.lint.servers.iter();
            let found = stated.map(|one| named(&one.value).map_err(|fault| fault.at(one.place.clone())));
            return Ok(found.collect::<Result<_, _>>()?);
        }
        let one_is_meant =
            self.global.url.is_some() || self.global.database.is_some() || variable("LIMBECK_URL").is_some();
        if one_is_meant || config.databases.is_empty() {
            let (dialect, server) = self.server(config, None)?;
            return Ok(vec![Database { dialect, server }]);
        }
        let (mut found, mut fault): (Vec<Database>, Option<Diagnostic>) = (Vec::new(), None);
        for entry in config.databases.values() {
            // Where a variable is not set, as on a machine for tests, the other databases tell enough.
            match entry.url(&variable).and_then(|url| of_url(&url)) {
                Ok(database) if found.iter().any(|known| known.server.flavour == database.server.flavour) => {
                }
                Ok(database) => found.push(database),
                Err(other) => fault = fault.or(Some(other)),
            }
        }
        match (found.is_empty(), fault) {
            (true, Some(fault)) => {
                Err(fault.hint("say for which databases with `--server`, as `--server postgres:16`").into())
            }
            _ => Ok(found),
        }
    }

    /// Returns the kinds of server that the project runs on, each once: as `--server` says, else those of the databases that
    /// are configured or given.
    pub(crate) fn servers(&self, config: &Config, server: Option<&str>) -> Result<Vec<Server>, Failure> {
        let is_given = server.is_some() || self.global.url.is_some() || self.global.database.is_some();
        let mut servers: Vec<Server> = Vec::new();
        if !is_given && variable("LIMBECK_URL").is_none() {
            for entry in config.databases.values() {
                // A URL whose variables are not set here still says which kind it is, if not behind which one.
                let Ok(url) = entry.url(&variable) else { continue };
                let dialect = limbeck::dialect_of(&url).map_err(|fault| fault.at(entry.place().clone()))?;
                let named = dialect.flavours().iter().find(|name| name.eq_ignore_ascii_case(url.scheme()));
                let server = dialect.server(named.copied().unwrap_or(dialect.name()), None)?;
                if !servers.iter().any(|(_, known)| known.flavour == server.flavour) {
                    servers.push((dialect, server));
                }
            }
        }
        match servers.is_empty() {
            true => Ok(vec![self.server(config, server)?]),
            false => Ok(servers),
        }
    }

    /// Makes a scratch database for each kind of server that the project runs on.
    pub(crate) fn scratches(&self, config: &Config) -> Result<Vec<ScratchDatabase>, Failure> {
        let is_given =
            self.global.url.is_some() || self.global.database.is_some() || variable("LIMBECK_URL").is_some();
        let urls = match is_given || config.databases.is_empty() {
            true => vec![self.whereabouts(config)?.url],
            false => config.databases.values().map(|entry| entry.url(&variable)).collect::<Result<_, _>>()?,
        };
        let options = self.connect_options();
        let mut kinds: Vec<&'static str> = Vec::new();
        let mut made = Vec::new();
        for url in urls {
            let dialect = limbeck::dialect_of(&url)?;
            if !kinds.contains(&dialect.name()) {
                kinds.push(dialect.name());
                made.push(ScratchDatabase::beside(&url, &options)?);
            }
        }
        Ok(made)
    }

    /// Makes a scratch database beside the one that is meant.
    pub(crate) fn scratch_beside(&self, config: &Config) -> Result<ScratchDatabase, Failure> {
        Ok(ScratchDatabase::beside(&self.whereabouts(config)?.url, &self.connect_options())?)
    }

    /// Opens every database that is configured, or the one that is given, to look at it; those that are not there, or cannot
    /// be reached, are told of and passed over.
    pub(crate) fn connect_to_all(&self, config: &Config) -> Result<Vec<Box<dyn Connection>>, Failure> {
        let is_given =
            self.global.url.is_some() || self.global.database.is_some() || variable("LIMBECK_URL").is_some();
        let mut found = Vec::new();
        if is_given || config.databases.is_empty() {
            found.push(self.whereabouts(config));
        } else {
            for entry in config.databases.values() {
                found.push(entry.url(&variable).map(|url| Whereabouts {
                    url,
                    directory: entry.directory().to_owned(),
                    place: Some(entry.place().clone()),
                }));
            }
        }
        let mut open = Vec::new();
        for whereabouts in found {
            match whereabouts.and_then(|whereabouts| self.open(&whereabouts, Missing::Refuse)) {
                Ok(connection) => open.push(connection),
                Err(fault) if is_given => return Err(fault.into()),
                Err(fault) => self.note(format_args!("passed over: {}", fault.message)),
            }
        }
        Ok(open)
    }

    /// Opens the database for a command that only looks: one that is missing is taken as empty, and not made.
    pub(crate) fn connect_to_look(&self, config: &Config) -> Result<Box<dyn Connection>, Failure> {
        let whereabouts = self.whereabouts(config)?;
        self.detail(format_args!("database: {}", whereabouts.url));
        if let Ok(connection) = self.open(&whereabouts, Missing::Refuse) {
            return Ok(connection);
        }
        let pretended = self.open(&whereabouts, Missing::Pretend)?;
        let fault =
            Diagnostic::new(Code::CannotConnect, "the database is not there yet; it is taken as empty")
                .at_opt(whereabouts.place);
        self.warn(&fault.hint("`limbeck upgrade` makes it; or correct the URL"));
        Ok(pretended)
    }

    /// Returns how any database is opened.
    pub(crate) fn connect_options(&self) -> ConnectOptions {
        let lock_timeout = Duration::from_secs(self.global.lock_timeout);
        ConnectOptions { lock_timeout, variable, ..ConnectOptions::default() }
    }

    /// Returns what a migrator is to know.
    pub(crate) fn settings(&self, config: &Config) -> Settings {
        config.settings(Arc::new(SystemClock::new()))
    }

    /// Prints a line to standard error.
    pub(crate) fn say(&self, text: fmt::Arguments<'_>) {
        // Nothing is left to be told if this fails.
        let _ = writeln!(anstream::stderr(), "{text}");
    }

    /// Prints a line to standard error, unless told to be quiet or to print JSON.
    pub(crate) fn note(&self, text: fmt::Arguments<'_>) {
        if !self.global.quiet && !self.global.json {
            self.say(text);
        }
    }

    /// Prints a line to standard error, if told to say more.
    pub(crate) fn detail(&self, text: fmt::Arguments<'_>) {
        if self.global.verbose && !self.global.json {
            self.say(text);
        }
    }

    /// Prints a warning to standard error, unless told to be quiet.
    pub(crate) fn warn(&self, fault: &Diagnostic) {
        match (self.global.quiet, self.global.json) {
            (true, _) => {}
            (false, true) => self.say(format_args!("{}", warning(fault))),
            (false, false) => self.say(format_args!("{}", render(fault, Weight::Warning))),
        }
    }

    /// Prints faults to standard error: drawn, or a JSON object a line.
    pub(crate) fn report(&self, faults: &Diagnostics) {
        for (number, fault) in faults.iter().enumerate() {
            if self.global.json {
                self.say(format_args!("{}", json::error(fault)));
                continue;
            }
            if number > 0 {
                self.say(format_args!(""));
            }
            self.say(format_args!("{}", render(fault, Weight::Error)));
        }
    }
}

/// Describes what a URL leads to, as far as the URL itself tells.
fn of_url(url: &DatabaseUrl) -> Result<Database, Diagnostic> {
    let dialect = limbeck::dialect_of(url)?;
    // A scheme may be the name of a flavour.
    let named = dialect.flavours().iter().find(|name| name.eq_ignore_ascii_case(url.scheme()));
    let server = dialect.server(named.copied().unwrap_or(dialect.name()), None)?;
    Ok(Database { dialect, server })
}

fn warning(fault: &Diagnostic) -> serde_json::Value {
    serde_json::json!({ "warning": json::error(fault)["error"] })
}

/// Looks up an environment variable; one that is not text counts as not set.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns the moment, in UTC.
pub(crate) fn now() -> Moment {
    let now = jiff::Timestamp::now();
    let utc = now.to_zoned(jiff::tz::TimeZone::UTC);
    let date = [
        i64::from(utc.year()),
        i64::from(utc.month()),
        i64::from(utc.day()),
        i64::from(utc.hour()),
        i64::from(utc.minute()),
        i64::from(utc.second()),
    ];
    Moment { date, epoch: now.as_second() }
}
