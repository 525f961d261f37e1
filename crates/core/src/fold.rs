//! The schema at any revision, with no database: operations applied one after the other to an empty schema.

use rustc_hash::FxHashSet;

use crate::action::Action;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::dialect::Names;
use crate::graph::Heads;
use crate::history::{History, Task, Untold};
use crate::literal::RawSql;
use crate::name::{Ident, TableName};
use crate::op::{Change, Execute, Operation, Origin, ScopedOperation, summary};
use crate::raw::{self, Cut, Effect};
use crate::revision::RevisionId;
use crate::schema::{OpaqueCause, Schema, SchemaError};

/// A schema that grows by one operation after the other, as one dialect would run them.
#[derive(Debug, Clone)]
pub struct Fold {
    schema: Schema,
    names: Names,
    after: Option<RevisionId>,
    /// Every index name that any operation so far made, whether it is still there or not.
    index_names: FxHashSet<Ident>,
}

impl Fold {
    /// Starts with nothing. `names` decide which operations count, by the scope that they are limited to.
    pub fn new(names: impl Into<Names>) -> Self {
        Self::of(Schema::new(), names)
    }

    /// Starts with a schema that is there.
    pub fn of(mut schema: Schema, names: impl Into<Names>) -> Self {
        let names = names.into();
        schema.index_names = names.index_names();
        let indexes = schema.tables.values().flat_map(|table| &table.indexes);
        let index_names = indexes.map(|index| index.name.clone()).collect();
        Self { schema, names, after: None, index_names }
    }

    /// Returns the schema so far.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns the names by which it tells which operations count.
    pub fn names(&self) -> Names {
        self.names
    }

    /// Takes the schema out.
    pub fn into_schema(self) -> Schema {
        self.schema
    }

    /// Applies an operation, if the dialect runs it.
    ///
    /// What raw SQL may have made cannot be found in the schema; an operation on such an object is passed over, and
    /// the object stays unknown.
    ///
    /// # Errors
    /// Why the operation does not fit, at its place.
    pub fn apply(&mut self, scoped: &ScopedOperation) -> Result<(), Diagnostic> {
        if !scoped.scope.includes(self.names) {
            return Ok(());
        }
        let done = match &scoped.operation {
            Operation::Execute(execute) => self.execute(execute, scoped.origin.as_ref()),
            operation => self.change(operation),
        };
        match done {
            Ok(()) | Err(SchemaError::Opaque { .. }) => Ok(()),
            Err(error) => Err(self.explain(error, scoped)),
        }
    }

    /// Applies what the author's SQL does to the schema: what its author says, else what is read of it.
    ///
    /// A statement that is not understood, or that does not fit what is known, is remembered with its place.
    fn execute(&mut self, execute: &Execute, origin: Option<&Origin>) -> Result<(), SchemaError> {
        let sql = execute.sql.as_str();
        let Some(state) = &execute.state else {
            for part in raw::cut(sql, self.names) {
                self.statement(&part, sql, origin);
            }
            return Ok(());
        };
        let before = (self.schema.clone(), self.index_names.clone());
        for operation in state {
            let done = match operation {
                Operation::Execute(inner) => self.execute(inner, origin),
                other => self.change(other),
            };
            if let Err(error) = done {
                (self.schema, self.index_names) = before;
                return Err(error);
            }
        }
        if state.iter().any(|operation| matches!(operation, Operation::CreateTable(_))) {
            for part in raw::cut(sql, self.names) {
                self.keep_text(part.text(sql), &before.0);
            }
        }
        // A stated effect cannot speak of triggers, and a rebuild without a database would lose them.
        if execute.makes_trigger() {
            self.unknown(sql, origin.map(Origin::place));
        }
        Ok(())
    }

