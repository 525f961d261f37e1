//! `alter_table`: each action becomes a part of one `ALTER TABLE`, or a statement of its own where PostgreSQL has it so.

use limbeck_core::action::{
    Action, AddColumn, AddIndex, DropColumn, DropConstraint, Position, RemoveIndex, RenameColumn,
    RenameConstraint, SetComment, SetOptions,
};
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Hazard, ServerInfo, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::AlterTable;
use limbeck_core::schema::{Constraint, ConstraintRef, Schema, Table};

use super::batch::{Batch, Part};
use super::constraint::GivenNames;
use super::counting::Counting;
use super::index::{self, Existence};
use super::options::{Own, TABLE};
use super::{
    alter_column, anew, column, constraint, create_table, enums, rebuild, sql, table, taken, unsupported,
};

/// Lowers `alter_table`.
pub(super) fn alter_table(
    op: &AlterTable,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let AlterTable { table: name, actions: _, recreate: _ } = op;
    if let Some(why) = anew::reason(op, before, server)? {
        return rebuild::rebuild(op, &why, before, server);
    }
    let start = before.table(name)?;
    let mut now = start.clone();
    let mut batch = Batch::new(name);
    let mut names = GivenNames::of(start);
    let mut counting = Counting::new(start);
    let actions = op.in_order(start, before);
    let mut rest = actions.iter().peekable();
    while let Some(action) = rest.next() {
        let mut after = now.clone();
        action.apply(&mut after, before)?;
        if let Some(validated) = rest.peek().and_then(|next| action.validates_with(next, &now)) {
            batch.part(Part::Table, sql().kw("VALIDATE CONSTRAINT").ident(&validated));
            batch.because(format!("check the rows by `{validated}`"));
            batch.scans();
            let next = rest.next().expect("it was just looked at");
            next.apply(&mut after, before)?;
        } else if let Some((from, to)) =
            rest.peek().and_then(|next| renamed(action, next, &now, &names, before))
        {
            // Foreign keys stand on the very key, which a new one would not be.
            let why = format!("leave the name of `{from}` to the server");
            batch.then(rename_constraint(&now.name, [&from, &to], why));
            let next = rest.next().expect("it was just looked at");
            next.apply(&mut after, before)?;
        } else {
            write(action, [&now, &after], before, &names, server, &mut counting, &mut batch)?;
            if let Action::RenameColumn(RenameColumn { column, to }) = action {
                names.rename_column(column, to);
            }
        }
        now = after;
    }
    counting.settle(&now, &mut batch);
    let mut statements = batch.finish();
    let mut left = before.clone();
    left.tables.insert(name.clone(), now);
    statements.extend(enums::left_behind(&start.columns, &left));
    Ok(statements)
}

/// Returns the name that a rule has and the one that the server would give it, where it only loses its own and that is free.
fn renamed(
    action: &Action,
    next: &Action,
    now: &Table,
    names: &GivenNames,
    before: &Schema,
) -> Option<(Ident, Ident)> {
    let (name, bare) = action.unnames_with(next, now)?;
    let given = names.name_of(now, &bare);
    let is_key = !matches!(bare, Constraint::Check(_) | Constraint::ForeignKey(_));
    let is_taken = now.constraints.iter().any(|one| names.name_of(now, one) == given)
        || is_key && taken::is_taken(&given, &now.name, before);
    (!is_taken).then_some((name, given))
}

fn rename_constraint(table: &TableName, [from, to]: [&Ident; 2], why: String) -> Statement {
    let sql = sql().kw("ALTER TABLE").table(table).kw("RENAME CONSTRAINT").ident(from).kw("TO").ident(to);
    Statement::new(sql.finish(), why)
}

