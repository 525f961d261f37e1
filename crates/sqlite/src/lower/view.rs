//! Views.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::TableName;
use limbeck_core::op::{CreateView, DropView};
use limbeck_core::schema::View;

use super::{named, sql, unsupported};

/// Lowers `create_view`. SQLite cannot replace a view in place, so the old one is dropped first.
pub(super) fn create_view(op: &CreateView) -> Result<Vec<Statement>, Diagnostic> {
    let CreateView { view: View { name, sql: query, materialized }, if_not_exists, or_replace } = op;
    if *materialized {
        return Err(materialized_refused(name));
    }
    let mut statements = Vec::new();
    if *or_replace {
        let drop = sql().kw("DROP VIEW IF EXISTS").table(named(name)?);
        statements.push(Statement::new(drop.finish(), format!("drop the old view `{name}`")));
    }
    let create = sql().kw("CREATE VIEW").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
    let create = create.table(named(name)?).kw("AS").raw(query);
    statements.push(Statement::new(create.finish(), format!("make view `{name}`")));
    Ok(statements)
}

/// Lowers `drop_view`.
pub(super) fn drop_view(op: &DropView) -> Result<Vec<Statement>, Diagnostic> {
    let DropView { view, materialized, if_exists } = op;
    if *materialized {
        return Err(materialized_refused(view));
    }
    let sql = sql().kw("DROP VIEW").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(named(view)?);
    Ok(vec![Statement::new(sql.finish(), format!("drop view `{view}`"))])
}

fn materialized_refused(name: &TableName) -> Diagnostic {
    unsupported(format!("SQLite has no materialized views, such as `{name}`"))
}