    fn statement(&mut self, part: &Cut, of: &str, origin: Option<&Origin>) {
        let text = part.text(of);
        let understood = match raw::effect(text, &self.schema, self.names) {
            Effect::Nothing => true,
            Effect::Unknown => false,
            Effect::Operations(operations) if operations.len() == 1 => {
                let fits = operations.iter().all(|operation| self.change(operation).is_ok());
                if let (true, [Operation::CreateTable(create)]) = (fits, &operations[..])
                    && let Some(table) = self.schema.tables.get_mut(&create.table.name)
                {
                    table.written = Some(RawSql::new(text));
                }
                fits
            }
            Effect::Operations(operations) => {
                let before = self.schema.clone();
                let fits = operations.iter().all(|operation| self.change(operation).is_ok());
                if !fits {
                    self.schema = before;
                }
                fits
            }
        };
        if !understood {
            self.unknown(text, origin.map(|origin| origin.place_of(of, &part.span)));
        }
    }

    /// Keeps the text of a table that the author's SQL has made and that was not there before.
    fn keep_text(&mut self, statement: &str, before: &Schema) {
        if let Some(name) = raw::made_table(statement, self.names)
            && !before.tables.contains_key(&name)
            && let Some(table) = self.schema.tables.get_mut(&name)
        {
            table.written = Some(RawSql::new(statement));
        }
    }

    /// Keeps the text that a table has after an operation, where the dialect knows it.
    pub(crate) fn keep_changed_text(&mut self, name: &TableName, text: RawSql) {
        if let Some(table) = self.schema.tables.get_mut(name) {
            table.written = Some(text);
        }
    }

    fn unknown(&mut self, sql: &str, place: Option<Place>) {
        let known = self.schema.opaque.causes().len();
        self.schema.opaque.add(OpaqueCause::new(sql, summary(sql)));
        if let Some(place) = place {
            self.schema.opaque.locate(known, &place);
        }
    }

    /// Returns the operations that lead back from one that is about to be applied. SQL that is understood is led back by
    /// what undoes its effect.
    ///
    /// # Errors
    /// As [`Change::invert`].
    pub fn invert(&self, scoped: &ScopedOperation) -> Result<Vec<Operation>, SchemaError> {
        let Operation::Execute(execute) = &scoped.operation else {
            return scoped.operation.invert(&self.schema);
        };
        let effect = match execute.state {
            None if !execute.changes_rows() => raw::operations(execute, &self.schema, self.names),
            _ => None,
        };
        let Some(operations) = effect else { return execute.invert(&self.schema) };
        let mut fold = self.clone();
        let mut undo = Vec::new();
        for operation in operations {
            undo.push(operation.invert(&fold.schema)?);
            fold.change(&operation)?;
        }
        Ok(undo.into_iter().rev().flatten().collect())
    }

    /// Applies an operation that the dialect runs and that is no SQL of the author's.
    ///
    /// # Errors
    /// Why it does not fit; the schema is then as it was.
    pub fn apply_operation(&mut self, operation: &Operation) -> Result<(), SchemaError> {
        self.change(operation)
    }

    /// Applies an operation. Whether the name of a new index is taken is looked up only when it ever was.
    fn change(&mut self, operation: &Operation) -> Result<(), SchemaError> {
        let made = index_names(operation);
        let new = made.iter().all(|name| !self.index_names.contains(name));
        self.index_names.extend(made);
        let done = match operation {
            Operation::CreateTable(create) if new => create.apply_with_new_indexes(&mut self.schema),
            Operation::CreateIndex(create) if new => create.apply_with_new_name(&mut self.schema),
            operation => operation.apply(&mut self.schema),
        };
        done.map_err(|error| self.schema.or_unknown(error))
    }

    /// Applies all tasks of a revision. Data work leaves the schema as it is.
    ///
    /// # Errors
    /// The first fault, as from [`Fold::apply`]: what follows it would only be its consequence.
    pub fn apply_revision(&mut self, revision: &RevisionId, tasks: &[Task]) -> Result<(), Diagnostic> {
        for task in tasks {
            self.apply_task(task)?;
        }
        self.pass(revision);
        Ok(())
    }

