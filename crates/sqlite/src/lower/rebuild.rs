//! Move and copy: a new table takes the name and the rows of the old one, for the whole group at once.
//!
//! The steps are those that SQLite documents (sqlite.org/lang_altertable.html#otheralter), but it is the old table
//! that gets another name for the while: so the new one is made by its author's own text, rules that name the table
//! included, and what SQLite knows by the name of the table stays (statistics, views, triggers and foreign keys of
//! others). Foreign keys are off outside the transaction, so that dropping the old table deletes nothing elsewhere,
//! and what those that the copy could break say is compared before and after.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Cost, Enforcement, Expect, Hazard, Lowered, Statement, Way};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::rebuild::{Origin, Source, renames};
use limbeck_core::schema::{Constraint, Index, Table};

use super::affinity::affinity;
use super::create_table::{counting_key, rowid_column};
use super::group::Group;
use super::options::table_options;
use super::types::type_name;
use super::{
    as_known, as_stored, checks, foreign_keys, index, native, probes, rows_before, sql, statistics, text,
};
use crate::ddl;

/// Returns the name that the old table gets for the while, unless the database has it.
pub(crate) fn aside_name(table: &Ident) -> Ident {
    table.with_affixes("_limbeck_old_", "")
}

/// Makes the statements that move a table's rows into a new one.
///
/// # Errors
/// The text of the table cannot be read, and what SQLite has not.
pub(super) fn rebuild(group: &Group<'_>, reason: &str) -> Result<Lowered, Diagnostic> {
    let (start, copied, name) = (group.start, &group.copied, group.name());
    let stored = start.stored.as_deref();
    let aside = stored.and_then(|stored| stored.aside.clone()).unwrap_or_else(|| aside_name(&name.name));
    let old = name.sibling(aside);
    let made = text::changed(group, copied)?;
    let mut statements = Vec::from_iter(as_known::check(group)?);
    statements.extend(foreign_keys::remember(group));
    let checked = rows_before::checks(group);
    statements.extend(checked.statements);
    let as_stored = as_stored::columns(group, checked.rules);
    statements.extend(checks::fits(start, &as_stored.held));
    statements.extend(set_aside(group, &old, &as_stored.short)?);
    let moved = copy(group, &old, &made, checked.rules)?;
    let plain = text::without_types(&made, &as_stored.untyped);
    let anew = format!("make `{name}` anew: {reason}");
    match plain {
        Some(plain) => {
            let why = format!("{anew}; without types that would convert values");
            statements.push(Statement::new(plain, why));
            statements.extend(moved);
            let typed = [("table", &name.name, made.as_str())];
            statements.extend(text::write(&typed, &format!("give `{name}` its types")));
        }
        None => {
            statements.push(Statement::new(made, anew));
            statements.extend(moved);
        }
    }
    statements.extend(keep_count(start, copied, &old));
    statements.extend(foreign_keys::side_by_side(group, &old));
    let mut drop =
        Statement::new(sql().kw("DROP TABLE").table(&old).finish(), format!("drop the old `{name}`"));
    for lost in group.dropped() {
        let values = format!("the values of `{}`", name.print_with_column(&lost.name));
        drop = drop.hazard(Hazard::LosesData(values));
    }
    statements.push(drop);
    statements.push(Statement::new("PRAGMA legacy_alter_table = OFF", "as it was"));
    for index in &copied.indexes {
        statements.push(make_index(group, index)?);
    }
    statements.extend(statistics::forget(start, copied));
    if let Some(stored) = stored {
        let trigger = |sql: &RawSql| Statement::new(sql.as_str(), format!("put back a trigger of `{name}`"));
        statements.extend(stored.triggers.iter().map(trigger));
    }
    statements.extend(foreign_keys::compare(group));
    let renames = renames(&group.columns);
    statements.extend(renames.iter().map(|(from, to)| native::rename_column(start, from, to)));
    statements.extend(probes::all(group));
    let statements = statements.into_iter().map(|statement| statement.by(Way::MoveAndCopy)).collect();
    let reason = Some(reason.to_owned());
    Ok(Lowered { statements, enforcement: Enforcement::Suspended, reason, ..Lowered::default() })
}

