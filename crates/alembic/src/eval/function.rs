//! The functions and classes of a script and of the modules that it imports.

use std::cell::RefCell;
use std::rc::Rc;

use ruff_python_ast::{Expr, Parameters, Stmt};
use rustc_hash::FxHashMap;

use super::module::Module;
use super::value::Value;

/// The names of a function that is running, or of a class.
pub(super) struct Scope {
    pub(super) names: RefCell<FxHashMap<String, Value>>,
    pub(super) outer: Option<Rc<Scope>>,
    pub(super) module: Rc<Module>,
}

impl Scope {
    pub(super) fn new(module: Rc<Module>, outer: Option<Rc<Scope>>) -> Rc<Self> {
        Rc::new(Self { names: RefCell::default(), outer, module })
    }

    pub(super) fn set(&self, name: &str, value: Value) {
        self.names.borrow_mut().insert(name.to_owned(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(value) = here.names.borrow().get(name) {
                return Some(value.clone());
            }
            scope = here.outer.as_deref();
        }
        None
    }
}

/// A function, with the scope that it was made in.
pub(super) struct Function {
    pub(super) code: Rc<Code>,
    pub(super) scope: Rc<Scope>,
    /// The values of defaults, computed when the function was made; by the name of the parameter.
    pub(super) defaults: FxHashMap<String, Value>,
    /// What is passed first: the object of a method.
    pub(super) this: Option<Value>,
    pub(super) kind: Kind,
}

/// What decorators make of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Static,
    ClassMethod,
    Property,
    /// `@contextmanager`: runs up to its `yield`, and on behind the block.
    ContextManager,
}

/// The text of a function.
pub(super) struct Code {
    pub(super) name: String,
    pub(super) parameters: Option<Parameters>,
    pub(super) body: Body,
}

/// What a function runs.
pub(super) enum Body {
    Statements(Vec<Stmt>),
    Expression(Expr),
}

impl Function {
    pub(super) fn name(&self) -> &str {
        &self.code.name
    }

    /// Returns it as a method of an object.
    pub(super) fn bound(&self, this: Value) -> Self {
        Self {
            code: self.code.clone(),
            scope: self.scope.clone(),
            defaults: self.defaults.clone(),
            this: Some(this),
            kind: self.kind,
        }
    }
}

/// A class.
pub(super) struct Class {
    pub(super) name: String,
    pub(super) bases: Vec<Value>,
    pub(super) scope: Rc<Scope>,
    /// The names that its body binds, in order.
    pub(super) order: Vec<String>,
}

impl Class {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns what it or a base of it binds to a name.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.scope.names.borrow().get(name) {
            return Some(value.clone());
        }
        self.bases.iter().find_map(|base| match base {
            Value::Class(base) => base.get(name),
            _ => None,
        })
    }

    /// Says whether it is made of a class of that outside name, near or far.
    pub(super) fn descends_from(&self, is: &dyn Fn(&str) -> bool) -> bool {
        self.bases.iter().any(|base| match base {
            Value::Class(base) => base.descends_from(is),
            Value::Symbol(name) => is(name),
            _ => false,
        })
    }
}

impl Instance {
    /// Returns the text that a member of an enum is; `None` of one that is no text, and of any other object.
    pub(super) fn text(&self) -> Option<Rc<str>> {
        let is_text = |name: &str| name == "builtins.str" || name.ends_with("StrEnum");
        match self.fields.borrow().get("value") {
            Some(Value::Str(text)) if self.class.descends_from(&is_text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// An object of a class of the application.
pub(super) struct Instance {
    pub(super) class: Rc<Class>,
    pub(super) fields: RefCell<FxHashMap<String, Value>>,
}