    /// Applies a task. Data work leaves the schema as it is; what asks for the schema is told what is there; what could not be
    /// told may have changed all of it.
    ///
    /// # Errors
    /// As [`Fold::apply`].
    pub fn apply_task(&mut self, task: &Task) -> Result<(), Diagnostic> {
        match task {
            Task::Operation(scoped) => self.apply(scoped),
            Task::Work(_) => Ok(()),
            Task::Untold(untold) => {
                if let Some(guarded) = untold.guarded.as_ref().filter(|_| untold.scope.includes(self.names)) {
                    return guarded.tell(self).iter().try_for_each(|task| match task {
                        Task::Untold(still) => {
                            self.lose(still);
                            Ok(())
                        }
                        told => self.apply_task(told),
                    });
                }
                self.lose(untold);
                Ok(())
            }
        }
    }

    /// Takes note that all of the schema may be another, if the dialect is concerned.
    pub(crate) fn lose(&mut self, Untold { scope, fault, guarded: _ }: &Untold) {
        if scope.includes(self.names) {
            self.lose_to(OpaqueCause::anything(&fault.message, fault.places.first().cloned()));
        }
    }

    /// Takes note of something whose effect is not known.
    pub(crate) fn lose_to(&mut self, cause: OpaqueCause) {
        self.schema.opaque.add(cause);
    }

    /// Notes that all of a revision is applied, so that messages can say after which one something was not as expected.
    pub fn pass(&mut self, revision: &RevisionId) {
        self.after = Some(revision.clone());
    }

    /// Turns a misfit into a diagnostic at the place of its operation.
    pub fn explain(&self, error: SchemaError, scoped: &ScopedOperation) -> Diagnostic {
        let missing = matches!(error, SchemaError::NotFound { .. });
        let mut fault = Diagnostic::from(error);
        if missing {
            fault.message.push_str(" at this point of the history");
        }
        let label = match &self.after {
            _ if !matches!(fault.code as u16, 102..=111) => String::new(),
            Some(after) if missing => format!("not in the schema after {after}"),
            Some(after) => format!("in the schema after {after}"),
            None => "nothing comes before this revision".to_owned(),
        };
        match &scoped.origin {
            // Places that are there already say which raw SQL is to blame; the operation comes before them.
            Some(origin) => {
                fault.places.insert(0, origin.place().label(label));
                fault
            }
            None => fault,
        }
    }
}

/// Returns the names of the indexes that an operation makes.
fn index_names(operation: &Operation) -> Vec<Ident> {
    match operation {
        Operation::CreateTable(create) => {
            create.table.indexes.iter().map(|index| index.name.clone()).collect()
        }
        Operation::CreateIndex(create) => vec![create.index.name.clone()],
        Operation::AlterTable(alter) => {
            let names = alter.actions.iter().filter_map(|action| match action {
                Action::CreateIndex(add) => Some(add.index.name.clone()),
                _ => None,
            });
            names.collect()
        }
        Operation::Execute(execute) => execute.state.iter().flatten().flat_map(index_names).collect(),
        _ => Vec::new(),
    }
}

/// Returns the schema that a database has when its version table has these rows.
///
/// # Errors
/// Every file among them that cannot be read; else the first operation that does not fit;
/// [`Code::UnknownDatabaseRevision`](crate::diagnostic::Code) for rows that are not in the history.
pub fn fold(history: &History, heads: &Heads, names: impl Into<Names>) -> Result<Schema, Diagnostics> {
    Ok(fold_to(history, heads, names)?.into_schema())
}

/// Does what [`fold()`] does, so that more can be applied.
pub(crate) fn fold_to(
    history: &History,
    heads: &Heads,
    names: impl Into<Names>,
) -> Result<Fold, Diagnostics> {
    let applied = history.graph().applied(heads).map_err(Diagnostic::from)?;
    let revisions: Vec<RevisionId> = applied.into_iter().map(|header| header.revision.clone()).collect();
    let bodies = history.bodies(&revisions)?;
    let mut fold = Fold::new(names);
    for (revision, body) in revisions.iter().zip(&bodies) {
        fold.apply_revision(revision, &body.upgrade)?;
    }
    Ok(fold)
}

#[cfg(test)]
mod tests;
