//! Sequences.

use limbeck_core::dialect::Statement;
use limbeck_core::op::{CreateSequence, DropSequence};
use limbeck_core::schema::{Identity, Sequence};

use super::column::identity_options;
use super::sql;

/// Lowers `create_sequence`.
pub(super) fn create_sequence(op: &CreateSequence) -> Vec<Statement> {
    let CreateSequence { sequence, if_not_exists } = op;
    let Sequence { name, start, increment, min, max, cache, cycle } = sequence;
    let (start, increment, min, max, cache) = (*start, *increment, *min, *max, *cache);
    let options = Identity { always: false, start, increment, min, max, cache, cycle: *cycle };
    let sql = sql().kw("CREATE SEQUENCE").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS")).table(name);
    let sql = identity_options(&options).iter().fold(sql, |sql, one| sql.sql(one));
    vec![Statement::new(sql.finish(), format!("make sequence `{name}`"))]
}

/// Lowers `drop_sequence`.
pub(super) fn drop_sequence(op: &DropSequence) -> Vec<Statement> {
    let DropSequence { sequence, if_exists } = op;
    let sql = sql().kw("DROP SEQUENCE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(sequence);
    vec![Statement::new(sql.finish(), format!("drop sequence `{sequence}`"))]
}
