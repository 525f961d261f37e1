//! Statements outside the transaction, and going on after a crash among them.

use super::fake::*;
use crate::history::History;
use crate::literal::Literal;
use crate::op::Change;
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

/// A revision of one text outside the transaction, stated to make a table with an index.
fn raw(sql: &'static str) -> History {
    let body = move |ops: &mut Operations| {
        ops.outside_transaction(|ops| {
            ops.execute_with_state(sql, |ops| {
                table("raw")(ops);
                ops.create_index("rawix", "raw", ["id"]);
            });
        });
    };
    History::builder().revision(Rev("a", &[], body)).build().unwrap()
}

/// A database in which a run of the revision was killed around the statement behind the first `done`.
fn killed(history: &History, done: i64) -> Base {
    let mut base = Base::default();
    upgrade(history, &mut base).unwrap();
    base.contents.versions = Some(Vec::new());
    let row = base.contents.log.as_mut().unwrap().last_mut().unwrap();
    (row[3], row[4], row[7]) = (Literal::Null, Literal::text("running"), Literal::Integer(done));
    base.diary.clear();
    base
}

fn with_table(mut base: Base) -> Base {
    let mut ops = Operations::new();
    table("raw")(&mut ops);
    let create = crate::op::CreateTable {
        table: crate::schema::Table::new(
            crate::name::TableName::parse("raw").unwrap(),
            vec![crate::schema::Column::new(
                crate::name::Ident::new("id").unwrap(),
                crate::column_type::ColumnType::Integer,
            )],
        ),
        if_not_exists: false,
    };
    create.apply(&mut base.schema).unwrap();
    base
}

#[test]
fn each_statement_of_a_text_is_looked_for_by_what_it_alone_makes() {
    let history = raw("CREATE TABLE raw (id INTEGER); CREATE INDEX rawix ON raw (id)");
    // The index is missing: that the table is there says nothing of it.
    let mut base = with_table(killed(&history, 1));
    upgrade(&history, &mut base).unwrap();
    assert_eq!(base.story(), "( | ) | CREATE INDEX rawix ON raw (id) | ( | )");
    // The table is there, of which the log does not know.
    let mut base = with_table(killed(&history, 0));
    upgrade(&history, &mut base).unwrap();
    assert_eq!(base.story(), "( | ) | CREATE INDEX rawix ON raw (id) | ( | )");
    let mut base = killed(&history, 0);
    upgrade(&history, &mut base).unwrap();
    assert!(base.story().contains("CREATE TABLE raw"), "{}", base.story());
}

#[test]
fn what_was_interrupted_just_behind_its_end_is_looked_for() {
    let history = raw("CREATE TABLE raw (id INTEGER)");
    let mut base = Base { ends_late: Some("CREATE TABLE raw"), ..Base::default() };
    let fault = upgrade(&history, &mut base).unwrap_err();
    assert!(fault.contains("interrupted"), "{fault}");
    // `failed` would say that it had no effect.
    assert_eq!(base.contents.log.as_ref().unwrap()[0][4], Literal::text("running"));
    base.diary.clear();
    let mut base = with_table(base);
    upgrade(&history, &mut base).unwrap();
    assert!(!base.story().contains("CREATE TABLE"), "{}", base.story());
    assert_eq!(base.heads(), "a");
}

#[test]
fn what_cannot_be_seen_is_asked_of_the_author_and_nothing_runs_until_he_has_said() {
    let history = raw("RENAME TABLE a TO c, b TO a, c TO b; CREATE TABLE raw (id INTEGER)");
    let mut base = killed(&history, 0);
    for _ in 0..2 {
        let fault = upgrade(&history, &mut base).unwrap_err();
        assert!(fault.contains("L0806") && fault.contains("it cannot be seen whether it ran"), "{fault}");
        assert!(!base.story().contains("RENAME"), "{}", base.story());
    }
    let fault = upgrade(&history, &mut base).unwrap_err();
    let says: Vec<&str> = fault.split('`').filter(|part| part.starts_with("UPDATE")).collect();
    assert_eq!(says.len(), 2, "{fault}");
    base.diary.clear();
    crate::dialect::Connection::execute(&mut base, says[0]).unwrap();
    upgrade(&history, &mut base).unwrap();
    assert_eq!(base.story(), "( | ) | CREATE TABLE raw (id INTEGER) | ( | )");
    let mut base = killed(&history, 0);
    crate::dialect::Connection::execute(&mut base, says[1]).unwrap();
    upgrade(&history, &mut base).unwrap();
    assert!(base.story().contains("RENAME TABLE"), "{}", base.story());
}

