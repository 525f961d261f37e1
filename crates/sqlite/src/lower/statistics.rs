//! What `ANALYZE` found of a table. It goes by the table's name, and so stays while the table is made anew
//! (sqlite.org/fileformat2.html#stat1tab).

use limbeck_core::dialect::Statement;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Constraint, Table};

use super::sql;

/// Forgets what was found of indexes that are gone, and of all those of keys when one goes: SQLite numbers them.
pub(super) fn forget(start: &Table, copied: &Table) -> Vec<Statement> {
    let shape = |one: &Constraint| match one {
        Constraint::PrimaryKey(key) => Some((true, key.columns.clone())),
        Constraint::Unique(unique) => Some((false, unique.columns.clone())),
        Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclude(_) => None,
    };
    let keys = |table: &Table| table.constraints.iter().filter_map(shape).collect::<Vec<_>>();
    let same_keys = keys(copied).starts_with(&keys(start));
    let of = |statistics: &Ident| {
        let name = start.name.name.as_str();
        let table = TableName::unqualified(statistics.clone());
        let rows = sql().kw("DELETE FROM").table(&table).kw("WHERE tbl =").text(name).kw("COLLATE NOCASE");
        let rows = rows.kw("AND (idx NOT IN (SELECT name FROM sqlite_schema WHERE tbl_name =").text(name);
        let rows = rows.kw("COLLATE NOCASE").close(")");
        let numbered = |sql: limbeck_core::sql::Sql| sql.kw("OR idx GLOB 'sqlite_autoindex_*'");
        let rows = rows.when(!same_keys, numbered).close(")");
        Statement::new(rows.finish(), "forget what ANALYZE found of indexes that are gone")
    };
    start.stored.iter().flat_map(|stored| &stored.statistics).map(of).collect()
}
