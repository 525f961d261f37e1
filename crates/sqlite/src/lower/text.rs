//! The text that makes a table: as the database keeps it, or as this crate would have written it.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::Statement;
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::rebuild::renames;
use limbeck_core::schema::{SchemaError, Table};

use super::group::Group;
use super::{create_table, sql};
use crate::ddl::{self, Token};

/// Returns the text of the table as it is.
///
/// # Errors
/// It cannot be read, or raw SQL may have changed the table in a way that is not known.
pub(super) fn of_table(group: &Group<'_>) -> Result<String, Diagnostic> {
    let (start, name) = (group.start, group.name());
    match &start.stored {
        None => {
            // Raw SQL that names the table may have made triggers on it, or changed the table itself.
            let causes = group.before.opaque.touching(&name.name);
            match causes.is_empty() {
                true => match written(group) {
                    Some(text) => Ok(text),
                    None => create_table::definition(start, name, group.enums()),
                },
                false => Err(SchemaError::Opaque { name: name.to_string(), causes }.into()),
            }
        }
        Some(stored) => match &stored.definition {
            Some(text) => Ok(text.as_str().to_owned()),
            None => {
                let message = format!("making table `{name}` anew would lose {}", stored.unheld.join(", "));
                Err(Diagnostic::new(Code::WouldLose, message)
                    .hint("make the change by hand with `execute`, and state its effect with `state = […]`"))
            }
        },
    }
}

/// Returns the text by which the author's own SQL made the table, as SQLite keeps it, if it says what is known of the
/// table.
fn written(group: &Group<'_>) -> Option<String> {
    let text = group.start.written.as_ref()?.as_str();
    let tokens = ddl::meaningful(text);
    // CREATE TABLE, and nothing of what may stand before the name (3.53.2, `sqlite3EndTable`).
    let name = tokens.get(if tokens.get(2)?.is("IF") { 5 } else { 2 })?;
    let text = format!("CREATE TABLE {}", &text[name.start..]);
    ddl::edit_table(&text, group.start, group.start, group.enums()).is_ok().then_some(text)
}

/// Returns the text that SQLite will keep of a table that the author's own SQL made; `None` where that is not known.
pub(super) fn kept(group: &Group<'_>) -> Option<RawSql> {
    group.start.written.as_ref().filter(|_| group.start.stored.is_none())?;
    written(group)?;
    // SQLite itself gives columns other names, and how it writes them then is its business.
    renames(&group.columns).is_empty().then(|| changed(group, &group.copied).ok().map(RawSql::new)).flatten()
}

/// Returns the text of the table changed at the clauses that differ from `to`.
///
/// # Errors
/// As [`of_table`]; also when the text cannot be made to say it.
pub(super) fn changed(group: &Group<'_>, to: &Table) -> Result<String, Diagnostic> {
    ddl::edit_table(&of_table(group)?, group.start, to, group.enums())
}

/// Makes the statements that put other texts in the place of those that SQLite keeps
/// (sqlite.org/lang_altertable.html#otheralter, the simpler procedure). Each is the kind of the object, its name and text.
pub(super) fn write(texts: &[(&str, &Ident, &str)], why: &str) -> Vec<Statement> {
    let write = |(kind, name, text): &(&str, &Ident, &str)| {
        let update = sql().kw("UPDATE sqlite_schema SET sql =").text(text);
        let update = update.kw("WHERE type =").text(kind).kw("AND name =").text(name.as_str());
        Statement::new(update.kw("COLLATE NOCASE").finish(), why)
    };
    let mut statements =
        vec![Statement::new("PRAGMA writable_schema = ON", "let the stored schema be written")];
    statements.extend(texts.iter().map(write));
    // RESET also lets this connection read the schema again (sqlite.org/pragma.html#pragma_writable_schema).
    statements.push(Statement::new("PRAGMA writable_schema = RESET", "read the schema again"));
    statements
}

/// Returns the text without the types of some columns; `None` where there are none to leave out.
pub(super) fn without_types(text: &str, columns: &[&Ident]) -> Option<String> {
    let plain = (!columns.is_empty()).then(|| ddl::without_types(text, columns).ok())?;
    plain.filter(|plain| plain != text)
}

/// Returns the text without the table's own name in front of columns; `None` if it stands nowhere.
///
/// In the text of a table or index nothing else than the table itself can be meant by it.
pub(super) fn without_own_name(text: &str, table: &TableName) -> Option<String> {
    let tokens = ddl::meaningful(text);
    let is_own =
        |token: &Token<'_>| token.name().is_some_and(|name| name.eq_ignore_ascii_case(table.name.as_str()));
    let mut plain = String::with_capacity(text.len());
    let mut from = 0;
    for three in tokens.windows(3) {
        let [own, dot, column] = three else { continue };
        if is_own(own) && dot.is(".") && column.name().is_some() {
            plain.push_str(&text[from..own.start]);
            from = column.start;
        }
    }
    plain.push_str(&text[from..]);
    (from > 0).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_name_goes_and_nothing_else() {
        let table = TableName::unqualified(Ident::new("t").unwrap());
        let text = "CREATE TABLE t (a CHECK (t.a <> 't.a' AND [T] . \"a\" > new.t), b)";
        let plain = "CREATE TABLE t (a CHECK (a <> 't.a' AND \"a\" > new.t), b)";
        assert_eq!(without_own_name(text, &table).as_deref(), Some(plain));
        assert_eq!(without_own_name(plain, &table), None);
    }
}
