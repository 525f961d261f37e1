//! Words in the place of types that are none.

use limbeck_core::action::Action;
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::dialect::{NoType, TypeWords};
use limbeck_core::name::Ident;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;

use super::reading::Reading;
use crate::connect::dialect_named;

/// A word that the server does not come with.
pub(super) struct Doubtful {
    word: String,
    meant: Option<&'static str>,
    place: Place,
}

impl Reading<'_> {
    /// Keeps the words of an operation's types that may be none. `place` is its statement.
    pub(super) fn doubt_types(&mut self, operation: &Operation, place: &Place) {
        let words = dialect_named(self.server.flavour).map_or(TypeWords::Any, |dialect| dialect.type_words());
        for text in types_of(operation).into_iter().filter_map(native) {
            let Some(NoType { word, meant }) = words.missing(text) else { continue };
            self.doubtful.push(Doubtful { word: word.to_owned(), meant, place: narrowed(place, word) });
        }
    }

    /// Refuses the words that are no types, unless the schema that the model is compared with has them: someone made them.
    pub(super) fn types_are_there(&mut self, known: &Schema) {
        let columns = || known.tables.values().flat_map(|table| &table.columns);
        for Doubtful { word, meant, place } in std::mem::take(&mut self.doubtful) {
            let is_it =
                |text: &str| text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next() == Some(&word);
            let used = columns()
                .filter_map(|column| native(&column.ty))
                .any(|text| is_it(&text.to_lowercase()) || is_it(text));
            let named = Ident::new(&word).is_ok_and(|name| !known.opaque.touching(&name).is_empty());
            if used || named {
                continue;
            }
            let fault = Diagnostic::new(Code::BadType, format!("unknown type `{word}`")).at(place);
            let own = match dialect_named(self.server.flavour).map(|dialect| dialect.type_words()) {
                Some(TypeWords::Open { .. }) => {
                    format!("; one of your own is written in quotes: `\"{}\"`", word.to_lowercase())
                }
                _ => String::new(),
            };
            self.faults.push(match meant {
                Some(meant) => fault.hint(format!("`{meant}` is one{own}")),
                None => fault.hint(format!("{} comes with no type of that name", self.server.flavour)),
            });
        }
    }
}

fn types_of(operation: &Operation) -> Vec<&ColumnType> {
    match operation {
        Operation::CreateTable(create) => create.table.columns.iter().map(|column| &column.ty).collect(),
        Operation::AlterTable(alter) => {
            let ty = alter.actions.iter().filter_map(|action| match action {
                Action::AddColumn(add) => Some(&add.column.ty),
                Action::AlterColumn(change) => change.ty.as_ref(),
                _ => None,
            });
            ty.collect()
        }
        _ => Vec::new(),
    }
}

fn native(ty: &ColumnType) -> Option<&str> {
    match ty {
        ColumnType::Native(text) => Some(text.as_str()),
        ColumnType::Array(item) => native(item),
        _ => None,
    }
}

/// Returns where a word first stands in a statement; all of it, where the word is not found.
pub(super) fn narrowed(place: &Place, word: &str) -> Place {
    let text = place.source.get(place.span.clone()).unwrap_or_default();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let (lower, wanted) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let whole =
        |at: &usize| !lower[..*at].ends_with(in_word) && !lower[at + wanted.len()..].starts_with(in_word);
    match lower.match_indices(&wanted).map(|(at, _)| at).find(whole) {
        Some(at) if !wanted.is_empty() => {
            let start = place.span.start + at;
            Place::new(place.path.clone(), place.source.clone(), start..start + wanted.len())
        }
        _ => place.clone(),
    }
}
