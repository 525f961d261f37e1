//! What is not as it should be: branches, the model, the files that were applied, the database.

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::Connection;
use limbeck_core::diff::{diff, respell};
use limbeck_core::graph::{RevisionGraph, Target};
use limbeck_core::migrator::{Migrator, Settings};
use limbeck_core::op::{Change, Object, Operation};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::{Opaque, Schema};

use super::compare::Comparison;
use super::{From, Model, Phase, Plugs, Project, Server, Side};

/// How many differences are told of.
const MOST: usize = 8;

impl Project {
    /// Returns what is wrong with the history as it is in the files: more than one head, branches that clash, a heads file
    /// that is stale. Empty when all is well. The heads of the branches of the two phases are as one.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit.
    pub fn check_files(&self, servers: &[Server]) -> Result<Vec<Diagnostic>, Diagnostics> {
        let mut found: Vec<Diagnostic> = self.check_heads_file().into_iter().collect();
        let heads: Vec<RevisionId> = self.history.graph().heads().into_iter().cloned().collect();
        let mut sorted: Vec<String> = heads.iter().map(|id| format!("`{id}`")).collect();
        sorted.sort();
        let pairs = self.judge(&heads, servers)?;
        if heads.len() > 1 && !are_phases(self.history.graph()) {
            let clean = pairs.iter().all(|joined| joined.pair.judgement.class.is_clean());
            let message = format!("the history has {} heads: {}", heads.len(), sorted.join(", "));
            found.push(Diagnostic::new(Code::CheckFailed, message).hint(match clean {
                true => "they get along: `limbeck merge heads` joins them",
                false => "they do not get along; see below",
            }));
        }
        found.extend(pairs.iter().flat_map(super::Joined::report));
        Ok(found)
    }

    /// Tells of changes of the model that no revision makes, as [`Project::autogenerate`] would write them; `None` when there are
    /// none, and for several heads that do not add up to one schema. With no revision at all that is everything in the model.
    ///
    /// A database in `from` is only asked how it writes what is spelled in another way.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit, what is wrong with the model.
    pub fn check_model(
        &self,
        model: &Model,
        from: From<'_>,
        plugs: &Plugs<'_>,
        settings: &Settings,
    ) -> Result<Option<Diagnostic>, Diagnostics> {
        let ((dialect, server), asked) = match from {
            From::Database(connection) => {
                ((connection.dialect(), connection.server().clone()), Some(connection))
            }
            From::History(server) => (server, None),
        };
        let server = (dialect, server.with(&self.config.options));
        let heads = self.history.graph().heads_at(&Target::heads()).map_err(Diagnostic::from)?;
        let history = match self.history.schema_at(&heads, server.1.names()) {
            Err(_) if self.history.graph().heads().len() > 1 => return Ok(None),
            history => history?,
        };
        let before = self.config.filter.apply(history.clone());
        let renames = &[];
        let comparison =
            Comparison { project: self, model, before: &before, renames, plugs, server: &server, settings };
        let changes = known(comparison.way(asked)?.operations, &history.opaque);
        Ok((!changes.is_empty()).then(|| {
            let message = format!("the model has changes that no revision makes: {}", list(&changes));
            let place = self.config.model.first().map(|model| Place::file(model.to_path()));
            let hint = match are_phases(self.history.graph()) {
                true => "`limbeck revision --autogenerate --phase both` makes two, `limbeck diff heads model` shows them",
                false => "`limbeck revision --autogenerate` makes one, `limbeck diff heads model` shows them",
            };
            Diagnostic::new(Code::CheckFailed, message).at_opt(place).hint(hint)
        }))
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
        let (mut wanted, mut there) = self.schemas_of(
            &Side::History(heads.clone()),
            &Side::Database,
            &server,
            settings,
            Some(connection),
        )?;
        let mut changes = respell(&mut wanted, &mut there, dialect.letter_case());
        changes.extend(diff(&wanted, &there, |schema: &Schema| dialect.normal_form(schema, &server)));
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

/// Says whether the heads are those of the two branches on which [`Phase::place`] puts revisions.
fn are_phases(graph: &RevisionGraph) -> bool {
    let is_of = |head: &RevisionId, phase: Phase| graph.branch_labels(head.as_str()).contains(&phase.label());
    let [one, other] = graph.heads()[..] else { return false };
    let are = |expand: &RevisionId, contract: &RevisionId| {
        is_of(expand, Phase::Expand)
            && !is_of(expand, Phase::Contract)
            && is_of(contract, Phase::Contract)
            && !is_of(contract, Phase::Expand)
    };
    are(one, other) || are(other, one)
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
    first_of(operations.iter().map(Change::describe))
}

/// Puts the first of some words in a row, and says how many more there are.
pub(super) fn first_of(words: impl ExactSizeIterator<Item = String>) -> String {
    let left = words.len().saturating_sub(MOST);
    let mut told: Vec<String> = words.take(MOST).collect();
    if left > 0 {
        told.push(format!("and {left} more"));
    }
    told.join("; ")
}
