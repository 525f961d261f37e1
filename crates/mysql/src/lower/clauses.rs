//! The clauses of `ALTER TABLE` that make one action.

use limbeck_core::action::{Action, AddColumn, AddIndex, DropColumn, DropConstraint, Position};
use limbeck_core::action::{RemoveIndex, RenameColumn, RenameConstraint, SetComment, SetOptions};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Constraint, Table, mention};
use limbeck_core::sql::Sql;

use super::alter_column::alter_column;
use super::column::{self, Form};
use super::counting::counts_up;
use super::whole::held_by_keys;
use super::{Target, checks, constraint, index, key_index, options, unsupported};
use crate::server::Feature;

/// What one action is made of.
#[derive(Default)]
pub(super) struct Made {
    /// What the rows are asked first.
    pub(super) checks: Vec<Statement>,
    pub(super) clauses: Vec<Sql>,
    pub(super) hazards: Vec<Hazard>,
    /// Columns and constraints that the statement must not touch otherwise.
    pub(super) touches: Vec<Ident>,
    /// Whether it makes something that names columns.
    pub(super) builds: bool,
    /// Whether it gives a column another name.
    pub(super) renames: bool,
    /// Whether that column is one that a foreign key holds.
    pub(super) renames_key: bool,
    /// Whether it takes a column away.
    pub(super) drops_column: bool,
    /// Whether every row has to be written anew.
    pub(super) copies: bool,
    /// Whether the server may choose to write every row anew.
    pub(super) may_copy: bool,
}

/// Returns the clauses that lead a table from `before` to `after`, which is what the action makes of it.
///
/// # Errors
/// What the server has not.
pub(super) fn of(
    action: &Action,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let mut made = match action {
        Action::AddColumn(add) => add_column(add, before, after, target)?,
        Action::DropColumn(drop) => drop_column(drop, before, after, target)?,
        Action::RenameColumn(rename) => rename_column(rename, before, after, target)?,
        Action::AlterColumn(alter) => alter_column(alter, before, after, target)?,
        Action::AddPrimaryKey(_)
        | Action::AddUnique(_)
        | Action::AddForeignKey(_)
        | Action::AddCheck(_)
        | Action::AddExclude(_) => {
            let added = action.constraint().expect("these five add a constraint");
            let touches = added.name().cloned().into_iter().collect();
            Made { clauses: vec![add(&added, after, target)?], touches, builds: true, ..Made::default() }
        }
        Action::DropConstraint(drop) => drop_constraint(drop, before, after, target)?,
        Action::RenameConstraint(rename) => rename_constraint(rename, before, after, target)?,
        Action::CreateIndex(AddIndex { index, if_not_exists }) => {
            match *if_not_exists && before.index_position(&index.name).is_ok() {
                true => Made::default(),
                false => Made { clauses: index::add_clause(index, target)?, builds: true, ..Made::default() },
            }
        }
        Action::DropIndex(RemoveIndex { index, if_exists }) => {
            match *if_exists && before.index_position(index).is_err() {
                true => Made::default(),
                false => Made {
                    clauses: vec![index::drop_clause(index, target)],
                    builds: key_index::uncovers(before, after, target),
                    ..Made::default()
                },
            }
        }
        Action::SetComment(SetComment { comment }) => {
            let text = comment.as_deref().unwrap_or_default();
            Made { clauses: vec![target.sql().kw("COMMENT").text(text)], ..Made::default() }
        }
        Action::SetOptions(SetOptions { options }) => {
            let owner = format!("table `{}`", before.name);
            Made { clauses: options::clauses(options, &owner, target)?, ..Made::default() }
        }
    };
    keep_counting(&mut made, before, after, target)?;
    made.may_copy |= match action {
        Action::RenameColumn(_)
        | Action::DropColumn(_)
        | Action::CreateIndex(_)
        | Action::DropIndex(_)
        | Action::SetComment(_) => false,
        Action::AddColumn(add) => add.column.generated.is_some() || !add.constraints.is_empty(),
        _ => true,
    };
    Ok(made)
}

