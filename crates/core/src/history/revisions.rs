//! The revisions of a project: their graph, and their bodies.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::dialect::Names;
use crate::fold;
use crate::graph::{HeaderKey, Heads, RevisionGraph};
use crate::record::Operations;
use crate::revision::{RevisionHeader, RevisionId};
use crate::schema::Schema;
use crate::script::{self, Naming, Script};

use super::source::Source;
use super::{Body, EmbeddedMigrations, ForeignRevision, RustRevision, Task, Undo, Undoing};

/// All revisions of a project. Made by [`History::builder`]; it does not change.
///
/// A body is read when it is first asked for, and kept.
pub struct History {
    graph: RevisionGraph,
    naming: Naming,
    entries: FxHashMap<RevisionId, Entry>,
}

struct Entry {
    source: Source,
    body: OnceLock<Result<Arc<Body>, Diagnostics>>,
}

/// Collects revisions. The order in which they are added decides between independent branches.
#[derive(Default)]
pub struct HistoryBuilder {
    headers: Vec<RevisionHeader>,
    sources: Vec<Source>,
    faults: Vec<Diagnostic>,
    naming: Naming,
}

impl HistoryBuilder {
    /// Adds all migration files of some directories, sorted by name within each. Of each, the header is read.
    #[must_use]
    pub fn directories(self, directories: &[PathBuf]) -> Self {
        self.scanned(script::scan(directories))
    }

    /// Adds migration files whose headers have been read.
    #[must_use]
    pub fn scanned(mut self, scan: script::Scan) -> Self {
        self.faults.extend(scan.faults);
        for header in scan.headers {
            let path = header.path.clone().expect("the header of a file says which one");
            self.headers.push(header);
            self.sources.push(Source::Disk(path));
        }
        self
    }

    /// Adds the files that `embed_migrations!` put into the program.
    #[must_use]
    pub fn embedded(mut self, migrations: EmbeddedMigrations) -> Self {
        for file in migrations.files() {
            let path = PathBuf::from(file.path);
            let format = script::Format::of(&path).expect("only migration files are embedded");
            match script::parse_header(&path, Arc::from(file.text), format) {
                Ok(header) => {
                    self.headers.push(header);
                    self.sources.push(Source::Embedded { path, text: file.text });
                }
                Err(faults) => self.faults.extend(faults),
            }
        }
        self
    }

    /// Adds a migration file whose text was read elsewhere, as from version control. A path without the ending of a
    /// migration file is passed over.
    #[must_use]
    pub fn text(mut self, path: PathBuf, text: Arc<str>) -> Self {
        let Some(format) = script::Format::of(&path) else { return self };
        match script::parse_header(&path, text.clone(), format) {
            Ok(header) => {
                self.headers.push(header);
                self.sources.push(Source::Text { path, text });
            }
            Err(faults) => self.faults.extend(faults),
        }
        self
    }

    /// Adds a revision written in Rust.
    #[must_use]
    pub fn revision(mut self, revision: impl RustRevision + 'static) -> Self {
        self.headers.push(revision.header());
        self.sources.push(Source::Rust(Arc::new(revision)));
        self
    }

    /// Adds a revision that a script of another tool holds.
    #[must_use]
    pub fn foreign(mut self, revision: Arc<dyn ForeignRevision>) -> Self {
        self.headers.push(revision.header());
        self.sources.push(Source::Foreign(revision));
        self
    }

