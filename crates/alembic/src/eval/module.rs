//! A Python file whose names can be asked for.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::Place;
use ruff_python_ast::{Expr, ExprContext, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::value::Value;

/// A file.
pub(super) struct Module {
    pub(super) path: Arc<PathBuf>,
    pub(super) text: Arc<str>,
    /// Its name with dots, as far as it is known.
    pub(super) name: String,
    pub(super) body: Vec<Stmt>,
    pub(super) globals: RefCell<FxHashMap<String, Value>>,
    /// Whether names are looked up when they are needed, rather than bound from top to bottom.
    pub(super) lazy: bool,
}

impl Module {
    /// Parses a file.
    pub(super) fn parse(path: &Path, name: &str, text: Arc<str>, lazy: bool) -> Option<Self> {
        let parsed = ruff_python_parser::parse_module(&text).ok()?;
        let body = parsed.into_syntax().body.into_iter().collect();
        let globals = RefCell::default();
        Some(Self { path: Arc::new(path.to_owned()), text, name: name.to_owned(), body, globals, lazy })
    }

    pub(super) fn place(&self, range: TextRange) -> Place {
        Place::new(self.path.as_ref(), self.text.clone(), range.start().to_usize()..range.end().to_usize())
    }

    /// Returns the package that relative imports start from: of a package its own name, else what is before the last dot.
    pub(super) fn package(&self, level: u32) -> String {
        let mut parts: Vec<&str> = self.name.split('.').collect();
        let is_package = self.path.file_name().is_some_and(|name| name == "__init__.py");
        for _ in 0..level.saturating_sub(u32::from(is_package)) {
            parts.pop();
        }
        parts.join(".")
    }

    /// Returns the one statement at the top of the file that binds a name; `None` when there is none.
    pub(super) fn binding(&self, name: &str) -> Option<Binding<'_>> {
        let (mut found, mut read) = (None, false);
        for statement in &self.body {
            match binds(statement, name) {
                Binds::Yes => {
                    if found.replace(statement).is_some() {
                        return Some(Binding::Unclear);
                    }
                }
                Binds::May => return Some(Binding::Unclear),
                Binds::Reads => read = true,
                Binds::No => {}
            }
            if changes(statement, name) {
                return Some(Binding::Unclear);
            }
        }
        found.or_else(|| self.for_checkers(name)).map(|statement| match read {
            true => Binding::ByAndRead(statement),
            false => Binding::By(statement),
        })
    }

    /// Returns the import of a name that only type checkers see, in a file that finds the name by its `__getattr__`: what it
    /// finds is what they are told.
    fn for_checkers(&self, name: &str) -> Option<&Stmt> {
        let named = |statement: &&Stmt| matches!(binds(statement, name), Binds::Yes);
        let finds = |statement: &Stmt| matches!(statement, Stmt::FunctionDef(function) if function.name.as_str() == "__getattr__");
        if !self.body.iter().any(finds) {
            return None;
        }
        let blocks = self.body.iter().filter(|statement| is_for_checkers(statement));
        blocks.flat_map(block_for_checkers).find(named)
    }

    /// Returns the modules whose names are all imported.
    pub(super) fn stars(&self) -> impl Iterator<Item = (u32, String)> {
        self.body.iter().filter_map(|statement| match statement {
            Stmt::ImportFrom(import) if import.names.iter().any(|alias| alias.name.as_str() == "*") => {
                Some((import.level, import.module.as_ref().map(|m| m.to_string()).unwrap_or_default()))
            }
            _ => None,
        })
    }
}

/// What binds a name at the top of a file.
pub(super) enum Binding<'a> {
    By(&'a Stmt),
    /// Other statements at the top read the name, and may change the inside of what it is bound to.
    ByAndRead(&'a Stmt),
    /// Several statements bind it, or one that need not run.
    Unclear,
}

enum Binds {
    Yes,
    May,
    Reads,
    No,
}

fn is_for_checkers(statement: &Stmt) -> bool {
    let named = |test: &Expr| match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    };
    matches!(statement, Stmt::If(stmt) if named(&stmt.test) && stmt.elif_else_clauses.is_empty())
}

fn block_for_checkers(statement: &Stmt) -> &[Stmt] {
    match statement {
        Stmt::If(stmt) => &stmt.body,
        _ => &[],
    }
}

