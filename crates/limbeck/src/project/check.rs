//! What is not as it should be: branches, the model, the files that were applied, the database.

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::Connection;
use limbeck_core::diff::diff;
use limbeck_core::migrator::{Migrator, Settings};
use limbeck_core::op::{Change, Object, Operation};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::{Opaque, Schema};

use super::{Model, Project, Server, Side};

/// How many differences are told of.
const MOST: usize = 8;

impl Project {
    /// Returns what is wrong with the history as it is in the files: more than one head, branches that clash, a heads file
    /// that is stale, changes of the model, where there is one, that no revision makes. Empty when all is well.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit.
    pub fn check_files(
        &self,
        servers: &[Server],
        settings: &Settings,
        model: Option<&Model>,
    ) -> Result<Vec<Diagnostic>, Diagnostics> {
        let mut found: Vec<Diagnostic> = self.check_heads_file().into_iter().collect();
        let heads: Vec<RevisionId> = self.history.graph().heads().into_iter().cloned().collect();
        let mut sorted: Vec<String> = heads.iter().map(|id| format!("`{id}`")).collect();
        sorted.sort();
        let pairs = self.judge(&heads, servers)?;
        if heads.len() > 1 {
            let clean = pairs.iter().all(|joined| joined.pair.judgement.class.is_clean());
            let message = format!("the history has {} heads: {}", heads.len(), sorted.join(", "));
            found.push(Diagnostic::new(Code::CheckFailed, message).hint(match clean {
                true => "they get along: `limbeck merge heads` joins them",
                false => "they do not get along; see below",
            }));
        }
        found.extend(pairs.iter().flat_map(super::Joined::report));
        // With several heads there is no telling which of them the model is about.
        if let (Some(model), [_]) = (model, &heads[..]) {
            let history = Side::History(heads.iter().map(RevisionId::as_str).collect());
            let model = Side::Model(model.clone());
            for (dialect, server) in servers {
                let server = &server.clone().with(&self.config.options);
                let (history, model) = self.schemas_of(&history, &model, server, settings, None)?;
                let changes = diff(&history, &model, |schema| dialect.normal_form(schema, server));
                let changes = known(changes, &history.opaque);
                if !changes.is_empty() {
                    let message = format!("the model has changes that no revision makes: {}", list(&changes));
                    let place = self.config.model.first().map(|model| Place::file(model.to_path()));
                    found.push(Diagnostic::new(Code::CheckFailed, message).at_opt(place).hint(
                        "`limbeck revision --autogenerate` makes one, `limbeck diff heads model` shows them",
                    ));
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Returns what is wrong with a database: files that were changed since they were applied, and a schema that is not what
    /// the history says. Empty when all is well, and for a database that nothing was applied to.
    ///
    /// # Errors
    /// What the database says; rows of the version table that are not in the history.
    pub fn check_database(
        &self,
        connection: &mut dyn Connection,
        settings: &Settings,
    ) -> Result<Vec<Diagnostic>, Diagnostics> {
        let mut migrator = Migrator::new(&self.history, connection, settings.clone());
        let heads = migrator.current()?;
        let log = migrator.log()?;
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let applied: Vec<RevisionId> = {
            let headers = self.history.graph().applied(&heads).map_err(Diagnostic::from)?;
            headers.into_iter().map(|header| header.revision.clone()).collect()
        };
        for id in &applied {
            let last = log.iter().rfind(|entry| {
                entry.revision == id.as_str() && entry.direction == "upgrade" && entry.outcome == "done"
            });
            let Some(applied) = last.and_then(|entry| entry.checksum.as_deref()) else { continue };
            let header = self.history.graph().get(id.as_str());
            // What was squashed into it was applied before.
            let is_squashed = header.is_some_and(|header| !header.replaces.is_empty());
            if !is_squashed && self.history.body(id)?.checksum() != applied {
                let message = format!("revision `{id}` has been changed since it was applied");
                let path = self.history.graph().get(id.as_str()).and_then(|header| header.path.clone());
                found.push(
                    Diagnostic::new(Code::CheckFailed, message)
                        .at_opt(path.map(Place::file))
                        .hint("put the file back as it was, and make the change in a new revision"),
                );
            }
        }
        let (dialect, server) =
            (connection.dialect(), connection.server().clone().with(&self.config.options));
        let (wanted, there) = self.schemas_of(
            &Side::History(heads.clone()),
            &Side::Database,
            &server,
            settings,
            Some(connection),
        )?;
        let changes = diff(&wanted, &there, |schema: &Schema| dialect.normal_form(schema, &server));
        let changes = known(changes, &wanted.opaque);
        if !changes.is_empty() {
            let message = format!("the database is not what the history says of {heads}: {}", list(&changes));
            found.push(
                Diagnostic::new(Code::CheckFailed, message)
                    .hint("`limbeck diff current database` shows the difference"),
            );
        }
        Ok(found)
    }
}

/// Leaves out what raw SQL that is not understood may have done.
pub(super) fn known(operations: Vec<Operation>, opaque: &Opaque) -> Vec<Operation> {
    let is_known = |operation: &Operation| {
        !operation.footprint().iter().any(|(_, object)| match object {
            Object::Table(name)
            | Object::Column(name, _)
            | Object::Constraint(name, _)
            | Object::Rows(name)
            | Object::Type(name)
            | Object::View(name)
            | Object::Sequence(name) => !opaque.touching(&name.name).is_empty(),
            Object::Index(name) | Object::Schema(name) => !opaque.touching(name).is_empty(),
            Object::Anything => false,
        })
    };
    operations.into_iter().filter(is_known).collect()
}

pub(super) fn list(operations: &[Operation]) -> String {
    let mut told: Vec<String> = operations.iter().take(MOST).map(Change::describe).collect();
    if operations.len() > MOST {
        told.push(format!("and {} more", operations.len() - MOST));
    }
    told.join("; ")
}
