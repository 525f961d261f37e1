//! What the functions of scripts do, recorded by playing them in the project's own Python.
//!
//! [`Recorder::record`] starts the interpreter with a small program, which imports the project as Alembic does, calls every
//! `upgrade()` and `downgrade()` with an `op` that writes down what it is asked for, and hands it over as JSON: each call as
//! a line of Python with literal arguments, and the SQL that Alembic makes of it. The lines are read by the same evaluator
//! as scripts are; where it does not know one, its SQL stands for it. [`fill`] puts that where a script alone did not tell.

mod fill;
mod gone;
mod play;
mod process;

pub use fill::{Alone, Filled, Note, fill};
pub use gone::Before;
pub use process::{Play, Read, Recorder, Recording, Scratch, VersionTable};
