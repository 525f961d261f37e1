//! The texts that fuzzing found worth keeping, among them each that was once read wrongly.

use std::fs;
use std::path::Path;

use crate::ddl::oracle::differs;

#[test]
fn the_reader_and_sqlite_do_not_differ_over_the_corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sqlite/ddl-corpus");
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read(&path).unwrap();
        // As the fuzzer does, which passes over what is no text.
        let Ok(sql) = str::from_utf8(&text) else { continue };
        assert_eq!(differs(sql), None, "{}: {sql}", path.display());
        seen += 1;
    }
    assert!(seen > 500, "{seen}");
}
