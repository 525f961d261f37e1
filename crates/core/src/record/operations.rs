//! Records what a revision does, in order.

use crate::diagnostic::Diagnostic;
use crate::dialect::Connection;
use crate::history::{Task, Work, WorkError};
use crate::literal::{RawSql, Value};
use crate::op::{
    AlterTable, CreateEnum, CreateIndex, CreateTable, CreateView, Delete, DropEnum, DropIndex, DropTable,
    DropView, Execute, Insert, Operation, Recreate, RenameTable, Row, Scope, ScopedOperation, Transaction,
};
use crate::schema::{Index, IndexColumn, NamedEnum, Table, View};

use super::faults::Faults;
use super::{AlterBuilder, IndexBuilder, TableBuilder};

/// What a revision does, as far as it is recorded. Nothing runs while it is.
///
/// Table names are written as in migration files: `name`, or `schema.name`. Bad names are reported together when
/// the revision is needed.
///
/// ```
/// use limbeck_core::column_type::ColumnType;
/// use limbeck_core::record::Operations;
///
/// let mut ops = Operations::new();
/// ops.create_table("account", |t| {
///     t.column("id", ColumnType::Integer).primary_key();
///     t.column("email", ColumnType::String { length: Some(320) }).not_null();
///     t.unique(["email"]).name("uq_account_email");
/// });
/// ops.alter_table("account", |t| {
///     t.add_column("nickname", ColumnType::Text);
///     t.alter_column("email").ty(ColumnType::Text);
/// });
/// ops.insert("account", [[("id", 1.into()), ("email", "ada@example.org".into())]]);
/// ops.run("greet", |conn| Ok(conn.execute("UPDATE account SET nickname = 'Ada'")?));
/// assert_eq!(ops.len(), 4);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Operations {
    tasks: Vec<Task>,
    faults: Faults,
    scope: Scope,
}

impl Operations {
    /// Starts with nothing recorded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many things are recorded.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Says whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Takes out what was recorded, and the faults found.
    pub fn finish(self) -> (Vec<Task>, Vec<Diagnostic>) {
        (self.tasks, self.faults.0)
    }

    /// Records any operation.
    pub fn push(&mut self, operation: impl Into<Operation>) {
        let operation = operation.into();
        self.tasks.push(Task::Operation(ScopedOperation {
            operation,
            scope: self.scope.clone(),
            origin: None,
        }));
    }

    /// Makes a table.
    pub fn create_table(&mut self, name: &str, build: impl FnOnce(&mut TableBuilder<'_>)) {
        let mut table = Table::new(self.faults.table(name), Vec::new());
        build(&mut TableBuilder { table: &mut table, faults: &mut self.faults });
        self.push(CreateTable { table, if_not_exists: false });
    }

    /// Drops a table with its rows, constraints and indexes.
    pub fn drop_table(&mut self, name: &str) {
        let table = self.faults.table(name);
        self.push(DropTable { table, if_exists: false });
    }

    /// Gives a table another name.
    pub fn rename_table(&mut self, name: &str, to: &str) {
        let (table, to) = (self.faults.table(name), self.faults.ident(to));
        self.push(RenameTable { table, to });
    }

    /// Makes all the changes to one table; together, so that the database can make them in the cheapest way.
    pub fn alter_table(&mut self, name: &str, build: impl FnOnce(&mut AlterBuilder<'_>)) {
        let table = self.faults.table(name);
        let mut alter = AlterTable { table, actions: Vec::new(), recreate: Recreate::default() };
        build(&mut AlterBuilder { alter: &mut alter, faults: &mut self.faults });
        self.push(alter);
    }

    /// Makes an index on a table that is there.
    pub fn create_index<'n>(
        &mut self,
        name: &str,
        table: &str,
        columns: impl IntoIterator<Item = &'n str>,
    ) -> IndexBuilder<'_> {
        let columns = self.faults.idents(columns).into_iter().map(IndexColumn::column).collect();
        let index = Index::new(self.faults.ident(name), columns);
        let table = self.faults.table(table);
        self.push(CreateIndex { table, index, if_not_exists: false, concurrently: false });
        let Some(Task::Operation(ScopedOperation { operation: Operation::CreateIndex(create), .. })) =
            self.tasks.last_mut()
        else {
            unreachable!("that operation was just pushed");
        };
        IndexBuilder { index: &mut create.index, faults: &mut self.faults }
    }

    /// Drops an index of a table.
    pub fn drop_index(&mut self, name: &str, table: &str) {
        let (index, table) = (self.faults.ident(name), Some(self.faults.table(table)));
        self.push(DropIndex { index, table, if_exists: false, concurrently: false });
    }

