//! Sequences, which MariaDB has and MySQL has not.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::TableName;
use limbeck_core::op::{AlterSequence, CreateSequence, DropSequence};
use limbeck_core::schema::Sequence;
use limbeck_core::sql::Sql;

use super::{Target, ddl, unsupported};
use crate::server::Feature;

/// How many values a sequence takes at a time where nothing is said (mariadb.com/kb/en/create-sequence).
const USUAL_CACHE: i64 = 1000;

/// The bounds of a sequence where nothing is said. `NO MINVALUE` means those of the way in which the sequence counted before.
const UP: (i64, i64) = (1, i64::MAX - 1);
const DOWN: (i64, i64) = (i64::MIN + 1, -1);

/// Lowers `create_sequence`.
pub(super) fn create_sequence(op: &CreateSequence, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let CreateSequence { sequence, if_not_exists } = op;
    let Sequence { name, start, increment, min, max, cache, cycle } = sequence;
    check(name, target)?;
    let sql = target.sql().kw("CREATE SEQUENCE").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
    let sql = sql.table(name);
    let sql = sql.maybe(*increment, |sql, number| sql.kw("INCREMENT BY").number(number));
    let sql = sql.maybe(*start, |sql, number| sql.kw("START WITH").number(number));
    let sql = sql.maybe(*min, |sql, number| sql.kw("MINVALUE").number(number));
    let sql = sql.maybe(*max, |sql, number| sql.kw("MAXVALUE").number(number));
    let sql = sql.maybe(*cache, |sql, number| sql.kw("CACHE").number(number));
    let sql = sql.when(*cycle, |sql| sql.kw("CYCLE"));
    Ok(vec![ddl(sql, format!("make sequence `{name}`"))])
}

/// Lowers `alter_sequence`. The sequence goes on from where it stands, but for one that counts the other way then.
pub(super) fn alter_sequence(op: &AlterSequence, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let [old, new] = op.both(target.schema)?;
    let Sequence { name, start: _, increment, min: _, max: _, cache, cycle } = &new;
    check(name, target)?;
    let turns = old.counts_down() != new.counts_down();
    let bounds = |of: &Sequence| {
        let (least, greatest) = if of.counts_down() { DOWN } else { UP };
        (of.min.unwrap_or(least), of.max.unwrap_or(greatest))
    };
    let ((was_least, was_greatest), (least, greatest)) = (bounds(&old), bounds(&new));
    let step = |of: &Sequence| of.increment.unwrap_or(1);
    let mut changes: Vec<Sql> = Vec::new();
    changes.extend(
        (step(&old) != step(&new)).then(|| target.sql().kw("INCREMENT BY").number(increment.unwrap_or(1))),
    );
    changes.extend((was_least != least).then(|| target.sql().kw("MINVALUE").number(least)));
    changes.extend((was_greatest != greatest).then(|| target.sql().kw("MAXVALUE").number(greatest)));
    changes.extend((old.first() != new.first()).then(|| target.sql().kw("START WITH").number(new.first())));
    if cache != &old.cache {
        changes.push(target.sql().kw("CACHE").number(cache.unwrap_or(USUAL_CACHE)));
    }
    if *cycle != old.cycle {
        changes.push(target.sql().kw(if *cycle { "CYCLE" } else { "NOCYCLE" }));
    }
    changes.extend(turns.then(|| target.sql().kw("RESTART")));
    let sql = target.sql().kw("ALTER SEQUENCE").table(name);
    let sql = changes.iter().fold(sql, |sql, one| sql.sql(one));
    Ok((!changes.is_empty()).then(|| ddl(sql, format!("alter sequence `{name}`"))).into_iter().collect())
}

/// Lowers `drop_sequence`.
pub(super) fn drop_sequence(op: &DropSequence, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let DropSequence { sequence, if_exists } = op;
    check(sequence, target)?;
    let sql = target.sql().kw("DROP SEQUENCE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(sequence);
    Ok(vec![ddl(sql, format!("drop sequence `{sequence}`"))])
}

fn check(name: &TableName, target: Target<'_>) -> Result<(), Diagnostic> {
    match target.has(Feature::Sequences) {
        true => Ok(()),
        false => Err(unsupported(format!(
            "{} {} has no sequences, such as `{name}`",
            target.title(),
            target.server.version
        ))),
    }
}
