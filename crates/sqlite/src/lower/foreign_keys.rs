//! What foreign keys say before and after a rebuild, while SQLite does not enforce them.

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{Cost, Expect, Statement};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{ForeignKey, Schema, Table};

use super::group::Group;
use super::{same_keys, sql};

const OTHERS: &str = "foreign keys to the table";
const OWN: &str = "foreign keys of the table";

/// Returns the foreign keys of the new table that the old one had.
fn kept_keys<'a>(start: &Table, copied: &'a Table) -> Vec<&'a ForeignKey> {
    let ends = |key: &'a ForeignKey| (&key.columns, &key.references);
    let is_old =
        |key: &&'a ForeignKey| start.foreign_keys().any(|old| (&old.columns, &old.references) == ends(key));
    copied.foreign_keys().filter(is_old).collect()
}

/// Says whether the foreign keys of the table are compared before and after: those that the rebuild could break, and
/// that SQLite can check.
fn are_own_checked(group: &Group<'_>) -> bool {
    group.copied.foreign_keys().any(|key| !same_keys::is_own(group, key))
        && !is_mismatched(group.start, group.before)
}

/// Returns the other tables whose rows point at rows of this one by what the rebuild could break.
fn checked_others<'g>(group: &'g Group<'_>) -> Vec<&'g Table> {
    let name = group.name();
    let is_open = |other: &&Table| {
        let mut keys = other.foreign_keys().filter(|key| key.references == *name);
        keys.any(|key| !same_keys::is_referred(group, key))
    };
    let others = group.before.referring_tables(name).filter(is_open);
    others.filter(|other| !is_mismatched(other, group.before)).collect()
}

/// Says whether a foreign key of the table points at columns that are no key there.
fn is_mismatched(table: &Table, schema: &Schema) -> bool {
    if let Some(stored) = &table.stored {
        return stored.mismatched;
    }
    table.foreign_keys().any(|key| {
        let parent =
            if key.references == table.name { Some(table) } else { schema.tables.get(&key.references) };
        parent.is_some_and(|parent| !key.points_at_key_of(parent))
    })
}

/// Says whether the old rows can be checked after the new ones, as long as both are there: not where the table points at
/// itself, perhaps by a unique index that the new one does not have yet.
fn are_own_checked_side_by_side(group: &Group<'_>) -> bool {
    let mut keys = group.copied.foreign_keys().chain(group.start.foreign_keys());
    are_own_checked(group) && keys.all(|key| key.references != *group.name())
}

/// Says whether what is broken is noted before, to be compared when all is done.
fn are_own_compared(group: &Group<'_>) -> bool {
    are_own_checked(group) && !are_own_checked_side_by_side(group)
}

/// Checks that nothing is broken in the new rows that is not in the old ones, which have another name for the while.
///
/// The old rows are only looked at when a new one is broken: SQLite makes what stands behind IN when it is first asked.
pub(super) fn side_by_side(group: &Group<'_>, old: &TableName) -> Option<Statement> {
    if !are_own_checked_side_by_side(group) {
        return None;
    }
    let name = group.name();
    // A table without rowids has NULL for one, which is in nothing.
    let counted = |table: &TableName| {
        let found = sql().kw("SELECT coalesce(rowid, 0), parent, columns, count(*) FROM (").glue("");
        found.raw(&RawSql::new(own_violations(table, None))).close(")").kw("GROUP BY 1, 2, 3")
    };
    let broken =
        sql().kw("WITH found (row, parent, columns, n) AS (").glue("").sql(&counted(name)).close(")");
    let broken = broken.kw("SELECT n FROM found WHERE (row, parent, columns, n) NOT IN (").glue("");
    let broken = broken.sql(&counted(old)).close(")").finish();
    let why = format!("check the foreign keys of `{name}`, beside the old rows");
    Some(Statement::new(broken, why).costing(Cost::scan(name)).expecting(Expect::NoRows {
        otherwise: format!("rows of `{name}` would point at rows that are not there: {{}}"),
        code: Code::ForeignKeysBroken,
    }))
}

