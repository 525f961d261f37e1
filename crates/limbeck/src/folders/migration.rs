//! One migration of another tool's: its files, which are read when they are needed.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::history::{Body, ForeignRevision, Task, Undo, Untold};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{Execute, Origin, Scope, ScopedOperation, Transaction};
use limbeck_core::raw;
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::script::Files;

use super::Layout;
use super::alone::alone;
use super::detect::{Tool, mark, marks};
use super::sections::{self, Sections};

/// A migration whose files have not been read yet.
pub(crate) struct Migration {
    tool: Tool,
    own: Own,
    files: Files,
    header: RevisionHeader,
}

/// The files of a migration.
pub(super) struct Own {
    pub(super) up: PathBuf,
    pub(super) down: Option<PathBuf>,
    /// The language of the way up, where that is a program.
    pub(super) language: Option<&'static str>,
}

impl Migration {
    pub(super) fn new(
        tool: Tool,
        own: Own,
        files: Files,
        revision: RevisionId,
        follows: Option<RevisionId>,
        description: String,
    ) -> Self {
        let mut header = RevisionHeader::new(revision.as_str(), []);
        header.down_revision = follows.into_iter().collect();
        header.message = description;
        header.path = Some(own.up.clone());
        Self { tool, own, files, header }
    }

    /// Returns the pieces of the text of the way up, which may hold the way down too.
    fn sections(&self, path: &Path, text: &Arc<str>) -> Result<Sections, Vec<Diagnostic>> {
        let placed = |faults: Vec<sections::Fault>| {
            let at = |(fault, at): sections::Fault| fault.at(Place::new(path, text.clone(), at));
            faults.into_iter().map(at).collect::<Vec<_>>()
        };
        match self.tool.layout {
            Layout::Goose => sections::goose(text).map_err(placed),
            Layout::Dbmate => sections::dbmate(text).map_err(placed),
            _ => match self.of_another(path, text) {
                Some(fault) => Err(vec![fault]),
                None => Ok(Sections::whole(text)),
            },
        }
    }

    /// Tells of a file that has the marks of another tool: without them it would be run both up and down.
    fn of_another(&self, path: &Path, text: &Arc<str>) -> Option<Diagnostic> {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let other = [Layout::Goose, Layout::Dbmate]
                .into_iter()
                .find(|other| mark(*other).is_some_and(|mark| marks(line, mark)));
            if let Some(other) = other {
                let message = format!("a migration of {other}'s in a folder of {}'s", self.tool.layout);
                let place = Place::new(path, text.clone(), at..at + line.trim_end().len());
                let hint =
                    format!("if the folder is {other}'s, say `layout = \"{other}\"` in `[migrations]`");
                return Some(Diagnostic::new(Code::FileSyntax, message).at(place).hint(hint));
            }
            at += line.len();
        }
        None
    }

    /// Makes an operation of a piece of a text; nothing but comments does nothing.
    fn task(
        &self,
        path: &Path,
        text: &Arc<str>,
        piece: &Range<usize>,
        transaction: Transaction,
    ) -> Option<Task> {
        let sql = &text[piece.clone()];
        // To PostgreSQL a comment also ends where an old Macintosh ends a line.
        if ["any", "postgres"].iter().all(|names| raw::cut(sql, *names).is_empty()) {
            return None;
        }
        let start = piece.start + sql.len() - sql.trim_start().len();
        let end = start + text[start..].lines().next().unwrap_or_default().trim_end().len();
        let execute = Execute { sql: RawSql::new(sql.trim()), state: None };
        let transaction = match self.stands_alone(&execute) {
            true => Transaction::Outside,
            false => transaction,
        };
        Some(Task::Operation(ScopedOperation {
            operation: execute.into(),
            scope: Scope { transaction, ..Scope::default() },
            origin: Some(Origin { path: Arc::new(path.to_owned()), source: text.clone(), span: start..end }),
        }))
    }

    /// Says whether SQL has no transaction around it where its tool runs it: it begins one itself, or PostgreSQL wants that of it.
    /// golang-migrate begins none, but to the server several statements are one; Flyway begins none where one statement wants that.
    fn stands_alone(&self, execute: &Execute) -> bool {
        if execute.transaction_word().is_some() {
            return true;
        }
        let sql = execute.sql.as_str();
        let statements = raw::cut(sql, "postgres");
        match self.tool.layout {
            Layout::GolangMigrate => statements.len() == 1 && alone(statements[0].text(sql)),
            Layout::Flyway => statements.iter().any(|one| alone(one.text(sql))),
            _ => false,
        }
    }

    /// Says why a text is not run as it stands.
    fn filled(&self, path: &Path, text: &Arc<str>, sections: &Sections) -> Option<Diagnostic> {
        let layout = self.tool.layout;
        let start = text.find("${").filter(|_| layout == Layout::Flyway && !conf(path, &self.files).plain);
        let at = sections.filled.clone().or_else(|| {
            let start = start?;
            let end = text[start..].find('}').map_or(start + 2, |end| start + end + 1);
            Some(start..end)
        })?;
        let other = match self.tool.other {
            Some(other) => {
                format!("; or, if the folder is {other}'s, say `layout = \"{other}\"` in `[migrations]`")
            }
            None => String::new(),
        };
        let message =
            format!("{layout} puts values into the text before it runs it, and they are not known here");
        Some(
            Diagnostic::new(Code::Untold, message)
                .at(Place::new(path, text.clone(), at))
                .hint(format!("{}{other}", self.in_its_place())),
        )
    }

    fn in_its_place(&self) -> String {
        format!(
            "write in its place what it does: a file of Limbeck's with `revision = \"{}\"` stands for it; or `limbeck stamp` it, \
             where the database has it already",
            self.header.revision
        )
    }

    /// Returns how a file runs of a tool that says it of the file as a whole.
    fn whole(&self, path: &Path, text: &str) -> Transaction {
        let outside = match self.tool.layout {
            Layout::Flyway => conf(path, &self.files).outside,
            // sqlx 0.8, `sqlx-core/src/migrate/migration.rs`.
            Layout::Sqlx => text.starts_with("-- no-transaction"),
            _ => false,
        };
        if outside { Transaction::Outside } else { Transaction::Inside }
    }

    /// Makes operations of the pieces of a text.
    fn tasks(
        &self,
        path: &Path,
        text: &Arc<str>,
        pieces: &[Range<usize>],
        transaction: Transaction,
    ) -> Vec<Task> {
        pieces.iter().filter_map(|piece| self.task(path, text, piece, transaction)).collect()
    }

    /// Reads the file of the way down, which says for itself how it is run.
    fn down(&self, path: &Path) -> Result<Vec<Task>, Diagnostics> {
        let text = self.files.load(path)?;
        let sections = self.sections(path, &text).map_err(all)?;
        Ok(match self.filled(path, &text, &sections) {
            Some(fault) => untold(fault),
            None => self.tasks(path, &text, &sections.up, self.whole(path, &text)),
        })
    }

    /// Returns what a program does, which is not told.
    fn program(&self, language: &str) -> Body {
        let layout = self.tool.layout;
        let message = format!("it is a program in {language}, which {layout} runs");
        let fault =
            Diagnostic::new(Code::Untold, message).at(Place::file(&self.own.up)).hint(self.in_its_place());
        Body { upgrade: untold(fault.clone()), undo: Undo::Given(untold(fault)) }
    }
}

