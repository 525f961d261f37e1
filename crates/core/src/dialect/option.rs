//! What a project may set for one kind of database alone.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};

use super::Dialect;

/// An option of a dialect: a key of the table `[DIALECT]` in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionSpec {
    /// Its name.
    pub name: &'static str,
    /// The values that it takes, the default first.
    pub values: &'static [&'static str],
}

/// What is set for each kind of database. Each value is checked when it is set, so there are only good ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialectOptions(BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>);

impl DialectOptions {
    /// Sets nothing: every option has its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an option of a dialect.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] without a place, when there is no such option or it does not take the value; the hint
    /// names the nearest.
    pub fn set(&mut self, dialect: &dyn Dialect, name: &str, value: &str) -> Result<(), Diagnostic> {
        let fault = |message: String| Diagnostic::new(Code::ConfigInvalid, message);
        let specs = dialect.options();
        let Some(spec) = specs.iter().find(|spec| spec.name == name) else {
            let names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
            let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let fault = fault(format!("unknown key `{name}` in `[{}]`", dialect.name()));
            let fault = fault.hint(format!("known keys: {}", known.join(", ")));
            return Err(fault.similar(name, "a key", names));
        };
        let Some(value) = spec.values.iter().find(|known| **known == value) else {
            let takes: Vec<String> = spec.values.iter().map(|value| format!("`{value}`")).collect();
            let fault = fault(format!("`{name}` must be {}", takes.join(" or ")));
            return Err(fault.similar(value, "a value", spec.values.iter().copied()));
        };
        self.0.entry(dialect.name()).or_default().insert(spec.name, value);
        Ok(())
    }

    /// Returns what is set for a dialect, by the names of the options; nothing for those that have their default.
    pub fn of(&self, dialect: &str) -> BTreeMap<&'static str, &'static str> {
        self.0.get(dialect).cloned().unwrap_or_default()
    }
}
