//! Scripts that may be run on a database that is anywhere between their ends, and again when they are through.
//!
//! What is applied is worked out once, by the database itself, from the rows of its version table and the lines of the
//! history; each revision is then a part of its own, which runs where it is missing. A row that the history does not
//! know, or a start that is not reached, fails before anything runs.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{Dialect, ScriptGate, ServerInfo, Statement};
use crate::graph::{RevisionGraph, Target};
use crate::history::{History, Task};
use crate::name::TableName;
use crate::op::{Access, Change, Object, Operation};
use crate::revision::RevisionId;
use crate::sql::Sql;

use super::bookkeeping::{BROKEN_OFF, Bookkeeping, Make};
use super::offline::{Frame, Script, is_delicate, passage, plan_upgrade, row};
use super::plan::{Plan, PlannedStep, PlannedTask};
use super::settings::ident;
use super::step::direction;
use super::{Settings, TransactionMode};

/// How many lines of the history stand in one statement.
const LINES: usize = 500;

/// Makes the script of an upgrade to `to` for databases at `from` (absolute; `base` for an empty database) or past it.
///
/// It looks at the version table and passes over what is applied, so that it may be run again. Each revision has its own
/// transaction, and there is one client for it: the database's own.
///
/// # Errors
/// As [`offline_upgrade`](super::offline_upgrade); also when the dialect has no means for it, when one transaction spans the
/// whole run, and for statements that the server cannot pass over.
pub fn offline_idempotent(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    from: &Target,
    to: &Target,
) -> Result<String, Diagnostics> {
    let Some(gate) = dialect.script_gate() else {
        let message = format!("the client of `{}` cannot pass over parts of a script", server.dialect);
        return Err(Diagnostic::new(Code::Unsupported, message).into());
    };
    if settings.transaction != TransactionMode::Revision {
        let message = "a script that passes over revisions needs a transaction for each of them";
        return Err(Diagnostic::new(Code::Contradiction, message)
            .hint("say `transaction = \"revision\"` in `limbeck.toml`")
            .into());
    }
    let plan = plan_upgrade(history, dialect, server, settings, from, to)?;
    if plan.steps.is_empty() {
        return Ok(String::new());
    }
    let writer = Writer { graph: history.graph(), gate, server, book: Bookkeeping { dialect, settings } };
    Ok(writer.script(&plan)?)
}

/// Makes what stands around each step.
struct Writer<'a> {
    graph: &'a RevisionGraph,
    gate: &'static dyn ScriptGate,
    server: &'a ServerInfo,
    book: Bookkeeping<'a>,
}