    /// Adds faults found while other revisions were looked for.
    #[must_use]
    pub fn faults(mut self, faults: Vec<Diagnostic>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// Names constraints that are left without a name.
    #[must_use]
    pub fn naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// Makes the history. No revisions make an empty one.
    ///
    /// # Errors
    /// All that is wrong with headers; when they are sound, all that is wrong with the graph. Bodies are not read.
    pub fn build(self) -> Result<History, Diagnostics> {
        let Self { headers, sources, faults, naming } = self;
        Diagnostics::check(faults, ())?;
        let (headers, sources) = instead_of_scripts(headers, sources);
        let ids: Vec<RevisionId> = headers.iter().map(|header| header.revision.clone()).collect();
        let paths: Vec<Option<PathBuf>> = headers.iter().map(|header| header.path.clone()).collect();
        let by_path: FxHashMap<&Path, &Source> = paths
            .iter()
            .zip(&sources)
            .filter_map(|(path, source)| Some((path.as_deref()?, source)))
            .collect();
        let graph = RevisionGraph::build_located(headers, &|header, key, value| {
            let path = header.path.as_deref()?;
            Some(locate(by_path.get(path).copied(), path, key, value))
        })?;
        let entries = sources.into_iter().map(|source| Entry { source, body: OnceLock::new() });
        Ok(History { graph, naming, entries: ids.into_iter().zip(entries).collect() })
    }
}

/// Leaves out each script of another tool whose revision a file or code of our own gives too.
fn instead_of_scripts(
    headers: Vec<RevisionHeader>,
    sources: Vec<Source>,
) -> (Vec<RevisionHeader>, Vec<Source>) {
    if !sources.iter().any(|source| matches!(source, Source::Foreign(_))) {
        return (headers, sources);
    }
    let own: FxHashSet<RevisionId> = headers
        .iter()
        .zip(&sources)
        .filter(|(_, source)| !matches!(source, Source::Foreign(_)))
        .map(|(header, _)| header.revision.clone())
        .collect();
    let kept = |(header, source): &(RevisionHeader, Source)| {
        !matches!(source, Source::Foreign(_)) || !own.contains(&header.revision)
    };
    headers.into_iter().zip(sources).filter(kept).unzip()
}

/// From how many files on threads are worth their start.
const WORTH_THREADS: usize = 64;

impl History {
    /// Starts with no revisions.
    pub fn builder() -> HistoryBuilder {
        HistoryBuilder::default()
    }

    /// Returns the graph.
    pub fn graph(&self) -> &RevisionGraph {
        &self.graph
    }

    /// Returns what a revision does; reads its file the first time.
    ///
    /// # Errors
    /// All faults of its file. [`Code::NoSuchRevision`] for an id that is not in the history.
    pub fn body(&self, id: &RevisionId) -> Result<Arc<Body>, Diagnostics> {
        let Some(entry) = self.entries.get(id) else {
            return Err(Diagnostic::new(Code::NoSuchRevision, format!("no revision `{id}`")).into());
        };
        entry.body.get_or_init(|| entry.source.read(id, &self.naming).map(Arc::new)).clone()
    }

    /// Returns what some revisions do, in the order given.
    ///
    /// # Errors
    /// All faults of all their files together.
    pub fn bodies(&self, ids: &[RevisionId]) -> Result<Vec<Arc<Body>>, Diagnostics> {
        self.read_ahead(ids);
        let (mut bodies, mut faults) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids {
            match self.body(id) {
                Ok(body) => bodies.push(body),
                Err(found) => faults.extend(found),
            }
        }
        Diagnostics::check(faults, bodies)
    }

    /// Reads many files on several threads; what is wrong with them is kept with each and told later.
    fn read_ahead(&self, ids: &[RevisionId]) {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
        if workers == 1 || ids.len() < WORTH_THREADS {
            return;
        }
        thread::scope(|scope| {
            for part in ids.chunks(ids.len().div_ceil(workers)) {
                scope.spawn(move || part.iter().for_each(|id| drop(self.body(id))));
            }
        });
    }

    /// Returns the whole text of a revision's file, as it is now; `None` for a revision written in Rust.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`]; [`Code::NoSuchRevision`] for an id that is not in the history.
    pub fn text(&self, id: &RevisionId) -> Result<Option<Arc<str>>, Diagnostic> {
        match self.entries.get(id) {
            Some(entry) => entry.source.text(),
            None => Err(Diagnostic::new(Code::NoSuchRevision, format!("no revision `{id}`"))),
        }
    }

