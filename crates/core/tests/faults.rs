//! Each broken migration file, and what is said of it: all its faults, with their places.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::script::{Naming, load, parse, scan};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/faults/migrations")
}

fn faults(path: &Path) -> Vec<Diagnostic> {
    let read = load(path).map_err(Diagnostics::from).and_then(|text| parse(path, text, &Naming::default()));
    read.expect_err(&format!("{} is broken", path.display())).into_vec()
}

/// Writes a fault as a person would see it, without the machine's paths.
fn render(fault: &Diagnostic, out: &mut String) {
    let message = fault.message.replace(&*directory().to_string_lossy(), "DIR");
    let _ = writeln!(out, "error[{}]: {message}", fault.code);
    for place in &fault.places {
        let before = &place.source[..place.span.start];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = place.source[start..place.span.start].chars().count();
        let line = place.source[start..].lines().next().unwrap_or_default();
        let shown = &place.source[place.span.clone()];
        let width = shown.lines().next().unwrap_or_default().chars().count().max(1);
        match place.line() {
            Some(number) => {
                let _ = writeln!(out, "  {number}:{} | {line}", column + 1);
                let margin = format!("  {number}:{} | ", column + 1).chars().count() + column;
                let _ = writeln!(out, "{}{} {}", " ".repeat(margin), "^".repeat(width), place.label);
            }
            None => {
                let _ = writeln!(out, "  the whole file");
            }
        }
    }
    if let Some(hint) = &fault.hint {
        let _ = writeln!(out, "  help: {hint}");
    }
}

#[test]
fn every_fault_is_told_with_its_place() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut out = String::new();
        for fault in faults(&path) {
            render(&fault, &mut out);
        }
        let out: String = out.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, out);
        });
    }
}

#[test]
fn a_missing_file_is_told_from_a_broken_one() {
    let fault = load(&directory().join("missing.toml")).unwrap_err();
    let mut out = String::new();
    render(&fault, &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn a_missing_directory_and_a_file_in_its_place_are_told_apart() {
    let scan =
        scan(&[PathBuf::from("no/such/directory"), PathBuf::from(file!().replace("crates/core/", ""))]);
    let shown: Vec<String> = scan.faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_scan_reports_the_faults_of_all_files_and_reads_no_further_than_headers() {
    let scan = scan(&[directory()]);
    let names = |paths: Vec<&PathBuf>| -> Vec<String> {
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    let sound = names(scan.headers.iter().map(|header| header.path.as_ref().unwrap()).collect());
    let mut faulty = names(scan.faults.iter().map(|fault| &fault.places[0].path).collect());
    faulty.dedup();
    assert!(sound.is_sorted() && faulty.is_sorted());
    insta::assert_snapshot!(faulty.join(" "));
}
