//! Walks through a history, once for each database, and lets the rules look.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::diagnostic::Diagnostics;
use crate::dialect::{Dialect, ServerInfo};
use crate::fold::Fold;
use crate::history::{Body, History, Task};
use crate::impact::{Impact, Setting, impacts};
use crate::name::TableName;
use crate::op::{Operation, Origin, ScopedOperation};
use crate::revision::{RevisionHeader, RevisionId};

use super::finding::{Finding, Gathering, Report};
use super::rule::{Level, Looks, Rule};
use super::site::{RevisionSite, Site, Spot, Touched};
use super::{Levels, all};

/// A database that a history is for.
#[derive(Clone)]
pub struct Database {
    /// The dialect.
    pub dialect: &'static dyn Dialect,
    /// The server.
    pub server: ServerInfo,
}

/// Judges the revisions of a range; the others are only folded.
///
/// # Errors
/// Files that cannot be read, and operations that do not fit the schema.
pub fn lint(
    history: &History,
    range: &[RevisionId],
    databases: &[Database],
    levels: &Levels,
) -> Result<Report, Diagnostics> {
    let graph = history.graph();
    let headers: Vec<&RevisionHeader> = graph.in_order().collect();
    let wanted: FxHashSet<&RevisionId> = range.iter().collect();
    // What comes behind the last of them does not matter.
    let end = headers.iter().rposition(|header| wanted.contains(&header.revision)).map_or(0, |last| last + 1);
    let headers = &headers[..end];
    let ids: Vec<RevisionId> = headers.iter().map(|header| header.revision.clone()).collect();
    let bodies = history.bodies(&ids)?;
    let dialects: BTreeSet<&str> = databases.iter().map(|database| database.dialect.name()).collect();
    let mut linter = Linter { levels, several: dialects.len() > 1, gathering: Gathering::default() };
    linter.heads(history);
    for database in databases {
        let rules: Vec<&'static Rule> = all().filter(|rule| rule.is_for(database.dialect.name())).collect();
        let mut fold = Fold::new(database.server.names());
        for (order, (header, body)) in headers.iter().zip(&bodies).enumerate() {
            match wanted.contains(&header.revision) {
                true => linter.revision(order, header, body, database, &rules, &mut fold)?,
                false => fold.apply_revision(&header.revision, &body.upgrade)?,
            }
        }
    }
    Ok(linter.gathering.finish())
}

impl Rule {
    fn is_for(&self, dialect: &str) -> bool {
        self.dialects.is_empty() || self.dialects.contains(&dialect)
    }
}

struct Linter<'l> {
    levels: &'l Levels,
    several: bool,
    gathering: Gathering,
}

impl Linter<'_> {
    /// Looks at the graph.
    fn heads(&mut self, history: &History) {
        let heads = history.graph().heads();
        let Some(rule) = all().find(|rule| matches!(rule.looks, Looks::Graph)) else { return };
        let level = self.levels.of(rule);
        if heads.len() < 2 || level == Level::Off {
            return;
        }
        let names: Vec<String> = heads.iter().map(|head| format!("`{head}`")).collect();
        let message = format!("the history has {} heads: {}", heads.len(), names.join(", "));
        let finding = Finding { rule, level, message, revision: None, place: None, servers: Vec::new() };
        self.gathering.add(0, finding);
    }

    fn revision(
        &mut self,
        order: usize,
        header: &RevisionHeader,
        body: &Body,
        database: &Database,
        rules: &[&'static Rule],
        fold: &mut Fold,
    ) -> Result<(), Diagnostics> {
        let mut fresh: BTreeSet<TableName> = BTreeSet::new();
        let mut steps: Vec<(&ScopedOperation, Vec<Impact>)> = Vec::new();
        let mut touched = Touched::default();
        let mut found: Vec<(&'static Rule, Spot)> = Vec::new();
        for task in &body.upgrade {
            let Task::Operation(scoped) = task else { continue };
            if !scoped.scope.includes(database.server.names()) {
                continue;
            }
            let setting = Setting { dialect: database.dialect, server: &database.server, fresh: &fresh };
            let site = Site { scoped, before: fold.schema(), setting, several: self.several };
            let mut impacts = Vec::new();
            for operation in operations(&scoped.operation) {
                impacts.extend(self::impacts(operation, fold.schema(), setting));
                touched.note(operation);
            }
            for rule in rules {
                let messages: Vec<String> = match rule.looks {
                    Looks::Change(look) => impacts.iter().filter_map(|impact| look(impact, &site)).collect(),
                    Looks::Operation(look) => look(&site).into_iter().collect(),
                    Looks::Revision(_) | Looks::Graph => continue,
                };
                found.extend(messages.into_iter().map(|message| (*rule, Spot::at(scoped, message))));
            }
            for operation in operations(&scoped.operation) {
                if let Operation::CreateTable(create) = operation {
                    fresh.insert(create.table.name.clone());
                }
            }
            fold.apply(scoped)?;
            steps.push((scoped, impacts));
        }
        fold.pass(&header.revision);
        let site = RevisionSite { body, after: fold.schema(), steps: &steps, touched: &touched };
        for rule in rules {
            if let Looks::Revision(look) = rule.looks {
                found.extend(look(&site).into_iter().map(|spot| (*rule, spot)));
            }
        }
        for (rule, spot) in found {
            self.add(order, header, database, rule, spot);
        }
        Ok(())
    }

    fn add(
        &mut self,
        order: usize,
        header: &RevisionHeader,
        database: &Database,
        rule: &'static Rule,
        spot: Spot,
    ) {
        let exception = header.exceptions.iter().find(|exception| exception.rule == rule);
        let level = exception.map_or(self.levels.of(rule), |exception| exception.level);
        if level == Level::Off {
            self.gathering.excepted += usize::from(exception.is_some());
            return;
        }
        let place = spot.place.or_else(|| header.path.clone().map(crate::diagnostic::Place::file));
        let finding = Finding {
            rule,
            level,
            message: spot.message,
            revision: Some(header.revision.clone()),
            place,
            servers: vec![database.server.flavour],
        };
        self.gathering.add(order + 1, finding);
    }
}

/// Returns the operation, or those that raw SQL is said to amount to beside it.
fn operations(operation: &Operation) -> impl Iterator<Item = &Operation> {
    let stated = match operation {
        Operation::Execute(execute) => execute.state.as_deref().unwrap_or_default(),
        _ => &[],
    };
    std::iter::once(operation).chain(stated)
}

impl Touched {
    fn note(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => {
                let table = &create.table;
                let indexes = table.indexes.iter().map(|index| (table.name.clone(), index.name.clone()));
                self.indexes.extend(indexes);
            }
            Operation::CreateIndex(create) => {
                self.indexes.insert((create.table.clone(), create.index.name.clone()));
            }
            Operation::AlterTable(alter) => {
                for action in &alter.actions {
                    if let crate::action::Action::CreateIndex(add) = action {
                        self.indexes.insert((alter.table.clone(), add.index.name.clone()));
                    }
                }
            }
            _ => {}
        }
    }
}

impl RevisionSite<'_> {
    /// Returns the place of the first operation that makes something, as the closure tells.
    pub(super) fn origin(&self, is: impl Fn(&Operation) -> bool) -> Option<&Origin> {
        let own = self.steps.iter().find(|(scoped, _)| operations(&scoped.operation).any(&is));
        own.and_then(|(scoped, _)| scoped.origin.as_ref())
    }
}
