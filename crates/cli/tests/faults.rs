//! Bad input of every kind: a message with place and hint, exit status 1 or 2, and nothing changed on disk.

mod support;

use std::fs;

use support::{Session, fixtures};

#[test]
fn bad_input_is_refused_with_a_message_and_nothing_is_touched() {
    let mut cases: Vec<String> = fs::read_dir(fixtures().join("faults/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let session = Session::in_copy_of(&format!("faults/cli/{case}"));
        let args = fs::read_to_string(session.path().join("args")).unwrap();
        let before = session.files();
        let shown = session.run(args.trim());
        assert_eq!(session.files(), before, "{case}: something changed on disk");
        let refused = shown.contains("\nexit: 1\n") || shown.contains("\nexit: 2\n");
        assert!(refused, "{case}: {shown}");
        assert!(!shown.contains("--- stdout"), "{case}: {shown}");
        let told = shown.split_once("\nexit:").map(|(_, told)| told).unwrap_or_default();
        assert!(!told.contains("s3cret"), "{case}: {shown}");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/faults" }, {
            insta::assert_snapshot!(case, shown);
        });
    }
}
