//! Revisions in Rust beside those in files, with work on the rows that SQL cannot do.

use limbeck::prelude::*;

/// Follows a revision that is a file.
struct AddInitials;

impl RustRevision for AddInitials {
    fn header(&self) -> RevisionHeader {
        RevisionHeader {
            message: "accounts have initials".to_owned(),
            ..RevisionHeader::new("c0de00000001", ["7d2f90c1a001".into()])
        }
    }

    fn upgrade(&self, ops: &mut Operations) {
        ops.alter_table("account", |t| {
            t.add_column("initials", ColumnType::String { length: Some(8) });
        });
        ops.run("fill in initials", |connection| {
            for row in connection.query("SELECT id, name FROM account")? {
                let [Literal::Integer(id), Literal::Text(name)] = &row[..] else { continue };
                let initials: String =
                    name.split_whitespace().filter_map(|word| word.chars().next()).collect();
                connection.execute(&format!("UPDATE account SET initials = '{initials}' WHERE id = {id}"))?;
            }
            Ok(())
        });
    }

    fn downgrade(&self, ops: &mut Operations) -> Undoing {
        // What the work did goes with the column, which the tool cannot know.
        ops.alter_table("account", |t| {
            t.drop_column("initials");
        });
        Undoing::Recorded
    }
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let history = History::builder()
        .embedded(embed_migrations!("examples/migrations"))
        .revision(AddInitials)
        .build()?;
    let mut connection = connect("sqlite::memory:")?;
    Migrator::new(&history, &mut *connection, settings()).upgrade(&Target::heads())?;
    let rows = connection.query("SELECT initials FROM account ORDER BY id")?;
    assert_eq!(rows, [[Literal::text("A")], [Literal::text("G")]]);

    Migrator::new(&history, &mut *connection, settings()).downgrade(&"-1".parse()?)?;
    assert!(connection.query("SELECT initials FROM account").is_err());
    Ok(())
}
