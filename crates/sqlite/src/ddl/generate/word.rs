//! The names of random texts, unkind ones among them, and their quotes.

use crate::ddl::grammar::{NameKind, name_kind};
use crate::ddl::meaningful;

/// Names of columns and of objects to be made. No two are one to SQLite.
pub(super) const NAMES: [&str; 16] = [
    "a",
    "b",
    "c",
    "d",
    "e",
    "key",
    "desc",
    "it's",
    "we\"ird",
    "back`tick",
    "two words",
    "Größe",
    "select",
    "x$1",
    "left",
    "[odd",
];

/// Returns a name in one of six styles: bare, where that is a name and nothing else, or in quotes.
pub(super) fn quoted(name: &str, style: usize) -> String {
    let doubled = |mark: &str| format!("{mark}{}{mark}", name.replace(mark, &mark.repeat(2)));
    match style {
        3 => doubled("`"),
        4 if !name.contains(']') => format!("[{name}]"),
        0..=2 if is_bare(name) => name.to_owned(),
        _ => doubled("\""),
    }
}

fn is_bare(name: &str) -> bool {
    matches!(meaningful(name).as_slice(), [one] if one.text == name && name_kind(one) == Some(NameKind::Name))
}
