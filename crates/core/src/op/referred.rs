//! Whether the keys that foreign keys point at are still keys after a change.

use crate::action::Action;
use crate::name::Ident;
use crate::schema::{Constraint, ObjectKind, Schema, SchemaError, Table};

/// Checks that the keys which foreign keys point at, those of the table itself included, are still keys once all is
/// done to a table.
///
/// # Errors
/// [`SchemaError::InUse`], naming the table whose foreign key is left without a key.
pub(super) fn check_referred_keys(
    schema: &Schema,
    after: &Table,
    actions: &[Action],
) -> Result<(), SchemaError> {
    let before = schema.table(&after.name)?;
    let primary = |table: &Table| table.primary_key().map(|primary| primary.columns.clone());
    // Those of other tables are spelled as the columns were called before, those of the table itself as they are now. One
    // that comes along with the change needs its key as well.
    let others = schema.referring_tables(&after.name).map(|other| (other, Spelled::Before));
    for (other, spelled) in others.chain([(after, Spelled::After)]) {
        for key in other.foreign_keys().filter(|key| key.references == after.name) {
            let (old, new) = match (key.referred_columns.is_empty(), spelled) {
                (true, _) => (primary(before), primary(after)),
                (false, Spelled::Before) => {
                    let columns = key.referred_columns.clone();
                    let now = actions.iter().fold(columns.clone(), renamed);
                    (Some(columns), Some(now))
                }
                (false, Spelled::After) => {
                    let columns = key.referred_columns.clone();
                    let then = actions.iter().rev().fold(columns.clone(), unnamed);
                    (Some(then), Some(columns))
                }
            };
            let Some(old) = old.filter(|old| is_key(before, old)) else { continue };
            if !new.is_some_and(|new| is_key(after, &new)) {
                let names: Vec<&str> = old.iter().map(|name| name.as_str()).collect();
                return Err(SchemaError::InUse {
                    kind: ObjectKind::Constraint,
                    name: names.join(", "),
                    by: format!("a foreign key of table `{}`", other.name),
                });
            }
        }
    }
    Ok(())
}

/// As what a foreign key knows the columns that it points at.
#[derive(Clone, Copy)]
enum Spelled {
    Before,
    After,
}

/// Gives columns the names that an action gives them.
fn renamed(columns: Vec<Ident>, action: &Action) -> Vec<Ident> {
    match action {
        Action::RenameColumn(rename) => replaced(columns, &rename.column, &rename.to),
        _ => columns,
    }
}

/// Gives columns the names that they had before an action.
fn unnamed(columns: Vec<Ident>, action: &Action) -> Vec<Ident> {
    match action {
        Action::RenameColumn(rename) => replaced(columns, &rename.to, &rename.column),
        _ => columns,
    }
}

fn replaced(mut columns: Vec<Ident>, from: &Ident, to: &Ident) -> Vec<Ident> {
    columns.iter_mut().filter(|column| *column == from).for_each(|column| *column = to.clone());
    columns
}

/// Says whether a primary key, a unique constraint or a unique index is over just these columns.
fn is_key(table: &Table, columns: &[Ident]) -> bool {
    let just =
        |key: &[&Ident]| key.len() == columns.len() && columns.iter().all(|column| key.contains(&column));
    let constraint = |constraint: &Constraint| {
        matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_)) && just(&constraint.columns())
    };
    table.constraints.iter().any(constraint)
        || table.indexes.iter().any(|index| {
            let keys: Option<Vec<&Ident>> =
                index.columns.iter().map(|column| column.key.as_column()).collect();
            index.unique && index.filter.is_none() && keys.is_some_and(|keys| just(&keys))
        })
}

#[cfg(test)]
mod tests {
    use crate::fold::fold;
    use crate::graph::Heads;
    use crate::history::{EmbeddedFile, EmbeddedMigrations, History};
    use crate::op::{Change, DropIndex};

    use super::*;

    const TABLES: EmbeddedFile = EmbeddedFile {
        path: "a.toml",
        text: r#"revision = "a"
[[upgrade]]
create_table = "t"
columns = [{ name = "code", type = "text" }, { name = "other", type = "text" }]
indexes = [{ name = "ux_code", columns = ["code"], unique = true }, { name = "ux_other", columns = ["other"], unique = true }]
[[upgrade]]
create_table = "child"
columns = [{ name = "code", type = "text", references = "t.code" }]
"#,
    };

    #[test]
    fn a_key_stays_that_a_foreign_key_of_the_table_itself_needs() {
        let alter = |actions: &str| {
            let text = format!(
                "revision = 'b'\ndown_revision = 'a'\n[[upgrade]]\nalter_table = 't'\nactions = [{actions}]\n"
            );
            let history = History::builder()
                .embedded(EmbeddedMigrations::new(&[TABLES]))
                .text("b.toml".into(), text.into())
                .build()
                .unwrap();
            fold(&history, &Heads::from_iter(["b"]), "sqlite").is_ok()
        };
        let add = "{ add_foreign_key = ['code'], references = 't', referred_columns = ['other'] }";
        let index = "{ drop_index = 'ux_other' }";
        assert!(alter(add));
        assert!(!alter(&format!("{add}, {index}")));
        assert!(!alter(&format!("{index}, {add}")));
        assert!(alter(&format!("{index}, {{ add_unique = ['other'] }}, {add}")));
        let add = add.replace("'other'", "'new'");
        assert!(alter(&format!("{{ rename_column = 'other', to = 'new' }}, {add}")));
        assert!(!alter(&format!("{{ rename_column = 'other', to = 'new' }}, {index}, {add}")));
    }

    #[test]
    fn a_unique_index_that_a_foreign_key_needs_stays() {
        let history = History::builder().embedded(EmbeddedMigrations::new(&[TABLES])).build().unwrap();
        let schema = fold(&history, &Heads::from_iter(["a"]), "sqlite").unwrap();
        let drop = |name| DropIndex {
            index: Ident::new(name).unwrap(),
            table: None,
            if_exists: false,
            concurrently: false,
        };
        let refused = drop("ux_code").apply(&mut schema.clone());
        assert!(matches!(refused, Err(SchemaError::InUse { .. })), "{refused:?}");
        drop("ux_other").apply(&mut schema.clone()).unwrap();
    }
}
