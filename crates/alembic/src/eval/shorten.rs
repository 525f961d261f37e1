//! How SQLAlchemy shortens the names of rules and indexes that have come out too long for a dialect.
//!
//! It does so where a naming convention has made the name, or where `op.f(…)` says so (`conv` of SQLAlchemy's `sql/elements.py`,
//! `_truncate_and_render_maxlen_name` of `sql/compiler.py`). A name that is a mere string it refuses, and it leaves names of
//! tables, columns and types alone.

use std::rc::Rc;

use limbeck_core::action::Action;
use limbeck_core::name::Ident;
use limbeck_core::op::Operation;
use limbeck_core::schema::{Constraint, ConstraintRef};
use md5::{Digest, Md5};

/// How many letters of a name that is too long are taken away, to make room for what is put behind it, and then some.
const ROOM: usize = 8;

/// Returns how many letters a dialect lets a name have (`max_identifier_length` and `max_constraint_name_length` there).
fn longest(dialect: &str) -> usize {
    match dialect {
        "postgresql" => 63,
        "mysql" => 64,
        _ => 9999,
    }
}

/// Returns a name as it comes out on a dialect: as it is, or its beginning with the end of its hash.
pub(super) fn shortened(name: &Ident, dialect: &str) -> Ident {
    let (name, longest) = (name.as_str(), longest(dialect));
    let short = match name.chars().count() > longest {
        true => {
            let begin: String = name.chars().take(longest - ROOM).collect();
            let [.., before, last] = <[u8; 16]>::from(Md5::digest(name));
            Ident::new(&format!("{begin}_{before:02x}{last:02x}"))
        }
        false => Ident::new(name),
    };
    short.expect("a part of a name is one")
}

/// Shortens the rules and indexes of an operation whose names are among those that `op.f(…)` was given.
pub(super) fn shorten(operation: &mut Operation, kept: &[Rc<str>], dialect: &str) {
    let one = |name: &mut Ident| {
        if kept.iter().any(|kept| **kept == *name.as_str()) {
            *name = shortened(name, dialect);
        }
    };
    let rule = |constraint: &mut Constraint| constraint.name_mut().iter_mut().for_each(one);
    match operation {
        Operation::CreateTable(create) => {
            create.table.constraints.iter_mut().for_each(rule);
            create.table.indexes.iter_mut().for_each(|index| one(&mut index.name));
        }
        Operation::CreateIndex(create) => one(&mut create.index.name),
        Operation::DropIndex(drop) => one(&mut drop.index),
        Operation::AlterTable(alter) => {
            for action in &mut alter.actions {
                match action {
                    Action::AddColumn(add) => add.constraints.iter_mut().for_each(rule),
                    Action::CreateIndex(add) => one(&mut add.index.name),
                    Action::DropIndex(remove) => one(&mut remove.index),
                    Action::DropConstraint(drop) => {
                        if let ConstraintRef::Name(name) = &mut drop.constraint {
                            one(name);
                        }
                    }
                    other => {
                        if let Some(mut constraint) = other.constraint() {
                            rule(&mut constraint);
                            *other = Action::add_constraint(constraint);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the right side are those of SQLAlchemy 2.1.
    #[test]
    fn a_name_is_cut_by_letters_and_ends_with_its_hash() {
        let of = |name: &str, dialect| shortened(&Ident::new(name).unwrap(), dialect).to_string();
        let long = format!("ix_{}", "abcdefghij".repeat(7));
        assert_eq!(of(&long[..63], "postgresql"), long[..63]);
        assert_eq!(of(&long[..64], "mysql"), long[..64]);
        let short = "ix_abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab_593f";
        assert_eq!(of(&long[..70], "postgresql"), short);
        let short = "ix_abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc_593f";
        assert_eq!(of(&long[..70], "mysql"), short);
        assert_eq!(of(&long, "sqlite"), long);
        assert_eq!(of(&"ü".repeat(63), "postgresql"), "ü".repeat(63));
        assert_eq!(of(&"ü".repeat(70), "postgresql"), format!("{}_f58c", "ü".repeat(55)));
    }
}
