//! Calls: of the script's own functions, of what is built in, of SQLAlchemy and of Alembic.

use std::rc::Rc;

use ruff_python_ast::{Arguments as CallArguments, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::builtin;
use super::function::{Body, Class, Function, Instance, Kind, Scope};
use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Item, Type};
use super::stop::Stop;
use super::value::Value;

/// The packages whose names mean something here; a directory of the project with such a name is another thing.
const KNOWN: [&str; 27] = [
    "alembic",
    "sqlalchemy",
    "builtins",
    "typing",
    "typing_extensions",
    "logging",
    "textwrap",
    "json",
    "enum",
    "contextlib",
    "datetime",
    "uuid",
    "time",
    "os",
    "sys",
    "re",
    "functools",
    "itertools",
    "collections",
    "warnings",
    "hashlib",
    "math",
    "string",
    "decimal",
    "pathlib",
    "oslo_log",
    "abc",
];

/// Says whether a name with dots is of a package that is not looked for among the application's files.
pub(super) fn is_known(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    KNOWN.contains(&first)
}

/// What an outside name means here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outside<'n> {
    /// `op.…` of Alembic.
    Op(&'n str),
    /// `context.…` of Alembic.
    Context(&'n str),
    /// Of SQLAlchemy itself, by its last part.
    Sa(&'n str),
    /// `sqlalchemy.func.…`, or a function of it with dots.
    Func(&'n str),
    /// A type or function of one of SQLAlchemy's dialects.
    Dialect(&'n str, &'n str),
    /// Built into Python.
    Builtin(&'n str),
    /// Anything else.
    Other(&'n str),
}

/// Tells what an outside name means, however it was imported.
pub(super) fn outside(name: &str) -> Outside<'_> {
    if let Some(rest) = name.strip_prefix("builtins.") {
        return Outside::Builtin(rest);
    }
    if let Some(rest) = name.strip_prefix("alembic.op.") {
        return Outside::Op(rest);
    }
    if let Some(rest) = name.strip_prefix("alembic.context.") {
        return Outside::Context(rest);
    }
    let Some(rest) = name.strip_prefix("sqlalchemy.") else { return Outside::Other(name) };
    if let Some(rest) = rest.strip_prefix("dialects.") {
        let mut parts = rest.split('.');
        if let (Some(dialect), Some(last)) = (parts.next(), parts.next_back()) {
            return Outside::Dialect(dialect, last);
        }
    }
    if let Some(at) = rest.find("func.")
        && (at == 0 || rest[..at].ends_with('.'))
    {
        return Outside::Func(&rest[at + 5..]);
    }
    if rest.starts_with("orm.") || rest.starts_with("ext.") {
        return Outside::Other(name);
    }
    Outside::Sa(rest.rsplit('.').next().unwrap_or(rest))
}

impl Interpreter<'_> {
    pub(super) fn call(&mut self, call: &ExprCall, scope: &Rc<Scope>) -> Eval<Value> {
        let target = self.expression(&call.func, scope)?;
        // What is only said is not computed.
        if let Value::Method(of) = &target
            && matches!(of.0, Value::Logger)
        {
            return Ok(Value::None);
        }
        if let (Value::Symbol(name), [Expr::Generator(_), rest @ ..]) = (&target, &call.arguments.args[..])
            && &**name == "builtins.next"
        {
            return self.next(call, rest, scope);
        }
        let arguments = self.arguments(&call.arguments, scope)?;
        self.invoke(call.range(), &target, arguments)
    }

    /// `next` of a generator that stands in the call, so that there is no other call to have gone on with it.
    fn next(&mut self, call: &ExprCall, rest: &[Expr], scope: &Rc<Scope>) -> Eval<Value> {
        let items = self.expression(&call.arguments.args[0], scope)?;
        match (self.iterate(call, &items)?.into_iter().next(), rest.first()) {
            (Some(first), _) => Ok(first),
            (None, Some(default)) => self.expression(default, scope),
            (None, None) => self.raise(call, "StopIteration", "there is no next one"),
        }
    }

    pub(super) fn arguments(&mut self, arguments: &CallArguments, scope: &Rc<Scope>) -> Eval<Arguments> {
        let positional = self.display(&arguments.args, scope)?;
        let mut named = Vec::new();
        for keyword in &arguments.keywords {
            let value = self.expression(&keyword.value, scope)?;
            match &keyword.arg {
                Some(name) => named.push((name.to_string(), value)),
                None => match &value {
                    Value::Dict(entries) => {
                        for (key, value) in entries.borrow().iter() {
                            match key.as_str() {
                                Some(key) => named.push((key.to_owned(), value.clone())),
                                None => return self.untold(keyword, "`**` of keys that are no strings"),
                            }
                        }
                    }
                    other => return self.untold(keyword, format!("`**` of {}", other.what())),
                },
            }
        }
        Ok(Arguments { positional, named })
    }

    /// Calls a value.
    pub(super) fn invoke(&mut self, at: TextRange, target: &Value, arguments: Arguments) -> Eval<Value> {
        match target {
            // However a logger is made, it does nothing to a database.
            Value::Function(function) if ["getLogger", "get_logger"].contains(&function.name()) => {
                Ok(Value::Logger)
            }
            Value::Function(function) => self.run(function, arguments, at),
            Value::Class(class) => self.construct(class, arguments, at),
            Value::Method(of) => self.method(at, &of.0, &of.1, arguments),
            Value::Symbol(name) => self.call_outside(at, name, arguments),
            Value::Unknown(why) => self.untold(at, format!("a call of {why}")),
            other => self.untold(at, format!("a call of {}", other.what())),
        }
    }

    fn call_outside(&mut self, at: TextRange, name: &str, arguments: Arguments) -> Eval<Value> {
        if self.types.knows(name) {
            let ty = Type { name: Rc::from(name), class: None, args: arguments, variants: Vec::new() };
            return Ok(Value::item(Item::Type(ty)));
        }
        match outside(name) {
            Outside::Op(op) => self.op(at, op, arguments),
            Outside::Context(name) => self.context(at, name),
            Outside::Builtin(name) => builtin::call(self, at, name, arguments),
            Outside::Sa(name) => self.sa(at, name, arguments),
            Outside::Func(name) => self.func(at, name, arguments),
            Outside::Dialect(dialect, last) => self.dialect_construct(at, dialect, last, arguments),
            Outside::Other(name) => self.elsewhere(at, name, arguments),
        }
    }

    fn context(&mut self, at: TextRange, name: &str) -> Eval<Value> {
        match name {
            "get_context" => Ok(Value::Context),
            "get_bind" => Ok(Value::Bind),
            // What is translated is what runs on a database. A script that does less when its SQL is only printed leaves out
            // what needs one, which must not be left out here.
            "is_offline_mode" => Ok(Value::Bool(false)),
            "get_x_argument" => Ok(Value::unknown("what `-x` says on the command line")),
            _ => self.untold(at, format!("a call of `context.{name}`")),
        }
    }

    /// Calls what is neither of Python, SQLAlchemy nor Alembic, as far as it is known to be harmless.
    fn elsewhere(&mut self, at: TextRange, name: &str, arguments: Arguments) -> Eval<Value> {
        let last = name.rsplit('.').next().unwrap_or(name);
        match name {
            _ if ["getLogger", "get_logger"].contains(&last) => Ok(Value::Logger),
            "warnings.warn" => Ok(Value::None),
            _ if name.starts_with("logging.") => Ok(Value::None),
            "textwrap.dedent" | "inspect.cleandoc" => match arguments.get(0, "text") {
                Some(Value::Str(text)) if last == "dedent" => Ok(Value::str(builtin::dedent(text))),
                _ => self.untold(at, format!("a call of `{name}`")),
            },
            "json.dumps" => match arguments.positional.first().and_then(builtin::json) {
                Some(text) if arguments.named.is_empty() => Ok(Value::str(text)),
                _ => self.untold(at, "a call of `json.dumps`"),
            },
            _ if last == "declarative_base" && name.starts_with("sqlalchemy.") => {
                Ok(Value::item(Item::Construct(Rc::from(last), arguments)))
            }
            "contextlib.nullcontext" => Ok(Value::None),
            "sqlalchemy.orm.Session" | "sqlalchemy.orm.session.Session" | "sqlmodel.Session" => {
                match (arguments.get(0, "bind"), arguments.positional.len() + arguments.named.len()) {
                    (Some(Value::Bind), 1) => Ok(Value::Session),
                    _ => self.untold(at, "a session that is not simply on the connection"),
                }
            }
            _ => self.untold(at, format!("a call of `{name}`, whose code is not here")),
        }
    }

    /// Runs a function of the script or of a module that it imports.
    pub(super) fn run(
        &mut self,
        function: &Rc<Function>,
        arguments: Arguments,
        at: TextRange,
    ) -> Eval<Value> {
        if function.kind == Kind::ContextManager {
            return self.untold(at, format!("a call of the context manager `{}`", function.name()));
        }
        let scope = self.bind(function, arguments, at)?;
        let code = function.code.clone();
        self.deeper(function.scope.module.clone(), at, |this| match &code.body {
            Body::Expression(expr) => this.expression(expr, &scope),
            Body::Statements(body) => match this.block(body, &scope) {
                Ok(()) => Ok(Value::None),
                Err(Stop::Return(value)) => Ok(value),
                Err(other) => Err(other),
            },
        })
    }

    /// Binds the arguments of a call to the names of parameters.
    pub(super) fn bind(
        &mut self,
        function: &Rc<Function>,
        arguments: Arguments,
        at: TextRange,
    ) -> Eval<Rc<Scope>> {
        let scope = Scope::new(function.scope.module.clone(), Some(function.scope.clone()));
        let Some(parameters) = &function.code.parameters else { return Ok(scope) };
        let wrong =
            |this: &Self| this.untold(at, format!("`{}` is called with other arguments", function.name()));
        let mut positional = function.this.iter().cloned().chain(arguments.positional);
        let mut named = arguments.named;
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            let name = parameter.parameter.name.as_str();
            let value = match positional.next() {
                Some(value) => value,
                None => match named.iter().position(|(key, _)| key == name) {
                    Some(at) => named.remove(at).1,
                    None => match function.defaults.get(name) {
                        Some(value) => value.clone(),
                        None => return wrong(self),
                    },
                },
            };
            scope.set(name, value);
        }
        let rest: Vec<Value> = positional.collect();
        match &parameters.vararg {
            Some(vararg) => scope.set(vararg.name.as_str(), Value::tuple(rest)),
            None if rest.is_empty() => {}
            None => return wrong(self),
        }
        for parameter in &parameters.kwonlyargs {
            let name = parameter.parameter.name.as_str();
            let value = match named.iter().position(|(key, _)| key == name) {
                Some(at) => named.remove(at).1,
                None => match function.defaults.get(name) {
                    Some(value) => value.clone(),
                    None => return wrong(self),
                },
            };
            scope.set(name, value);
        }
        match &parameters.kwarg {
            Some(kwarg) => {
                let entries = named.into_iter().map(|(key, value)| (Value::str(key), value)).collect();
                scope.set(kwarg.name.as_str(), Value::dict(entries));
            }
            None if named.is_empty() => {}
            None => return wrong(self),
        }
        Ok(scope)
    }

    /// Makes an object of a class: a type for SQLAlchemy, the member of an enum, or an object with fields.
    fn construct(&mut self, class: &Rc<Class>, arguments: Arguments, at: TextRange) -> Eval<Value> {
        let instance = Rc::new(Instance { class: class.clone(), fields: Default::default() });
        if class.descends_from(&|name| matches!(outside(name), Outside::Sa(_) | Outside::Dialect(..))) {
            let ty = Type {
                name: Rc::from(class.name()),
                class: Some(instance),
                args: arguments,
                variants: Vec::new(),
            };
            return Ok(Value::item(Item::Type(ty)));
        }
        if class.bases.iter().any(|base| !matches!(base, Value::Class(_)) && !is_object(base)) {
            return self.untold(at, format!("an object of the class `{}`", class.name()));
        }
        if let Some(Value::Function(init)) = class.get("__init__") {
            let bound = Rc::new(init.bound(Value::Instance(instance.clone())));
            self.run(&bound, arguments, at)?;
        }
        Ok(Value::Instance(instance))
    }
}

fn is_object(base: &Value) -> bool {
    matches!(base, Value::Symbol(name) if &**name == "builtins.object")
}
