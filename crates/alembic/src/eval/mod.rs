//! Evaluates the functions of a script to operations, without running Python.
//!
//! A script is evaluated once for each dialect, with everything else concrete: what `bind.dialect.name` says decides which
//! branch is taken, helpers are called, loops are unrolled. Operations that are the same on all dialects become one, the
//! others are limited to theirs. Whatever is met that cannot be computed here stops the evaluation with its place and the
//! reason; nothing is guessed.

mod argument;
mod asked;
mod attribute;
mod builtin;
mod call;
mod constraint;
mod convention;
mod convert;
mod define;
mod expression;
mod format;
mod function;
mod index;
mod inspector;
mod interpreter;
mod item;
mod mapped;
mod meaning;
mod merge;
mod metadata;
mod method;
mod module;
mod op;
mod operator;
mod shorten;
mod sql;
mod statement;
mod stop;
mod translate;
mod try_block;
mod types;
mod value;
mod with;

pub use convention::Convention;
pub(crate) use merge::{Side, merge};
pub use translate::{ConventionSource, Translation, Translator, translate};
pub(crate) use translate::{DIALECTS, evaluate};
pub use types::{BadTypeMap, TypeMap};
