//! Statements outside the transaction, and going on after a crash among them.

use super::fake::*;
use crate::history::History;
use crate::literal::Literal;
use crate::record::Operations;

fn history() -> History {
    let body = |ops: &mut Operations| {
        table("ta")(ops);
        ops.outside_transaction(|ops| ops.execute("VACUUM"));
        table("tb")(ops);
    };
    History::builder().revision(Rev("a", &[], body)).build().unwrap()
}

#[test]
fn what_comes_before_is_committed_and_the_version_row_comes_last() {
    let mut base = Base::default();
    upgrade(&history(), &mut base).unwrap();
    assert_eq!(base.story(), "( | create table ta | ) | VACUUM | ( | create table tb | )");
    let version =
        base.diary.iter().position(|line| line.contains(r#"INSERT INTO "limbeck_version""#)).unwrap();
    assert!(version > base.diary.iter().position(|line| line == "create table tb").unwrap());
    assert_eq!(base.contents.log.as_ref().unwrap().len(), 1);
    assert_eq!(base.contents.log.as_ref().unwrap()[0][4], Literal::text("done"));
}

#[test]
fn the_next_run_goes_on_where_the_last_one_was_broken_off() {
    let mut base = Base { fails: Some("tb"), ..Base::default() };
    let fault = upgrade(&history(), &mut base).unwrap_err();
    assert!(fault.contains("the upgrade to `a` was broken off after 2 of 3 statements"), "{fault}");
    assert_eq!(base.heads(), "");
    base.fails = None;
    base.diary.clear();
    upgrade(&history(), &mut base).unwrap();
    assert_eq!(base.story(), "( | create table tb | )");
    assert_eq!(base.heads(), "a");
}

#[test]
fn a_changed_revision_is_not_resumed() {
    let mut base = Base { fails: Some("tb"), ..Base::default() };
    upgrade(&history(), &mut base).unwrap_err();
    base.fails = None;
    let changed = History::builder().revision(Rev("a", &[], table("ta"))).build().unwrap();
    let fault = upgrade(&changed, &mut base).unwrap_err();
    assert!(fault.starts_with("error[L0806]") && fault.contains("has been changed since"), "{fault}");
    assert!(fault.contains("limbeck stamp a"), "{fault}");
}

#[test]
fn a_revision_of_which_nothing_was_done_may_be_changed() {
    let outside = |sql: &'static str| {
        let body = move |ops: &mut Operations| ops.outside_transaction(|ops| ops.execute(sql));
        History::builder().revision(Rev("a", &[], body)).build().unwrap()
    };
    let mut base = Base { fails: Some("VACUUM"), ..Base::default() };
    upgrade(&outside("VACUUM"), &mut base).unwrap_err();
    upgrade(&outside("ANALYZE"), &mut base).unwrap();
    let outcomes: Vec<_> = base.contents.log.as_ref().unwrap().iter().map(|row| row[4].as_text()).collect();
    assert_eq!(outcomes, [Some("abandoned"), Some("done")]);
}
