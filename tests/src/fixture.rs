//! A fixture of an operation: a migration file whose end is what is tested.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::dialect::Names;
use limbeck_core::op::{Operation, ScopedOperation};
use limbeck_core::script::{self, Naming};

/// A migration whose first operations set the scene, rows included, and whose last ones are tested.
///
/// What is tested is all that follows the last `execute` or `insert`; where nothing follows, the last operation.
#[derive(Debug)]
pub struct Fixture {
    /// The file name without its ending.
    pub name: String,
    /// The rule that the fixture shows: its message.
    pub rule: String,
    setup: Vec<ScopedOperation>,
    change: Vec<ScopedOperation>,
}

impl Fixture {
    /// Returns the operations that set the scene on a database.
    pub fn setup(&self, names: impl Into<Names>) -> Vec<Operation> {
        on(&self.setup, names.into())
    }

    /// Returns the operations that are tested on a database; none when the fixture is about others.
    pub fn change(&self, names: impl Into<Names>) -> Vec<Operation> {
        on(&self.change, names.into())
    }

    /// Returns all operations, on whichever database.
    pub fn all(&self) -> impl Iterator<Item = &Operation> {
        self.setup.iter().chain(&self.change).map(|scoped| &scoped.operation)
    }
}

fn on(operations: &[ScopedOperation], names: Names) -> Vec<Operation> {
    let included = operations.iter().filter(|scoped| scoped.scope.includes(names));
    included.map(|scoped| scoped.operation.clone()).collect()
}

/// Reads all fixtures of operations, in order of name.
///
/// # Panics
/// When a fixture cannot be read.
pub fn operations() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/operations");
    let files = fs::read_dir(&folder).expect("the fixtures stand beside the tests");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("the folder can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// Returns what a migration in TOML does on its way up; it is revision `a` where it does not say another.
///
/// # Panics
/// When it cannot be read.
pub fn upgrade_of(text: &str) -> Vec<Operation> {
    let head = if text.trim_start().starts_with("revision") { "" } else { "revision = \"a\"\n" };
    let parsed = script::parse(Path::new("a.toml"), format!("{head}{text}").into(), &Naming::default());
    let (_, script) = parsed.unwrap_or_else(|faults| panic!("{faults}"));
    script.upgrade.into_iter().map(|scoped| scoped.operation).collect()
}

fn read(path: &Path) -> Fixture {
    let text = fs::read_to_string(path).expect("a fixture is UTF-8");
    let parsed = script::parse(path, text.as_str().into(), &Naming::default());
    let (header, script) = parsed.unwrap_or_else(|faults| panic!("{}: {faults}", path.display()));
    let mut setup = script.upgrade;
    let is_row_work =
        |scoped: &ScopedOperation| matches!(scoped.operation, Operation::Execute(_) | Operation::Insert(_));
    let last = setup.iter().rposition(is_row_work).map_or(0, |at| at + 1);
    let change = setup.split_off(last.min(setup.len() - 1));
    let name = path.file_stem().and_then(|name| name.to_str()).expect("a fixture has a name");
    Fixture { name: name.to_owned(), rule: header.message, setup, change }
}