    /// Returns the schema that a database has when its version table has these rows.
    ///
    /// # Errors
    /// As [`fold::fold`].
    pub fn schema_at(&self, heads: &Heads, names: impl Into<Names>) -> Result<Schema, Diagnostics> {
        fold::fold(self, heads, names)
    }
}

impl Source {
    fn text(&self) -> Result<Option<Arc<str>>, Diagnostic> {
        match self {
            Self::Disk(path) => script::load(path).map(Some),
            Self::Embedded { text, .. } => Ok(Some(Arc::from(*text))),
            Self::Text { text, .. } => Ok(Some(text.clone())),
            Self::Rust(_) => Ok(None),
            Self::Foreign(revision) => revision.text().map(Some),
        }
    }

    fn read(&self, id: &RevisionId, naming: &Naming) -> Result<Body, Diagnostics> {
        match (self, self.text()?) {
            (Self::Rust(revision), _) => record(&**revision, naming),
            (Self::Foreign(revision), _) => revision.body().map(|mut body| {
                body.upgrade.iter_mut().for_each(|task| name(task, naming));
                if let Undo::Given(tasks) = &mut body.undo {
                    tasks.iter_mut().for_each(|task| name(task, naming));
                }
                body
            }),
            (Self::Disk(path) | Self::Embedded { path, .. } | Self::Text { path, .. }, text) => {
                let text = text.expect("only a revision written in Rust has no text");
                let (header, script) = script::parse(path, text, naming)?;
                if header.revision != *id {
                    let message =
                        format!("the file of revision `{id}` now holds revision `{}`", header.revision);
                    return Err(Diagnostic::new(Code::ChangedMeanwhile, message)
                        .at(Place::file(path))
                        .into());
                }
                Ok(script.into())
            }
        }
    }
}

fn record(revision: &dyn RustRevision, naming: &Naming) -> Result<Body, Diagnostics> {
    let (mut up, mut down) = (Operations::new(), Operations::new());
    revision.upgrade(&mut up);
    let undoing = revision.downgrade(&mut down);
    let (mut upgrade, mut faults) = up.finish();
    let (mut given, more) = down.finish();
    upgrade.iter_mut().chain(&mut given).for_each(|task| name(task, naming));
    faults.extend(more);
    let undo = match undoing {
        Undoing::Derived => Undo::Derived,
        Undoing::Recorded => Undo::Given(given),
        Undoing::Irreversible(reason) => Undo::Irreversible(Some(reason.to_owned())),
    };
    let id = revision.header().revision;
    for fault in &mut faults {
        fault.message = format!("revision `{id}`: {}", fault.message);
    }
    Diagnostics::check(faults, Body { upgrade, undo })
}

/// Points at a value in a header; at the file as a whole when its text cannot be had any more.
fn locate(source: Option<&Source>, path: &Path, key: HeaderKey, value: &str) -> Place {
    if let Some(Source::Foreign(revision)) = source {
        return revision.place(key.as_str(), value);
    }
    let text = source.and_then(|source| source.text().ok().flatten());
    let place = text.and_then(|text| script::header_place(path, text, key.as_str(), Some(value)));
    place.unwrap_or_else(|| Place::file(path))
}

/// Names what a task leaves without a name.
pub(super) fn name(task: &mut Task, naming: &Naming) {
    match task {
        Task::Operation(scoped) => {
            let mut alone = Script::new(vec![scoped.clone()], script::Downgrade::Derived);
            naming.apply(&mut alone);
            *scoped = alone.upgrade.remove(0);
        }
        Task::Untold(untold) => untold.guarded.iter_mut().for_each(|guarded| guarded.set_naming(naming)),
        Task::Work(_) => {}
    }
}
