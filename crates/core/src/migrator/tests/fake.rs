//! A dialect whose statements are descriptions, and a database that keeps a diary of them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::column_type::ColumnType;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::*;
use crate::graph::{Heads, Target};
use crate::history::{History, RustRevision, Undoing};
use crate::impact::Fact;
use crate::literal::Literal;
use crate::migrator::{Clock, Migrator, Settings};
use crate::name::TableName;
use crate::op::{Change, Operation, Transaction};
use crate::record::Operations;
use crate::revision::{RevisionHeader, RevisionId};
use crate::schema::Schema;
use crate::sql::{Quoting, Sql};

pub(super) struct Diary;

impl Dialect for Diary {
    fn name(&self) -> &'static str {
        "diary"
    }
    fn flavours(&self) -> &'static [&'static str] {
        &["diary"]
    }
    fn url_schemes(&self) -> &'static [&'static str] {
        &["diary"]
    }
    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec { name: "ink", values: &["black", "blue"] }]
    }
    fn connect(&self, _: &DatabaseUrl, _: &ConnectOptions) -> Result<Box<dyn Connection>, DatabaseError> {
        Ok(Box::new(Base::default()))
    }
    fn server(&self, _: &str, _: Option<&str>) -> Result<ServerInfo, Diagnostic> {
        Ok(server())
    }
    fn sql(&self) -> Sql {
        Sql::new(&Quoting::STANDARD)
    }
    fn lower(&self, op: &Operation, before: &Schema, _: &ServerInfo) -> Result<Lowered, Diagnostic> {
        if let Operation::DropIndex(_) = op {
            return Err(Diagnostic::new(Code::Unsupported, "a diary has no indexes to drop"));
        }
        let unknown = matches!(op, Operation::AlterTable(_)) && !before.opaque.is_empty();
        if unknown {
            return Err(Diagnostic::new(Code::Opaque, "the table is not known"));
        }
        let suspended = matches!(op, Operation::RenameTable(_));
        let sql = match op {
            Operation::Execute(execute) => execute.sql.as_str().to_owned(),
            op => op.describe().replace('`', ""),
        };
        let parts = if sql.starts_with("BEGIN") { vec![&*sql] } else { sql.split("; ").collect() };
        Ok(Lowered {
            statements: parts.into_iter().map(|part| Statement::new(part, "")).collect(),
            enforcement: if suspended { Enforcement::Suspended } else { Enforcement::Configured },
            reason: None,
            written: None,
        })
    }
    fn normal_form(&self, schema: &Schema, _: &ServerInfo) -> Schema {
        schema.clone()
    }
    fn runs_without_transaction(&self) -> bool {
        true
    }

    fn facts(&self) -> &'static [Fact] {
        &[]
    }

    fn keeps_rows(&self, _change: ColumnChange<'_>, _server: &ServerInfo) -> bool {
        true
    }

    fn transaction_script(&self, _: Enforcement) -> (Vec<String>, Vec<String>) {
        (vec!["BEGIN".to_owned()], vec!["COMMIT".to_owned()])
    }

    fn script_advice(&self) -> &'static str {
        "stop at the first error"
    }
}

pub(super) fn server() -> ServerInfo {
    ServerInfo::new("diary", "diary", Version::new(1, 0, 0))
}

type OnBegin = Box<dyn FnMut(&mut Contents, usize) + Send>;

