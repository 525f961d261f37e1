//! Scripts.

use super::fake::*;
use crate::history::History;
use crate::migrator::{offline_downgrade, offline_stamp, offline_upgrade};
use crate::record::Operations;

fn script(from: &str, to: &str) -> String {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    offline_upgrade(&line(), &Diary, &server(), &settings(), &from, &to).unwrap()
}

#[test]
fn a_script_from_base_makes_the_version_table() {
    let script = script("base", "a");
    let sum = script.split('\'').find(|text| text.len() == 64).unwrap().to_owned();
    insta::assert_snapshot!(script.replace(&sum, "…"), @r#"
    -- stop at the first error

    -- Running upgrade  -> a

    BEGIN;

    create table limbeck_version;

    create table limbeck_log;

    create table ta;

    INSERT INTO "limbeck_version" ("version_num") VALUES ('a');

    INSERT INTO "limbeck_log" ("revision", "direction", "started_at", "finished_at", "outcome", "checksum", "tool_version", "statements_done", "statements_total") VALUES ('a', 'upgrade', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 'done', '…', '0', 1, 1);

    COMMIT;
    "#);
}

#[test]
fn a_script_from_a_revision_takes_the_version_table_as_it_is() {
    let script = script("a", "heads");
    assert!(!script.contains("create table limbeck_version"), "{script}");
    assert!(script.contains("-- Running upgrade a -> b\n") && script.contains("-- Running upgrade b -> c\n"));
}

#[test]
fn a_script_leads_down_too() {
    let (from, to) = ("b".parse().unwrap(), "base".parse().unwrap());
    let script = offline_downgrade(&line(), &Diary, &server(), &settings(), &from, &to).unwrap();
    assert!(
        script.contains("-- Running downgrade b -> a\n") && script.contains("-- Running downgrade a -> \n")
    );
    assert!(script.contains("drop table tb;\n") && script.contains("drop table ta;\n"));
    let stamp = offline_stamp(&line(), &Diary, &server(), &settings(), &to, &[from]).unwrap();
    assert!(stamp.contains("VALUES ('b');") && !stamp.contains("table tb"), "{stamp}");
}

#[test]
fn nothing_to_do_is_an_empty_script() {
    assert_eq!(script("heads", "heads"), "");
}

#[test]
fn a_comment_at_the_end_of_raw_sql_does_not_swallow_the_semicolon() {
    let sql = |ops: &mut Operations| ops.execute("SELECT 1 -- one");
    let history = History::builder().revision(Rev("a", &[], sql)).build().unwrap();
    let (from, to) = ("base".parse().unwrap(), "heads".parse().unwrap());
    let script = offline_upgrade(&history, &Diary, &server(), &settings(), &from, &to).unwrap();
    assert!(script.contains("SELECT 1 -- one\n;\n"), "{script}");
}

#[test]
fn data_work_needs_a_database() {
    let work = |ops: &mut Operations| ops.run("fill", |_| Ok(()));
    let history = History::builder().revision(Rev("a", &[], work)).build().unwrap();
    let (from, to) = ("base".parse().unwrap(), "heads".parse().unwrap());
    let fault = offline_upgrade(&history, &Diary, &server(), &settings(), &from, &to).unwrap_err();
    assert!(fault.to_string().starts_with("error[L0805]: `fill` is Rust code"), "{fault}");
}
