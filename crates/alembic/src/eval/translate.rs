//! What a script does, for all dialects together.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::fold::Fold;
use limbeck_core::history::{Body, Guarded, Task, Undo, Untold};
use limbeck_core::name::TableName;
use limbeck_core::op::{Scope, ScopedOperation};

use super::convention::Convention;
use super::interpreter::Interpreter;
use super::item::{Arguments, Item};
use super::meaning::meaning;
use super::merge::{Side, merge};
use super::module::Module;
use super::stop::{self, Stop};
use super::types::TypeMap;
use super::value::Value;

/// SQLAlchemy's and Limbeck's names of the dialects.
pub(crate) const DIALECTS: [(&str, &str); 3] =
    [("sqlite", "sqlite"), ("postgresql", "postgres"), ("mysql", "mysql")];

/// What scripts are evaluated with.
#[derive(Debug, Clone, Default)]
pub struct Translator {
    /// Types that are not SQLAlchemy's.
    pub types: TypeMap,
    /// Where the modules of the application are looked for.
    pub roots: Vec<PathBuf>,
    /// The version table, which scripts find beside the tables that they make.
    pub version_table: Option<TableName>,
    /// How rules without a name are called.
    pub naming: ConventionSource,
}

/// Where the naming convention stands.
#[derive(Debug, Clone, Default)]
pub enum ConventionSource {
    /// There is none.
    #[default]
    None,
    /// It is stated.
    Stated(Convention),
    /// `env.py` names the `MetaData` that has it. It is read when the first script is.
    Env(PathBuf, OnceLock<Option<Convention>>),
}

impl Translator {
    /// Returns the naming convention, as far as it is known.
    pub fn convention(&self) -> Option<&Convention> {
        match &self.naming {
            ConventionSource::None => None,
            ConventionSource::Stated(convention) => Some(convention),
            ConventionSource::Env(path, read) => read.get_or_init(|| self.read(path)).as_ref(),
        }
    }

