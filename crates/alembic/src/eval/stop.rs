//! Why the evaluation of a statement or expression ended early.

use std::rc::Rc;

use limbeck_core::diagnostic::Place;

use super::value::Value;

/// Why the evaluation ended early.
pub(super) enum Stop {
    /// Something cannot be computed here.
    Untold(Box<Untold>),
    /// An exception was raised.
    Raise(Rc<str>, Box<Untold>),
    /// `return`.
    Return(Value),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// What cannot be computed, and where it stands.
pub(super) struct Untold {
    pub(super) reason: String,
    pub(super) place: Place,
}
