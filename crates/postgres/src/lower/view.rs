//! Views.

use limbeck_core::dialect::Statement;
use limbeck_core::op::{CreateView, DropView};
use limbeck_core::schema::View;

use super::sql;

/// Lowers `create_view`. PostgreSQL cannot replace a materialized view in place, so the old one is dropped first.
pub(super) fn create_view(op: &CreateView) -> Vec<Statement> {
    let CreateView { view: View { name, sql: query, materialized }, if_not_exists, or_replace } = op;
    let why = format!("make view `{name}`");
    if *materialized {
        let mut statements = Vec::new();
        if *or_replace {
            let drop = sql().kw("DROP MATERIALIZED VIEW IF EXISTS").table(name);
            statements.push(Statement::new(drop.finish(), format!("drop the old view `{name}`")));
        }
        let create = sql().kw("CREATE MATERIALIZED VIEW").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
        statements.push(Statement::new(create.table(name).kw("AS").raw(query).finish(), why));
        return statements;
    }
    let create = sql().kw("CREATE").when(*or_replace, |sql| sql.kw("OR REPLACE")).kw("VIEW").table(name);
    let create = create.kw("AS").raw(query).finish();
    // PostgreSQL has no IF NOT EXISTS for views.
    let create = match *if_not_exists && !*or_replace {
        true => {
            let there =
                sql().kw("BEGIN IF pg_catalog.to_regclass(").glue("").text(&sql().table(name).finish());
            let body = there.close(")").kw("IS NULL THEN EXECUTE").text(&create).close("; END IF; END");
            sql().kw("DO").text(&body.finish()).finish()
        }
        false => create,
    };
    vec![Statement::new(create, why)]
}

/// Lowers `drop_view`.
pub(super) fn drop_view(op: &DropView) -> Vec<Statement> {
    let DropView { view, materialized, if_exists } = op;
    let sql = sql().kw("DROP").when(*materialized, |sql| sql.kw("MATERIALIZED")).kw("VIEW");
    let sql = sql.when(*if_exists, |sql| sql.kw("IF EXISTS")).table(view);
    vec![Statement::new(sql.finish(), format!("drop view `{view}`"))]
}