/// Notes what is broken before the rebuild, which is not its fault.
pub(super) fn remember(group: &Group<'_>) -> Vec<Statement> {
    let name = group.name();
    let mut statements = Vec::new();
    if are_own_compared(group) {
        let kept = kept_keys(group.start, &group.copied);
        let sql = own_violations(name, Some(&kept));
        let why = format!("note which foreign keys of `{name}` are broken already");
        statements.push(Statement::new(sql, why).expecting(Expect::Remember(OWN)));
    }
    let others = checked_others(group);
    if !others.is_empty() {
        let sql = others_violations(name, &others);
        let why = format!("note which foreign keys to `{name}` are broken already");
        statements.push(Statement::new(sql, why).expecting(Expect::Remember(OTHERS)));
    }
    statements
}

/// Checks that nothing is broken after the rebuild that was not before.
pub(super) fn compare(group: &Group<'_>) -> Vec<Statement> {
    let name = group.name();
    let same =
        |key, otherwise: String| Expect::AsRemembered { key, otherwise, code: Code::ForeignKeysBroken };
    let mut statements = Vec::new();
    if are_own_compared(group) {
        let otherwise = format!("rows of `{name}` would point at rows that are not there");
        let why = format!("check the foreign keys of `{name}`");
        let statement = Statement::new(own_violations(name, None), why);
        statements.push(statement.costing(Cost::scan(name)).expecting(same(OWN, otherwise)));
    }
    let others = checked_others(group);
    if !others.is_empty() {
        let otherwise = format!("rows of other tables would point at rows of `{name}` that are not there");
        let why = format!("check the foreign keys to `{name}`");
        let statement = Statement::new(others_violations(name, &others), why);
        statements.push(statement.expecting(same(OTHERS, otherwise)));
    }
    statements
}

/// Checks that the rows keep to the foreign keys that the table did not have.
pub(super) fn check_new(group: &Group<'_>) -> Option<Statement> {
    let is_new = |key: &&ForeignKey| {
        !group.start.foreign_keys().any(|old| {
            ForeignKey { name: None, ..old.clone() } == ForeignKey { name: None, ..(*key).clone() }
        })
    };
    let new: Vec<&ForeignKey> = group.copied.foreign_keys().filter(is_new).collect();
    if new.is_empty() {
        return None;
    }
    let name = group.name();
    let counted =
        sql().kw("SELECT count(*) AS n FROM (").glue("").raw(&RawSql::new(own_violations(name, Some(&new))));
    let some = sql().kw("SELECT n FROM (").glue("").sql(&counted.close(")")).close(")").kw("WHERE n > 0");
    Some(
        Statement::new(some.finish(), format!("check the new foreign keys of `{name}`"))
            .costing(Cost::scan(name))
            .expecting(Expect::NoRows {
                otherwise: format!("rows of `{name}` that would point at rows that are not there: {{}}"),
                code: Code::ForeignKeysBroken,
            }),
    )
}

/// Asks which rows of the table break one of its foreign keys. Keys are told by their columns.
fn own_violations(table: &TableName, keys: Option<&[&ForeignKey]>) -> String {
    let lists = sql().kw("SELECT id, group_concat(\"from\") AS columns FROM pragma_foreign_key_list(");
    let lists = lists.glue("").text(table.name.as_str()).close(")").kw("GROUP BY id");
    let found = sql().kw("SELECT broken.rowid, broken.parent, keys.columns FROM pragma_foreign_key_check(");
    let found = found.glue("").text(table.name.as_str()).close(")").kw("AS broken JOIN (");
    let found = found.glue("").sql(&lists).close(")").kw("AS keys ON keys.id = broken.fkid");
    let found = found.maybe(keys, |sql, keys| {
        sql.kw("WHERE keys.columns IN").list(keys, |sql, key| {
            let columns: Vec<&str> = key.columns.iter().map(Ident::as_str).collect();
            sql.text(&columns.join(","))
        })
    });
    found.kw("ORDER BY 1, 2, 3").finish()
}

/// Asks which rows of other tables point at rows that are not there in this one.
fn others_violations(table: &TableName, others: &[&Table]) -> String {
    let mut all = sql();
    for (i, other) in others.iter().enumerate() {
        all = all.when(i > 0, |sql| sql.kw("UNION ALL"));
        all = all.kw("SELECT \"table\", rowid, fkid FROM pragma_foreign_key_check(").glue("");
        all = all.text(other.name.name.as_str()).close(")");
        all = all.kw("WHERE parent =").text(table.name.as_str()).kw("COLLATE NOCASE");
    }
    all.kw("ORDER BY 1, 2, 3").finish()
}
