//! Another runner at the same time.

use super::fake::*;
use crate::graph::Target;
use crate::history::History;
use crate::migrator::Migrator;

/// Moves the database when the transaction of that number opens, as another runner would have done before.
fn meanwhile(at: usize, versions: &'static [&'static str]) -> Base {
    let on_begin = move |contents: &mut Contents, number: usize| {
        if number == at {
            contents.versions = Some(versions.iter().map(|id| (*id).to_owned()).collect());
            contents.log = Some(Vec::new());
        }
    };
    Base { on_begin: Some(Box::new(on_begin)), ..Base::default() }
}

#[test]
fn the_second_runner_finds_the_work_done() {
    let mut base = meanwhile(0, &["c"]);
    assert_eq!(upgrade(&line(), &mut base).unwrap().to_string(), "c");
    assert_eq!(base.story(), "( | undone");
}

#[test]
fn the_second_runner_goes_on_from_where_the_first_one_is() {
    let mut base = meanwhile(1, &["b"]);
    assert_eq!(upgrade(&line(), &mut base).unwrap().to_string(), "c");
    assert_eq!(base.story(), "( | create table ta | ) | ( | undone | ( | create table tc | )");
}

#[test]
fn a_relative_target_is_counted_once() {
    let (history, mut base) = (line(), meanwhile(0, &["a"]));
    let outcome = Migrator::new(&history, &mut base, settings()).upgrade(&"+1".parse::<Target>().unwrap());
    assert_eq!(outcome.unwrap().steps, []);
    assert_eq!(base.heads(), "a");
}

#[test]
fn a_revision_that_empties_the_version_table_is_not_run_for_ever() {
    let tamper = |ops: &mut crate::record::Operations| ops.run("tamper", |conn| Ok(conn.execute("nothing")?));
    let history = History::builder().revision(Rev("a", &[], tamper)).revision(Rev("b", &["a"], tamper));
    let mut base = meanwhile(1, &[]);
    let fault = upgrade(&history.build().unwrap(), &mut base).unwrap_err();
    assert!(fault.contains("the row of revision `a` is gone again from the version table"), "{fault}");
}