impl Writer<'_> {
    fn script(&self, plan: &Plan) -> Result<String, Diagnostic> {
        let mut text = format!("-- {}\n\n", self.book.dialect.script_advice());
        text.push_str(&self.gate.start(self.server)?);
        let mut tables = Vec::new();
        if plan.route.start.is_empty() {
            tables.extend(self.book.create_version_table(Make::IfMissing, self.server)?);
        }
        tables.extend(self.book.create_log_table(Make::IfMissing, self.server)?);
        let tables = tables.into_iter().map(|table| table.sql);
        push(&mut text, tables.chain(self.lines()).chain(self.applied()));
        text.push_str(&self.refusals(plan)?);
        let guarded = plan.steps.iter().any(is_delicate);
        for (step, ahead) in plan.steps.iter().zip(ahead(self.graph, &plan.steps)) {
            text.push_str(&format!("-- Running {} {}\n\n", direction(step), passage(step)));
            let id = &step.step.revision;
            let missing = self.not_applied(id);
            if !ahead.is_empty() {
                let others = ahead.iter().map(|id| id.as_str());
                let applied = self.sql().kw("EXISTS (SELECT 1 FROM").table(&applied_table()).kw("WHERE");
                let applied =
                    applied.ident(&ident("id")).kw("IN").list(others, Sql::text).close(")").finish();
                let words = format!("`limbeck upgrade` knows how to apply `{id}` behind what is applied");
                text.push_str(&self.refusal(&format!("{missing} AND {applied}"), &words)?);
            }
            let part = self.step(step, guarded);
            text.push_str(&self.gate.part(&missing, &part.text, &part.statements, self.server)?);
            text.push_str(&self.refusal(&missing, &format!("what applies `{id}` was not run"))?);
        }
        push(
            &mut text,
            [line_table(), applied_table()].map(|table| self.sql().kw("DROP TABLE").table(&table).finish()),
        );
        text.push_str(&self.gate.end());
        Ok(text)
    }

    /// Writes one step as a script by itself.
    fn step(&self, step: &PlannedStep, guarded: bool) -> Script {
        let mut script = Script::new(self.book.dialect, self.server, guarded, Frame::Client);
        script.changed(std::slice::from_ref(step), self.book.settings);
        script.begin(step.enforcement);
        let tasks = step.tasks.iter().flat_map(PlannedTask::statements);
        tasks.for_each(|statement| script.statement(statement));
        self.raise(&step.step.revision).iter().for_each(|statement| script.statement(statement));
        self.book.log(&row(step)).iter().for_each(|statement| script.statement(statement));
        script.commit();
        let applied = self.sql().kw("INSERT INTO").table(&applied_table()).kw("VALUES");
        let applied = applied.list([step.step.revision.as_str()], Sql::text).finish();
        script.statement(&Statement::new(applied, "note that it is applied"));
        script
    }

    /// Gives a revision its row, in place of those that it needs, whichever of them have one.
    fn raise(&self, id: &RevisionId) -> Vec<Statement> {
        let needs = needs(self.graph, id);
        let version = ident("version_num");
        let gone = (!needs.is_empty()).then(|| {
            let gone = self.sql().kw("DELETE FROM").table(&self.book.settings.version_table).kw("WHERE");
            let gone = gone.ident(&version).kw("IN").list(needs.iter().map(|id| id.as_str()), Sql::text);
            Statement::new(gone.finish(), "keep the version table")
        });
        let row = self.book.change(&crate::graph::RowChange::Insert(id.clone()));
        gone.into_iter().chain([row]).collect()
    }

    /// Writes the history down: what each revision needs, and of each that it is there.
    fn lines(&self) -> Vec<String> {
        let table = line_table();
        let version = ident("version_num");
        // Of the type and the collation that the version table has.
        let made =
            self.sql().kw("CREATE TEMPORARY TABLE").table(&table).kw("AS SELECT").ident(&version).kw("AS");
        let made = made.ident(&ident("id")).close(",").ident(&version).kw("AS").ident(&ident("needs"));
        let made = made.kw("FROM").table(&self.book.settings.version_table).kw("WHERE 1 = 0");
        let headers = || self.graph.in_order().map(|header| &header.revision);
        let itself = headers().map(|id| (id, id));
        let above = headers().flat_map(|id| needs(self.graph, id).into_iter().map(move |need| (id, need)));
        let pairs: Vec<_> = itself.chain(above).collect();
        let filled = pairs.chunks(LINES).map(|pairs| {
            let sql = self.sql().kw("INSERT INTO").table(&table).kw("VALUES");
            let mut sql = sql;
            for (number, (id, need)) in pairs.iter().enumerate() {
                sql =
                    sql.when(number > 0, |sql| sql.close(",")).list([id.as_str(), need.as_str()], Sql::text);
            }
            sql.finish()
        });
        let index = self.sql().kw("CREATE INDEX").ident(&ident("_limbeck_line_id")).kw("ON").table(&table);
        let index = index.kw("(").glue("").ident(&ident("id")).close(")");
        [made.finish()].into_iter().chain(filled).chain([index.finish()]).collect()
    }

    /// Lets the database work out what is applied.
    fn applied(&self) -> Vec<String> {
        let (applied, line) = (applied_table(), line_table());
        let (id, version) = (ident("id"), ident("version_num"));
        let found = ident("found");
        let sql =
            self.sql().kw("CREATE TEMPORARY TABLE").table(&applied).kw("AS WITH RECURSIVE").ident(&found);
        let sql = sql.kw("(").glue("").ident(&id).close(")").kw("AS (SELECT").ident(&version);
        let sql = sql.kw("FROM").table(&self.book.settings.version_table);
        let sql =
            sql.kw("UNION SELECT").ident(&ident("needs")).kw("FROM").ident(&found).kw("JOIN").table(&line);
        let sql = sql.kw("ON").table(&line).glue(".").ident(&id).kw("=").ident(&found).glue(".").ident(&id);
        let sql = sql.close(")").kw("SELECT").ident(&id).kw("FROM").ident(&found);
        let index =
            self.sql().kw("CREATE INDEX").ident(&ident("_limbeck_applied_id")).kw("ON").table(&applied);
        vec![sql.finish(), index.kw("(").glue("").ident(&id).close(")").finish()]
    }

    /// Fails where the database holds a revision that the history does not know, or is not where the script starts.
    fn refusals(&self, plan: &Plan) -> Result<String, Diagnostic> {
        let unknown =
            self.sql().kw("EXISTS (SELECT 1 FROM").table(&applied_table()).kw("WHERE").ident(&ident("id"));
        let unknown =
            unknown.kw("NOT IN (SELECT").ident(&ident("id")).kw("FROM").table(&line_table()).close("))");
        let unknown =
            (unknown.finish(), "the database holds a revision that this script does not know".to_owned());
        let before = plan.route.start.iter().map(|head| {
            (self.not_applied(head), format!("the database is before `{head}`, where this script starts"))
        });
        let broken = self.book.settings.log_table.as_ref().map(|log| {
            let broken =
                self.sql().kw("EXISTS (SELECT 1 FROM").table(log).kw("WHERE").ident(&ident("outcome"));
            let broken = broken.kw("IN").list(BROKEN_OFF, Sql::text).close(")");
            (broken.finish(), "a run was broken off, which `limbeck upgrade` takes up again".to_owned())
        });
        let all = broken.into_iter().chain([unknown]).chain(before);
        all.map(|(condition, words)| self.refusal(&condition, &words)).collect()
    }

    /// Fails with these words where a condition holds.
    fn refusal(&self, condition: &str, words: &str) -> Result<String, Diagnostic> {
        let failure = self.gate.failure(words);
        let mut text = String::new();
        push(&mut text, [failure.clone()]);
        self.gate.part(condition, &text, &[failure], self.server)
    }

    fn not_applied(&self, id: &RevisionId) -> String {
        let sql = self.sql().kw("NOT EXISTS (SELECT 1 FROM").table(&applied_table()).kw("WHERE");
        sql.ident(&ident("id")).kw("=").text(id.as_str()).close(")").finish()
    }

    fn sql(&self) -> Sql {
        self.book.dialect.sql()
    }
}

