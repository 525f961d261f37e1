//! Runs each revision up, down and up again on a scratch database, and compares schema and rows after each step.

mod canary;
mod names;
mod rows;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::dialect::{Connection, Dialect, ServerInfo, Texts, spell_alike};
use crate::diff::diff;
use crate::graph::{Heads, Target};
use crate::history::{Body, History, Task, Undo};
use crate::migrator::{Migrator, Settings};
use crate::op::{Change, Operation};
use crate::revision::RevisionId;
use crate::schema::Schema;

pub use names::forget_given_names;
use rows::{Rows, Survivors};

/// What came of verifying one revision.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The revision.
    pub revision: RevisionId,
    /// Whether it was undone and run again; an irreversible one is not.
    pub undone: bool,
    /// How many tables had a row while it ran, and how many had none because no row could be made for them.
    pub canaries: (usize, usize),
    /// Rows and columns that the way back brings back empty, in words.
    pub lost: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Diagnostic>,
}

/// Verifies every revision of a history, in order of running, on an empty database.
///
/// Each runs, is undone and runs again, with a row in every table that one can be made for. After the first run the schema
/// must be what the operations fold to; after the way back schema and rows must be as before; after the second run the schema
/// as after the first. `told` is called with what came of each as it is known.
///
/// # Errors
/// When the database is not empty, and when a revision cannot be run at all: what follows it cannot be verified.
pub fn verify(
    history: &History,
    connection: &mut dyn Connection,
    settings: &Settings,
    mut told: impl FnMut(&Verified),
) -> Result<Vec<Verified>, Diagnostics> {
    check_empty(connection)?;
    let order = history.graph().upgrade(&Heads::default(), &Target::heads()).map_err(Diagnostic::from)?;
    let mut all = Vec::with_capacity(order.steps.len());
    for step in &order.steps {
        let mut one = Scratch { history, connection: &mut *connection, settings };
        let verified = one.verify(&step.revision)?;
        told(&verified);
        all.push(verified);
    }
    Ok(all)
}

/// Checks that a scratch database has no table and no view.
///
/// # Errors
/// The name of one that it has.
pub fn check_empty(connection: &mut dyn Connection) -> Result<(), Diagnostic> {
    let there = connection.reflect(None)?;
    match there.tables.keys().chain(there.views.keys()).next() {
        None => Ok(()),
        Some(name) => {
            let message = format!("the scratch database is not empty: it has `{name}`");
            Err(Diagnostic::new(Code::Usage, message).hint("name an empty one; what is in it would be lost"))
        }
    }
}

struct Scratch<'s> {
    history: &'s History,
    connection: &'s mut dyn Connection,
    settings: &'s Settings,
}

impl Scratch<'_> {
    fn verify(&mut self, revision: &RevisionId) -> Result<Verified, Diagnostics> {
        let body = self.history.body(revision)?;
        let before_heads = self.migrator().current()?;
        let folded = self.folded(&before_heads)?;
        let canaries = canary::plant(self.connection, &folded)?;
        let before = self.schema()?;
        let rows_before = rows::read(self.connection, &before)?;
        let mut verified = Verified {
            revision: revision.clone(),
            undone: false,
            canaries,
            lost: Vec::new(),
            findings: Vec::new(),
        };
        self.up(revision)?;
        let after = self.schema()?;
        let heads = self.migrator().current()?;
        let folded_after = self.folded(&heads)?;
        self.compare(
            [&folded_after, &after],
            &folded_after,
            "the database is not what the operations add up to",
            &body,
            &mut verified,
        )?;
        if let Undo::Irreversible(_) = body.undo {
            return Ok(verified);
        }
        match self.migrator().undo(revision) {
            Ok(_) => verified.undone = true,
            Err(faults) => {
                verified.findings.extend(faults);
                return Ok(verified);
            }
        }
        let back = self.schema()?;
        self.compare(
            [&before, &back],
            &folded,
            "the way back does not lead to the schema before",
            &body,
            &mut verified,
        )?;
        let survivors = survivors(&body, &folded, self.connection.server());
        verified.lost = survivors.lost();
        self.compare_rows(&rows_before, &back, &survivors, &body, &mut verified)?;
        if let Err(faults) = self.up(revision) {
            // What was found on the way back says why.
            verified.findings.extend(faults);
            return Diagnostics::check(verified.findings.clone(), verified);
        }
        let again = self.schema()?;
        self.compare(
            [&after, &again],
            &folded_after,
            "the second run does not lead to the schema of the first",
            &body,
            &mut verified,
        )?;
        Ok(verified)
    }

    fn migrator(&mut self) -> Migrator<'_> {
        Migrator::new(self.history, &mut *self.connection, self.settings.clone())
    }

    fn up(&mut self, revision: &RevisionId) -> Result<(), Diagnostics> {
        self.migrator().upgrade(&Target::revision(revision.as_str())).map(drop)
    }

    fn folded(&self, heads: &Heads) -> Result<Schema, Diagnostics> {
        self.history.schema_at(heads, self.connection.server().names())
    }

    /// Reads the schema, without the tables in which the migrator keeps its own.
    fn schema(&mut self) -> Result<Schema, Diagnostics> {
        let mut schema = self.connection.reflect(None).map_err(Diagnostic::from)?;
        for own in self.settings.log_table.iter().chain([&self.settings.version_table]) {
            schema.tables.remove(own);
        }
        Ok(schema)
    }

    fn compare(
        &mut self,
        [wanted, found]: [&Schema; 2],
        folded: &Schema,
        what: &str,
        body: &Body,
        verified: &mut Verified,
    ) -> Result<(), Diagnostic> {
        let mut found = found.clone();
        spell_alike(self.connection, wanted, &mut found, Texts::Printed)?;
        let (dialect, server): (&dyn Dialect, &ServerInfo) =
            (self.connection.dialect(), self.connection.server());
        let normal = |schema: &Schema| dialect.normal_form(schema, server);
        let folded = normal(folded);
        let without_given_names = |schema: &Schema| {
            let mut schema = normal(schema);
            forget_given_names(&mut schema, &folded);
            schema
        };
        let differences: Vec<String> = diff(wanted, &found, without_given_names)
            .iter()
            // What raw SQL that is not understood may have touched is not known.
            .filter(|operation| !is_opaque(operation, wanted))
            .map(Change::describe)
            .collect();
        if !differences.is_empty() {
            let message = format!("revision `{}`: {what}: {}", verified.revision, differences.join("; "));
            verified.findings.push(Diagnostic::new(Code::CheckFailed, message).at_opt(place(body)));
        }
        Ok(())
    }

    fn compare_rows(
        &mut self,
        before: &Rows,
        schema: &Schema,
        survivors: &Survivors,
        body: &Body,
        verified: &mut Verified,
    ) -> Result<(), Diagnostics> {
        let back = rows::read(self.connection, schema)?;
        for difference in rows::differences(before, &back, survivors) {
            let message =
                format!("revision `{}`: the way back changes rows: {difference}", verified.revision);
            verified.findings.push(Diagnostic::new(Code::CheckFailed, message).at_opt(place(body)));
        }
        Ok(())
    }
}

