//! `drop_table` and `rename_table`.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Enforcement, Hazard, Lowered, Statement};
use limbeck_core::name::Ident;
use limbeck_core::op::{DropTable, RenameTable};
use limbeck_core::schema::Schema;

use super::{named, rebuild, sql};

/// Lowers `drop_table`.
///
/// With foreign keys enforced, SQLite deletes the rows first, one by one, with all that their keys cascade to
/// (sqlite.org/foreignkeys.html#fk_schemacommands). Nothing else may point at the table, which the fold and the survey
/// see to; rows of a table that points at itself could still be in each other's way.
pub(super) fn drop_table(op: &DropTable, before: &Schema) -> Result<Lowered, Diagnostic> {
    let DropTable { table, if_exists } = op;
    let sql = sql().kw("DROP TABLE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(named(table)?);
    let statement = Statement::new(sql.finish(), format!("drop table `{table}`"))
        .hazard(Hazard::LosesData(format!("the rows of `{table}`")));
    let points_at_itself = before
        .tables
        .get(table)
        .is_some_and(|found| found.foreign_keys().any(|key| key.references == *table));
    let enforcement = if points_at_itself { Enforcement::Suspended } else { Enforcement::Configured };
    Ok(Lowered { statements: vec![statement], enforcement, ..Lowered::default() })
}

/// Lowers `rename_table`. SQLite rewrites foreign keys, triggers and views that name the table.
pub(super) fn rename_table(op: &RenameTable) -> Result<Vec<Statement>, Diagnostic> {
    let RenameTable { table, to } = op;
    let rename = |from: &Ident, to: &Ident| {
        let sql = sql().kw("ALTER TABLE").ident(from).kw("RENAME TO").ident(to);
        Statement::new(sql.finish(), format!("rename table `{from}` to `{to}`"))
    };
    let from = &named(table)?.name;
    // SQLite takes names that differ only in case as one, and would call the new one taken.
    if from.as_str().eq_ignore_ascii_case(to.as_str()) {
        let between = rebuild::aside_name(from);
        return Ok(vec![rename(from, &between), rename(&between, to)]);
    }
    Ok(vec![rename(from, to)])
}
