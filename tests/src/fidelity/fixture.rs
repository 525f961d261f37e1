//! A fixture of fidelity: a database as some tool or person made it, and what must do the same before and after a change.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::name::{Ident, TableName};

/// A script that makes a database. Its head names the table that is changed (`-- table: `) and statements that must do
/// the same before and after (`-- probe: `).
#[derive(Debug, Clone)]
pub struct FidelityFixture {
    /// The file name without its ending.
    pub name: String,
    /// The table that is changed.
    pub table: TableName,
    /// The statements that the author of the fixture thought of.
    pub probes: Vec<String>,
    /// The script.
    pub sql: String,
}

/// Reads all fixtures of fidelity, in order of name.
///
/// # Panics
/// When a fixture cannot be read.
pub fn fidelity() -> Vec<FidelityFixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/sqlite/fidelity");
    let files = fs::read_dir(folder).expect("the fixtures stand beside the tests");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("the folder can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> FidelityFixture {
    let sql = fs::read_to_string(path).expect("a fixture is UTF-8");
    let head = |key: &str| -> Vec<String> {
        sql.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect()
    };
    let name = path.file_stem().and_then(|name| name.to_str()).expect("a fixture has a name").to_owned();
    let table = head("-- table: ");
    let table = table.first().unwrap_or_else(|| panic!("{name} names no table"));
    let table = TableName::unqualified(Ident::new(table).expect("a table has a name"));
    FidelityFixture { name, table, probes: head("-- probe: "), sql }
}
