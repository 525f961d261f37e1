//! What `env.py` says of the version table, as far as it says it in literals.

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

/// Returns the table that `context.configure(version_table=…, version_table_schema=…)` names. A file that cannot be read
/// says nothing.
pub(super) fn version_table(path: &Path) -> VersionTable {
    let default = TableName::unqualified(Ident::new(DEFAULT).expect("it is a good name"));
    let Ok(text) = std::fs::read_to_string(path) else { return VersionTable::Known(default) };
    let Ok(parsed) = ruff_python_parser::parse_module(&text) else { return VersionTable::Known(default) };
    let module = parsed.into_syntax();
    let constants = Constants::of(&module.body);
    let mut finder = Finder { calls: Vec::new() };
    finder.visit_body(&module.body);
    let mut table = default.clone();
    let mut seen: Option<TableName> = None;
    for call in finder.calls {
        table = default.clone();
        for keyword in &call.arguments.keywords {
            let name = match keyword.arg.as_deref() {
                Some("version_table") => &mut table.name,
                Some("version_table_schema") => {
                    match constants.eval(&keyword.value) {
                        Some(Literal::None) => continue,
                        Some(Literal::Text(text)) if Ident::new(&text).is_ok() => {
                            table.schema = Ident::new(&text).ok();
                        }
                        _ => return unclear(path, &text, &keyword.value),
                    }
                    continue;
                }
                _ => continue,
            };
            match constants.eval(&keyword.value) {
                Some(Literal::Text(text)) if Ident::new(&text).is_ok() => {
                    *name = Ident::new(&text).expect("it was just tried");
                }
                _ => return unclear(path, &text, &keyword.value),
            }
        }
        if seen.as_ref().is_some_and(|other| *other != table) {
            return unclear(path, &text, &Expr::Call(call.clone()));
        }
        seen = Some(table.clone());
    }
    VersionTable::Known(table)
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
