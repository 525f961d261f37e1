//! Functions and classes that a script defines, and what a statement binds.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use rustc_hash::FxHashMap;

use super::function::{Body, Class, Code, Function, Kind, Scope};
use super::interpreter::{Eval, Interpreter};
use super::stop::Stop;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn function(&mut self, def: &StmtFunctionDef, scope: &Rc<Scope>) -> Eval<()> {
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

    pub(super) fn class(&mut self, def: &StmtClassDef, scope: &Rc<Scope>) -> Eval<()> {
        if let Some(why) = made_by_hand(def) {
            scope.set(def.name.as_str(), Value::unknown(format!("`{}`, {why}", def.name)));
            return Ok(());
        }
        let mut bases = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                bases.push(self.expression(base, scope).unwrap_or(Value::unknown("a base of a class")));
            }
        }
        let follows =
            |base: &Value| matches!(base, Value::Class(base) if base.get("__init_subclass__").is_some());
        if bases.iter().any(follows) {
            let why = format!("`{}`, which its base looks at as it is made", def.name);
            scope.set(def.name.as_str(), Value::unknown(why));
            return Ok(());
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
        if scope.module.lazy {
            for (name, value) in
                inner.names.borrow_mut().iter_mut().filter(|(_, value)| value.may_be_filled())
            {
                *value = Value::unknown(format!("`{}.{name}`, which is empty at first", def.name));
            }
        }
        let order = def.body.iter().flat_map(names_bound).collect();
        let class = Class { name: def.name.to_string(), bases, scope: inner, order };
        scope.set(def.name.as_str(), Value::Class(Rc::new(class)));
        Ok(())
    }
}

/// Says how a class is made otherwise than by its body; `None` where that is all.
fn made_by_hand(def: &StmtClassDef) -> Option<&'static str> {
    let plain = ["dataclass", "unique", "total_ordering", "final", "runtime_checkable"];
    let called = |expr: &Expr| match expr {
        Expr::Call(call) => last_name(&call.func).is_some_and(|name| plain.contains(&name)),
        other => last_name(other).is_some_and(|name| plain.contains(&name)),
    };
    if !def.decorator_list.iter().all(|decorator| called(&decorator.expression)) {
        return Some("whose decorator is not evaluated");
    }
    let keywords = def.arguments.iter().flat_map(|arguments| &arguments.keywords);
    let abstract_class = |value: &Expr| last_name(value) == Some("ABCMeta");
    let mut others = keywords.filter(|keyword| {
        keyword.arg.as_ref().is_none_or(|name| name.as_str() != "metaclass")
            || !abstract_class(&keyword.value)
    });
    others.next().map(|_| "which is made by a class of the application")
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

/// Returns the last part of a dotted name.
pub(super) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}
