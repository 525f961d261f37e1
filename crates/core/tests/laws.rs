//! Law 1: print ∘ parse is the identity on canonical files.

use std::path::{Path, PathBuf};

use limbeck_core::script::{Format, Naming, load, parse, print};

fn fixtures(part: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(part);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| Format::of(path).is_some())
        .collect();
    files.sort();
    files
}

#[test]
fn a_canonical_file_is_printed_as_it_was_written() {
    for path in fixtures("migrations") {
        let text = load(&path).unwrap();
        let (header, script) = parse(&path, text.clone(), &Naming::default())
            .unwrap_or_else(|faults| panic!("{}:\n{faults}", path.display()));
        let printed = print(&header, &script, Format::of(&path).unwrap()).unwrap();
        assert!(printed == *text, "{} is printed as\n{printed}", path.display());
    }
}
