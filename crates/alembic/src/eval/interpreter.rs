//! The state of an evaluation: what is recorded, where it is, and how far it may go.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use limbeck_core::fold::Fold;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{Operation, Origin, Scope as Applies, ScopedOperation, Transaction};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::asked::Asked;
use super::convention::Convention;
use super::function::Scope;
use super::item::Arguments;
use super::module::{Binding, Module};
use super::shorten::{shorten, shortened};
use super::stop::{Stop, Untold};
use super::translate::Translator;
use super::types::TypeMap;
use super::value::Value;

/// How many statements a script may run.
const STATEMENTS: usize = 200_000;
/// How deep calls may go.
const DEPTH: usize = 40;

/// Evaluates functions for one dialect.
pub(super) struct Interpreter<'t> {
    /// SQLAlchemy's name of the dialect.
    pub(super) dialect: &'static str,
    pub(super) types: &'t TypeMap,
    roots: &'t [PathBuf],
    /// The version table, which scripts may ask for.
    pub(super) version_table: Option<&'t TableName>,
    pub(super) asked: Asked<'t>,
    /// How rules without a name are called.
    pub(super) convention: Option<&'t Convention>,
    /// The names that no convention changes, and that are shortened where they are too long.
    kept: Vec<Rc<str>>,
    /// What could not be named.
    pub(super) nameless: Option<Untold>,
    modules: FxHashMap<String, Option<Rc<Module>>>,
    pub(super) operations: Vec<ScopedOperation>,
    /// The named enums that tables have brought along.
    pub(super) enums: BTreeSet<TableName>,
    /// The rules that batches have made, by table and name.
    pub(super) rules: BTreeSet<(TableName, Ident)>,
    transaction: Transaction,
    /// The script itself; places of operations are in it.
    script: Option<Rc<Module>>,
    /// Where the script is, however deep in helpers the evaluation is.
    at: TextRange,
    /// The file that is being evaluated.
    pub(super) here: Vec<Rc<Module>>,
    statements: usize,
    depth: usize,
}

pub(super) type Eval<T> = Result<T, Stop>;

impl<'t> Interpreter<'t> {
    /// Makes one with nothing done yet. `before` is the schema that the script finds, where it is known.
    pub(super) fn new(dialect: &'static str, translator: &'t Translator, before: Option<&'t Fold>) -> Self {
        Self {
            dialect,
            types: &translator.types,
            roots: &translator.roots,
            version_table: translator.version_table.as_ref(),
            asked: Asked::new(before),
            convention: None,
            kept: Vec::new(),
            nameless: None,
            modules: FxHashMap::default(),
            operations: Vec::new(),
            enums: BTreeSet::new(),
            rules: BTreeSet::new(),
            transaction: Transaction::Inside,
            script: None,
            at: TextRange::default(),
            here: Vec::new(),
            statements: 0,
            depth: 0,
        }
    }

    /// Binds the names of a script, from top to bottom. What cannot be computed is unknown until it is needed.
    pub(super) fn load(&mut self, module: &Rc<Module>) {
        self.script = Some(module.clone());
        self.here.push(module.clone());
        let scope = Scope::new(module.clone(), None);
        for statement in &module.body {
            if let Err(stop) = self.statement(statement, &scope) {
                let why = match stop {
                    Stop::Untold(untold) | Stop::Raise(_, untold) => untold.reason,
                    _ => "a statement that belongs into a function".to_owned(),
                };
                for name in super::define::names_bound(statement) {
                    scope.set(&name, Value::unknown(&why));
                }
            }
        }
        let names = scope.names.borrow().clone();
        module.globals.borrow_mut().extend(names);
        self.operations.clear();
    }

    /// Stops, as something cannot be computed.
    pub(super) fn untold<T>(&self, at: impl Ranged, reason: impl Into<String>) -> Eval<T> {
        Err(Stop::Untold(Box::new(self.because(at.range(), reason))))
    }

    pub(super) fn because(&self, range: TextRange, reason: impl Into<String>) -> Untold {
        let module = self.here.last().expect("something is being evaluated");
        Untold { reason: reason.into(), place: module.place(range) }
    }

    /// Counts a statement, and remembers where the script is.
    pub(super) fn pass(&mut self, range: TextRange) -> Eval<()> {
        self.statements += 1;
        if self.statements > STATEMENTS {
            return self.untold(range, "the script runs on and on");
        }
        if let (Some(here), Some(script)) = (self.here.last(), &self.script)
            && Rc::ptr_eq(here, script)
        {
            self.at = range;
        }
        Ok(())
    }

    /// Runs something one call deeper, in another file.
    pub(super) fn deeper<T>(
        &mut self,
        module: Rc<Module>,
        range: TextRange,
        run: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        if self.depth >= DEPTH {
            return self.untold(range, "functions call each other too deeply");
        }
        let at = self.at;
        self.depth += 1;
        self.here.push(module);
        let result = run(self);
        self.here.pop();
        self.depth -= 1;
        self.at = at;
        result
    }