fn untold(fault: Diagnostic) -> Vec<Task> {
    vec![Task::Untold(Untold { scope: Scope::default(), fault, guarded: None })]
}

fn all(faults: Vec<Diagnostic>) -> Diagnostics {
    Diagnostics::check(faults, ()).expect_err("what is not read has a fault")
}

/// What a file beside a script of Flyway's says.
struct Conf {
    /// Whether it runs without a transaction.
    outside: bool,
    /// Whether nothing is put into the text.
    plain: bool,
}

/// Reads what a file beside a script says of how it is run, as Flyway has it.
fn conf(script: &Path, files: &Files) -> Conf {
    let mut path = script.as_os_str().to_owned();
    path.push(".conf");
    let text = files.read(Path::new(&path)).unwrap_or_default();
    let says = |wanted: &str| {
        text.lines().any(|line| {
            let said = line.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
            said.is_some_and(|(key, value)| key == wanted && value == "false")
        })
    };
    Conf { outside: says("executeInTransaction"), plain: says("placeholderReplacement") }
}

impl ForeignRevision for Migration {
    fn header(&self) -> RevisionHeader {
        self.header.clone()
    }

    fn text(&self) -> Result<Arc<str>, Diagnostic> {
        self.files.load(&self.own.up)
    }

    fn body(&self) -> Result<Body, Diagnostics> {
        if let Some(language) = self.own.language {
            return Ok(self.program(language));
        }
        let (path, text) = (&self.own.up, self.text()?);
        let sections = self.sections(path, &text).map_err(all)?;
        if let Some(fault) = self.filled(path, &text, &sections) {
            return Ok(Body { upgrade: untold(fault.clone()), undo: Undo::Given(untold(fault)) });
        }
        let (up, down) = match mark(self.tool.layout) {
            Some(_) => (sections.up_transaction, sections.down_transaction),
            None => (self.whole(path, &text), Transaction::Inside),
        };
        let undo = match (&self.own.down, &sections.down) {
            (Some(path), _) => Undo::Given(self.down(path)?),
            (None, Some(pieces)) => Undo::Given(self.tasks(path, &text, pieces, down)),
            // The tool has no way back; here it is what follows from the way up.
            (None, None) => Undo::Derived,
        };
        Ok(Body { upgrade: self.tasks(path, &text, &sections.up, up), undo })
    }

    fn place(&self, _: &str, _: &str) -> Place {
        // What it says of itself stands in the names of files.
        Place::file(&self.own.up)
    }
}
