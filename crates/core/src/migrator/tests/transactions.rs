//! What is in one transaction, and what is left when it fails.

use super::fake::*;
use crate::dialect::Connection;
use crate::graph::Target;
use crate::history::History;
use crate::migrator::{Migrator, Purge, Settings, TransactionMode};

#[test]
fn each_revision_has_a_transaction_of_its_own() {
    let mut base = Base::default();
    upgrade(&line(), &mut base).unwrap();
    assert_eq!(base.story(), "( | create table ta | ) | ( | create table tb | ) | ( | create table tc | )");
    assert_eq!(base.heads(), "c");
}

#[test]
fn the_version_row_and_the_log_row_are_in_the_transaction_of_their_revision() {
    let mut base = Base::default();
    upgrade(&line(), &mut base).unwrap();
    let second: Vec<&str> =
        base.diary.split(|line| line == "(").nth(2).unwrap().iter().map(String::as_str).collect();
    assert_eq!(second.len(), 4, "{second:?}");
    assert_eq!(second[1], r#"UPDATE "limbeck_version" SET "version_num" = 'b' WHERE "version_num" = 'a'"#);
    assert!(second[2].starts_with(r#"INSERT INTO "limbeck_log""#) && second[3] == ")");
}

#[test]
fn a_failure_takes_back_its_revision_and_keeps_those_before() {
    let mut base = Base { fails: Some("tb"), ..Base::default() };
    let fault = upgrade(&line(), &mut base).unwrap_err();
    assert_eq!(base.heads(), "a");
    assert_eq!(base.contents.changes, ["create table ta"]);
    assert!(fault.contains("the upgrade to `b` was rolled back, and the database is at `a`"), "{fault}");
    base.fails = None;
    upgrade(&line(), &mut base).unwrap();
    assert_eq!(base.heads(), "c");
}

#[test]
fn in_one_transaction_a_failure_takes_everything_back() {
    let mut base = Base { fails: Some("tc"), ..Base::default() };
    let whole = Settings { transaction: TransactionMode::Run, ..settings() };
    let history = line();
    let run = Migrator::new(&history, &mut base, whole.clone()).upgrade(&Target::heads());
    assert!(run.unwrap_err().to_string().contains("the database is at `base`"));
    assert_eq!(base.contents, Contents::default());
    base.fails = None;
    base.diary.clear();
    let done = Migrator::new(&history, &mut base, whole).upgrade(&Target::heads()).unwrap();
    assert_eq!(base.story(), "( | create table ta | create table tb | create table tc | )");
    assert_eq!(done.steps.len(), 3);
}

#[test]
fn without_transactions_each_statement_commits_by_itself_and_is_recorded() {
    let history = History::builder()
        .revision(Rev("a", &[], |ops: &mut crate::record::Operations| {
            table("ta")(ops);
            ops.insert("ta", [[("id", crate::literal::Value::from(1_i64))]]);
            table("tb")(ops);
        }))
        .build()
        .unwrap();
    let none = Settings { transaction: TransactionMode::None, ..settings() };
    let mut base = Base { fails: Some("tb"), ..Base::default() };
    Migrator::new(&history, &mut base, none.clone()).upgrade(&Target::heads()).unwrap_err();
    assert_eq!(base.story(), "( | ) | create table ta | ( | insert 1 row into ta | )");
    let log = base.contents.log.clone().unwrap();
    assert_eq!((log[0][4].as_text(), log[0][7].as_integer()), (Some("failed"), Some(2)));
    (base.fails, base.diary) = (None, Vec::new());
    Migrator::new(&history, &mut base, none).upgrade(&Target::heads()).unwrap();
    assert_eq!(base.story(), "( | ) | create table tb | ( | )");
}

#[test]
fn a_revision_that_waited_too_long_for_a_lock_is_tried_again_as_often_as_is_said() {
    let limits = |retries| crate::dialect::Limits { retries, ..Default::default() };
    let history = line();
    let run = |retries, busy| {
        let mut base = Base { busy: ("tb", busy), ..Base::default() };
        let settings = Settings { limits: limits(retries), ..settings() };
        let run = Migrator::new(&history, &mut base, settings).upgrade(&Target::heads());
        run.map(|_| base.story()).map_err(|faults| faults.to_string())
    };
    let story = run(1, 1).unwrap();
    assert_eq!(
        story,
        "( | create table ta | ) | ( | undone | ( | create table tb | ) | ( | create table tc | )"
    );
    assert!(run(0, 1).unwrap_err().contains("L0604"));
    assert!(run(1, 2).unwrap_err().contains("L0604"));
}

#[test]
fn an_up_to_date_database_is_only_read_and_no_body_is() {
    let mut base = Base::default();
    upgrade(&line(), &mut base).unwrap();
    base.diary.clear();
    let unreadable = History::builder()
        .revision(Rev("a", &[], |_: &mut _| panic!("a body was read")))
        .revision(Rev("c", &["a"], |_: &mut _| panic!("a body was read")))
        .build()
        .unwrap();
    upgrade(&unreadable, &mut base).unwrap();
    assert_eq!(base.diary, [""; 0]);
    let mut empty = Base::default();
    upgrade(&History::builder().build().unwrap(), &mut empty).unwrap();
    assert_eq!(empty.contents, Contents::default());
}

#[test]
fn an_interrupted_revision_is_rolled_back_and_the_message_says_where_the_database_is() {
    let history = History::builder()
        .revision(Rev("a", &[], table("ta")))
        .revision(Rev("b", &["a"], |ops: &mut crate::record::Operations| {
            table("tb")(ops);
            // Another thread would do this at some time.
            ops.run("stop", |conn| {
                (conn.interrupt())();
                Ok(())
            });
            table("tc")(ops);
        }))
        .build()
        .unwrap();
    let mut base = Base::default();
    let fault = upgrade(&history, &mut base).unwrap_err();
    assert!(fault.starts_with("error[L0801]: interrupted: the upgrade to `b` was rolled back"), "{fault}");
    assert_eq!(base.contents.changes, ["create table ta"]);
}

#[test]
fn a_cancelled_run_does_not_begin() {
    let (history, mut base) = (line(), Base::default());
    let mut migrator = Migrator::new(&history, &mut base, settings());
    migrator.cancel().cancel();
    assert_eq!(migrator.upgrade(&Target::heads()).unwrap_err().first().code.exit_status(), 1);
    assert_eq!(base.contents, Contents::default());
}

#[test]
fn foreign_keys_are_suspended_from_the_start_of_a_step_that_needs_it_and_of_no_other() {
    let history = History::builder()
        .revision(Rev("a", &[], table("ta")))
        .revision(Rev("b", &["a"], |ops: &mut crate::record::Operations| {
            ops.execute("UPDATE ta SET id = 1");
            ops.rename_table("ta", "tz");
        }))
        .build()
        .unwrap();
    let mut base = Base::default();
    upgrade(&history, &mut base).unwrap();
    assert_eq!(
        base.story(),
        "( | create table ta | ) | (off | UPDATE ta SET id = 1 | rename table ta to tz | )"
    );
}

#[test]
fn a_stamp_moves_the_rows_and_runs_nothing_else() {
    let (history, mut base) = (line(), Base::default());
    let to = |target: &str| [target.parse::<Target>().unwrap()];
    let mut migrator = Migrator::new(&history, &mut base, settings());
    assert_eq!(migrator.stamp(&to("b"), Purge::Keep).unwrap().heads.to_string(), "b");
    assert_eq!(migrator.stamp(&to("b"), Purge::Keep).unwrap().steps, []);
    assert_eq!(migrator.log().unwrap()[0].direction, "stamp");
    assert_eq!(base.contents.changes, [""; 0]);
}

#[test]
fn a_purging_stamp_takes_away_rows_that_name_no_revision() {
    let (history, mut base) = (line(), Base::default());
    base.contents.versions = Some(vec!["lost".to_owned(), "gone".to_owned()]);
    let to = ["b".parse::<Target>().unwrap()];
    let mut migrator = Migrator::new(&history, &mut base, settings());
    assert!(migrator.stamp(&to, Purge::Keep).is_err());
    assert_eq!(migrator.stamp(&to, Purge::All).unwrap().heads.to_string(), "b");
    assert_eq!(base.heads(), "b");
    let nowhere = Migrator::new(&history, &mut base, settings()).stamp(&[Target::base()], Purge::All);
    assert!(nowhere.unwrap().heads.is_empty());
    assert_eq!(base.heads(), "");
}

#[test]
fn a_version_table_that_has_a_row_twice_is_not_trusted() {
    let mut base = Base::default();
    base.contents.versions = Some(vec!["a".to_owned(), "a".to_owned()]);
    assert!(upgrade(&line(), &mut base).unwrap_err().contains("holds the same revision twice"));
    assert!(base.query("").unwrap().len() == 2);
}
