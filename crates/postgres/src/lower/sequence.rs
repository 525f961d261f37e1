//! Sequences.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::op::{AlterSequence, CreateSequence, DropSequence};
use limbeck_core::schema::{Identity, Schema, Sequence};
use limbeck_core::sql::Sql;

use super::column::identity_options;
use super::sql;

/// How many values a sequence takes at a time where nothing is said (postgresql.org/docs, CREATE SEQUENCE).
const USUAL_CACHE: i64 = 1;

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

/// Lowers `alter_sequence`. The sequence goes on from where it stands, but for one that counts the other way then.
pub(super) fn alter_sequence(op: &AlterSequence, before: &Schema) -> Result<Vec<Statement>, Diagnostic> {
    let [old, new] = op.both(before)?;
    let Sequence { name, start: _, increment, min, max, cache, cycle } = &new;
    let turns = old.counts_down() != new.counts_down();
    let usual = |now: &Option<i64>, was: &Option<i64>| now.is_none() && (turns || was.is_some());
    let changed = |now: &Option<i64>, was: &Option<i64>| now.filter(|_| now != was);
    let step = |of: &Sequence| of.increment.unwrap_or(1);
    let mut changes: Vec<Sql> = Vec::new();
    changes
        .extend((step(&old) != step(&new)).then(|| sql().kw("INCREMENT BY").number(increment.unwrap_or(1))));
    changes.extend(changed(min, &old.min).map(|number| sql().kw("MINVALUE").number(number)));
    changes.extend(usual(min, &old.min).then(|| sql().kw("NO MINVALUE")));
    changes.extend(changed(max, &old.max).map(|number| sql().kw("MAXVALUE").number(number)));
    changes.extend(usual(max, &old.max).then(|| sql().kw("NO MAXVALUE")));
    changes.extend((old.first() != new.first()).then(|| sql().kw("START WITH").number(new.first())));
    if cache != &old.cache {
        changes.push(sql().kw("CACHE").number(cache.unwrap_or(USUAL_CACHE)));
    }
    if *cycle != old.cycle {
        changes.push(sql().kw(if *cycle { "CYCLE" } else { "NO CYCLE" }));
    }
    changes.extend(turns.then(|| sql().kw("RESTART")));
    let sql = sql().kw("ALTER SEQUENCE").table(name);
    let sql = changes.iter().fold(sql, |sql, one| sql.sql(one));
    let statement = Statement::new(sql.finish(), format!("alter sequence `{name}`"));
    Ok((!changes.is_empty()).then_some(statement).into_iter().collect())
}

/// Lowers `drop_sequence`.
pub(super) fn drop_sequence(op: &DropSequence) -> Vec<Statement> {
    let DropSequence { sequence, if_exists } = op;
    let sql = sql().kw("DROP SEQUENCE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(sequence);
    vec![Statement::new(sql.finish(), format!("drop sequence `{sequence}`"))]
}