fn is_opaque(operation: &Operation, schema: &Schema) -> bool {
    use crate::op::Object;

    operation.footprint().iter().any(|(_, object)| match object {
        Object::Table(name)
        | Object::Column(name, _)
        | Object::Constraint(name, _)
        | Object::Rows(name)
        | Object::Type(name)
        | Object::View(name)
        | Object::Sequence(name) => !schema.opaque.touching(&name.name).is_empty(),
        Object::Index(name) | Object::Schema(name) => !schema.opaque.touching(name).is_empty(),
        Object::Anything => false,
    })
}

fn place(body: &Body) -> Option<Place> {
    body.upgrade.iter().find_map(|task| match task {
        Task::Operation(scoped) => scoped.origin.as_ref().map(|origin| origin.place()),
        Task::Work(_) | Task::Untold(_) => None,
    })
}

/// Finds out which rows and columns a revision and its way back leave as they are.
fn survivors(body: &Body, before: &Schema, server: &ServerInfo) -> Survivors {
    let mut fold = crate::fold::Fold::of(before.clone(), server.names());
    let mut survivors = Survivors::default();
    let mut tasks: Vec<&Task> = body.upgrade.iter().collect();
    if let Undo::Given(given) = &body.undo {
        tasks.extend(given);
    }
    for task in tasks {
        match task {
            Task::Work(_) | Task::Untold(_) => survivors.anything_may_change(),
            Task::Operation(scoped) if !scoped.scope.includes(server.names()) => {}
            Task::Operation(scoped) => {
                match &scoped.operation {
                    Operation::Execute(execute) => {
                        match crate::raw::operations(execute, fold.schema(), server.names()) {
                            Some(operations) if !execute.changes_rows() => {
                                operations.iter().for_each(|operation| survivors.pass(operation));
                            }
                            _ => survivors.anything_may_change(),
                        }
                    }
                    operation => survivors.pass(operation),
                }
                // One that does not fit is reported by the run.
                let _ = fold.apply(scoped);
            }
        }
    }
    survivors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Action, DropColumn};
    use crate::name::{Ident, TableName};
    use crate::op::{AlterTable, DropTable, Recreate};

    #[test]
    fn what_a_way_back_cannot_bring_back_is_named() {
        let table = |name: &str| TableName::unqualified(Ident::new(name).unwrap());
        let mut survivors = Survivors::default();
        let column = Ident::new("nick").unwrap();
        let actions = vec![Action::DropColumn(DropColumn { column: column.clone(), if_exists: false })];
        survivors.pass(&AlterTable { table: table("account"), actions, recreate: Recreate::Auto }.into());
        survivors.pass(&DropTable { table: table("org"), if_exists: false }.into());
        assert_eq!(survivors.lost(), ["the values of column `account.nick`", "the rows of `org`"]);
    }
}
