//! Reads the parts of a model into one schema, and tells what two of them say at once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
#[cfg(not(feature = "diesel"))]
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::{ConnectOptions, Missing, ServerInfo};
use limbeck_core::migrator::Settings;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::CreateSchema;
use limbeck_core::raw;
use limbeck_core::schema::Schema;
use limbeck_core::script;

use super::Said;
use super::files::{self, Kind};
use super::source::{At, Source};
use super::type_word::Doubtful;
use crate::config::Filter;
use crate::connect::{dialect_named, dialect_of};
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
    filter: &'r Filter,
    pub(super) schema: Schema,
    /// Where each object stands.
    pub(super) places: BTreeMap<(&'static str, TableName), Place>,
    /// Words in the place of types that may be none.
    pub(super) doubtful: Vec<Doubtful>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
    /// What files of Diesel declare; `None` when there are none.
    #[cfg(feature = "diesel")]
    pub(super) declared: Option<limbeck_diesel::schema_rs::Declared>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(server: &'r ServerInfo, settings: &'r Settings, filter: &'r Filter) -> Self {
        Self {
            server,
            settings,
            filter,
            schema: Schema { index_names: server.names().index_names(), ..Schema::new() },
            places: BTreeMap::new(),
            doubtful: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            #[cfg(feature = "diesel")]
            declared: None,
        }
    }

    /// Returns the schema that all parts say together. `known` is the one that it is compared with.
    pub(super) fn finish(mut self, known: &Schema) -> Result<Said, Diagnostics> {
        #[cfg(feature = "diesel")]
        self.lay_over(known);
        // A dump has them too.
        for own in self.settings.log_table.iter().chain([&self.settings.version_table]) {
            self.schema.tables.remove(own);
        }
        self.types_are_there(known);
        self.names_differ();
        self.targets_are_there(known, self.filter);
        self.make_schemas();
        Diagnostics::check(self.faults, Said { schema: self.schema, warnings: self.warnings })
    }

    /// Adds the schemas in which something stands, where they are made as other objects are.
    fn make_schemas(&mut self) {
        let Some(usual) = raw::usual_schema(self.server.names()) else { return };
        let dialect = dialect_named(self.server.flavour).expect("a server is of a back end of this build");
        let Schema { tables, views, enums, sequences, .. } = &self.schema;
        let names = tables.keys().chain(views.keys()).chain(enums.keys()).chain(sequences.keys());
        let stated: BTreeSet<Ident> = names.filter_map(|name| name.schema.clone()).collect();
        let can_be_made = |schema: &Ident| {
            let make = CreateSchema { schema: schema.clone(), if_not_exists: false };
            schema.as_str() != usual && dialect.lower(&make.into(), &self.schema, self.server).is_ok()
        };
        let made: Vec<Ident> = stated.into_iter().filter(can_be_made).collect();
        self.schema.schemas.extend(made);
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
                Ok(part) => {
                    let places = in_toml(&text);
                    self.merge(part, |kind, name| match places.get(&(kind, name.to_string().as_str())) {
                        Some(span) => Place::new(path, text.clone(), span.clone()),
                        None => Place::file(path),
                    });
                }
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

/// Finds where a model file names its objects: the lines of their `name`.
fn in_toml(text: &str) -> BTreeMap<(&str, &str), Range<usize>> {
    let mut places = BTreeMap::new();
    let (mut start, mut kind) = (0, "");
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        if let Some(head) = shown.strip_prefix("[[") {
            kind = head.split_once("]]").map_or("", |(kind, _)| kind);
        }
        let value = shown.strip_prefix("name").and_then(|rest| rest.trim_start().strip_prefix('='));
        if let Some(value) = value {
            let name = value.trim().trim_matches(['"', '\'']);
            places.entry((kind, name)).or_insert(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    places
}