/// A database. What a transaction did is gone when it is rolled back; the diary keeps it.
#[derive(Default)]
pub(super) struct Base {
    pub(super) diary: Vec<String>,
    pub(super) contents: Contents,
    pub(super) before: Option<Contents>,
    /// Fails every statement that holds this text.
    pub(super) fails: Option<&'static str>,
    /// Is interrupted just behind a statement that holds this text, which has done its work.
    pub(super) ends_late: Option<&'static str>,
    /// Finds locked, so many times, what a statement that holds this text needs.
    pub(super) busy: (&'static str, u32),
    /// Called when a transaction opens, with the number of those before it: another process at work.
    pub(super) on_begin: Option<OnBegin>,
    pub(super) begun: usize,
    /// Whether the schema is read from the database before each operation.
    pub(super) surveys: bool,
    pub(super) interrupted: Arc<Mutex<bool>>,
    pub(super) locked: bool,
    /// What is read back from it.
    pub(super) schema: Schema,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Contents {
    pub(super) versions: Option<Vec<String>>,
    pub(super) log: Option<Vec<Vec<Literal>>>,
    pub(super) changes: Vec<String>,
}

impl Base {
    /// Returns what stands in the diary, without what keeps the version table and the log.
    pub(super) fn story(&self) -> String {
        let told = self.diary.iter().filter(|line| !line.contains("limbeck_"));
        told.map(String::as_str).collect::<Vec<_>>().join(" | ")
    }

    pub(super) fn heads(&self) -> String {
        self.contents.versions.iter().flatten().cloned().collect::<Vec<_>>().join(", ")
    }

    fn keep_books(&mut self, sql: &str) {
        let words: Vec<&str> = sql.split('\'').skip(1).step_by(2).collect();
        let contents = &mut self.contents;
        match (sql.split(' ').next(), sql.contains("limbeck_version")) {
            (Some("create"), true) => contents.versions = Some(Vec::new()),
            (Some("create"), false) => contents.log = Some(Vec::new()),
            (Some("INSERT"), true) => contents.versions.as_mut().unwrap().push(words[0].to_owned()),
            (Some("DELETE"), true) => contents.versions.as_mut().unwrap().retain(|id| id != words[0]),
            (Some("UPDATE"), true) => {
                let versions = contents.versions.as_mut().unwrap();
                versions.iter_mut().filter(|id| **id == words[1]).for_each(|id| *id = words[0].to_owned());
            }
            (Some("INSERT"), false) => {
                let running = sql.contains("'running'");
                let counts: Vec<&str> = sql.trim_end_matches(')').rsplit(", ").take(2).collect();
                let text = |text: &str| Literal::text(text);
                let number = |text: &str| Literal::Integer(text.parse().unwrap());
                let (finished, at) = if running { (Literal::Null, 3) } else { (text("end"), 4) };
                contents.log.as_mut().unwrap().push(vec![
                    text(words[0]),
                    text(words[1]),
                    text(words[2]),
                    finished,
                    text(words[at]),
                    text(words[at + 1]),
                    text("0"),
                    number(counts[1]),
                    number(counts[0]),
                ]);
            }
            (Some("UPDATE"), false) => {
                let Some(row) = contents.log.as_mut().unwrap().last_mut() else { return };
                if let Some(done) = sql.split("\"statements_done\" = ").nth(1) {
                    row[7] = Literal::Integer(done.split(',').next().unwrap().parse().unwrap());
                }
                row[4] = Literal::text(words[0]);
            }
            other => panic!("{other:?}: {sql}"),
        }
    }
}

impl Connection for Base {
    fn relations(&mut self) -> Result<Vec<String>, DatabaseError> {
        Ok(Vec::new())
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &Diary
    }
    fn server(&self) -> &ServerInfo {
        static SERVER: std::sync::OnceLock<ServerInfo> = std::sync::OnceLock::new();
        SERVER.get_or_init(server)
    }
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        if std::mem::take(&mut *self.interrupted.lock().unwrap()) {
            return Err(DatabaseError::Interrupted);
        }
        if self.fails.is_some_and(|text| sql.contains(text)) {
            return Err(DatabaseError::Statement { sql: sql.to_owned(), reason: "no".to_owned() });
        }
        if self.busy.1 > 0 && sql.contains(self.busy.0) {
            self.busy.1 -= 1;
            return Err(DatabaseError::Locked { waited_ms: 0, holder: None });
        }
        self.diary.push(sql.to_owned());
        match sql.contains("limbeck_") {
            true => self.keep_books(sql),
            false => self.contents.changes.push(sql.to_owned()),
        }
        match self.ends_late.take_if(|text| sql.contains(*text)) {
            Some(_) => Err(DatabaseError::Interrupted),
            None => Ok(()),
        }
    }
    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        if sql.contains("limbeck_log") {
            let rows = self.contents.log.clone().unwrap_or_default();
            if sql.contains("max(") {
                return Ok(vec![vec![Literal::text(rows.len().to_string())]]);
            }
            let running = |row: &Vec<Literal>| {
                !sql.contains("WHERE") || matches!(row[4].as_text(), Some("running" | "failed"))
            };
            return Ok(rows.into_iter().filter(running).collect());
        }
        let versions = self.contents.versions.clone().unwrap_or_default();
        Ok(versions.into_iter().map(|id| vec![Literal::text(id)]).collect())
    }
    fn lock(&mut self, _: &TableName, _: Transaction) -> Result<(), DatabaseError> {
        self.locked = true;
        Ok(())
    }
    fn unlock(&mut self) {
        self.locked = false;
    }
    fn limit(&mut self, _: &Limits) -> Result<(), DatabaseError> {
        Ok(())
    }
    fn begin(&mut self, enforcement: Enforcement) -> Result<(), DatabaseError> {
        assert!(self.before.is_none(), "a transaction is open already");
        assert!(self.locked, "a transaction is opened without the lock");
        if let Some(mut on_begin) = self.on_begin.take() {
            on_begin(&mut self.contents, self.begun);
            self.on_begin = Some(on_begin);
        }
        self.begun += 1;
        self.before = Some(self.contents.clone());
        self.diary.push(if enforcement == Enforcement::Suspended { "(off" } else { "(" }.to_owned());
        Ok(())
    }
    fn commit(&mut self) -> Result<(), DatabaseError> {
        assert!(self.before.take().is_some(), "no transaction is open");
        self.diary.push(")".to_owned());
        Ok(())
    }
    fn rollback(&mut self) -> Result<(), DatabaseError> {
        if let Some(before) = self.before.take() {
            self.contents = before;
            self.diary.push("undone".to_owned());
        }
        Ok(())
    }
    fn has_table(&mut self, table: &TableName) -> Result<bool, DatabaseError> {
        Ok(match table.name.as_str() {
            "limbeck_version" => self.contents.versions.is_some(),
            _ => self.contents.log.is_some(),
        })
    }
    fn reflect(&mut self, _: Option<&[TableName]>) -> Result<Schema, DatabaseError> {
        Ok(self.schema.clone())
    }
    fn survey(&mut self, _: &Operation, _: &Schema) -> Result<Option<Schema>, Diagnostic> {
        Ok(self.surveys.then(Schema::new))
    }
    fn interrupt(&self) -> Interrupt {
        let interrupted = self.interrupted.clone();
        Arc::new(move || *interrupted.lock().unwrap() = true)
    }
    fn watch(&mut self, _: Option<Watch>) {}
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> String {
        "2026-11-22T10:00:00Z".to_owned()
    }
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

pub(super) fn settings() -> Settings {
    Settings { tool_version: "0".to_owned(), ..Settings::new(Arc::new(Stopped)) }
}

/// A revision: its id, its parents, what it does, and how it is undone.
pub(super) struct Rev<F>(pub(super) &'static str, pub(super) &'static [&'static str], pub(super) F);

impl<F: Fn(&mut Operations) + Send + Sync> RustRevision for Rev<F> {
    fn header(&self) -> RevisionHeader {
        RevisionHeader::new(self.0, self.1.iter().map(|id| RevisionId::from(*id)))
    }
    fn upgrade(&self, ops: &mut Operations) {
        (self.2)(ops);
    }
}

/// A revision whose downgrade is SQL.
pub(super) struct Sqls(
    pub(super) &'static str,
    pub(super) &'static [&'static str],
    pub(super) &'static str,
    pub(super) &'static str,
);

impl RustRevision for Sqls {
    fn header(&self) -> RevisionHeader {
        RevisionHeader::new(self.0, self.1.iter().map(|id| RevisionId::from(*id)))
    }
    fn upgrade(&self, ops: &mut Operations) {
        ops.execute(self.2);
    }
    fn downgrade(&self, ops: &mut Operations) -> Undoing {
        ops.execute(self.3);
        Undoing::Recorded
    }
}

/// Makes a table with one column.
pub(super) fn table(name: &'static str) -> impl Fn(&mut Operations) + Send + Sync + Copy {
    move |ops| {
        ops.create_table(name, |t| {
            t.column("id", ColumnType::Integer).primary_key();
        });
    }
}

/// `a < b < c`, a table each.
pub(super) fn line() -> History {
    let history = History::builder().revision(Rev("a", &[], table("ta")));
    let history = history.revision(Rev("b", &["a"], table("tb")));
    history.revision(Rev("c", &["b"], table("tc"))).build().unwrap()
}

pub(super) fn upgrade(history: &History, base: &mut Base) -> Result<Heads, String> {
    let outcome = Migrator::new(history, base, settings()).upgrade(&Target::heads());
    assert!(!base.locked, "the lock is kept");
    outcome.map(|outcome| outcome.heads).map_err(|faults| faults.to_string())
}

pub(super) fn downgrade(history: &History, base: &mut Base, target: &str) -> Result<Heads, String> {
    let target = target.parse().unwrap();
    let outcome = Migrator::new(history, base, settings()).downgrade(&target);
    outcome.map(|outcome| outcome.heads).map_err(|faults| faults.to_string())
}
