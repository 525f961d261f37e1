//! Whether the keys that foreign keys point at are still keys after a change.

use crate::action::Action;
use crate::name::Ident;
use crate::schema::{Constraint, ForeignKey, ObjectKind, Schema, SchemaError, Table};

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
    for other in schema.referring_tables(&after.name).chain([before]) {
        for key in other.foreign_keys().filter(|key| key.references == after.name) {
            let implied = key.referred_columns.is_empty();
            let columns = match (implied, before.primary_key()) {
                (true, Some(primary)) => primary.columns.clone(),
                (true, None) => continue,
                (false, _) => key.referred_columns.clone(),
            };
            let now = renamed(&columns, actions);
            let gone =
                other.name == after.name && !after.foreign_keys().any(|left| is_same(left, key, actions));
            let still = if implied { after.primary_key().is_some() } else { is_key(after, &now) };
            if is_key(before, &columns) && !still && !gone {
                let names: Vec<&str> = columns.iter().map(|name| name.as_str()).collect();
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

/// Returns the names that columns have once all is done.
fn renamed(columns: &[Ident], actions: &[Action]) -> Vec<Ident> {
    let mut columns = columns.to_vec();
    for action in actions {
        if let Action::RenameColumn(rename) = action {
            let renamed = columns.iter_mut().filter(|column| **column == rename.column);
            renamed.for_each(|column| *column = rename.to.clone());
        }
    }
    columns
}

/// Says whether a foreign key of the table to itself is one that was there before.
fn is_same(now: &ForeignKey, before: &ForeignKey, actions: &[Action]) -> bool {
    now.references == before.references
        && now.columns == renamed(&before.columns, actions)
        && now.referred_columns == renamed(&before.referred_columns, actions)
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
