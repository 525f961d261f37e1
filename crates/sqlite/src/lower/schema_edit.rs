//! The second way: an edit of the text that SQLite keeps of a table, where no stored row has to change for it.
//!
//! Columns that come or go beside it do so by SQLite's own `ALTER TABLE`.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Cost, Hazard, Lowered, Statement, Way};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::rebuild::renames;
use limbeck_core::schema::{Constraint, Index, Table, computed};

use super::group::Group;
use super::{as_known, checks, column, create_table, foreign_keys, index, native, probes, sql, text};

/// Makes the statements of a change that [`why_not`](super::sound::why_not) has nothing against.
///
/// # Errors
/// The text of the table cannot be read, or what SQLite has not.
pub(super) fn schema_edit(group: &Group<'_>, reason: &str) -> Result<Lowered, Diagnostic> {
    let name = group.name();
    let between = between(group);
    let (early, late): (Vec<_>, Vec<_>) = new_rules(group).into_iter().partition(|(about_new, _)| !about_new);
    let mut statements = Vec::from_iter(as_known::check(group)?);
    statements.extend(early.into_iter().map(|(_, check)| check));
    let gone = group.start.indexes.iter().filter(|index| !group.copied.indexes.contains(index));
    statements.extend(gone.map(|index| index::remove(&index.name, index::Existence::Strict)));
    for column in group.added() {
        statements.extend(add_column(group, column)?);
    }
    statements.extend(late.into_iter().map(|(_, check)| check));
    let text = text::changed(group, &between)?;
    if text != text::of_table(group)? {
        statements.extend(edit(name, &text, &format!("edit the stored text of `{name}`")));
    }
    statements.extend(forget_count(group));
    statements.extend(foreign_keys::check_new(group));
    let mut dropped: Vec<_> = group.dropped().collect();
    computed::put_first(&mut dropped);
    for column in dropped {
        let sql = sql().kw("ALTER TABLE").table(name).kw("DROP COLUMN").ident(&column.name);
        let lost = format!("the values of `{}`", name.print_with_column(&column.name));
        let drop = Statement::new(sql.finish(), format!("drop column `{}`", column.name));
        statements.push(drop.hazard(Hazard::LosesData(lost)).costing(Cost::copy(name)));
    }
    if group.dropped().next().is_some() {
        // SQLite takes all up to the next column or rule along, comments included (3.53.2, `dropColumnFunc`).
        let text = text::changed(group, &group.copied)?;
        statements.extend(edit(name, &text, &format!("keep the rest of the text of `{name}`")));
    }
    statements.extend(notice().map(|statement| statement.by(Way::SchemaEdit)));
    for index in new_indexes(group) {
        statements.push(index::make(name, index, index::Existence::Strict)?);
    }
    let renames = renames(&group.columns);
    statements.extend(renames.iter().map(|(from, to)| native::rename_column(group.start, from, to)));
    statements.extend(probes::probes(group));
    Ok(Lowered { statements, reason: Some(reason.to_owned()), ..Lowered::default() })
}

/// Puts another text in the place of the stored one.
fn edit(name: &TableName, text: &str, why: &str) -> impl Iterator<Item = Statement> {
    let statements = text::write(&[("table", &name.name, text)], why);
    statements.into_iter().map(|statement| statement.by(Way::SchemaEdit))
}

/// Returns the table as its text is to say, before columns are dropped in place.
fn between(group: &Group<'_>) -> Table {
    let changed = |column: &limbeck_core::schema::Column| {
        let kept = group.copied.column(&column.name).filter(|_| group.is_kept(&column.name));
        kept.unwrap_or(column).clone()
    };
    let columns = group.start.columns.iter().map(changed).chain(group.added().cloned()).collect();
    Table { columns, ..group.copied.clone() }
}

/// Returns the checks that the rows keep to the new rules, and for each whether it is about a column that is new, too.
fn new_rules(group: &Group<'_>) -> Vec<(bool, Statement)> {
    let name = group.name();
    let added: Vec<&Ident> = group.added().map(|column| &column.name).collect();
    let mut found = Vec::new();
    for column in group.copied.columns.iter().filter(|column| !column.nullable) {
        if group.start.column(&column.name).is_some_and(|old| old.nullable) && group.is_kept(&column.name) {
            found.push((false, checks::no_nulls(group.start, &column.name)));
        }
    }
    for constraint in group.new_constraints() {
        if let Constraint::Check(check) = constraint {
            let mentions = |name: &&Ident| limbeck_core::schema::mention::mentions(check.sql.as_str(), name);
            found.push((added.iter().any(mentions), checks::keeps_to(name, check)));
        }
    }
    found
}

/// Adds a column without the rules about it, which the edit brings.
fn add_column(
    group: &Group<'_>,
    column: &limbeck_core::schema::Column,
) -> Result<Vec<Statement>, Diagnostic> {
    let name = group.name();
    create_table::check_strict(
        &group.copied,
        column,
        super::options::table_options(&group.copied)?,
        group.enums(),
    )?;
    let text = column::write(sql().kw("ALTER TABLE").table(name).kw("ADD COLUMN"), column, group.enums())?;
    let mut statements = Vec::new();
    if native::lacks_value(column) {
        statements.push(checks::no_rows(name, &column.name));
    }
    statements.push(Statement::new(text.finish(), format!("add column `{}`", column.name)));
    Ok(statements)
}

fn new_indexes<'g>(group: &'g Group<'_>) -> impl Iterator<Item = &'g Index> {
    group.copied.indexes.iter().filter(|index| !group.start.indexes.contains(index))
}

/// Lets other connections notice: they read the schema again when its version has changed, which the edit alone does
/// not do (sqlite.org/pragma.html#pragma_schema_version).
fn notice() -> [Statement; 2] {
    let why = "let other connections notice";
    let view = |words: &'static str| sql().kw(words);
    [
        Statement::new(view("CREATE VIEW \"_limbeck_notice\" AS SELECT 1").finish(), why),
        Statement::new(view("DROP VIEW \"_limbeck_notice\"").finish(), why),
    ]
}

/// Forgets how far AUTOINCREMENT had counted, where it no longer does.
fn forget_count(group: &Group<'_>) -> Option<Statement> {
    let gone = create_table::counting_key(group.start).is_some()
        && create_table::counting_key(&group.copied).is_none();
    let forget = sql().kw("DELETE FROM sqlite_sequence WHERE name =").text(group.name().name.as_str());
    gone.then(|| {
        Statement::new(forget.kw("COLLATE NOCASE").finish(), "forget how far AUTOINCREMENT had counted")
    })
}
