//! `with`, and the context managers that a script defines.

use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Stmt, StmtWith};

use super::function::{Body, Function, Kind, Scope};
use super::interpreter::{Eval, Interpreter};
use super::item::Arguments;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn with(&mut self, stmt: &StmtWith, scope: &Rc<Scope>) -> Eval<()> {
        self.with_items(stmt, 0, scope)
    }

    fn with_items(&mut self, stmt: &StmtWith, number: usize, scope: &Rc<Scope>) -> Eval<()> {
        let Some(item) = stmt.items.get(number) else { return self.block(&stmt.body, scope) };
        // What stands between a helper's start and its end runs around the block.
        if let Expr::Call(call) = &item.context_expr {
            let target = self.expression(&call.func, scope)?;
            if let Value::Function(function) = &target
                && function.kind == Kind::ContextManager
            {
                let arguments = self.arguments(&call.arguments, scope)?;
                let variable = item.optional_vars.as_deref();
                return self.around(function, arguments, stmt, |this, given| {
                    if let Some(variable) = variable {
                        this.assign(variable, given, scope)?;
                    }
                    this.with_items(stmt, number + 1, scope)
                });
            }
        }
        let context = self.expression(&item.context_expr, scope)?;
        if let Some(variable) = &item.optional_vars {
            self.assign(variable, context.clone(), scope)?;
        }
        match &context {
            Value::Batch(batch) => {
                self.with_items(stmt, number + 1, scope)?;
                self.flush(batch)
            }
            Value::Autocommit => self.outside(|this| this.with_items(stmt, number + 1, scope)),
            Value::None | Value::Bind | Value::Engine | Value::Session => {
                self.with_items(stmt, number + 1, scope)
            }
            other => self.untold(&item.context_expr, format!("a `with` block of {}", other.what())),
        }
    }

    /// Runs the text of a context manager around a block.
    fn around(
        &mut self,
        function: &Rc<Function>,
        arguments: Arguments,
        at: &StmtWith,
        inner: impl FnOnce(&mut Self, Value) -> Eval<()>,
    ) -> Eval<()> {
        let Body::Statements(body) = &function.code.body else {
            return self.untold(at, "a context manager without a block");
        };
        let scope = self.bind(function, arguments, at.range)?;
        let module = function.scope.module.clone();
        let mut inner = Some(inner);
        let mut run = |this: &mut Self, given: Value| -> Eval<()> {
            // The block belongs to the file that holds the `with`.
            let outer = this.here.pop();
            let result = match inner.take() {
                Some(inner) => inner(this, given),
                None => this.untold(at, "a context manager that yields twice"),
            };
            this.here.extend(outer);
            result
        };
        self.deeper(module, at.range, |this| this.yielding(body, &scope, &mut run).map(drop))
    }

    /// Runs statements up to the one that yields, then `inner`, then those behind it. Says whether one yielded.
    fn yielding(
        &mut self,
        body: &[Stmt],
        scope: &Rc<Scope>,
        inner: &mut dyn FnMut(&mut Self, Value) -> Eval<()>,
    ) -> Eval<bool> {
        let mut yielded = false;
        for statement in body {
            match statement {
                Stmt::Expr(expr) if matches!(&*expr.value, Expr::Yield(_)) => {
                    let Expr::Yield(expr) = &*expr.value else { continue };
                    let value = match &expr.value {
                        Some(value) => self.expression(value, scope)?,
                        None => Value::None,
                    };
                    inner(self, value)?;
                    yielded = true;
                }
                Stmt::If(stmt) if has_yield(statement) => {
                    if self.condition(&stmt.test, scope)? {
                        yielded |= self.yielding(&stmt.body, scope, inner)?;
                        continue;
                    }
                    for clause in &stmt.elif_else_clauses {
                        let taken = match &clause.test {
                            Some(test) => self.condition(test, scope)?,
                            None => true,
                        };
                        if taken {
                            yielded |= self.yielding(&clause.body, scope, inner)?;
                            break;
                        }
                    }
                }
                Stmt::Try(stmt) if has_yield(statement) && stmt.handlers.is_empty() => {
                    yielded |= self.yielding(&stmt.body, scope, inner)?;
                    self.block(&stmt.finalbody, scope)?;
                }
                Stmt::With(stmt) if has_yield(statement) && stmt.items.len() == 1 => {
                    let context = self.expression(&stmt.items[0].context_expr, scope)?;
                    if let Some(variable) = &stmt.items[0].optional_vars {
                        self.assign(variable, context.clone(), scope)?;
                    }
                    match &context {
                        Value::Batch(batch) => {
                            yielded |= self.yielding(&stmt.body, scope, inner)?;
                            self.flush(batch)?;
                        }
                        Value::Autocommit => {
                            yielded |= self.outside(|this| this.yielding(&stmt.body, scope, inner))?;
                        }
                        other => {
                            let what = other.what();
                            return self.untold(stmt, format!("a `with` block of {what}"));
                        }
                    }
                }
                Stmt::Return(_) => return Ok(yielded),
                statement if has_yield(statement) => {
                    return self.untold(statement, "a context manager that is not evaluated");
                }
                statement => self.statement(statement, scope)?,
            }
            if yielded && matches!(statement, Stmt::If(stmt) if ends(&stmt.body)) {
                return Ok(true);
            }
        }
        Ok(yielded)
    }
}

fn has_yield(statement: &Stmt) -> bool {
    struct Yields(bool);
    impl<'a> Visitor<'a> for Yields {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
            walk_expr(self, expr);
        }
    }
    let mut yields = Yields(false);
    yields.visit_stmt(statement);
    yields.0
}

fn ends(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Return(_)))
}
