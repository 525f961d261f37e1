//! Makes one revision of a range of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::diff::{ColumnOrder, diff_ordered};
use limbeck_core::fold::Fold;
use limbeck_core::graph::Target;
use limbeck_core::history::{Body, Task, Undo};
use limbeck_core::op::{Operation, ScopedOperation};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::Schema;
use limbeck_core::script::{self, Downgrade, Format, Script};

use super::Project;
use super::write::{Existing, write};

/// What a squash has done.
#[derive(Debug, Clone)]
pub struct Squashed {
    /// The revision that stands for all of them: the last one.
    pub revision: RevisionId,
    /// Its file.
    pub path: PathBuf,
    /// The files that are gone.
    pub removed: Vec<PathBuf>,
}

impl Project {
    /// Makes one revision of all that lie above `from`, up to and with `to`, and deletes the files of the others.
    ///
    /// It keeps the id of the last one, so that a database that has that is where it was; a fresh one runs the new revision;
    /// one that is half way is refused, and told how to go on. Where the revisions change nothing but the schema, on all
    /// databases alike, it does what leads from the schema before to the schema behind them; else it does what they did, in
    /// their order.
    ///
    /// # Errors
    /// [`Code::Usage`] when there are less than two, when another revision stands on one of them or one of them on another
    /// branch, or when one is Rust code; files that cannot be read or written.
    pub fn squash(&self, from: &Target, to: &Target) -> Result<Squashed, Diagnostics> {
        let graph = self.history.graph();
        let usage = |message: String| Diagnostics::from(Diagnostic::new(Code::Usage, message));
        let applied = |target: &Target| -> Result<Vec<RevisionId>, Diagnostics> {
            let heads = graph.heads_at(target).map_err(Diagnostic::from)?;
            let headers = graph.applied(&heads).map_err(Diagnostic::from)?;
            Ok(headers.into_iter().map(|header| header.revision.clone()).collect())
        };
        let (below, all) = (applied(from)?, applied(to)?);
        let known: BTreeSet<&RevisionId> = below.iter().collect();
        let range: Vec<RevisionId> = all.iter().filter(|id| !known.contains(id)).cloned().collect();
        let [inner @ .., last] = &range[..] else {
            return Err(usage("the range is empty".to_owned()));
        };
        if inner.is_empty() {
            return Err(usage(format!("`{last}` is the only revision of the range")));
        }
        let set: BTreeSet<&RevisionId> = range.iter().collect();
        let mut parents: BTreeSet<&RevisionId> = BTreeSet::new();
        for id in &range {
            let outside = graph.children(id.as_str()).into_iter().find(|child| !set.contains(child));
            if let (Some(child), true) = (outside, id != last) {
                return Err(usage(format!("`{child}` follows `{id}`, which would be gone")));
            }
            parents.extend(graph.parents(id.as_str()).into_iter().filter(|parent| !set.contains(parent)));
            let header = graph.get(id.as_str());
            if header.is_some_and(|header| {
                !header.depends_on.is_empty() || !header.branch_labels.is_empty() && id != last
            }) {
                return Err(usage(format!("`{id}` depends on another revision, or has a label of its own")));
            }
        }
        for header in graph.headers().filter(|header| !set.contains(&header.revision)) {
            if let Some(name) =
                header.depends_on.iter().find(|name| inner.iter().any(|id| id.as_str() == **name))
            {
                return Err(usage(format!("`{}` depends on `{name}`, which would be gone", header.revision)));
            }
        }
        let script = self.squashed(&below, &range)?;
        let mut paths = Vec::with_capacity(range.len());
        for id in &range {
            let path = graph.get(id.as_str()).and_then(|header| header.path.clone());
            paths.push(
                path.ok_or_else(|| usage(format!("revision `{id}` is Rust code, and stays where it is")))?,
            );
        }
        let mut header =
            graph.get(last.as_str()).cloned().ok_or_else(|| usage(format!("no revision `{last}`")))?;
        header.down_revision = parents.into_iter().cloned().collect();
        let before = range.iter().filter_map(|id| graph.get(id.as_str())).flat_map(|header| &header.replaces);
        header.replaces = inner.iter().chain(before).cloned().collect();
        let old = paths.pop().unwrap_or_default();
        let text = script::print(&header, &script, Format::Toml)?;
        let path = old.with_extension(Format::Toml.extension());
        write(&path, &text, Existing::Replace)?;
        let mut removed = paths;
        if path != old {
            removed.push(old);
        }
        for path in &removed {
            fs::remove_file(path).map_err(|error| {
                Diagnostic::new(Code::CannotWrite, format!("cannot delete `{}`: {error}", path.display()))
            })?;
        }
        Self::open(self.config.clone())?.write_heads()?;
        Ok(Squashed { revision: last.clone(), path, removed })
    }