    /// Makes a named enum.
    pub fn create_enum<'n>(&mut self, name: &str, values: impl IntoIterator<Item = &'n str>) {
        let values = values.into_iter().map(str::to_owned).collect();
        let definition = NamedEnum { name: self.faults.table(name), values };
        self.push(CreateEnum { definition, if_not_exists: false });
    }

    /// Drops a named enum.
    pub fn drop_enum(&mut self, name: &str) {
        let name = self.faults.table(name);
        self.push(DropEnum { name, if_exists: false });
    }

    /// Makes a view of a query.
    pub fn create_view(&mut self, name: &str, query: &str) {
        let view = View { name: self.faults.table(name), sql: RawSql::new(query), materialized: false };
        self.push(CreateView { view, if_not_exists: false, or_replace: false });
    }

    /// Drops a view.
    pub fn drop_view(&mut self, name: &str) {
        let view = self.faults.table(name);
        self.push(DropView { view, materialized: false, if_exists: false });
    }

    /// Runs SQL: one statement, or several set apart by semicolons.
    pub fn execute(&mut self, sql: &str) {
        self.push(Execute { sql: RawSql::new(sql), state: None });
    }

    /// Runs SQL whose effect on the schema is what the recorded operations say. Those are not run.
    pub fn execute_with_state(&mut self, sql: &str, state: impl FnOnce(&mut Operations)) {
        let mut effect = Operations::new();
        state(&mut effect);
        self.faults.0.extend(effect.faults.0);
        let state = effect.tasks.into_iter().filter_map(|task| match task {
            Task::Operation(scoped) => Some(scoped.operation),
            Task::Work(_) | Task::Untold(_) => None,
        });
        self.push(Execute { sql: RawSql::new(sql), state: Some(state.collect()) });
    }

    /// Inserts rows, each given as its cells by column.
    pub fn insert<'n, R: IntoIterator<Item = (&'n str, Value)>>(
        &mut self,
        table: &str,
        rows: impl IntoIterator<Item = R>,
    ) {
        let (table, rows) = (self.faults.table(table), self.rows(rows));
        self.push(Insert { table, rows });
    }

    /// Deletes the rows that have all the cells of one of those given.
    pub fn delete<'n, R: IntoIterator<Item = (&'n str, Value)>>(
        &mut self,
        table: &str,
        rows: impl IntoIterator<Item = R>,
    ) {
        let (table, rows) = (self.faults.table(table), self.rows(rows));
        self.push(Delete { table, rows });
    }

    /// Runs Rust code on the rows, in the transaction of the revision and in order with the rest.
    ///
    /// It must leave the schema as it is, and the transaction open. It cannot be part of an SQL script.
    pub fn run(
        &mut self,
        name: &str,
        code: impl Fn(&mut dyn Connection) -> Result<(), WorkError> + Send + Sync + 'static,
    ) {
        self.tasks.push(Task::Work(Work::new(name, code)));
    }

    /// Limits what `record` records to some dialects, by name.
    pub fn only_on<'n>(
        &mut self,
        dialects: impl IntoIterator<Item = &'n str>,
        record: impl FnOnce(&mut Self),
    ) {
        let dialects = dialects.into_iter().map(str::to_owned).collect();
        let outer = self.scope.clone();
        self.scope.dialects = dialects;
        record(self);
        self.scope = outer;
    }

    /// Runs what `record` records outside the transaction: what came before it is committed first.
    pub fn outside_transaction(&mut self, record: impl FnOnce(&mut Self)) {
        let outer = self.scope.clone();
        self.scope.transaction = Transaction::Outside;
        record(self);
        self.scope = outer;
    }

    fn rows<'n, R: IntoIterator<Item = (&'n str, Value)>>(
        &mut self,
        rows: impl IntoIterator<Item = R>,
    ) -> Vec<Row> {
        let cell = |faults: &mut Faults, (name, value): (&'n str, Value)| (faults.ident(name), value);
        rows.into_iter().map(|row| row.into_iter().map(|c| cell(&mut self.faults, c)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column_type::ColumnType;
    use crate::diagnostic::Code;

    #[test]
    fn bad_names_are_reported_together_and_do_not_stop_the_recording() {
        let mut ops = Operations::new();
        ops.create_table("", |t| {
            t.column("a\0b", ColumnType::Text).references("nowhere");
        });
        ops.drop_table("t");
        let (tasks, faults) = ops.finish();
        assert_eq!(tasks.len(), 2);
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::BadName; 3]);
    }

    #[test]
    fn a_scope_ends_with_its_closure() {
        let mut ops = Operations::new();
        ops.only_on(["sqlite"], |ops| ops.outside_transaction(|ops| ops.execute("VACUUM")));
        ops.execute("SELECT 1");
        let scopes = ops.finish().0.into_iter().map(|task| match task {
            Task::Operation(scoped) => scoped.scope,
            Task::Work(_) | Task::Untold(_) => unreachable!(),
        });
        let scopes: Vec<Scope> = scopes.collect();
        assert!(scopes[0].includes("sqlite") && !scopes[0].includes("postgres"));
        assert_eq!(scopes[0].transaction, Transaction::Outside);
        assert_eq!(scopes[1], Scope::default());
    }
}
