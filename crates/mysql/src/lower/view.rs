//! Views.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::TableName;
use limbeck_core::op::{CreateView, DropView};
use limbeck_core::schema::View;

use super::{Target, ddl, unsupported};
use crate::server::Feature;

/// Lowers `create_view`.
pub(super) fn create_view(op: &CreateView, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let CreateView { view: View { name, sql: query, materialized }, if_not_exists, or_replace } = op;
    if *materialized {
        return Err(materialized_refused(name, target));
    }
    let lenient = *if_not_exists && target.has(Feature::Leniency);
    if *if_not_exists && !lenient && target.schema.views.contains_key(name) {
        return Ok(Vec::new());
    }
    let sql = target.sql().kw("CREATE").when(*or_replace, |sql| sql.kw("OR REPLACE")).kw("VIEW");
    let sql = sql.when(lenient, |sql| sql.kw("IF NOT EXISTS")).table(name).kw("AS").raw(query);
    Ok(vec![ddl(sql, format!("make view `{name}`"))])
}

/// Lowers `drop_view`.
pub(super) fn drop_view(op: &DropView, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let DropView { view, materialized, if_exists } = op;
    if *materialized {
        return Err(materialized_refused(view, target));
    }
    let sql = target.sql().kw("DROP VIEW").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(view);
    Ok(vec![ddl(sql, format!("drop view `{view}`"))])
}

fn materialized_refused(name: &TableName, target: Target<'_>) -> Diagnostic {
    unsupported(format!("{} has no materialized views, such as `{name}`", target.title()))
}
