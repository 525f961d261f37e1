//! `lint`: what a migration file says of rules of the linter, for itself.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::lint::{self, Exception, Level, Rule};

use super::{Keys, Node};

/// Reads `lint = [{ rule = …, level = …, reason = … }, …]`; nothing where it is not there. `None` when a fault is recorded.
pub(in crate::script) fn exceptions(keys: &mut Keys<'_>) -> Option<Vec<Exception>> {
    match keys.take("lint") {
        Some(node) => node.one_or_more().iter().map(exception).collect(),
        None => Some(Vec::new()),
    }
}

fn exception(node: &Node<'_>) -> Option<Exception> {
    let mut keys = node.table()?;
    let rule = keys.required("rule", rule);
    let level = keys.optional("level", Node::word::<Level>);
    let reason = keys.required("reason", |node| {
        let text = node.text()?;
        if text.trim().is_empty() {
            node.fault(Code::BadValue, format!("{} must say something", node.what()));
            return None;
        }
        Some(text)
    });
    keys.finish();
    Some(Exception { rule: rule?, level: level?.unwrap_or(Level::Off), reason: reason? })
}

fn rule(node: &Node<'_>) -> Option<&'static Rule> {
    let name = node.text()?;
    let found = lint::rule(&name);
    if found.is_none() {
        let fault = Diagnostic::new(Code::BadValue, format!("there is no rule `{name}`"));
        let fault = fault.at(node.reader.place(node.span()));
        node.reader.report(match nearest(&name, lint::all().map(|rule| rule.name)) {
            Some(near) => fault.hint(format!("a rule with a similar name exists: `{near}`")),
            None => fault.hint("`limbeck lint --rules` lists them"),
        });
    }
    found
}
