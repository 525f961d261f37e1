//! `try`, and which exception a handler is for.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtTry};

use super::define::last_name;
use super::function::Scope;
use super::interpreter::{Eval, Interpreter};
use super::stop::Stop;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn try_block(&mut self, stmt: &StmtTry, scope: &Rc<Scope>) -> Eval<()> {
        let only_raises = |body: &[Stmt]| matches!(body.last(), Some(Stmt::Raise(_)));
        let handlers = || stmt.handlers.iter().filter_map(|handler| handler.as_except_handler());
        // Handlers that raise anew change nothing of what is done. Of others it is not known whether they run: what is in
        // the block may fail on the database.
        let before = self.operations.len();
        match self.block(&stmt.body, scope) {
            Ok(()) => {
                let harmless = handlers().all(|handler| only_raises(&handler.body));
                if self.operations.len() > before && !harmless {
                    return self
                        .untold(stmt, "what is done when a statement fails is decided by the database");
                }
                self.block(&stmt.orelse, scope)?;
            }
            Err(Stop::Raise(kind, untold)) => {
                let catching = handlers().find(|handler| catches(handler.type_.as_deref(), &kind));
                match catching {
                    Some(handler) if self.operations.len() == before => {
                        if let Some(name) = &handler.name {
                            scope.set(name.as_str(), Value::unknown("an exception"));
                        }
                        self.block(&handler.body, scope)?;
                    }
                    _ => return Err(Stop::Raise(kind, untold)),
                }
            }
            Err(other) => return Err(other),
        }
        self.block(&stmt.finalbody, scope)
    }
}

/// Returns the name of the exception that is raised.
pub(super) fn kind_of(expr: &Expr) -> String {
    match expr {
        Expr::Call(call) => kind_of(&call.func),
        other => last_name(other).unwrap_or("Exception").to_owned(),
    }
}

/// Says whether a handler is for an exception of that name, as far as names tell.
fn catches(handler: Option<&Expr>, kind: &str) -> bool {
    match handler {
        None => true,
        Some(Expr::Tuple(items)) => items.elts.iter().any(|item| catches(Some(item), kind)),
        Some(one) => {
            let name = last_name(one).unwrap_or_default();
            name == kind || name == "Exception" || name == "BaseException"
        }
    }
}
