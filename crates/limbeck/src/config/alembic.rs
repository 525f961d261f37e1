//! Alembic projects: what `alembic.ini` says, and what `[alembic]` of `limbeck.toml` says beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use limbeck_alembic::config::{Project, VersionTable};
use limbeck_alembic::eval::{Convention, ConventionSource, Translator, TypeMap};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::history::HistoryBuilder;
use limbeck_core::script::Files;
use toml::de::DeTable;

use super::layer::Layer;
use super::reader::Reader;
use super::{Config, DatabaseEntry, Stated};

/// `[alembic]` of one file.
#[derive(Debug, Default)]
pub(super) struct AlembicLayer {
    config: Option<Stated<String>>,
    section: Option<Stated<String>>,
    /// For each dotted name of a class its type, as the TOML of a migration file has it.
    types: BTreeMap<String, Stated<String>>,
    /// For each kind of rule the template of its name, as SQLAlchemy writes it.
    naming_convention: BTreeMap<String, Stated<String>>,
}

const KEYS: &[&str] = &["config", "section", "types", "naming_convention"];

/// The kinds of rules that SQLAlchemy names.
const NAMED: &[&str] = &["pk", "uq", "fk", "ck", "ix"];

impl AlembicLayer {
    pub(super) fn read(&mut self, table: &DeTable<'_>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.key {
                "config" => self.config = reader.string(&entry),
                "section" => self.section = reader.string(&entry),
                "types" => {
                    let Some(types) = reader.table(&entry) else { continue };
                    for entry in reader.entries(types) {
                        let place = reader.place(entry.span.clone());
                        let text = place.source.get(place.span.clone()).unwrap_or_default().to_owned();
                        self.types.insert(entry.key.to_owned(), Stated { value: text, place });
                    }
                }
                "naming_convention" => {
                    let Some(templates) = reader.table(&entry) else { continue };
                    for entry in reader.entries(templates) {
                        match (NAMED.contains(&entry.key), reader.string(&entry)) {
                            (false, _) => reader.unknown(&entry, NAMED, "alembic.naming_convention"),
                            (true, Some(text)) => {
                                drop(self.naming_convention.insert(entry.key.to_owned(), text))
                            }
                            (true, None) => {}
                        }
                    }
                }
                _ => reader.unknown(&entry, KEYS, "alembic"),
            }
        }
    }
}

/// What all files together say of an Alembic project.
pub(super) struct AlembicStated {
    path: PathBuf,
    section: Option<String>,
    types: BTreeMap<String, Stated<String>>,
    /// Whether `limbeck.toml` names the version table.
    version_table: bool,
    /// Whether it says if that has a key.
    version_table_pk: bool,
    naming_convention: BTreeMap<String, String>,
    /// Whether `limbeck.toml` says how rules are called.
    naming: bool,
}

/// Puts together what the layers say, nearest first. `given` is a file of Alembic's that was named in their place.
pub(super) fn stated(layers: &[Layer], given: Option<&Path>, section: Option<&str>) -> Option<AlembicStated> {
    let config = layers.iter().find_map(|layer| layer.alembic.config.as_ref()).map(Stated::to_path);
    let path = given.map(Path::to_owned).or(config)?;
    let stated = layers.iter().find_map(|layer| layer.alembic.section.as_ref());
    let section = section.map(str::to_owned).or_else(|| stated.map(|section| section.value.clone()));
    let mut types = BTreeMap::new();
    for (name, ty) in layers.iter().flat_map(|layer| &layer.alembic.types) {
        types.entry(name.clone()).or_insert_with(|| ty.clone());
    }
    let version_table = layers.iter().any(|layer| layer.version_table.is_some());
    let mut naming_convention = BTreeMap::new();
    for (kind, text) in layers.iter().flat_map(|layer| &layer.alembic.naming_convention) {
        naming_convention.entry(kind.clone()).or_insert_with(|| text.value.clone());
    }
    let naming = layers.iter().any(|layer| !layer.naming.is_empty());
    let version_table_pk = layers.iter().any(|layer| layer.version_table_pk.is_some());
    Some(AlembicStated { path, section, types, version_table, version_table_pk, naming_convention, naming })
}

