//! What went wrong, where, and what to do, as data. Only the command line renders it.

mod code;
mod place;
mod suggest;

use std::fmt;

pub use code::Code;
pub use place::Place;
pub use suggest::nearest;

/// One fault that a person can act on.
///
/// `message` says what was found, `places` where (the first is the main one; empty when no file is at fault),
/// `hint` what to do. None of them ends in a full stop, and literals stand in backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which fault it is; decides the exit status.
    pub code: Code,
    /// What was found, in one sentence.
    pub message: String,
    /// Where, the main place first.
    pub places: Vec<Place>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// Makes a diagnostic with no place and no hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), places: Vec::new(), hint: None }
    }

    /// Adds a place; the first one added is the main one.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Adds the place if there is one.
    #[must_use]
    pub fn at_opt(self, place: Option<Place>) -> Self {
        match place {
            Some(place) => self.at(place),
            None => self,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Hints at the candidate that is spelled most like `found`, if one is near enough.
    #[must_use]
    pub fn similar<'a>(self, found: &str, what: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(found, candidates) {
            Some(near) => self.hint(format!("{what} with a similar name exists: `{near}`")),
            None => self,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code, self.message)?;
        if let Some(place) = self.places.first() {
            write!(f, " ({place})")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// All the faults that one pass found, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Turns collected faults into a result: `Ok(value)` when there are none.
    ///
    /// # Errors
    /// The faults, in the order given.
    pub fn check<T>(faults: Vec<Diagnostic>, value: T) -> Result<T, Self> {
        if faults.is_empty() { Ok(value) } else { Err(Self(faults)) }
    }

    /// Returns the faults, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Returns the first fault, whose code decides the exit status.
    pub fn first(&self) -> &Diagnostic {
        &self.0[0]
    }

    /// Takes the faults out.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
