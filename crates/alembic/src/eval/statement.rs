//! Statements: what is bound, what runs, and in which order.

use std::rc::Rc;

use ruff_python_ast::{Alias, Expr, Stmt, StmtFor};
use ruff_text_size::Ranged;

use super::function::Scope;
use super::interpreter::{Eval, Interpreter, absolute};
use super::item::Item;
use super::stop::Stop;
use super::try_block::kind_of;
use super::value::Value;

/// How often a `while` may go round.
const ROUNDS: usize = 10_000;

impl Interpreter<'_> {
    pub(super) fn block(&mut self, body: &[Stmt], scope: &Rc<Scope>) -> Eval<()> {
        body.iter().try_for_each(|statement| self.statement(statement, scope))
    }

    pub(super) fn statement(&mut self, statement: &Stmt, scope: &Rc<Scope>) -> Eval<()> {
        self.pass(statement.range())?;
        match statement {
            Stmt::Pass(_) | Stmt::TypeAlias(_) => Ok(()),
            Stmt::Expr(expr) => self.expression(&expr.value, scope).map(drop),
            Stmt::Assign(assign) => {
                let value = self.expression(&assign.value, scope)?;
                assign.targets.iter().try_for_each(|target| self.assign(target, value.clone(), scope))
            }
            Stmt::AnnAssign(assign) => match &assign.value {
                Some(value) => {
                    let value = self.expression(value, scope)?;
                    self.assign(&assign.target, value, scope)
                }
                None => Ok(()),
            },
            Stmt::AugAssign(assign) => {
                let old = self.expression(&assign.target, scope)?;
                let right = self.expression(&assign.value, scope)?;
                if let (Value::List(items), Some(more)) = (&old, right.elements()) {
                    // `+=` changes a list in place.
                    items.borrow_mut().extend(more);
                    return Ok(());
                }
                let value = self.binary(assign.range, assign.op, old, right)?;
                self.assign(&assign.target, value, scope)
            }
            Stmt::Return(stmt) => {
                let value = match &stmt.value {
                    Some(value) => self.expression(value, scope)?,
                    None => Value::None,
                };
                Err(Stop::Return(value))
            }
            Stmt::Break(_) => Err(Stop::Break),
            Stmt::Continue(_) => Err(Stop::Continue),
            Stmt::If(stmt) => {
                if self.condition(&stmt.test, scope)? {
                    return self.block(&stmt.body, scope);
                }
                for clause in &stmt.elif_else_clauses {
                    let taken = match &clause.test {
                        Some(test) => self.condition(test, scope)?,
                        None => true,
                    };
                    if taken {
                        return self.block(&clause.body, scope);
                    }
                }
                Ok(())
            }
            Stmt::For(stmt) => self.for_loop(stmt, scope),
            Stmt::While(stmt) => {
                for _ in 0..ROUNDS {
                    if !self.condition(&stmt.test, scope)? {
                        return self.block(&stmt.orelse, scope);
                    }
                    match self.block(&stmt.body, scope) {
                        Err(Stop::Break) => return Ok(()),
                        Ok(()) | Err(Stop::Continue) => {}
                        Err(other) => return Err(other),
                    }
                }
                self.untold(stmt, "the loop goes on and on")
            }
            Stmt::With(stmt) => self.with(stmt, scope),
            Stmt::Try(stmt) => self.try_block(stmt, scope),
            Stmt::Raise(stmt) => {
                let kind = match &stmt.exc {
                    Some(exc) => kind_of(exc),
                    None => "Exception".to_owned(),
                };
                let reason = format!("the script raises `{kind}` here on {}", self.dialect);
                Err(Stop::Raise(Rc::from(kind), Box::new(self.because(stmt.range, reason))))
            }
            Stmt::Assert(stmt) => match self.condition(&stmt.test, scope)? {
                true => Ok(()),
                false => {
                    let untold = self.because(stmt.range, "the script asserts what does not hold");
                    Err(Stop::Raise(Rc::from("AssertionError"), Box::new(untold)))
                }
            },
            Stmt::Import(stmt) => {
                for Alias { name, asname, .. } in &stmt.names {
                    match asname {
                        Some(asname) => scope.set(asname.as_str(), Value::Symbol(Rc::from(name.as_str()))),
                        None => {
                            let first = name.as_str().split('.').next().unwrap_or_default();
                            scope.set(first, Value::Symbol(Rc::from(first)));
                        }
                    }
                }
                Ok(())
            }
            Stmt::ImportFrom(stmt) => {
                let module = stmt.module.as_ref().map(|name| name.as_str()).unwrap_or_default();
                let module = absolute(&scope.module, stmt.level, module);
                for Alias { name, asname, .. } in &stmt.names {
                    let value = self.import(&module, name.as_str());
                    scope.set(asname.as_ref().unwrap_or(name).as_str(), value);
                }
                Ok(())
            }
            Stmt::FunctionDef(def) => self.function(def, scope),
            Stmt::ClassDef(def) => self.class(def, scope),
            Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Delete(_)
            | Stmt::Match(_)
            | Stmt::IpyEscapeCommand(_) => {
                self.untold(statement, "a kind of statement that is not evaluated")
            }
        }
    }

    fn for_loop(&mut self, stmt: &StmtFor, scope: &Rc<Scope>) -> Eval<()> {
        let over = self.expression(&stmt.iter, scope)?;
        for item in self.iterate(stmt.iter.range(), &over)? {
            self.assign(&stmt.target, item, scope)?;
            match self.block(&stmt.body, scope) {
                Err(Stop::Break) => return Ok(()),
                Ok(()) | Err(Stop::Continue) => {}
                Err(other) => return Err(other),
            }
        }
        self.block(&stmt.orelse, scope)
    }

    /// Returns what a loop over a value meets.
    pub(super) fn iterate(&mut self, at: impl Ranged, value: &Value) -> Eval<Vec<Value>> {
        match value.elements() {
            Some(items) => Ok(items),
            None => match value {
                Value::Set(_) => self.untold(at, "it depends on the order of a set"),
                other => self.untold(at, format!("a loop over {}", other.what())),
            },
        }
    }

    /// Binds a value to a name, an item or the names of a tuple.
    pub(super) fn assign(&mut self, target: &Expr, value: Value, scope: &Rc<Scope>) -> Eval<()> {
        match target {
            Expr::Name(name) => {
                scope.set(name.id.as_str(), value);
                Ok(())
            }
            Expr::Tuple(items) => self.unpack(target, &items.elts, value, scope),
            Expr::List(items) => self.unpack(target, &items.elts, value, scope),
            Expr::Subscript(subscript) => {
                let object = self.expression(&subscript.value, scope)?;
                let key = self.expression(&subscript.slice, scope)?;
                match (&object, &key) {
                    (Value::Dict(_), _) => object.insert(key, value),
                    (Value::List(items), Value::Int(at)) => {
                        let at = index(*at, items.borrow().len());
                        match at.and_then(|at| items.borrow_mut().get_mut(at).map(|item| *item = value)) {
                            Some(()) => {}
                            None => return self.untold(target, "an index out of range"),
                        }
                    }
                    _ => return self.untold(target, format!("an item of {} is set", object.what())),
                }
                Ok(())
            }
            Expr::Attribute(attribute) => {
                let object = self.expression(&attribute.value, scope)?;
                match &object {
                    Value::Instance(instance) => {
                        instance.fields.borrow_mut().insert(attribute.attr.to_string(), value);
                        Ok(())
                    }
                    Value::Unknown(_) => Ok(()),
                    _ => self.untold(target, format!("`{}` of {} is set", attribute.attr, object.what())),
                }
            }
            _ => self.untold(target, "a kind of assignment that is not evaluated"),
        }
    }

    fn unpack(&mut self, at: &Expr, targets: &[Expr], value: Value, scope: &Rc<Scope>) -> Eval<()> {
        if let Value::Unknown(_) = value {
            return targets.iter().try_for_each(|target| self.assign(target, value.clone(), scope));
        }
        let items = self.iterate(at, &value)?;
        if items.len() != targets.len() || targets.iter().any(|target| matches!(target, Expr::Starred(_))) {
            return self.untold(at, "as many values as names are needed");
        }
        targets.iter().zip(items).try_for_each(|(target, item)| self.assign(target, item, scope))
    }

    /// Computes a condition; stops when it is not known.
    pub(super) fn condition(&mut self, test: &Expr, scope: &Rc<Scope>) -> Eval<bool> {
        let value = self.expression(test, scope)?;
        self.truth(test, &value)
    }

    pub(super) fn truth(&mut self, at: impl Ranged, value: &Value) -> Eval<bool> {
        match value.truth() {
            Some(truth) => Ok(truth),
            None => match value {
                Value::Item(item) if matches!(&**item, Item::Rows) => {
                    self.untold(at, "it depends on what a query gives, which only a database knows")
                }
                other => self.untold(at, format!("it depends on {}", other.what())),
            },
        }
    }
}

/// Returns a position counted from the end when it is negative; `None` when it is out of range.
pub(super) fn index(at: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let at = if at < 0 { at + len } else { at };
    (0..len).contains(&at).then_some(usize::try_from(at).ok()?)
}