/// Gives the old table another name, while everything that names it stays as it is.
///
/// That is what the legacy mode does while foreign keys are off (sqlite.org/pragma.html#pragma_legacy_alter_table). It
/// cannot read a table or index that names the table itself in front of a column, so that goes from the old one's text.
fn set_aside(group: &Group<'_>, old: &TableName, untyped: &[&Ident]) -> Result<Vec<Statement>, Diagnostic> {
    let (start, name) = (group.start, group.name());
    let own = text::of_table(group)?;
    let mut plain = Vec::new();
    let plainer = text::without_types(&own, untyped);
    let text = plainer.as_ref().unwrap_or(&own);
    let text = text::without_own_name(text, name).unwrap_or_else(|| text.clone());
    if text != own {
        plain.push(("table", &name.name, text));
    }
    for (position, index) in start.indexes.iter().enumerate() {
        let stored = start.stored.as_ref().and_then(|stored| stored.indexes.get(position));
        let text = match stored {
            Some(text) => text.as_str().to_owned(),
            None => index::index_definition(name, index)?,
        };
        if let Some(text) = text::without_own_name(&text, name) {
            plain.push(("index", &index.name, text));
        }
    }
    let mut statements = Vec::new();
    if !plain.is_empty() {
        let texts: Vec<(&str, &Ident, &str)> =
            plain.iter().map(|(kind, name, text)| (*kind, *name, text.as_str())).collect();
        statements.extend(text::write(&texts, "let the old text do without what is in the way of moving it"));
    }
    let rename = sql().kw("ALTER TABLE").table(name).kw("RENAME TO").table(old).finish();
    statements.extend([
        Statement::new("PRAGMA legacy_alter_table = ON", "let everything that names the table be"),
        Statement::new(rename, format!("set the old `{name}` aside")),
    ]);
    Ok(statements)
}

/// Makes the one statement that moves the rows, and what goes with it.
///
/// SQLite converts each value to the affinity of its new column where that loses nothing, and leaves it as it is where
/// not (sqlite.org/datatype3.html#type_conversions_prior_to_comparison); CAST would turn a text into 0. OR ABORT keeps
/// the ON CONFLICT of a rule from leaving out rows.
fn copy(
    group: &Group<'_>,
    old: &TableName,
    made: &str,
    rules: rows_before::Rules,
) -> Result<Vec<Statement>, Diagnostic> {
    let (copied, name) = (&group.copied, group.name());
    let is_old = |origin: &&Origin| origin.source == Source::Old;
    let moved: Vec<&Origin> = (copied.columns.iter())
        .filter(|column| column.generated.is_none())
        .filter_map(|column| group.origin(&column.name).filter(is_old))
        .collect();
    let rowid = kept_rowid(group, &moved, made)?;
    let names = rowid.iter().chain(moved.iter().map(|origin| &origin.copied));
    let mut into = sql().kw("INSERT OR ABORT INTO").table(name).idents(names).kw("SELECT");
    let mut first = true;
    if let Some(name) = &rowid {
        first = false;
        into = into.ident(name);
    }
    for origin in moved {
        into = if first { into } else { into.close(",") };
        first = false;
        into = match &origin.using {
            Some(using) => into.kw("(").glue("").raw(using).close(")"),
            None => into.ident(&origin.copied),
        };
    }
    if first {
        let message = format!("no column of table `{name}` is left whose values could be moved");
        return Err(Diagnostic::new(Code::WouldLose, message).hint("make a new table, and drop the old one"));
    }
    let from = into.kw("FROM").table(old).kw("AS").table(name);
    let mut copy = Statement::new(from.finish(), "move the rows").hazard(Hazard::CopiesRows(name.clone()));
    for hazard in conversions(group) {
        copy = copy.hazard(hazard);
    }
    copy.moves = Some(old.clone());
    copy.cost = Cost::copy(name);
    let mut statements = vec![copy];
    let has_checks = copied.constraints.iter().any(|one| matches!(one, Constraint::Check(_)));
    if rules == rows_before::Rules::Kept && has_checks {
        // Rows that broke a rule before are not lost for it, and the others need not be looked at again.
        statements
            .insert(0, Statement::new("PRAGMA ignore_check_constraints = ON", "the rows keep to the checks"));
        statements.push(Statement::new("PRAGMA ignore_check_constraints = OFF", "as it was"));
    }
    let count = sql().kw("SELECT changes() WHERE changes() <> (SELECT count(*) FROM").table(old).close(")");
    let otherwise = format!("only {{}} rows of `{name}` were moved");
    let all = Expect::NoneMissed { otherwise, code: Code::WouldLose };
    statements.push(Statement::new(count.finish(), "check that all rows were moved").expecting(all));
    Ok(statements)
}