impl AlembicStated {
    /// Reads the project and puts what it says into the configuration.
    pub(super) fn complete(self, config: &mut Config, faults: &mut Vec<Diagnostic>) {
        let project = match Project::read(&self.path, self.section.as_deref(), Path::new("")) {
            Ok(project) => project,
            Err(fault) => return faults.push(fault),
        };
        let types = self.types.iter().map(|(name, ty)| (name.clone(), ty.value.clone()));
        let types = TypeMap::new(types).unwrap_or_else(|bad| {
            faults.extend(bad.into_iter().map(|bad| {
                let place = self.types[&bad.name].place.clone();
                Diagnostic::new(Code::ConfigInvalid, bad.to_string()).at(place)
            }));
            TypeMap::default()
        });
        let mut unclear = None;
        match &project.version_table {
            _ if self.version_table => {}
            VersionTable::Known(name) => config.version_table = name.clone(),
            VersionTable::Unclear(fault) => unclear = Some(fault.clone()),
        }
        if !self.version_table_pk {
            config.version_table_key = project.version_table_key;
        }
        if let Some(url) = &project.url {
            let url = Stated { value: url.value.clone(), place: url.place.clone() };
            config.databases.entry("default".to_owned()).or_insert_with(|| DatabaseEntry::sqlalchemy(url));
        }
        let version_table = Some(config.version_table.clone());
        let naming = match (self.naming_convention.is_empty(), self.naming) {
            (false, _) => {
                let said = self.naming_convention.into_iter().map(|(kind, text)| (kind, Some(text)));
                ConventionSource::Stated(Convention::parse(said))
            }
            (true, true) => ConventionSource::None,
            (true, false) => ConventionSource::Env(project.script_location.join("env.py"), OnceLock::new()),
        };
        let roots = project.roots.clone();
        let translator = Arc::new(Translator { types, roots, version_table, naming });
        let types = self.types.into_keys().collect();
        config.alembic = Some(Arc::new(AlembicProject { project, translator, types, unclear }));
    }
}

/// An Alembic project, ready to be read.
#[derive(Debug)]
pub struct AlembicProject {
    project: Project,
    translator: Arc<Translator>,
    /// The dotted names of the classes in `[alembic.types]`.
    types: Vec<String>,
    unclear: Option<Diagnostic>,
}

impl AlembicProject {
    /// Returns what its files say.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Returns what its scripts are evaluated with.
    pub(crate) fn translator(&self) -> &Arc<Translator> {
        &self.translator
    }

    /// Says whether `[alembic.types]` holds a class of that dotted name, or one within it.
    pub(crate) fn maps(&self, name: &str) -> bool {
        let within = |class: &String| class.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.types.iter().any(|class| class == name || within(class))
    }

    /// Returns how the application calls rules that are given no name, by kind and as SQLAlchemy writes it; empty where it is
    /// not known.
    pub fn naming_convention(&self) -> &[(String, String)] {
        self.translator.convention().map(Convention::texts).unwrap_or_default()
    }

    /// Returns the directories that hold scripts, and TOML and SQL files beside them.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        self.project.version_locations.iter().map(|location| location.value.clone()).collect()
    }

    /// Reads the headers of the scripts into a history.
    #[must_use]
    pub fn add_scripts(&self, builder: HistoryBuilder, files: &Files) -> HistoryBuilder {
        let scan = limbeck_alembic::script::scan(&self.project, &self.translator, files);
        let builder = builder.faults(scan.faults);
        scan.scripts.into_iter().fold(builder, |builder, script| builder.foreign(Arc::new(script)))
    }

    pub(super) fn check_version_table(&self) -> Result<(), Diagnostic> {
        self.unclear.clone().map_or(Ok(()), Err)
    }
}
