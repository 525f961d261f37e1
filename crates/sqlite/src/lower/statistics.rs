//! What `ANALYZE` found of a table, kept while the table is made anew (sqlite.org/fileformat2.html#stat1tab).

use limbeck_core::dialect::Statement;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Table;

use super::sql;

const WHY: &str = "keep what ANALYZE found";

fn tables(start: &Table) -> impl Iterator<Item = TableName> {
    let names = start.stored.iter().flat_map(|stored| &stored.statistics);
    names.map(|name: &Ident| TableName::unqualified(name.clone()))
}

/// Gives the statistics to the new table, before dropping the old one would delete them.
pub(super) fn set_aside(start: &Table, new: &TableName) -> Vec<Statement> {
    let hand_over = |statistics: TableName| {
        let sql = sql().kw("UPDATE").table(&statistics).kw("SET tbl =").text(new.name.as_str());
        let sql = sql.kw("WHERE tbl =").text(start.name.name.as_str()).kw("COLLATE NOCASE");
        Statement::new(sql.finish(), WHY)
    };
    tables(start).map(hand_over).collect()
}

/// Gives the statistics back to the name of the table, except those of indexes that are gone.
pub(super) fn put_back(start: &Table, new: &TableName) -> Vec<Statement> {
    let name = start.name.name.as_str();
    let give_back = |statistics: TableName| {
        let forget = sql().kw("DELETE FROM").table(&statistics).kw("WHERE tbl =").text(new.name.as_str());
        let forget = forget.kw("AND idx NOT IN (SELECT name FROM sqlite_schema WHERE tbl_name =");
        let forget = forget.text(name).kw("COLLATE NOCASE").close(")");
        let rename = sql().kw("UPDATE").table(&statistics).kw("SET tbl =").text(name);
        let rename = rename.kw("WHERE tbl =").text(new.name.as_str());
        [Statement::new(forget.finish(), WHY), Statement::new(rename.finish(), WHY)]
    };
    tables(start).flat_map(give_back).collect()
}
