//! The part of a model that statements say.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::dialect::Names;
use limbeck_core::fold::Fold;
use limbeck_core::name::TableName;
use limbeck_core::op::Operation;
use limbeck_core::raw::{self, Effect, Readable};

use super::reading::Reading;

impl Reading<'_> {
    /// Reads a file; what it makes stands beside what is there.
    pub(super) fn sql(&mut self, path: &Path, text: &Arc<str>) {
        let names = self.server.names();
        // It knows which names of indexes were never taken, so that not all tables are looked through for each.
        let mut fold = Fold::of(std::mem::take(&mut self.schema), names);
        let mut passed = Passed::default();
        let Readable { text: read, left_out } = raw::readable(text, self.server);
        for span in left_out {
            let place = || Place::new(path, text.clone(), span.clone());
            passed.take("DELIMITER", place);
        }
        for part in raw::cut(&read, names) {
            let place = || Place::new(path, text.clone(), part.span.clone());
            let operations = match raw::effect(part.text(&read), fold.schema(), names) {
                Effect::Nothing => {
                    passed.take(part.text(&read), place);
                    continue;
                }
                Effect::Operations(operations) => operations,
                Effect::Unknown => {
                    self.faults.push(not_understood(part.text(&read), names, place()));
                    continue;
                }
            };
            for operation in operations {
                let made = made(&operation);
                if let Err(error) = fold.apply_operation(&operation) {
                    let there = made.and_then(|made| self.places.get(&made).cloned());
                    self.faults.push(Diagnostic::from(error).at(place()).at_opt(there));
                    break;
                }
                self.doubt_types(&operation, &place());
                if let Some(made) = made {
                    self.places.insert(made, place());
                }
            }
        }
        self.schema = fold.into_schema();
        self.warnings.extend(passed.into_warnings());
    }
}

/// Says why a statement of a model cannot be read: it is no SQL, or is not understood.
fn not_understood(statement: &str, names: Names, place: Place) -> Diagnostic {
    match raw::syntax_error(statement, names) {
        Some(error) => {
            Diagnostic::new(Code::FileSyntax, format!("this is not SQL of {}: {error}", names.flavour))
                .at(place)
                .hint("`--server` says for which kind of database a model is read")
        }
        None => Diagnostic::new(Code::Opaque, "what this statement does to the schema is not known")
            .at(place)
            .hint("a model holds statements that make and alter tables, indexes, views, types and sequences"),
    }
}

/// Returns what an operation makes, if a model can have it once only.
fn made(operation: &Operation) -> Option<(&'static str, TableName)> {
    match operation {
        Operation::CreateTable(create) => Some(("table", create.table.name.clone())),
        Operation::CreateView(create) => Some(("view", create.view.name.clone())),
        Operation::CreateEnum(create) => Some(("enum", create.definition.name.clone())),
        Operation::CreateSequence(create) => Some(("sequence", create.sequence.name.clone())),
        _ => None,
    }
}

/// The statements of a file that say nothing of the schema, by their first word: how many, and where the first of them stands.
#[derive(Default)]
struct Passed {
    by_word: BTreeMap<String, (usize, Place)>,
}

impl Passed {
    /// Counts a statement, unless it is one that dumps hold for the session that runs them.
    fn take(&mut self, statement: &str, place: impl Fn() -> Place) {
        let word = match raw::first_words(statement) {
            [Some(create), Some(kind)] if create == "CREATE" && kind.starts_with("TEMP") => {
                format!("{create} {kind}")
            }
            [first, _] => first.unwrap_or_default(),
        };
        let of_session = [
            "",
            "ALTER",
            "ANALYZE",
            "BEGIN",
            "COMMIT",
            "CREATE",
            "EXPLAIN",
            "LOCK",
            "PRAGMA",
            "RELEASE",
            "ROLLBACK",
            "SAVEPOINT",
            "SELECT",
            "SET",
            "SHOW",
            "START",
            "UNLOCK",
            "VACUUM",
        ];
        if !of_session.contains(&word.as_str()) {
            self.by_word.entry(word).or_insert_with(|| (0, place())).0 += 1;
        }
    }

    fn into_warnings(self) -> impl Iterator<Item = Diagnostic> {
        self.by_word.into_iter().map(|(word, (count, place))| {
            let others = match count {
                1 => String::new(),
                2 => ", and another one of its kind".to_owned(),
                more => format!(", and {} others of its kind", more - 1),
            };
            let message =
                format!("a model has nothing of what `{word}` does: the statement is passed over{others}");
            Diagnostic::new(Code::Opaque, message)
                .at(place)
                .hint("write it into the revision that is written, or into one of its own")
        })
    }
}
