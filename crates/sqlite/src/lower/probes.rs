//! Checks that views and triggers still fit a table that was changed, because SQLite notices only when they are used.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{Expect, Statement};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Probe, mention};

use super::group::Group;
use super::sql;

/// Makes the checks. None when no column comes, goes or gets another name.
pub(super) fn probes(group: &Group<'_>) -> Vec<Statement> {
    let concerned = |action: &Action| {
        matches!(action, Action::AddColumn(_) | Action::DropColumn(_) | Action::RenameColumn(_))
    };
    match group.op.actions.iter().any(concerned) {
        true => all(group),
        false => Vec::new(),
    }
}

/// Makes the checks for a table that was made anew.
pub(super) fn all(group: &Group<'_>) -> Vec<Statement> {
    let Some(stored) = &group.start.stored else {
        let name = &group.name().name;
        let reads = group.before.views.values().filter(|view| mention::mentions(view.sql.as_str(), name));
        return reads.map(|view| statement(&of_view(&view.name))).collect();
    };
    let mut found: Vec<Statement> = stored.probes.iter().map(statement).collect();
    if let Some(object) = &stored.own_triggers {
        let columns = group.after.columns.iter().filter(|column| column.generated.is_none());
        let columns: Vec<&Ident> = columns.map(|column| &column.name).collect();
        found.extend(of_triggers(group.name(), &columns, object).iter().map(statement));
    }
    found
}

fn statement(probe: &Probe) -> Statement {
    let Probe { sql, object } = probe;
    let otherwise = format!("the {object} would no longer fit: {{}}");
    Statement::new(sql.as_str(), format!("check that the {object} still fits"))
        .expecting(Expect::Success { otherwise, code: Code::StillInUse })
}

/// Returns the question whether a view still fits.
pub(crate) fn of_view(view: &TableName) -> Probe {
    let sql = sql().kw("SELECT * FROM").table(view).kw("LIMIT 0").finish();
    Probe { sql: RawSql::new(sql), object: format!("view `{view}`") }
}

/// Returns the question whether a full-text index, which may read the rows of the table, still fits.
pub(crate) fn of_virtual_table(table: &TableName) -> Probe {
    let sql = sql().kw("SELECT * FROM").table(table).kw("LIMIT 1").finish();
    Probe { sql: RawSql::new(sql), object: format!("virtual table `{table}`") }
}

/// Returns the questions whether the triggers of a table or view still fit. `object` names them.
pub(crate) fn of_triggers(table: &TableName, columns: &[&Ident], object: &str) -> Vec<Probe> {
    let mut update = sql().kw("EXPLAIN UPDATE").table(table).kw("SET");
    for (i, column) in columns.iter().enumerate() {
        update = if i > 0 { update.close(",") } else { update }.ident(column).kw("=").ident(column);
    }
    let texts = [
        sql().kw("EXPLAIN INSERT INTO").table(table).kw("DEFAULT VALUES").finish(),
        update.finish(),
        sql().kw("EXPLAIN DELETE FROM").table(table).finish(),
    ];
    texts.into_iter().map(|sql| Probe { sql: RawSql::new(sql), object: object.to_owned() }).collect()
}
