//! What `env.py` says of the version table, as far as it says it in literals or takes it from the configuration.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::name::{Ident, TableName};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::VersionTable;
use crate::script::literal::{Constants, Literal};

/// The name that Alembic gives the table where nothing is said.
const DEFAULT: &str = "alembic_version";

/// What `env.py` says.
pub(super) struct Env {
    pub(super) version_table: VersionTable,
    pub(super) version_table_key: bool,
}

/// Returns what `context.configure(version_table=…, version_table_schema=…, version_table_pk=…)` says. A file that cannot be
/// read says nothing. `option` gives the value that `config.get_main_option` has for a key.
pub(super) fn read(path: &Path, option: &dyn Fn(&str) -> Option<String>) -> Env {
    let default = TableName::unqualified(Ident::new(DEFAULT).expect("it is a good name"));
    let nothing = || Env { version_table: VersionTable::Known(default.clone()), version_table_key: true };
    let Ok(text) = std::fs::read_to_string(path) else { return nothing() };
    let Ok(parsed) = ruff_python_parser::parse_module(&text) else { return nothing() };
    let module = parsed.into_syntax();
    let reading = Reading { path, text: &text, constants: Constants::of(&module.body), option };
    let mut finder = Finder { calls: Vec::new() };
    finder.visit_body(&module.body);
    Env {
        version_table: reading.version_table(&finder.calls, &default),
        version_table_key: !finder.calls.iter().any(|call| says_no_key(call)),
    }
}

/// A key does no harm where it is not known whether there is to be one.
fn says_no_key(call: &ExprCall) -> bool {
    call.arguments.keywords.iter().any(|keyword| {
        keyword.arg.as_deref() == Some("version_table_pk")
            && matches!(&keyword.value, Expr::BooleanLiteral(literal) if !literal.value)
    })
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    constants: Constants,
    option: &'a dyn Fn(&str) -> Option<String>,
}

impl Reading<'_> {
    fn version_table(&self, calls: &[&ExprCall], default: &TableName) -> VersionTable {
        let mut seen: Option<TableName> = None;
        for call in calls {
            let mut table = default.clone();
            for keyword in &call.arguments.keywords {
                let is_schema = match keyword.arg.as_deref() {
                    Some("version_table") => false,
                    Some("version_table_schema") => true,
                    _ => continue,
                };
                match (self.eval(&keyword.value), is_schema) {
                    (Some(Literal::None), true) => {}
                    (Some(Literal::Text(text)), true) if Ident::new(&text).is_ok() => {
                        table.schema = Ident::new(&text).ok();
                    }
                    (Some(Literal::Text(text)), false) if Ident::new(&text).is_ok() => {
                        table.name = Ident::new(&text).expect("it was just tried");
                    }
                    _ => return unclear(self.path, self.text, &keyword.value),
                }
            }
            if seen.as_ref().is_some_and(|other| *other != table) {
                return unclear(self.path, self.text, &Expr::Call((*call).clone()));
            }
            seen = Some(table);
        }
        VersionTable::Known(seen.unwrap_or_else(|| default.clone()))
    }

    /// Returns a literal, or what the configuration says where that is asked for: `config.get_main_option("key")`.
    fn eval(&self, expr: &Expr) -> Option<Literal> {
        if let Some(literal) = self.constants.eval(expr) {
            return Some(literal);
        }
        let Expr::Call(call) = expr else { return None };
        let Expr::Attribute(attribute) = &*call.func else { return None };
        let is_config = matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "config");
        if !is_config || attribute.attr.as_str() != "get_main_option" || !call.arguments.keywords.is_empty() {
            return None;
        }
        let [key, rest @ ..] = &call.arguments.args[..] else { return None };
        let Some(Literal::Text(key)) = self.constants.eval(key) else { return None };
        match ((self.option)(&key), rest.first()) {
            (Some(value), _) => Some(Literal::Text(value)),
            (None, Some(default)) => self.constants.eval(default),
            (None, None) => Some(Literal::None),
        }
    }
}

fn unclear(path: &Path, text: &str, at: &Expr) -> VersionTable {
    let range = at.range();
    let place = Place::new(path, Arc::from(text), range.start().to_usize()..range.end().to_usize());
    VersionTable::Unclear(
        Diagnostic::new(Code::ConfigInvalid, "`env.py` computes the name of the version table")
            .at(place.label("not a literal, or not the same in every call"))
            .hint("say it in a `limbeck.toml` beside: `[migrations] version_table = \"…\"`"),
    )
}

/// Collects the calls of `configure`.
struct Finder<'a> {
    calls: Vec<&'a ExprCall>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Expr::Attribute(attribute) = &*call.func
            && attribute.attr.as_str() == "configure"
        {
            self.calls.push(call);
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(text: &str) -> Env {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env.py");
        std::fs::write(&path, text).unwrap();
        read(&path, &|key| (key == "table").then(|| "of_ini".to_owned()))
    }

    fn table(text: &str) -> String {
        match env(text).version_table {
            VersionTable::Known(name) => name.to_string(),
            VersionTable::Unclear(fault) => fault.places[0].source[fault.places[0].span.clone()].to_owned(),
        }
    }

    #[test]
    fn the_version_table_is_that_of_the_literals_and_of_the_configuration() {
        assert_eq!(table("context.configure(url=url)"), "alembic_version");
        let literal = "NAME = 'mine'\ncontext.configure(version_table=NAME, version_table_schema='app')";
        assert_eq!(table(literal), "app.mine");
        assert_eq!(table("context.configure(version_table=config.get_main_option('table'))"), "of_ini");
        assert_eq!(table("context.configure(version_table=config.get_main_option('no', 'given'))"), "given");
        assert_eq!(
            table("context.configure(version_table=config.get_main_option('no'))"),
            "config.get_main_option('no')"
        );
        assert_eq!(table("context.configure(version_table=name())"), "name()");
    }

    #[test]
    fn a_version_table_without_a_key_is_one_where_a_literal_says_so() {
        assert!(!env("context.configure(version_table_pk=False)").version_table_key);
        assert!(
            env("context.configure(version_table_pk=key)").version_table_key && env("").version_table_key
        );
    }
}
