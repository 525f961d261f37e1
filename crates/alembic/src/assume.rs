//! What the translation of a script rests on beyond the script itself, Alembic and SQLAlchemy.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Expr, Stmt};

/// Something that a translation takes for granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumption {
    /// What is imported under this dotted name is what its source, or a table of types, says.
    Import(String),
    /// The script runs on a database, and not with `--sql`.
    Online,
}

/// Modules whose meaning is known, by the first part of their names: Alembic, SQLAlchemy, and those of Python's own that
/// scripts of migrations use.
const KNOWN: [&str; 36] = [
    "__future__",
    "abc",
    "alembic",
    "base64",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "importlib",
    "inspect",
    "itertools",
    "json",
    "logging",
    "math",
    "numbers",
    "operator",
    "os",
    "pathlib",
    "pprint",
    "random",
    "re",
    "secrets",
    "sqlalchemy",
    "string",
    "sys",
    "textwrap",
    "time",
    "types",
    "typing",
    "uuid",
    "warnings",
];

/// Returns what the translation of a script assumes, each once and in order; nothing for a text that is no Python.
///
/// Imports whose names are not used are left out.
pub fn assumptions(text: &str) -> Vec<Assumption> {
    let Ok(parsed) = ruff_python_parser::parse_module(text) else { return Vec::new() };
    let mut found = Found::default();
    found.visit_body(&parsed.syntax().body);
    let imports = found.imports.iter().filter(|(bound, _)| found.used.contains(bound));
    let mut assumed: BTreeSet<Assumption> =
        imports.map(|(_, dotted)| Assumption::Import(dotted.clone())).collect();
    if found.used.contains("is_offline_mode") || found.used.contains("as_sql") {
        assumed.insert(Assumption::Online);
    }
    assumed.into_iter().collect()
}

/// The imports of a script that are not known, with the names that they bind; and all names and attributes that are used.
#[derive(Default)]
struct Found {
    imports: Vec<(String, String)>,
    used: BTreeSet<String>,
}

impl Found {
    fn import(&mut self, module: &str, level: u32, alias: Option<&Alias>) {
        let first = module.split('.').next().unwrap_or_default();
        if level == 0 && KNOWN.contains(&first) {
            return;
        }
        let bound = |alias: &Alias| alias.asname.as_ref().map(ToString::to_string);
        let (bound, dotted) = match alias {
            Some(alias) => {
                let dots = ".".repeat(usize::try_from(level).unwrap_or_default());
                let between = if module.is_empty() { "" } else { "." };
                (
                    bound(alias).unwrap_or_else(|| alias.name.to_string()),
                    format!("{dots}{module}{between}{}", alias.name),
                )
            }
            None => (first.to_owned(), module.to_owned()),
        };
        self.imports.push((bound, dotted));
    }
}

impl<'a> Visitor<'a> for Found {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias.name.as_str(), 0, None);
                    if let (Some(name), Some(last)) = (&alias.asname, self.imports.last_mut())
                        && last.1 == alias.name.as_str()
                    {
                        last.0 = name.to_string();
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                import.names.iter().for_each(|alias| self.import(module, import.level, Some(alias)));
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => drop(self.used.insert(name.id.to_string())),
            Expr::Attribute(attribute) => drop(self.used.insert(attribute.attr.to_string())),
            _ => {}
        }
        walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_of_the_application_is_assumed_and_what_everybody_knows_is_not() {
        let text = "import logging\nimport sqlalchemy as sa\nimport app.models as models\nimport app.unused\n\
                    from alembic import context, op\nfrom app.types import GUID, Money as M\nfrom . import helpers\n\
                    def upgrade():\n    from lib.a import b\n    if context.is_offline_mode():\n        return\n    \
                    op.add_column('t', sa.Column('a', M(), models.x, b, helpers.y, logging))\n";
        let import = |name: &str| Assumption::Import(name.to_owned());
        assert_eq!(
            assumptions(text),
            [
                import(".helpers"),
                import("app.models"),
                import("app.types.Money"),
                import("lib.a.b"),
                Assumption::Online
            ]
        );
        assert!(assumptions("def upgrade(:\n").is_empty());
    }
}
