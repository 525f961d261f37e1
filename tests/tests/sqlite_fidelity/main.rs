//! Odd databases, as other tools make them, against every kind of change: each is made with nothing else lost, or
//! refused with nothing changed.
//!
//! Whatever is lost fails the test. What became of each change is recorded in a snapshot for a person to read: a line a
//! change, `AUTO | ALWAYS` where making the table anew does not just move and copy.
//! Measures and changes stand in `tests/src/fidelity`.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod attempt;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use limbeck_core::op::Recreate;
use limbeck_tests::fidelity::{FidelityFixture, Setting, Stage, changes, fidelity};

/// What became of all the changes of one fixture.
#[derive(Default)]
struct Story {
    /// The lines of the snapshot.
    text: String,
    /// What was lost; nothing is as it should be.
    losses: Vec<String>,
}

fn story(fixture: &FidelityFixture) -> Story {
    let stage = Stage::new(fixture);
    let mut story = Story::default();
    for (i, change) in changes(&stage.table).iter().enumerate() {
        let (mut said, mut stays) = (Vec::new(), None);
        for recreate in [Recreate::Auto, Recreate::Always] {
            let settings =
                [Setting::Enforced, if i % 2 == 0 { Setting::NotEnforced } else { Setting::OnlyTheTable }];
            let mut verdicts = settings.iter().map(|setting| {
                // A fault does not keep the others from being told.
                let attempt = || attempt::attempt(&stage, change, recreate, *setting);
                let attempted = panic::catch_unwind(AssertUnwindSafe(attempt));
                let place = format!("{}: {}, {recreate:?}, {setting:?}", fixture.name, change.label);
                match attempted {
                    Ok(attempt) => {
                        story.losses.extend(attempt.losses.iter().map(|loss| format!("{place}: {loss}")));
                        stays = stays.take().or(attempt.stays);
                        let lost: BTreeSet<String> =
                            attempt.losses.iter().map(|loss| loss.measure.to_string()).collect();
                        let lost = Vec::from_iter(lost).join("+");
                        if lost.is_empty() {
                            attempt.verdict
                        } else {
                            format!("{} LOST {lost}", attempt.verdict)
                        }
                    }
                    Err(_) => {
                        story.losses.push(format!("{place}: panicked"));
                        "panicked".to_owned()
                    }
                }
            });
            let (first, second) = (verdicts.next().unwrap(), verdicts.next().unwrap());
            let differs = first != second;
            said.push(if differs { format!("{first} ({:?}: {second})", settings[1]) } else { first });
        }
        let line = match said[1].as_str() {
            "move and copy" => said[0].clone(),
            always if *always == said[0] => said[0].clone(),
            always => format!("{} | {always}", said[0]),
        };
        let stays = stays.map_or_else(String::new, |why| format!("; {why}"));
        writeln!(story.text, "{}: {line}{stays}", change.label).unwrap();
    }
    story
}

#[test]
fn a_change_to_an_odd_table_keeps_all_else_or_is_refused_whole() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/sqlite/fidelity");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let only = std::env::var("FIXTURE").ok();
    let mut fixtures = fidelity();
    fixtures
        .retain(|fixture| only.as_ref().is_none_or(|only| only.split(',').any(|only| fixture.name == only)));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut told = Vec::new();
        while let Some(fixture) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
            let told_by = panic::catch_unwind(AssertUnwindSafe(|| story(fixture)));
            let broken =
                |_| Story { text: String::new(), losses: vec![format!("{}: panicked", fixture.name)] };
            told.push((fixture.name.as_str(), told_by.unwrap_or_else(broken)));
        }
        told
    };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let mut stories: Vec<(&str, Story)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    stories.sort_by_key(|(name, _)| *name);
    let mut faults = Vec::new();
    for (name, story) in &stories {
        let assert = || settings.bind(|| insta::assert_snapshot!(*name, story.text));
        if panic::catch_unwind(AssertUnwindSafe(assert)).is_err() {
            faults.push(format!("{name}: another snapshot"));
        }
        faults.extend(story.losses.iter().cloned());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
