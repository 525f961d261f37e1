//! Statements: what is bound, what runs, and in which order.

use std::rc::Rc;

use ruff_python_ast::{Alias, Expr, Stmt, StmtClassDef, StmtFor, StmtFunctionDef, StmtTry, StmtWith};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::function::{Body, Class, Code, Function, Kind, Scope};
use super::interpreter::{Eval, Interpreter, absolute};
use super::item::Item;
use super::stop::Stop;
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

    fn with(&mut self, stmt: &StmtWith, scope: &Rc<Scope>) -> Eval<()> {
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
            Value::None | Value::Bind => self.with_items(stmt, number + 1, scope),
            other => self.untold(&item.context_expr, format!("a `with` block of {}", other.what())),
        }
    }

    /// Runs the text of a context manager around a block.
    fn around(
        &mut self,
        function: &Rc<Function>,
        arguments: super::item::Arguments,
        at: &StmtWith,
        inner: impl FnOnce(&mut Self, Value) -> Eval<()>,
    ) -> Eval<()> {
        let Body::Statements(body) = &function.code.body else {
            return self.untold(at, "a context manager without a block");
        };
        let scope = self.bind(function, arguments, at.range)?;
        let module = function.scope.module.clone();
        let code = function.code.clone();
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
        let _ = &code;
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

    fn try_block(&mut self, stmt: &StmtTry, scope: &Rc<Scope>) -> Eval<()> {
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

    fn function(&mut self, def: &StmtFunctionDef, scope: &Rc<Scope>) -> Eval<()> {
        let mut kind = Kind::Plain;
        for decorator in &def.decorator_list {
            kind = match last_name(&decorator.expression) {
                Some("staticmethod") => Kind::Static,
                Some("classmethod") => Kind::ClassMethod,
                Some("property") => Kind::Property,
                Some("contextmanager") => Kind::ContextManager,
                _ => {
                    let why = format!("`{}`, whose decorator is not evaluated", def.name);
                    scope.set(def.name.as_str(), Value::unknown(why));
                    return Ok(());
                }
            };
        }
        if def.is_async {
            scope.set(def.name.as_str(), Value::unknown(format!("`{}`, which is asynchronous", def.name)));
            return Ok(());
        }
        let code = Code {
            name: def.name.to_string(),
            parameters: Some((*def.parameters).clone()),
            body: Body::Statements(def.body.to_vec()),
        };
        let function = self.make_function(code, kind, scope)?;
        scope.set(def.name.as_str(), function);
        Ok(())
    }

    pub(super) fn make_function(&mut self, code: Code, kind: Kind, scope: &Rc<Scope>) -> Eval<Value> {
        let mut defaults = FxHashMap::default();
        if let Some(parameters) = &code.parameters {
            for parameter in parameters.iter_non_variadic_params() {
                if let Some(default) = &parameter.default {
                    let value = match self.expression(default, scope) {
                        Ok(value) => value,
                        Err(Stop::Untold(untold)) => Value::unknown(untold.reason),
                        Err(other) => return Err(other),
                    };
                    defaults.insert(parameter.parameter.name.to_string(), value);
                }
            }
        }
        Ok(Value::Function(Rc::new(Function {
            code: Rc::new(code),
            scope: scope.clone(),
            defaults,
            this: None,
            kind,
        })))
    }

    fn class(&mut self, def: &StmtClassDef, scope: &Rc<Scope>) -> Eval<()> {
        let mut bases = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                bases.push(self.expression(base, scope).unwrap_or(Value::unknown("a base of a class")));
            }
        }
        let inner = Scope::new(scope.module.clone(), Some(scope.clone()));
        for statement in &def.body {
            if let Stmt::FunctionDef(method) = statement {
                // A method does not see the names of its class.
                let holder = Scope::new(scope.module.clone(), Some(scope.clone()));
                self.function(method, &holder)?;
                inner.names.borrow_mut().extend(holder.names.borrow_mut().drain());
                continue;
            }
            if let Err(stop) = self.statement(statement, &inner) {
                let why = match stop {
                    Stop::Untold(untold) | Stop::Raise(_, untold) => untold.reason,
                    _ => "a statement that belongs into a function".to_owned(),
                };
                names_bound(statement).iter().for_each(|name| inner.set(name, Value::unknown(&why)));
            }
        }
        let order = def.body.iter().flat_map(names_bound).collect();
        let class = Class { name: def.name.to_string(), bases, scope: inner, order };
        scope.set(def.name.as_str(), Value::Class(Rc::new(class)));
        Ok(())
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

/// Returns the names that a statement at the top of a file binds.
pub(super) fn names_bound(statement: &Stmt) -> Vec<String> {
    let of = |target: &Expr| match target {
        Expr::Name(name) => vec![name.id.to_string()],
        Expr::Tuple(items) => items
            .elts
            .iter()
            .filter_map(|item| match item {
                Expr::Name(name) => Some(name.id.to_string()),
                _ => None,
            })
            .collect(),
        // What is put into a dictionary or list makes all of it unknown.
        Expr::Subscript(subscript) => match &*subscript.value {
            Expr::Name(name) => vec![name.id.to_string()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let within = |body: &[Stmt]| body.iter().flat_map(names_bound).collect::<Vec<_>>();
    match statement {
        Stmt::Assign(assign) => assign.targets.iter().flat_map(of).collect(),
        Stmt::AnnAssign(assign) => of(&assign.target),
        Stmt::AugAssign(assign) => of(&assign.target),
        Stmt::FunctionDef(def) => vec![def.name.to_string()],
        Stmt::ClassDef(def) => vec![def.name.to_string()],
        Stmt::For(stmt) => [of(&stmt.target), within(&stmt.body)].concat(),
        Stmt::While(stmt) => within(&stmt.body),
        Stmt::With(stmt) => within(&stmt.body),
        Stmt::If(stmt) => {
            let clauses = stmt.elif_else_clauses.iter().flat_map(|clause| within(&clause.body));
            within(&stmt.body).into_iter().chain(clauses).collect()
        }
        Stmt::Try(stmt) => {
            let handlers = stmt.handlers.iter().filter_map(|handler| handler.as_except_handler());
            let handlers = handlers.flat_map(|handler| within(&handler.body));
            within(&stmt.body).into_iter().chain(handlers).chain(within(&stmt.finalbody)).collect()
        }
        Stmt::Expr(stmt) => match &*stmt.value {
            // `things.append(…)` at the top, where `things` is not known any more.
            Expr::Call(call) => {
                let called = match &*call.func {
                    Expr::Attribute(attribute) => of(&attribute.value),
                    _ => Vec::new(),
                };
                called.into_iter().chain(call.arguments.args.iter().flat_map(of)).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// Returns the name of the exception that is raised.
fn kind_of(expr: &Expr) -> String {
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

fn has_yield(statement: &Stmt) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr};
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
