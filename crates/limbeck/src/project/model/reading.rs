//! Reads the parts of a model into one schema, and tells what two of them say at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::{ConnectOptions, Missing, ServerInfo};
use limbeck_core::literal::RawSql;
use limbeck_core::migrator::Settings;
use limbeck_core::name::TableName;
use limbeck_core::op::{Change, Execute, Operation};
use limbeck_core::schema::Schema;
use limbeck_core::{raw, script};

use super::files::{self, Kind};
use super::source::{At, Source};
use crate::connect::dialect_of;
use crate::project::side::reflected;

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It was named.
    Itself,
    /// A folder was named, and all of it is read.
    ByFolder,
}

/// A model that is being read.
pub(super) struct Reading<'r> {
    pub(super) server: &'r ServerInfo,
    settings: &'r Settings,
    pub(super) schema: Schema,
    /// Where each object stands.
    places: BTreeMap<(&'static str, TableName), Place>,
    pub(super) faults: Vec<Diagnostic>,
    /// What files of Diesel declare; `None` when there are none.
    #[cfg(feature = "diesel")]
    pub(super) declared: Option<limbeck_diesel::schema_rs::Declared>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(server: &'r ServerInfo, settings: &'r Settings) -> Self {
        Self {
            server,
            settings,
            schema: Schema { index_names: server.names().index_names(), ..Schema::new() },
            places: BTreeMap::new(),
            faults: Vec::new(),
            #[cfg(feature = "diesel")]
            declared: None,
        }
    }

    /// Returns the schema that all parts say together. `known` is the one that it is compared with.
    #[cfg_attr(
        not(feature = "diesel"),
        expect(unused_variables, unused_mut, reason = "only Diesel's files ask for it")
    )]
    pub(super) fn finish(mut self, known: &Schema) -> Result<Schema, Diagnostics> {
        #[cfg(feature = "diesel")]
        self.lay_over(known);
        Diagnostics::check(self.faults, self.schema)
    }

    /// Reads one part; faults are kept.
    pub(super) fn read(&mut self, source: &Source, options: &ConnectOptions) {
        match &source.at {
            At::Path(path) => match files::files(path, source.place.as_ref()) {
                Ok(files) => files.iter().for_each(|(kind, file)| {
                    let named = if file == path { Named::Itself } else { Named::ByFolder };
                    self.file(*kind, file, named);
                }),
                Err(fault) => self.faults.push(fault),
            },
            At::Database(url, directory) => {
                let options = ConnectOptions {
                    missing: Missing::Refuse,
                    directory: directory.clone(),
                    ..options.clone()
                };
                let part = dialect_of(url)
                    .and_then(|dialect| reflected(&mut *dialect.connect(url, &options)?, self.settings));
                match part {
                    Ok(part) => {
                        let place = source.place.clone().unwrap_or_else(|| Place::file(url.to_string()));
                        self.merge(part, |_, _| place.clone());
                    }
                    Err(fault) => self.faults.push(fault.at_opt(source.place.clone())),
                }
            }
        }
    }

    fn file(&mut self, kind: Kind, path: &Path, named: Named) {
        let text = match files::load(path) {
            Ok(text) => text,
            Err(fault) => return self.faults.push(fault),
        };
        match kind {
            Kind::Toml => match script::parse_model(path, text.clone(), &self.settings.naming) {
                Ok(part) => self.merge(part, |kind, name| in_toml(path, &text, kind, name)),
                Err(faults) => self.faults.extend(faults),
            },
            Kind::Sql => self.sql(path, &text),
            Kind::Rust => self.rust(path, &text, named),
        }
    }

    /// Takes over what a part says, unless another one has said it.
    pub(super) fn merge(&mut self, part: Schema, place: impl Fn(&'static str, &TableName) -> Place) {
        let Schema { tables, enums, views, sequences, schemas, index_names: _, opaque: _ } = part;
        let mut at = Merge { places: &mut self.places, faults: &mut self.faults, place: &place };
        at.all("table", tables, &mut self.schema.tables);
        at.all("enum", enums, &mut self.schema.enums);
        at.all("view", views, &mut self.schema.views);
        at.all("sequence", sequences, &mut self.schema.sequences);
        self.schema.schemas.extend(schemas);
    }

    fn sql(&mut self, path: &Path, text: &Arc<str>) {
        let names = self.server.names();
        for part in raw::cut(text, names) {
            let place = || Place::new(path, text.clone(), part.span.clone());
            let execute = Execute { sql: RawSql::new(part.text(text)), state: None };
            let Some(operations) = raw::operations(&execute, &self.schema, names) else {
                self.faults.push(self.not_understood(part.text(text), place()));
                continue;
            };
            for operation in operations {
                if let Err(error) = operation.apply(&mut self.schema) {
                    let there = made(&operation).and_then(|made| self.places.get(&made).cloned());
                    self.faults.push(Diagnostic::from(error).at(place()).at_opt(there));
                } else if let Some(made) = made(&operation) {
                    self.places.insert(made, place());
                }
            }
        }
    }

    /// Says why a statement of a model cannot be read: it does not fit what is there, is no SQL, or is not understood.
    fn not_understood(&self, statement: &str, place: Place) -> Diagnostic {
        let names = self.server.names();
        let misfit = match raw::effect(statement, &self.schema, names) {
            raw::Effect::Operations(operations) => {
                let mut trial = self.schema.clone();
                let first = operations.iter().find_map(|one| Some((made(one), one.apply(&mut trial).err()?)));
                first.map(|(made, error)| {
                    let there = made.and_then(|made| self.places.get(&made).cloned());
                    Diagnostic::from(error).at(place.clone()).at_opt(there)
                })
            }
            _ => None,
        };
        misfit.unwrap_or_else(|| match raw::syntax_error(statement, names) {
            Some(error) => Diagnostic::new(Code::FileSyntax, format!("this is not SQL of {}: {error}", names.flavour))
                .at(place)
                .hint("`--server` says for which kind of database a model is read"),
            None => {
                Diagnostic::new(Code::Opaque, "what this statement does to the schema is not known")
                    .at(place)
                    .hint("a model holds statements that make and alter tables, indexes, views, types and sequences")
            }
        })
    }

    #[cfg(not(feature = "diesel"))]
    fn rust(&mut self, path: &Path, _: &Arc<str>, _: Named) {
        self.faults.push(
            Diagnostic::new(Code::Unsupported, "this build does not read Diesel's `schema.rs`")
                .at(Place::file(path))
                .hint("build `limbeck` with the feature `diesel`"),
        );
    }
}