    /// Reads what `target_metadata` of `env.py` is bound to; `None` when that is not known.
    fn read(&self, path: &Path) -> Option<Convention> {
        let text = std::fs::read_to_string(path).ok()?;
        let module = Rc::new(Module::parse(path, "env", Arc::from(text), true)?);
        let mut interpreter = Interpreter::new(DIALECTS[0].0, self, None);
        interpreter.here.push(module.clone());
        match interpreter.global(&module, "target_metadata")? {
            Value::Item(item) => match &*item {
                Item::Metadata(metadata) => Convention::of(metadata.naming_convention.as_ref()?),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a script does.
pub struct Translation {
    /// The body, with [`Task::Untold`] for what could not be told.
    pub body: Body,
}

impl Translation {
    /// Returns why the upgrade, or the downgrade, could not be told, a line a reason; empty when all of it was.
    pub fn untold(&self, upgrade: bool) -> Vec<&Untold> {
        let tasks = match (upgrade, &self.body.undo) {
            (true, _) => &self.body.upgrade,
            (false, Undo::Given(tasks)) => tasks,
            (false, _) => return Vec::new(),
        };
        let untold = tasks.iter().filter_map(|task| match task {
            Task::Untold(untold) => Some(untold),
            _ => None,
        });
        untold.collect()
    }
}

/// Translates a script.
///
/// # Errors
/// When it is no Python.
pub fn translate(
    path: &Path,
    text: &Arc<str>,
    translator: &Arc<Translator>,
) -> Result<Translation, Diagnostics> {
    if let Err(error) = ruff_python_parser::parse_module(text) {
        return Err(crate::script::syntax(path, text, &error).into());
    }
    let function = |name| {
        let (path, text, translator) = (path.to_owned(), text.clone(), translator.clone());
        Function { path, text, translator, name }.tasks()
    };
    let undo = match has_function(text, "downgrade") {
        true => Undo::Given(function("downgrade")),
        false => Undo::Irreversible(Some("the script has no `downgrade()`".to_owned())),
    };
    Ok(Translation { body: Body { upgrade: function("upgrade"), undo } })
}

/// Evaluates `upgrade()` of a script that stands in no file, for one dialect by SQLAlchemy's name.
///
/// # Errors
/// Why it is not told, and the line, counted from 1.
pub(crate) fn evaluate(
    text: &Arc<str>,
    dialect: &'static str,
    translator: &Arc<Translator>,
) -> Result<Vec<ScopedOperation>, (String, Option<usize>)> {
    let path = PathBuf::from("recorded.py");
    let function = Function { path, text: text.clone(), translator: translator.clone(), name: "upgrade" };
    function.evaluate(dialect, None).map_err(|why| (why.untold.reason, why.untold.place.line()))
}

fn has_function(text: &str, name: &str) -> bool {
    let starts = |line: &str| line.strip_prefix("def ").is_some_and(|rest| rest.starts_with(name));
    text.lines().any(starts)
}

/// A function of a script.
#[derive(Clone)]
struct Function {
    path: PathBuf,
    text: Arc<str>,
    translator: Arc<Translator>,
    name: &'static str,
}

/// Why a function could not be evaluated.
struct Why {
    untold: stop::Untold,
    /// Whether it asks what the database holds, and got no answer.
    asks: bool,
}

impl Function {
    /// Evaluates it for each dialect.
    fn tasks(self) -> Vec<Task> {
        let mut sides = Vec::new();
        let mut reasons: Vec<(Vec<&'static str>, Why)> = Vec::new();
        for (dialect, core) in DIALECTS {
            match self.evaluate(dialect, None) {
                Ok(operations) => sides.push(Side { dialect: core, operations }),
                Err(why) => {
                    let same = |(_, other): &&mut (_, Why)| {
                        other.asks == why.asks
                            && (why.asks || other.untold.place.span == why.untold.place.span)
                    };
                    match reasons.iter_mut().find(same) {
                        Some((dialects, _)) => dialects.push(core),
                        None => reasons.push((vec![core], why)),
                    }
                }
            }
        }
        let alone = reasons.len() == 1 && sides.is_empty();
        let mut tasks: Vec<Task> = Vec::new();
        for (dialects, why) in reasons {
            let limited = if alone { Vec::new() } else { dialects };
            let dialects = limited.iter().map(|name| (*name).to_owned()).collect();
            tasks.push(self.untold(why, Scope { dialects, ..Scope::default() }));
        }
        let whole = sides.len() == DIALECTS.len();
        tasks.extend(merge(sides, whole).into_iter().map(Task::Operation));
        tasks
    }

    fn untold(&self, why: Why, scope: Scope) -> Task {
        let guarded = why.asks.then(|| {
            let function = self.clone();
            Guarded::new(meaning(&self.text), move |before| function.tell(before))
        });
        Task::Untold(Untold { scope, fault: fault(self.name, why.untold), guarded })
    }

    /// Evaluates it on a schema.
    fn tell(&self, before: &Fold) -> Vec<Task> {
        let name = before.names().dialect;
        let Some((dialect, _)) = DIALECTS.iter().find(|(_, core)| *core == name) else { return Vec::new() };
        match self.evaluate(dialect, Some(before)) {
            Ok(operations) => operations.into_iter().map(Task::Operation).collect(),
            Err(why) => vec![self.untold(why, Scope::default())],
        }
    }

    /// Evaluates it for one dialect.
    fn evaluate(&self, dialect: &'static str, before: Option<&Fold>) -> Result<Vec<ScopedOperation>, Why> {
        let Self { path, text, translator, name } = self;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(module) = Module::parse(path, &stem, text.clone(), false) else {
            let place = limbeck_core::diagnostic::Place::file(path);
            let untold = stop::Untold { reason: "the script is no Python".to_owned(), place };
            return Err(Why { untold, asks: false });
        };
        let mut interpreter = Interpreter::new(dialect, translator, before);
        interpreter.convention = translator.convention();
        let module = Rc::new(module);
        interpreter.load(&module);
        let target = module.globals.borrow().get(*name).cloned();
        let at = ruff_text_size::TextRange::default();
        let result = match target {
            Some(target) => interpreter.invoke(at, &target, Arguments::default()),
            None => interpreter.untold(at, format!("there is no `{name}()`")),
        };
        let untold = match result {
            Ok(_) if let Some(untold) = interpreter.nameless.take() => untold,
            // What a generator or the like does is not known.
            Ok(Value::Unknown(why)) => interpreter.because(at, why.to_string()),
            Ok(_) => return Ok(interpreter.operations),
            Err(Stop::Untold(untold) | Stop::Raise(_, untold)) => *untold,
            Err(_) => interpreter.because(at, "a statement that belongs into a loop"),
        };
        Err(Why { untold, asks: interpreter.asked.missing })
    }
}

fn fault(name: &str, why: stop::Untold) -> Diagnostic {
    Diagnostic::new(Code::Untold, format!("`{name}()` cannot be told without Python: {}", why.reason))
        .at(why.place.label(why.reason))
        .hint(
            "give the revision by hand in a TOML or SQL file with the same id beside the scripts; or run it with Alembic and \
             go on from there; or `limbeck stamp` it, where the database has it already",
        )
}