fn binds(statement: &Stmt, name: &str) -> Binds {
    let is = |target: &Expr| matches!(target, Expr::Name(found) if found.id.as_str() == name);
    let yes = match statement {
        Stmt::Assign(assign) => {
            assign.targets.iter().any(|target| match target {
                Expr::Tuple(items) => items.elts.iter().any(is),
                target => is(target),
            }) || {
                // `NAME["key"] = …` changes what a name is bound to.
                if assign.targets.iter().any(|target| mentions(target, name)) {
                    return if assign.targets.iter().any(is) { Binds::Yes } else { Binds::May };
                }
                false
            }
        }
        Stmt::AnnAssign(assign) => is(&assign.target) && assign.value.is_some(),
        Stmt::FunctionDef(function) => function.name.as_str() == name,
        Stmt::ClassDef(class) => class.name.as_str() == name,
        Stmt::Import(import) => import.names.iter().any(|alias| match &alias.asname {
            Some(asname) => asname.as_str() == name,
            None => alias.name.as_str().split('.').next() == Some(name),
        }),
        Stmt::ImportFrom(import) => {
            import.names.iter().any(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str() == name)
        }
        _ if is_for_checkers(statement) => false,
        Stmt::Expr(_)
        | Stmt::AugAssign(_)
        | Stmt::Delete(_)
        | Stmt::For(_)
        | Stmt::While(_)
        | Stmt::With(_)
        | Stmt::If(_)
        | Stmt::Try(_) => {
            return words(statement, name);
        }
        _ => false,
    };
    if yes { Binds::Yes } else { Binds::No }
}

fn mentions(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Name(found) => found.id.as_str() == name,
        Expr::Attribute(attribute) => mentions(&attribute.value, name),
        Expr::Subscript(subscript) => mentions(&subscript.value, name),
        Expr::Tuple(items) => items.elts.iter().any(|item| mentions(item, name)),
        _ => false,
    }
}

/// The methods that change a list, set or dictionary.
const CHANGING: [&str; 16] = [
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "insert",
    "move_to_end",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
    "__setitem__",
];

/// Says whether a function or class binds a name of its module anew, or changes what that holds.
fn changes(statement: &Stmt, name: &str) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Changes<'n> {
        name: &'n str,
        found: bool,
    }
    impl<'a> Visitor<'a> for Changes<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.found |= match expr {
                Expr::Call(call) => match &*call.func {
                    Expr::Attribute(method) => {
                        CHANGING.contains(&method.attr.as_str()) && is_or_is_in(&method.value, self.name)
                    }
                    _ => false,
                },
                Expr::Subscript(item) => item.ctx != ExprContext::Load && is_or_is_in(&item.value, self.name),
                _ => false,
            };
            walk_expr(self, expr);
        }

        fn visit_stmt(&mut self, statement: &'a Stmt) {
            self.found |= match statement {
                Stmt::Global(global) => global.names.iter().any(|name| name.as_str() == self.name),
                _ => false,
            };
            walk_stmt(self, statement);
        }
    }
    if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
        return false;
    }
    let mut changes = Changes { name, found: false };
    changes.visit_stmt(statement);
    changes.found
}

/// Says whether an expression is what a name is bound to, or something in it.
fn is_or_is_in(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Name(found) => found.id.as_str() == name,
        Expr::Subscript(subscript) => is_or_is_in(&subscript.value, name),
        _ => false,
    }
}

/// Says whether a statement could bind a name somewhere in it, or reads it.
fn words(statement: &Stmt, name: &str) -> Binds {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Words<'n> {
        name: &'n str,
        found: bool,
        read: bool,
    }
    impl<'a> Visitor<'a> for Words<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Name(found) = expr {
                let same = found.id.as_str() == self.name;
                self.read |= same;
                self.found |= same && found.ctx != ExprContext::Load;
            }
            walk_expr(self, expr);
        }

        fn visit_stmt(&mut self, statement: &'a Stmt) {
            self.found |= match statement {
                Stmt::FunctionDef(function) => function.name.as_str() == self.name,
                Stmt::ClassDef(class) => class.name.as_str() == self.name,
                Stmt::Import(import) => import
                    .names
                    .iter()
                    .any(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str() == self.name),
                Stmt::ImportFrom(import) => import
                    .names
                    .iter()
                    .any(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str() == self.name),
                _ => false,
            };
            walk_stmt(self, statement);
        }
    }
    let mut words = Words { name, found: false, read: false };
    words.visit_stmt(statement);
    match words {
        Words { found: true, .. } => Binds::May,
        Words { read: true, .. } => Binds::Reads,
        _ => Binds::No,
    }
}