/// What is needed to take over objects.
struct Merge<'m> {
    places: &'m mut BTreeMap<(&'static str, TableName), Place>,
    faults: &'m mut Vec<Diagnostic>,
    place: &'m dyn Fn(&'static str, &TableName) -> Place,
}

impl Merge<'_> {
    fn all<T>(
        &mut self,
        kind: &'static str,
        from: BTreeMap<TableName, T>,
        into: &mut BTreeMap<TableName, T>,
    ) {
        for (name, object) in from {
            let place = (self.place)(kind, &name);
            let key = (kind, name.clone());
            match into.entry(name) {
                Entry::Occupied(twice) => {
                    let code = if kind == "table" { Code::TableExists } else { Code::ObjectExists };
                    let message = format!("the model has {kind} `{}` twice", twice.key());
                    let there = self.places.get(&key).cloned();
                    self.faults.push(Diagnostic::new(code, message).at(place).at_opt(there));
                }
                Entry::Vacant(free) => {
                    self.places.insert(key, place);
                    free.insert(object);
                }
            }
        }
    }
}

/// Returns what an operation makes, if a model can have it once only.
fn made(operation: &Operation) -> Option<(&'static str, TableName)> {
    match operation {
        Operation::CreateTable(create) => Some(("table", create.table.name.clone())),
        Operation::CreateView(create) => Some(("view", create.view.name.clone())),
        Operation::CreateEnum(create) => Some(("enum", create.definition.name.clone())),
        Operation::CreateSequence(create) => Some(("sequence", create.sequence.name.clone())),
        _ => None,
    }
}

/// Finds where a model file names an object: the line of its `name`, else the file.
fn in_toml(path: &Path, text: &Arc<str>, kind: &str, name: &TableName) -> Place {
    let (mut start, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        if shown.starts_with("[[") {
            inside = shown.starts_with(&format!("[[{kind}]]"));
        }
        let value = shown.strip_prefix("name").map(|rest| rest.trim_start().trim_start_matches('=').trim());
        if inside && value.is_some_and(|value| value.trim_matches(['"', '\'']) == name.to_string()) {
            return Place::new(path, text.clone(), start..start + line.trim_end().len());
        }
        start += line.len();
    }
    Place::file(path)
}
