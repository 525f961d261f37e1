//! The schema at any revision, with no database: operations applied one after the other to an empty schema.

use rustc_hash::FxHashSet;

use crate::action::Action;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Names;
use crate::graph::Heads;
use crate::history::{History, Task, Untold};
use crate::name::Ident;
use crate::op::{Change, Operation, ScopedOperation};
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
        Self { schema: Schema::new(), names: names.into(), after: None, index_names: FxHashSet::default() }
    }

    /// Returns the schema so far.
    pub fn schema(&self) -> &Schema {
        &self.schema
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
        let known = self.schema.opaque.causes().len();
        match self.change(&scoped.operation) {
            Ok(()) => {
                if let Some(origin) = &scoped.origin
                    && self.schema.opaque.causes().len() > known
                {
                    self.schema.opaque.locate(known, &origin.place());
                }
                Ok(())
            }
            Err(SchemaError::Opaque { .. }) => Ok(()),
            Err(error) => Err(self.explain(error, scoped)),
        }
    }

    /// Applies an operation. Whether the name of a new index is taken is looked up only when it ever was.
    fn change(&mut self, operation: &Operation) -> Result<(), SchemaError> {
        let made = index_names(operation);
        let new = made.iter().all(|name| !self.index_names.contains(name));
        self.index_names.extend(made);
        match operation {
            Operation::CreateTable(create) if new => create.apply_with_new_indexes(&mut self.schema),
            Operation::CreateIndex(create) if new => create.apply_with_new_name(&mut self.schema),
            operation => operation.apply(&mut self.schema),
        }
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

    /// Applies a task. Data work leaves the schema as it is; what could not be told may have changed all of it.
    ///
    /// # Errors
    /// As [`Fold::apply`].
    pub fn apply_task(&mut self, task: &Task) -> Result<(), Diagnostic> {
        match task {
            Task::Operation(scoped) => self.apply(scoped),
            Task::Work(_) => Ok(()),
            Task::Untold(Untold { scope, fault }) => {
                if scope.includes(self.names) {
                    let cause = OpaqueCause::anything(&fault.message, fault.places.first().cloned());
                    self.schema.opaque.add(cause);
                }
                Ok(())
            }
        }
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
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::history::{EmbeddedFile, EmbeddedMigrations};

    const ACCOUNT: EmbeddedFile = EmbeddedFile {
        path: "a_account.toml",
        text: "revision = \"aaaa\"\n\n[[upgrade]]\ncreate_table = \"users\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n",
    };

    fn history(files: &'static [EmbeddedFile]) -> History {
        History::builder().embedded(EmbeddedMigrations::new(files)).build().unwrap()
    }

    fn at(history: &History, head: &str) -> Result<Schema, Diagnostics> {
        fold(history, &Heads::from_iter([head]), "sqlite")
    }

    #[test]
    fn an_operation_that_does_not_fit_is_shown_in_its_file_with_the_revision_before() {
        const FILES: &[EmbeddedFile] = &[
            ACCOUNT,
            EmbeddedFile {
                path: "b.toml",
                text: "revision = \"bbbb\"\ndown_revision = \"aaaa\"\n\n[[upgrade]]\ndrop_table = \"user\"\n",
            },
        ];
        let faults = at(&history(FILES), "bbbb").unwrap_err();
        let fault = faults.first();
        assert_eq!(fault.code, Code::NoSuchTable);
        assert_eq!(fault.message, "no table `user` at this point of the history");
        assert_eq!(fault.hint.as_deref(), Some("a table with a similar name exists: `users`"));
        let place = &fault.places[0];
        assert_eq!((place.line(), place.label.as_str()), (Some(5), "not in the schema after aaaa"));
    }

    #[test]
    fn operations_for_other_dialects_do_not_count() {
        const FILES: &[EmbeddedFile] = &[EmbeddedFile {
            path: "a.toml",
            text: "revision = \"aaaa\"\n\n[[upgrade]]\ndialects = [\"postgres\"]\ndrop_table = \"nowhere\"\n",
        }];
        assert_eq!(at(&history(FILES), "aaaa").unwrap(), Schema::new());
        assert!(fold(&history(FILES), &Heads::from_iter(["aaaa"]), "postgres").is_err());
    }

    #[test]
    fn what_raw_sql_may_have_made_is_passed_over_and_the_statement_is_remembered_with_its_place() {
        const FILES: &[EmbeddedFile] = &[
            ACCOUNT,
            EmbeddedFile {
                path: "b.sql",
                text: "-- revision = \"bbbb\"\n-- down_revision = \"aaaa\"\n\n-- limbeck:upgrade\nCREATE TABLE hand_made (a INTEGER);\n",
            },
            EmbeddedFile {
                path: "c.toml",
                text: "revision = \"cccc\"\ndown_revision = \"bbbb\"\n\n[[upgrade]]\ndrop_table = \"hand_made\"\n",
            },
        ];
        let schema = at(&history(FILES), "cccc").unwrap();
        assert_eq!(schema.tables.len(), 1);
        let causes = schema.opaque.causes();
        assert_eq!(causes.len(), 1);
        assert_eq!(
            causes[0].place.as_ref().map(|place| place.path.display().to_string()),
            Some("b.sql".to_owned())
        );
    }

    #[test]
    fn an_index_name_may_be_taken_again_only_when_it_is_free() {
        const INDEX: &str = "create_index = \"ix\"\ntable = \"users\"\ncolumns = [\"id\"]\n";
        const DROP: &str = "drop_index = \"ix\"\ntable = \"users\"\n";
        let history = |operations: [&str; 3]| {
            let body = operations.map(|operation| format!("[[upgrade]]\n{operation}")).concat();
            let text = format!("revision = \"bbbb\"\ndown_revision = \"aaaa\"\n{body}");
            let file = EmbeddedFile { path: "b.toml", text: text.leak() };
            History::builder().embedded(EmbeddedMigrations::new(vec![ACCOUNT, file].leak())).build().unwrap()
        };
        assert!(at(&history([INDEX, DROP, INDEX]), "bbbb").is_ok());
        let taken = at(&history([INDEX, INDEX, DROP]), "bbbb").unwrap_err();
        assert_eq!(taken.first().code, Code::IndexExists);
    }

    #[test]
    fn a_head_that_is_not_in_the_history_is_an_error() {
        assert_eq!(at(&history(&[ACCOUNT]), "gone").unwrap_err().first().code, Code::UnknownDatabaseRevision);
        assert_eq!(fold(&history(&[ACCOUNT]), &Heads::default(), "sqlite"), Ok(Schema::new()));
    }

    #[test]
    fn faults_of_several_files_are_reported_together() {
        const FILES: &[EmbeddedFile] = &[
            EmbeddedFile { path: "a.toml", text: "revision = \"aaaa\"\n\n[[upgrade]]\nmake = 1\n" },
            EmbeddedFile { path: "b.toml", text: "revision = \"bbbb\"\n\n[[upgrade]]\nmake = 1\n" },
        ];
        let faults = fold(&history(FILES), &Heads::from_iter(["aaaa", "bbbb"]), "sqlite").unwrap_err();
        let mut paths: Vec<String> = faults.iter().map(|f| f.places[0].path.display().to_string()).collect();
        paths.sort();
        assert_eq!(paths, ["a.toml", "b.toml"]);
    }
}
