//! The part of a model that Diesel's `schema.rs` says.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::Place;
use limbeck_core::name::TableName;
use limbeck_core::schema::Schema;
use limbeck_diesel::schema_rs::{Declared, Overlaid, over};

use super::reading::{Named, Reading};
use crate::connect::dialect_named;

impl Reading<'_> {
    /// Reads a file; what it declares is laid over the known schema when all parts are there.
    pub(super) fn rust(&mut self, path: &Path, text: &Arc<str>, named: Named) {
        match Declared::parse(path, text) {
            Ok(declared) => {
                if named == Named::Itself {
                    self.faults.extend(declared.unread());
                }
                self.declared.get_or_insert_default().extend(declared);
            }
            Err(faults) => self.faults.extend(faults),
        }
    }

    /// Adds the known schema, changed in what is declared in another way, but for what other parts say.
    pub(super) fn lay_over(&mut self, known: &Schema) {
        let Some(declared) = self.declared.take().filter(|_| self.faults.is_empty()) else { return };
        if let Some(fault) = declared.nothing() {
            return self.faults.push(fault);
        }
        let dialect = dialect_named(self.server.flavour).expect("a server is of a back end of this build");
        let mut known = known.clone();
        known.tables.retain(|name, _| !self.schema.tables.contains_key(name));
        let normal = |schema: &Schema| dialect.normal_form(schema, self.server);
        match over(&declared, &known, self.server, normal) {
            Ok(Overlaid { schema: mut part, places }) => {
                let own = &self.schema;
                part.tables.retain(|name, _| places.contains_key(name) || !own.tables.contains_key(name));
                part.enums.retain(|name, _| !own.enums.contains_key(name));
                part.views.retain(|name, _| !own.views.contains_key(name));
                part.sequences.retain(|name, _| !own.sequences.contains_key(name));
                let anywhere = places.values().next().cloned().unwrap_or_else(|| Place::file("schema.rs"));
                self.merge(part, |_, name: &TableName| places.get(name).unwrap_or(&anywhere).clone());
            }
            Err(faults) => self.faults.extend(faults),
        }
    }
}