#[test]
fn rows_that_change_outside_the_transaction_change_together_with_their_record() {
    let history = raw("UPDATE a SET b = b + 1; VACUUM");
    let mut base = Base::default();
    upgrade(&history, &mut base).unwrap();
    let at = |text: &str| base.diary.iter().position(|line| line.contains(text)).unwrap();
    let update = at("UPDATE a");
    let around: Vec<&str> = base.diary[update - 1..update + 3].iter().map(String::as_str).collect();
    assert!(
        around[0] == "(" && around[2].contains("statements_done\" = 1") && around[3] == ")",
        "{around:?}"
    );
}

#[test]
fn what_was_set_for_the_session_is_set_again() {
    let history = raw("SET search_path = s; CREATE TABLE raw (id INTEGER)");
    let mut base = killed(&history, 1);
    upgrade(&history, &mut base).unwrap();
    assert_eq!(base.story(), "( | SET search_path = s | ) | CREATE TABLE raw (id INTEGER) | ( | )");
}

/// `a < b`, both of which begin outside the transaction.
fn outside_twice(second: &'static str) -> History {
    let body =
        |sql: &'static str| move |ops: &mut Operations| ops.outside_transaction(|ops| ops.execute(sql));
    History::builder()
        .revision(Rev("a", &[], body("VACUUM")))
        .revision(Rev("b", &["a"], body(second)))
        .build()
        .unwrap()
}

#[test]
fn a_step_that_begins_outside_goes_on_from_the_commit_that_notes_it() {
    let mut base = Base::default();
    upgrade(&outside_twice("ANALYZE; VACUUM"), &mut base).unwrap();
    assert_eq!(base.story(), "( | ) | VACUUM | ( | ) | ANALYZE | VACUUM | ( | )");
    assert_eq!(base.heads(), "b");
    let told: Vec<&String> = base.diary.iter().filter(|line| line.contains("statements_done\" = ")).collect();
    // What the note of the second is, is known without reading the whole log.
    assert!(!told[0].contains("\"id\" = "), "{told:?}");
    assert!(told[1..].iter().all(|line| line.contains("WHERE \"id\" = 2 AND")), "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn what_is_committed_of_a_step_is_not_run_again_when_it_is_tried_again() {
    let mut base = Base { busy: ("ANALYZE", 1), ..Base::default() };
    let history = outside_twice("VACUUM; ANALYZE");
    let limits = crate::dialect::Limits { retries: 1, ..Default::default() };
    let settings = crate::migrator::Settings { limits, ..settings() };
    let mut migrator = crate::migrator::Migrator::new(&history, &mut base, settings);
    migrator.upgrade(&crate::graph::Target::heads()).unwrap();
    assert_eq!(base.story(), "( | ) | VACUUM | ( | ) | VACUUM | ANALYZE | ( | )");
    let outcomes: Vec<_> = base.contents.log.as_ref().unwrap().iter().map(|row| row[4].as_text()).collect();
    assert_eq!(outcomes, [Some("done"), Some("done")]);
}

#[test]
fn what_ran_is_recorded_when_the_end_of_its_step_fails() {
    let body = |ops: &mut Operations| ops.outside_transaction(|ops| ops.execute("VACUUM; ANALYZE"));
    let history = History::builder().revision(Rev("a", &[], body)).build().unwrap();
    let mut base = Base { fails: Some(r#"INSERT INTO "limbeck_version""#), ..Base::default() };
    let fault = upgrade(&history, &mut base).unwrap_err();
    assert!(fault.contains("after 2 of 2 statements"), "{fault}");
    let row = &base.contents.log.as_ref().unwrap()[0];
    assert_eq!((row[4].as_text(), &row[7]), (Some("failed"), &Literal::Integer(2)));
    base.fails = None;
    base.diary.clear();
    upgrade(&history, &mut base).unwrap();
    assert_eq!(base.story(), "( | )");
    assert_eq!(base.heads(), "a");
}
