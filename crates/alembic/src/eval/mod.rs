//! Evaluates the functions of a script to operations, without running Python.
//!
//! A script is evaluated once for each dialect, with everything else concrete: what `bind.dialect.name` says decides which
//! branch is taken, helpers are called, loops are unrolled. Operations that are the same on all dialects become one, the
//! others are limited to theirs. Whatever is met that cannot be computed here stops the evaluation with its place and the
//! reason; nothing is guessed.

mod attribute;
mod builtin;
mod call;
mod convert;
mod expression;
mod format;
mod function;
mod interpreter;
mod item;
mod merge;
mod method;
mod module;
mod op;
mod operator;
mod sql;
mod statement;
mod stop;
mod translate;
mod types;
mod value;

pub use translate::{Translation, Translator, translate};
pub use types::{BadTypeMap, TypeMap};
