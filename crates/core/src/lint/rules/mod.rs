//! The rules, a file a group.

mod code;
mod data;
mod design;
mod history;
mod locks;
mod not_taken;
mod portability;
mod rows;

use super::Rule;

pub use not_taken::{NOT_TAKEN, NotTaken};

/// Returns every rule, in order of code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let groups: [&'static [Rule]; 7] = [
        data::RULES,
        rows::RULES,
        locks::RULES,
        code::RULES,
        design::RULES,
        portability::RULES,
        history::RULES,
    ];
    groups.into_iter().flatten()
}