/// Says of which columns values may be stored otherwise afterwards.
fn conversions(group: &Group<'_>) -> Vec<Hazard> {
    let changed = |column: &&limbeck_core::schema::Column| {
        let origin = group.origin(&column.name).filter(|origin| origin.source == Source::Old)?;
        let old = group.start.column(&column.name)?;
        let (before, after) =
            (type_name(&old.ty, group.enums()).ok()?, type_name(&column.ty, group.enums()).ok()?);
        let converts = origin.using.is_some() || affinity(&before) != affinity(&after);
        converts.then(|| group.name().print_with_column(&column.name))
    };
    group.copied.columns.iter().filter_map(|column| changed(&column)).map(Hazard::ChangesValues).collect()
}

/// Returns the name of the rowid, if rows keep theirs by it: where both tables have one, no column is named like it,
/// and no column that is moved is the rowid itself.
fn kept_rowid(group: &Group<'_>, moved: &[&Origin], made: &str) -> Result<Option<Ident>, Diagnostic> {
    let (start, copied) = (group.start, &group.copied);
    let (old, new) = (table_options(start)?, table_options(copied)?);
    if old.without_rowid || new.without_rowid {
        return Ok(None);
    }
    let rowid = rowid_column(copied, new, group.enums())
        .filter(|column| !ddl::has_descending_key(made, column.name.as_str()));
    if rowid.is_some_and(|column| moved.iter().any(|origin| origin.copied == column.name)) {
        return Ok(None);
    }
    let names: Vec<&Ident> = start.columns.iter().chain(&copied.columns).map(|column| &column.name).collect();
    let free = |alias: &&str| names.iter().all(|name| !name.as_str().eq_ignore_ascii_case(alias));
    let alias = ["rowid", "_rowid_", "oid"].into_iter().find(free);
    Ok(alias.and_then(|alias| Ident::new(alias).ok()))
}

/// Keeps how far AUTOINCREMENT has counted, rows deleted since included. What the old table counted followed its name.
fn keep_count(start: &Table, copied: &Table, old: &TableName) -> Vec<Statement> {
    if counting_key(start).is_none() || counting_key(copied).is_none() {
        return Vec::new();
    }
    let name = start.name.name.as_str();
    let forget = sql().kw("DELETE FROM sqlite_sequence WHERE name =").text(name);
    let take = sql().kw("UPDATE sqlite_sequence SET name =").text(name);
    let take = take.kw("WHERE name =").text(old.name.as_str());
    let why = "keep how far AUTOINCREMENT has counted";
    vec![Statement::new(forget.finish(), why), Statement::new(take.finish(), why)]
}

/// Makes an index again: by the text that its author wrote, where it stays as it was.
fn make_index(group: &Group<'_>, index: &Index) -> Result<Statement, Diagnostic> {
    let mut statement = index::make(group.name(), index, index::Existence::Strict)?;
    let is_new =
        |action: &Action| matches!(action, Action::CreateIndex(made) if made.index.name == index.name);
    let at = group.start.indexes.iter().position(|old| old.name == index.name);
    let at = at.filter(|_| !group.op.actions.iter().any(is_new));
    let text = group.start.stored.as_ref().zip(at).and_then(|(stored, at)| stored.indexes.get(at));
    if let Some(text) = text {
        statement.sql = text.as_str().to_owned();
    }
    Ok(statement)
}
