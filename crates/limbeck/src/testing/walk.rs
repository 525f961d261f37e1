//! A way up through all revisions, on which data is put in before one and looked at behind it.

use std::collections::BTreeMap;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Connection;
use limbeck_core::graph::{Heads, Target};
use limbeck_core::migrator::Migrator;
use limbeck_core::revision::RevisionId;

use super::{Migrations, scratch, sound};

type Hook<'h> = Box<dyn FnOnce(&mut dyn Connection) + 'h>;

/// A way up through all revisions, with what is done around some of them.
///
/// A revision is named by its id, the start of it, or a branch label.
#[must_use = "`on` runs it"]
pub struct Walk<'h> {
    migrations: &'h Migrations,
    before: BTreeMap<RevisionId, Vec<Hook<'h>>>,
    after: BTreeMap<RevisionId, Vec<Hook<'h>>>,
    undone: BTreeMap<RevisionId, Vec<Hook<'h>>>,
}

impl<'h> Walk<'h> {
    pub(super) fn new(migrations: &'h Migrations) -> Self {
        Self { migrations, before: BTreeMap::new(), after: BTreeMap::new(), undone: BTreeMap::new() }
    }

    /// Does something right before a revision runs, as to insert rows.
    ///
    /// # Panics
    /// When there is no such revision.
    #[track_caller]
    pub fn before(mut self, revision: &str, hook: impl FnOnce(&mut dyn Connection) + 'h) -> Self {
        let id = self.named(revision);
        self.before.entry(id).or_default().push(Box::new(hook));
        self
    }

    /// Does something right after a revision ran, as to look at what became of the rows.
    ///
    /// # Panics
    /// When there is no such revision.
    #[track_caller]
    pub fn after(mut self, revision: &str, hook: impl FnOnce(&mut dyn Connection) + 'h) -> Self {
        let id = self.named(revision);
        self.after.entry(id).or_default().push(Box::new(hook));
        self
    }

    /// Undoes a revision once it ran and was looked at, does something then, and runs the revision again.
    ///
    /// # Panics
    /// When there is no such revision.
    #[track_caller]
    pub fn undone(mut self, revision: &str, hook: impl FnOnce(&mut dyn Connection) + 'h) -> Self {
        let id = self.named(revision);
        self.undone.entry(id).or_default().push(Box::new(hook));
        self
    }

    /// Goes the way on an empty database beside that of a URL: in memory for SQLite, else on the same server.
    ///
    /// # Panics
    /// When a revision cannot be run or undone, and where a hook panics.
    #[track_caller]
    pub fn on(mut self, url: &str) {
        let history = self.migrations.history();
        let order =
            sound(history.graph().upgrade(&Heads::default(), &Target::heads()).map_err(Diagnostic::from));
        let mut scratch = scratch(url);
        let connection = scratch.connection();
        for step in &order.steps {
            let id = &step.revision;
            run(&mut self.before, id, connection);
            self.up(id, connection);
            run(&mut self.after, id, connection);
            if self.undone.contains_key(id) {
                let settings = self.migrations.settings.clone();
                sound(Migrator::new(history, &mut *connection, settings).undo(id));
                run(&mut self.undone, id, connection);
                self.up(id, connection);
            }
        }
    }

    #[track_caller]
    fn up(&self, id: &RevisionId, connection: &mut dyn Connection) {
        let settings = self.migrations.settings.clone();
        let mut migrator = Migrator::new(self.migrations.history(), connection, settings);
        sound(migrator.upgrade(&Target::revision(id.as_str())));
    }

    #[track_caller]
    fn named(&self, revision: &str) -> RevisionId {
        let graph = self.migrations.history().graph();
        let target: Target = sound(revision.parse().map_err(Diagnostic::from));
        let found = sound(graph.resolve(&target).map_err(Diagnostic::from));
        match &found[..] {
            [one] => one.revision.clone(),
            _ => panic!("`{revision}` does not name one revision"),
        }
    }
}

fn run(hooks: &mut BTreeMap<RevisionId, Vec<Hook<'_>>>, id: &RevisionId, connection: &mut dyn Connection) {
    for hook in hooks.remove(id).into_iter().flatten() {
        hook(&mut *connection);
    }
}
