//! Reads what only some dialects have: tables named after the dialect.

use std::collections::BTreeMap;

use crate::diagnostic::Code;
use crate::literal::Literal;
use crate::schema::Options;

use super::{Keys, Node};

/// The names that migration files give to dialects. Another name is a fault, lest a slip of the pen hides an operation.
pub(in crate::script) const DIALECTS: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

/// What an option may be besides a single value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropping {
    /// Nothing else.
    Refused,
    /// `{ drop = true }`, which is read as NULL.
    Allowed,
}

/// Reads the tables of options among the keys.
pub(super) fn options(keys: &mut Keys<'_>, dropping: Dropping) -> Option<Options> {
    let mut options = Options::new();
    let mut sound = true;
    for dialect in DIALECTS {
        let Some(node) = keys.take(dialect) else {
            continue;
        };
        match of_dialect(&node, dropping) {
            Some(own) if own.is_empty() => {
                node.fault(Code::BadValue, format!("{} must not be empty", node.what()))
            }
            Some(own) => {
                options.insert(dialect.to_owned(), own);
                continue;
            }
            None => {}
        }
        sound = false;
    }
    sound.then_some(options)
}

fn of_dialect(node: &Node<'_>, dropping: Dropping) -> Option<BTreeMap<String, Literal>> {
    let all = node.table()?.all();
    let read: Vec<Option<(String, Literal)>> = all
        .into_iter()
        .map(|(name, node)| {
            let value = match node.keys() {
                Some(keys) if dropping == Dropping::Allowed => {
                    super::edit::drops(keys).map(|()| Literal::Null)
                }
                _ => node.literal(),
            };
            Some((name.to_owned(), value?))
        })
        .collect();
    read.into_iter().collect()
}