/// Returns, for each step, the later ones that do not need it and work on what its statements state anew as the history has it
/// before: were one of them applied, they would undo its change.
fn ahead<'s>(graph: &RevisionGraph, steps: &'s [PlannedStep]) -> Vec<Vec<&'s RevisionId>> {
    let id = |step: &'s PlannedStep| &step.step.revision;
    let is_line = steps.windows(2).all(|pair| needs(graph, id(&pair[1])).contains(&id(&pair[0])));
    if is_line {
        return vec![Vec::new(); steps.len()];
    }
    let mut workers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        for name in works_on(step) {
            workers.entry(name).or_default().push(number);
        }
    }
    let later = steps.iter().enumerate().map(|(number, step)| {
        let found: BTreeSet<usize> =
            restates(step).filter_map(|name| workers.get(&name)).flatten().copied().collect();
        let later = found.into_iter().filter(|other| *other > number).map(|other| id(&steps[other]));
        later.filter(|other| !graph.is_ancestor(id(step).as_str(), other.as_str())).collect()
    });
    later.collect()
}

/// Returns the names of the tables and types that a step changes, and of the types that it uses.
fn works_on(step: &PlannedStep) -> BTreeSet<String> {
    let footprints = operations(step).map(|operation| operation.footprint());
    let names = footprints.flat_map(|footprint| {
        let named = footprint.iter().filter_map(|(access, object)| match object {
            Object::Type(name) => Some(name.to_string()),
            Object::Table(name) | Object::Column(name, _) | Object::Constraint(name, _) => {
                (access != Access::Reads).then(|| name.to_string())
            }
            _ => None,
        });
        named.collect::<Vec<_>>()
    });
    names.collect()
}

/// Returns the names of the tables and types of which a step may state more than it changes.
fn restates(step: &PlannedStep) -> impl Iterator<Item = String> {
    operations(step).filter_map(|operation| match operation {
        Operation::AlterTable(alter) => Some(alter.table.to_string()),
        Operation::AlterEnum(alter) => Some(alter.name.to_string()),
        Operation::RenameTable(rename) => Some(rename.table.to_string()),
        _ => None,
    })
}

fn operations(step: &PlannedStep) -> impl Iterator<Item = &Operation> {
    step.tasks.iter().filter_map(|task| match &task.task {
        Task::Operation(scoped) => Some(&scoped.operation),
        Task::Work(_) | Task::Untold(_) => None,
    })
}

/// Returns what must be applied before a revision, in order.
fn needs<'g>(graph: &'g RevisionGraph, id: &RevisionId) -> Vec<&'g RevisionId> {
    let mut needs = graph.parents(id.as_str());
    for dependency in graph.dependencies(id.as_str()) {
        if !needs.contains(&dependency) {
            needs.push(dependency);
        }
    }
    needs
}

fn line_table() -> TableName {
    TableName::unqualified(ident("_limbeck_line"))
}

fn applied_table() -> TableName {
    TableName::unqualified(ident("_limbeck_applied"))
}

fn push(text: &mut String, statements: impl IntoIterator<Item = String>) {
    for statement in statements {
        text.push_str(&statement);
        text.push_str(";\n\n");
    }
}
