//! What is refused before anything runs, and the way back.

use super::fake::*;
use crate::diagnostic::Code;
use crate::graph::{Direction, Target};
use crate::history::History;
use crate::migrator::{Lowering, Migrator, plan_alone};
use crate::record::Operations;

#[test]
fn what_the_dialect_refuses_is_known_before_anything_runs_and_all_of_it() {
    let history = History::builder()
        .revision(Rev("a", &[], |ops: &mut Operations| {
            table("ta")(ops);
            ops.create_index("ix", "ta", ["id"]);
        }))
        .revision(Rev("b", &["a"], |ops: &mut Operations| ops.drop_index("ix", "ta")))
        .build()
        .unwrap();
    let mut base = Base::default();
    let fault = upgrade(&history, &mut base).unwrap_err();
    assert!(fault.starts_with("error[L0701]"), "{fault}");
    assert_eq!((base.diary.len(), base.contents), (0, Contents::default()));
}

#[test]
fn an_operation_that_does_not_fit_stops_the_run_before_it_begins() {
    let history = History::builder()
        .revision(Rev("a", &[], table("users")))
        .revision(Rev("b", &["a"], |ops: &mut Operations| ops.drop_table("user")))
        .build()
        .unwrap();
    let mut base = Base::default();
    let fault = upgrade(&history, &mut base).unwrap_err();
    assert!(fault.contains("no table `user` at this point of the history"), "{fault}");
    assert!(fault.contains("a table with a similar name exists: `users`"), "{fault}");
    assert_eq!(base.diary.len(), 0);
}

#[test]
fn a_downgrade_is_derived_in_the_reverse_order() {
    let (history, mut base) = (line(), Base::default());
    upgrade(&history, &mut base).unwrap();
    base.diary.clear();
    downgrade(&history, &mut base, "base").unwrap();
    assert_eq!(base.story(), "( | drop table tc | ) | ( | drop table tb | ) | ( | drop table ta | )");
    assert_eq!(base.heads(), "");
}

#[test]
fn a_downgrade_that_cannot_be_derived_is_refused_before_anything_runs() {
    let history = History::builder()
        .revision(Rev("a", &[], table("ta")))
        .revision(Rev("b", &["a"], |ops: &mut Operations| ops.execute("UPDATE ta SET id = 1")))
        .revision(Rev("c", &["b"], |ops: &mut Operations| ops.run("fill", |_| Ok(()))))
        .build()
        .unwrap();
    let mut base = Base::default();
    upgrade(&history, &mut base).unwrap();
    base.diary.clear();
    let faults = Migrator::new(&history, &mut base, settings())
        .downgrade(&"a".parse::<Target>().unwrap())
        .unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::Irreversible; 2]);
    assert!(faults.to_string().contains("it is not known what undoes `fill`"), "{faults}");
    assert_eq!(base.diary.len(), 0);
}

#[test]
fn the_way_back_through_raw_sql_comes_out_at_the_schema_of_what_stays() {
    let history = History::builder()
        .revision(Rev("a", &[], table("ta")))
        .revision(Rev("b", &["a"], table("tb")))
        .revision(Sqls("c", &["b"], "CREATE TRIGGER up", "DROP TRIGGER down"))
        .build()
        .unwrap();
    let mut base = Base::default();
    upgrade(&history, &mut base).unwrap();
    base.diary.clear();
    downgrade(&history, &mut base, "base").unwrap();
    assert_eq!(base.story(), "( | DROP TRIGGER down | ) | ( | drop table tb | ) | ( | drop table ta | )");
}

#[test]
fn what_only_the_database_knows_is_lowered_when_it_is_at_hand() {
    let history = History::builder()
        .revision(Rev("a", &[], |ops: &mut Operations| {
            ops.execute("CREATE TABLE made_by_hand (id INTEGER)");
            ops.alter_table("made_by_hand", |t| {
                t.drop_column("id");
            });
        }))
        .build()
        .unwrap();
    let mut base = Base { surveys: true, ..Base::default() };
    let plan = Migrator::new(&history, &mut base, settings()).plan_upgrade(&Target::heads()).unwrap();
    assert!(matches!(plan.steps[0].tasks[1].lowering, Lowering::FromDatabase(_)));
    upgrade(&history, &mut base).unwrap();
    assert!(base.story().contains("alter table made_by_hand"));
    let mut blind = Base::default();
    assert!(upgrade(&history, &mut blind).unwrap_err().starts_with("error[L0113]"));
    assert_eq!(blind.contents.changes, [""; 0]);
}

#[test]
fn raw_sql_that_would_end_the_transaction_is_refused_unless_it_runs_outside() {
    let history =
        |record: fn(&mut Operations)| History::builder().revision(Rev("a", &[], record)).build().unwrap();
    let inside = history(|ops| ops.execute("DELETE FROM t; COMMIT"));
    let outside = history(|ops| ops.outside_transaction(|ops| ops.execute("BEGIN; DELETE FROM t; COMMIT")));
    let fault = upgrade(&inside, &mut Base::default()).unwrap_err();
    assert!(fault.contains("`COMMIT` interferes with the transaction"), "{fault}");
    upgrade(&outside, &mut Base::default()).unwrap();
}

#[test]
fn one_revision_alone_is_planned_against_what_comes_before_it() {
    let alone = |direction| {
        let step = plan_alone(&line(), &Diary, &server(), &settings(), &"b".into(), direction).unwrap();
        step.statements().map(|statement| statement.sql.clone()).collect::<Vec<_>>()
    };
    assert_eq!(alone(Direction::Up), ["create table tb"]);
    assert_eq!(alone(Direction::Down), ["drop table tb"]);
}