    fn squashed(&self, below: &[RevisionId], range: &[RevisionId]) -> Result<Script, Diagnostics> {
        let bodies = self.history.bodies(range)?;
        let mut upgrade: Vec<ScopedOperation> = Vec::new();
        for (id, body) in range.iter().zip(&bodies) {
            upgrade.extend(operations(id, &body.upgrade)?);
        }
        let downgrade = downgrade(range, &bodies)?;
        let is_schema = |scoped: &ScopedOperation| {
            scoped.scope == Default::default()
                && !matches!(
                    scoped.operation,
                    Operation::Execute(_) | Operation::Insert(_) | Operation::Delete(_)
                )
        };
        if upgrade.iter().all(is_schema) && downgrade == Downgrade::Derived {
            // No database has this name, so that only what all of them run counts.
            let mut fold = Fold::new("any");
            for (id, body) in below.iter().zip(self.history.bodies(below)?) {
                fold.apply_revision(id, &body.upgrade)?;
            }
            let before = fold.schema().clone();
            upgrade.iter().try_for_each(|scoped| fold.apply(scoped))?;
            let operations = diff_ordered(&before, fold.schema(), ColumnOrder::Kept, Schema::clone);
            let mut made = before;
            let leads = operations
                .iter()
                .all(|operation| limbeck_core::op::Change::apply(operation, &mut made).is_ok());
            if leads && made == *fold.schema() {
                upgrade = operations.into_iter().map(ScopedOperation::from).collect();
            }
        }
        Ok(Script::new(upgrade, downgrade))
    }
}

/// Puts the ways back together.
fn downgrade(range: &[RevisionId], bodies: &[std::sync::Arc<Body>]) -> Result<Downgrade, Diagnostic> {
    let irreversible = range.iter().zip(bodies).find(|(_, body)| matches!(body.undo, Undo::Irreversible(_)));
    if let Some((id, _)) = irreversible {
        return Ok(Downgrade::Irreversible(Some(format!(
            "it was squashed, and `{id}` among it is irreversible"
        ))));
    }
    let given = range.iter().zip(bodies).filter_map(|(id, body)| match &body.undo {
        Undo::Given(tasks) => Some(operations(id, tasks)),
        _ => None,
    });
    let given: Vec<Vec<ScopedOperation>> = given.collect::<Result<_, _>>()?;
    Ok(match given.len() {
        0 => Downgrade::Derived,
        count if count == bodies.len() => Downgrade::Given(given.into_iter().rev().flatten().collect()),
        _ => Downgrade::Irreversible(Some(
            "it was squashed, and only some of the ways back were written by hand".to_owned(),
        )),
    })
}

/// Returns what a revision does, if a file can hold it.
fn operations(id: &RevisionId, tasks: &[Task]) -> Result<Vec<ScopedOperation>, Diagnostic> {
    let one = |task: &Task| match task {
        Task::Operation(scoped) => Ok(scoped.clone()),
        Task::Work(_) => {
            let message = format!("revision `{id}` has Rust code, which a file cannot hold");
            Err(Diagnostic::new(Code::Usage, message))
        }
        Task::Untold(untold) => Err(untold.fault.clone()),
    };
    tasks.iter().map(one).collect()
}
