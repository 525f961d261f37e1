//! What a script of another tool does, where the script asks what the database holds and acts on the answer.

use std::fmt;
use std::sync::Arc;

use crate::fold::Fold;
use crate::script::Naming;

use super::Task;

/// Tells what a script does on a schema: with tables that it finds or does not find there, and so on.
#[derive(Clone)]
pub struct Guarded {
    meaning: Arc<str>,
    naming: Naming,
    tell: Arc<TellFn>,
}

type TellFn = dyn Fn(&Fold) -> Vec<Task> + Send + Sync;

impl Guarded {
    /// Takes what tells it. `meaning` is what the script says, without comments and spaces: it counts in the checksum of the
    /// revision, as what is done differs from database to database.
    pub fn new(meaning: Arc<str>, tell: impl Fn(&Fold) -> Vec<Task> + Send + Sync + 'static) -> Self {
        Self { meaning, naming: Naming::default(), tell: Arc::new(tell) }
    }

    /// Returns what the script says.
    pub fn meaning(&self) -> &str {
        &self.meaning
    }

    /// Returns what is done on a schema. Where an answer depends on what is not known of the schema, one of the tasks is
    /// [`Task::Untold`]: it is never taken for "not there".
    pub fn tell(&self, before: &Fold) -> Vec<Task> {
        let mut tasks = (self.tell)(before);
        tasks.iter_mut().for_each(|task| super::name(task, &self.naming));
        tasks
    }

    /// Names what it leaves without a name.
    pub(super) fn set_naming(&mut self, naming: &Naming) {
        self.naming = naming.clone();
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded")
    }
}