    /// Records an operation.
    pub(super) fn record(&mut self, operation: impl Into<Operation>) {
        let origin = self.script.as_ref().map(|module| Origin {
            path: module.path.clone(),
            source: module.text.clone(),
            span: self.at.start().to_usize()..self.at.end().to_usize(),
        });
        let scope = Applies { transaction: self.transaction, ..Applies::default() };
        let mut operation = operation.into();
        if let Some(convention) = self.convention
            && let Err(why) = convention.apply(&mut operation, &self.kept, self.dialect)
        {
            let script = self.script.as_ref().or(self.here.last()).expect("something is being evaluated");
            self.nameless.get_or_insert(Untold { reason: why, place: script.place(self.at) });
        }
        shorten(&mut operation, &self.kept, self.dialect);
        self.operations.push(ScopedOperation { operation, scope, origin });
    }

    /// `op.f(…)`: takes note of a name that no convention changes, and that is shortened where it is too long.
    pub(super) fn keep_name(&mut self, args: &Arguments) -> Value {
        let name = args.positional.first().or_else(|| args.named("name")).cloned().unwrap_or(Value::None);
        if let Value::Str(name) = &name {
            self.kept.push(name.clone());
        }
        name
    }

    /// Returns the name of a check that is named by a script, as the convention has it.
    pub(super) fn check_name(&self, at: TextRange, table: &TableName, name: Ident) -> Eval<Ident> {
        match self.convention.and_then(|convention| convention.check_name(table, &name, &self.kept)) {
            Some(made) => Ok(shortened(&self.ident(at, &made)?, self.dialect)),
            None => Ok(name),
        }
    }

    /// Records what `run` does outside the transaction.
    pub(super) fn outside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.transaction, Transaction::Outside);
        let result = run(self);
        self.transaction = before;
        result
    }

    /// Returns a module of the application, if its file is under one of the roots.
    pub(super) fn module(&mut self, name: &str) -> Option<Rc<Module>> {
        if let Some(known) = self.modules.get(name) {
            return known.clone();
        }
        let found = self.roots.iter().find_map(|root| {
            let below = root.join(name.replace('.', "/"));
            [below.join("__init__.py"), below.with_extension("py")].into_iter().find_map(|path| {
                let text = std::fs::read_to_string(&path).ok()?;
                Module::parse(&path, name, Arc::from(text), true).map(Rc::new)
            })
        });
        self.modules.insert(name.to_owned(), found.clone());
        found
    }

    /// Returns what a module binds to a name: of the application as its file says, else only its name.
    pub(super) fn import(&mut self, module: &str, name: &str) -> Value {
        let full = match module {
            "" => name.to_owned(),
            module => format!("{module}.{name}"),
        };
        if self.types.knows(&full) || super::call::is_known(&full) {
            return Value::Symbol(Rc::from(full));
        }
        if let Some(found) = self.module(module)
            && let Some(value) = self.global(&found, name)
        {
            return value;
        }
        if self.module(&full).is_some() {
            return Value::Symbol(Rc::from(full));
        }
        Value::Symbol(Rc::from(full))
    }

    /// Returns what a module binds to a name at its top.
    pub(super) fn global(&mut self, module: &Rc<Module>, name: &str) -> Option<Value> {
        if let Some(value) = module.globals.borrow().get(name) {
            return Some(value.clone());
        }
        if !module.lazy {
            return None;
        }
        let unclear = || {
            Value::unknown(format!("`{}.{name}`, which is put together at the top of its file", module.name))
        };
        let mut value = match module.binding(name) {
            Some(Binding::Unclear) => unclear(),
            Some(binding @ (Binding::By(statement) | Binding::ByAndRead(statement))) => {
                // While it is being bound it is not there.
                let pending = Value::unknown(format!("`{}.{name}`, which refers to itself", module.name));
                module.globals.borrow_mut().insert(name.to_owned(), pending);
                let scope = Scope::new(module.clone(), None);
                let range = statement.range();
                let bound = self.deeper(module.clone(), range, |this| this.statement(statement, &scope));
                let value = scope.names.borrow().get(name).cloned();
                match (bound, value) {
                    (Ok(()), Some(value)) => match binding {
                        Binding::ByAndRead(_) if value.can_change() => unclear(),
                        _ => value,
                    },
                    (Err(Stop::Untold(untold) | Stop::Raise(_, untold)), _) => Value::unknown(untold.reason),
                    _ => Value::unknown(format!("`{}.{name}`", module.name)),
                }
            }
            None => {
                let stars: Vec<(u32, String)> = module.stars().collect();
                stars.into_iter().find_map(|(level, star)| {
                    let star = absolute(module, level, &star);
                    if star == module.name {
                        return None;
                    }
                    let from = self.module(&star)?;
                    self.global(&from, name)
                })?
            }
        };
        if value.may_be_filled() {
            value = Value::unknown(format!("`{}.{name}`, which is empty at first", module.name));
        }
        module.globals.borrow_mut().insert(name.to_owned(), value.clone());
        Some(value)
    }
}

/// Returns the whole name of a module that is imported from another one.
pub(super) fn absolute(from: &Module, level: u32, name: &str) -> String {
    match (level, name) {
        (0, name) => name.to_owned(),
        (level, "") => from.package(level),
        (level, name) => format!("{}.{name}", from.package(level)),
    }
}
