//! `drop_table`, `rename_table`, and what is about a table as a whole.

use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::name::TableName;
use limbeck_core::op::{DropTable, RenameTable};
use limbeck_core::schema::Schema;

use super::{enums, sql};

/// Lowers `drop_table`. Enums that only its columns brought go with it.
pub(super) fn drop_table(op: &DropTable, before: &Schema) -> Vec<Statement> {
    let DropTable { table, if_exists } = op;
    let sql = sql().kw("DROP TABLE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(table);
    let statement = Statement::new(sql.finish(), format!("drop table `{table}`"))
        .hazard(Hazard::LosesData(format!("the rows of `{table}`")));
    let mut after = before.clone();
    after.tables.remove(table);
    let columns = before.tables.get(table).map(|found| found.columns.as_slice()).unwrap_or_default();
    let mut statements = vec![statement];
    statements.extend(enums::left_behind(columns, &after));
    statements
}

/// Lowers `rename_table`. What PostgreSQL has made for the table keeps its name.
pub(super) fn rename_table(op: &RenameTable) -> Vec<Statement> {
    let RenameTable { table, to } = op;
    let sql = sql().kw("ALTER TABLE").table(table).kw("RENAME TO").ident(to);
    vec![Statement::new(sql.finish(), format!("rename table `{table}` to `{to}`"))]
}

/// Returns the statement that sets or drops the comment of a table.
pub(super) fn comment(table: &TableName, comment: Option<&str>) -> Statement {
    let sql = sql().kw("COMMENT ON TABLE").table(table).kw("IS");
    let sql = match comment {
        Some(comment) => sql.text(comment),
        None => sql.kw("NULL"),
    };
    Statement::new(sql.finish(), format!("comment on table `{table}`"))
}