/// Restates the columns that begin or end to count up because a key comes or goes.
fn keep_counting(
    made: &mut Made,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<(), Diagnostic> {
    for column in &after.columns {
        let Some(old) = before.column(&column.name).filter(|old| *old == column || old.ty == column.ty)
        else {
            continue;
        };
        if counts_up(old, before) == counts_up(column, after) || made.touches.contains(&column.name) {
            continue;
        }
        if counts_up(column, after) {
            made.checks.push(checks::no_zero(&before.name, &column.name, target));
        }
        let modify = target.sql().kw("MODIFY");
        made.clauses.push(column::write(modify, column, after, Form::Changed, target)?);
        made.touches.push(column.name.clone());
        made.may_copy = true;
    }
    Ok(())
}

fn add(constraint: &Constraint, table: &Table, target: Target<'_>) -> Result<Sql, Diagnostic> {
    constraint::write(target.sql().kw("ADD"), constraint, table, target)
}

fn add_column(op: &AddColumn, before: &Table, after: &Table, target: Target<'_>) -> Result<Made, Diagnostic> {
    let AddColumn { column, position, constraints, if_not_exists } = op;
    if *if_not_exists && before.column(&column.name).is_some() {
        return Ok(Made::default());
    }
    let builds = column.generated.is_some() || !constraints.is_empty();
    let mut made = Made { touches: vec![column.name.clone()], builds, ..Made::default() };
    let lenient = *if_not_exists && target.has(Feature::Leniency);
    let sql = target.sql().kw("ADD COLUMN").when(lenient, |sql| sql.kw("IF NOT EXISTS"));
    let sql = column::write(sql, column, after, Form::New, target)?;
    // The server knows no BEFORE: it is behind the column ahead.
    let ahead = match position {
        None => None,
        Some(Position::After(name)) => Some(Some(name)),
        Some(Position::Before(name) | Position::Back(name)) => {
            let at = before.column_position(name)?;
            Some(at.checked_sub(1).map(|at| &before.columns[at].name))
        }
    };
    made.touches.extend(ahead.flatten().cloned());
    made.clauses.push(match ahead {
        None => sql,
        Some(None) => sql.kw("FIRST"),
        Some(Some(name)) => sql.kw("AFTER").ident(name),
    });
    for constraint in constraints {
        made.clauses.push(add(constraint, after, target)?);
        made.touches.extend(constraint.name().cloned());
    }
    let has_value =
        column.nullable || column.default.is_some() || column.generated.is_some() || counts_up(column, after);
    if !has_value {
        made.checks.push(checks::no_rows(&before.name, &column.name, target));
    }
    Ok(made)
}

fn drop_column(
    op: &DropColumn,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let DropColumn { column, if_exists } = op;
    if *if_exists && before.column(column).is_none() {
        return Ok(Made::default());
    }
    let mut made = Made { touches: vec![column.clone()], ..Made::default() };
    // A column takes its indexes with it, but not what else is about it.
    for constraint in before.constraints.iter().filter(|constraint| !after.constraints.contains(constraint)) {
        match constraint {
            Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclude(_) => {
                made.clauses.push(drop_clause(constraint, before, target)?);
                made.touches.extend(constraint.name().cloned());
            }
            Constraint::PrimaryKey(_) | Constraint::Unique(_) => {}
        }
    }
    made.clauses.push(target.sql().kw("DROP COLUMN").ident(column));
    made.drops_column = true;
    made.hazards.push(Hazard::LosesData(format!("column `{}`", before.name.print_with_column(column))));
    Ok(made)
}

fn rename_column(
    op: &RenameColumn,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let RenameColumn { column, to } = op;
    let mut made = Made {
        touches: vec![column.clone(), to.clone()],
        renames: true,
        renames_key: held_by_keys(before, target).contains(&column),
        ..Made::default()
    };
    // MariaDB lets checks and generated columns follow, MySQL refuses to
    // (dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html).
    if !target.is_mariadb() {
        let names = |text: &str| mention::mentions(text, column);
        let generated = before
            .columns
            .iter()
            .find(|one| one.generated.as_ref().is_some_and(|generated| names(generated.sql.as_str())));
        let checked =
            before.constraints.iter().find(|one| one.texts().iter().any(|text| names(text.as_str())));
        let what = match (generated, checked) {
            (Some(generated), _) => Some(format!("generated column `{}`", generated.name)),
            (None, Some(check)) => Some(format!("check `{}`", check.shape())),
            (None, None) => None,
        };
        if let Some(what) = what {
            let message = format!(
                "{} does not rename a column, such as `{}`, that is named in {what}",
                target.title(),
                before.name.print_with_column(column)
            );
            return Err(unsupported(message).hint("drop what names it first, and add it again behind"));
        }
    }
    made.clauses.push(match target.has(Feature::Renaming) {
        true => target.sql().kw("RENAME COLUMN").ident(column).kw("TO").ident(to),
        false => {
            let renamed = &after.columns[after.column_position(to)?];
            let sql = target.sql().kw("CHANGE").ident(column);
            column::write(sql, renamed, after, Form::Changed, target)?
        }
    });
    Ok(made)
}

fn drop_constraint(
    op: &DropConstraint,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let DropConstraint { constraint, if_exists } = op;
    let found = before.constraint_position(constraint);
    if *if_exists && found.is_err() {
        return Ok(Made::default());
    }
    let dropped = &before.constraints[found?];
    Ok(Made {
        clauses: vec![drop_clause(dropped, before, target)?],
        touches: dropped.name().cloned().into_iter().collect(),
        builds: key_index::uncovers(before, after, target),
        ..Made::default()
    })
}

/// Writes the clause that drops a constraint, as Alembic has it for each kind.
///
/// # Errors
/// A constraint without a name, to which only the database has given one.
pub(super) fn drop_clause(
    constraint: &Constraint,
    table: &Table,
    target: Target<'_>,
) -> Result<Sql, Diagnostic> {
    let name = || {
        constraint.name().ok_or_else(|| {
            let shape = constraint.shape();
            let message =
                format!("only the database knows the name of the {shape} of table `{}`", table.name);
            Diagnostic::new(Code::Opaque, message).hint("give the constraint a name where it is made")
        })
    };
    let sql = target.sql();
    Ok(match constraint {
        Constraint::PrimaryKey(_) => sql.kw("DROP PRIMARY KEY"),
        Constraint::Unique(_) => sql.kw("DROP INDEX").ident(name()?),
        Constraint::ForeignKey(_) => sql.kw("DROP FOREIGN KEY").ident(name()?),
        Constraint::Check(_) if target.is_mariadb() => sql.kw("DROP CONSTRAINT").ident(name()?),
        Constraint::Check(_) => sql.kw("DROP CHECK").ident(name()?),
        Constraint::Exclude(_) => {
            return Err(unsupported(format!("{} has no exclusion constraints", target.title())));
        }
    })
}

fn rename_constraint(
    op: &RenameConstraint,
    before: &Table,
    after: &Table,
    target: Target<'_>,
) -> Result<Made, Diagnostic> {
    let RenameConstraint { constraint, to } = op;
    let old = &before.constraints[before.constraint_position(constraint)?];
    let touches: Vec<Ident> = old.name().cloned().into_iter().chain([to.clone()]).collect();
    let clauses = match (old, old.name()) {
        // It is always called PRIMARY.
        (Constraint::PrimaryKey(_), _) => Vec::new(),
        (Constraint::Unique(_), Some(name)) if target.has(Feature::Renaming) => {
            vec![target.sql().kw("RENAME INDEX").ident(name).kw("TO").ident(to)]
        }
        (old, _) => {
            let renamed = after.constraints.iter().find(|one| one.name() == Some(to));
            let renamed = renamed.expect("the action gave a constraint this name");
            vec![drop_clause(old, before, target)?, add(renamed, after, target)?]
        }
    };
    Ok(Made { clauses, touches, builds: true, ..Made::default() })
}
