//! Migration files on disk: up to the heads, a look at the version table, and one branch back.

use std::path::{Path, PathBuf};

use limbeck::prelude::*;

/// Where the files are; a program of your own would say `migrations`.
fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/migrations")
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let history = History::builder().directories(&[migrations()]).build()?;
    let mut connection = connect("sqlite::memory:")?;
    let mut migrator = Migrator::new(&history, &mut *connection, settings());

    let outcome = migrator.upgrade(&Target::heads())?;
    assert_eq!(outcome.steps.len(), 4);
    assert_eq!(outcome.heads.to_string(), "7d2f90c1a001");

    // A second run finds nothing to do.
    assert!(migrator.upgrade(&Target::heads())?.steps.is_empty());

    // The merge point goes, and with it the cart; nobody wrote a downgrade for either.
    migrator.downgrade(&"cart@1975ea83b712".parse()?)?;
    assert_eq!(migrator.current()?.to_string(), "ae1027a6acf0");

    let nicknames = connection.query("SELECT text FROM nickname ORDER BY text")?;
    assert_eq!(nicknames, [[Literal::text("ada")], [Literal::text("grace")]]);
    assert!(connection.query("SELECT * FROM cart").is_err());
    Ok(())
}