fn write(
    action: &Action,
    [now, after]: [&Table; 2],
    before: &Schema,
    names: &GivenNames,
    server: &ServerInfo,
    counting: &mut Counting<'_>,
    batch: &mut Batch<'_>,
) -> Result<(), Diagnostic> {
    let name = &now.name;
    match action {
        Action::AddColumn(add) => add_column(add, now, after, before, server, batch)?,
        Action::DropColumn(DropColumn { column, if_exists }) => {
            let text = sql().kw("DROP COLUMN").when(*if_exists, |sql| sql.kw("IF EXISTS")).ident(column);
            batch.part(Part::DropColumn(column), text);
            batch.hazard(Hazard::LosesData(format!("the values of `{}`", name.print_with_column(column))));
        }
        Action::RenameColumn(RenameColumn { column, to }) => {
            let text = sql().kw("ALTER TABLE").table(name).kw("RENAME").ident(column).kw("TO").ident(to);
            batch.then(Statement::new(text.finish(), action.describe()));
        }
        Action::AlterColumn(alter) => {
            alter_column::alter_column(alter, [now, after], before, counting, batch)?;
        }
        Action::AddPrimaryKey(_)
        | Action::AddUnique(_)
        | Action::AddForeignKey(_)
        | Action::AddCheck(_)
        | Action::AddExclude(_) => {
            let one = action.constraint().expect("these five add a constraint");
            let named = names.name_of(after, &one);
            batch.part(Part::AddRule(Some(&named)), constraint::write(sql().kw("ADD"), &one, server)?);
            if !column::is_checked_later(&one) {
                batch.scans();
            }
        }
        Action::DropConstraint(DropConstraint { constraint: which, if_exists }) => {
            let named = match now.constraint_position(which) {
                Ok(at) => names.name_of(now, &now.constraints[at]),
                Err(_) => match which {
                    ConstraintRef::Name(named) => named.clone(),
                    // There is none of that shape, and that is no fault.
                    _ => return Ok(()),
                },
            };
            let text = sql().kw("DROP CONSTRAINT").when(*if_exists, |sql| sql.kw("IF EXISTS")).ident(&named);
            batch.part(Part::DropRule(&named), text);
        }
        Action::RenameConstraint(RenameConstraint { constraint: which, to }) => {
            let named = names.name_of(now, &now.constraints[now.constraint_position(which)?]);
            batch.then(rename_constraint(name, [&named, to], action.describe()));
        }
        Action::CreateIndex(AddIndex { index, if_not_exists }) => {
            batch.then(index::make(name, index, Existence::from_flag(*if_not_exists), server)?);
        }
        Action::DropIndex(RemoveIndex { index, if_exists }) => {
            batch.then(index::remove(name, index, Existence::from_flag(*if_exists)));
        }
        Action::SetComment(SetComment { comment }) => batch.then(table::comment(name, comment.as_deref())),
        Action::SetOptions(options) => set_options(options, now, batch)?,
    }
    batch.because(action.describe());
    Ok(())
}

fn add_column(
    add: &AddColumn,
    now: &Table,
    after: &Table,
    before: &Schema,
    server: &ServerInfo,
    batch: &mut Batch<'_>,
) -> Result<(), Diagnostic> {
    let AddColumn { column, position, constraints, if_not_exists } = add;
    if let Some(Position::Before(_) | Position::After(_)) = position {
        let column = now.name.print_with_column(&column.name);
        return Err(unsupported(format!(
            "PostgreSQL cannot place a new column, such as `{column}`, among the others"
        ))
        .hint("leave `before` and `after` out: the column comes last; or say `recreate = \"always\"`"));
    }
    for statement in create_table::brought_enums(std::slice::from_ref(column), before) {
        batch.before(statement);
    }
    let text = sql().kw("ADD COLUMN").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
    batch.part(Part::AddColumn(&column.name), column::write(text, column, after, server)?);
    // With a column that is there already, what is about it is its own affair.
    if *if_not_exists && now.column(&column.name).is_some() {
        return Ok(());
    }
    for one in constraints {
        batch.part(Part::AddRule(one.name()), constraint::write(sql().kw("ADD"), one, server)?);
    }
    batch.because(format!("add column `{}`", column.name));
    for statement in column::afterwards(&now.name, column)? {
        batch.then(statement);
    }
    Ok(())
}

fn set_options(set: &SetOptions, now: &Table, batch: &mut Batch<'_>) -> Result<(), Diagnostic> {
    let SetOptions { options } = set;
    let own = Own::read(options, &TABLE, format!("table `{}`", now.name))?;
    for key in own.keys() {
        match key {
            "tablespace" => {
                let space = own.ident(key)?;
                let text = sql().kw("SET TABLESPACE");
                batch.part(
                    Part::Table,
                    match &space {
                        Some(space) => text.ident(space),
                        None => text.kw("pg_default"),
                    },
                );
                batch.copies();
            }
            "with" => {
                let old = Own::read(&now.options, &TABLE, "")?.raw(key)?;
                let new = own.raw(key)?;
                let names = |raw: &limbeck_core::literal::RawSql| -> Vec<String> {
                    let parameters = raw.as_str().split(',');
                    parameters
                        .map(|one| one.split('=').next().unwrap_or_default().trim().to_owned())
                        .collect()
                };
                let kept = new.as_ref().map(names).unwrap_or_default();
                let gone: Vec<String> = old
                    .as_ref()
                    .map(names)
                    .unwrap_or_default()
                    .into_iter()
                    .filter(|name| !kept.contains(name))
                    .collect();
                if !gone.is_empty() {
                    let gone = limbeck_core::literal::RawSql::new(gone.join(", "));
                    batch.part(Part::Table, sql().kw("RESET (").glue("").raw(&gone).close(")"));
                }
                if let Some(new) = new {
                    batch.part(Part::Table, sql().kw("SET (").glue("").raw(&new).close(")"));
                }
            }
            "unlogged" => {
                batch.part(Part::Table, sql().kw(if own.flag(key)? { "SET UNLOGGED" } else { "SET LOGGED" }));
                batch.copies();
            }
            other => {
                let message =
                    format!("PostgreSQL cannot change `{other}` of table `{}`, which is there", now.name);
                return Err(unsupported(message));
            }
        }
    }
    Ok(())
}
