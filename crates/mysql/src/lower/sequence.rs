//! Sequences, which MariaDB has and MySQL has not.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::TableName;
use limbeck_core::op::{CreateSequence, DropSequence};
use limbeck_core::schema::Sequence;

use super::{Target, ddl, unsupported};
use crate::server::Feature;

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
