//! What a script does, for all dialects together.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::history::{Body, Task, Undo, Untold};
use limbeck_core::op::Scope;

use super::interpreter::Interpreter;
use super::item::Arguments;
use super::merge::{Side, merge};
use super::module::Module;
use super::stop::{self, Stop};
use super::types::TypeMap;
use super::value::Value;

/// SQLAlchemy's and Limbeck's names of the dialects.
const DIALECTS: [(&str, &str); 3] = [("sqlite", "sqlite"), ("postgresql", "postgres"), ("mysql", "mysql")];

/// What scripts are evaluated with.
#[derive(Debug, Clone, Default)]
pub struct Translator {
    /// Types that are not SQLAlchemy's.
    pub types: TypeMap,
    /// Where the modules of the application are looked for.
    pub roots: Vec<PathBuf>,
    /// The schema of the version table.
    pub version_schema: Option<String>,
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
pub fn translate(path: &Path, text: &Arc<str>, translator: &Translator) -> Result<Translation, Diagnostics> {
    if let Err(error) = ruff_python_parser::parse_module(text) {
        return Err(crate::script::syntax(path, text, &error).into());
    }
    let upgrade = function(path, text, translator, "upgrade");
    let undo = match has_function(text, "downgrade") {
        true => Undo::Given(function(path, text, translator, "downgrade")),
        false => Undo::Irreversible(Some("the script has no `downgrade()`".to_owned())),
    };
    Ok(Translation { body: Body { upgrade, undo } })
}

fn has_function(text: &str, name: &str) -> bool {
    let starts = |line: &str| line.strip_prefix("def ").is_some_and(|rest| rest.starts_with(name));
    text.lines().any(starts)
}

/// Evaluates a function of a script for each dialect.
fn function(path: &Path, text: &Arc<str>, translator: &Translator, name: &str) -> Vec<Task> {
    let mut sides = Vec::new();
    let mut untold: Vec<(&'static str, stop::Untold)> = Vec::new();
    for (dialect, core) in DIALECTS {
        match evaluate(path, text, translator, dialect, name) {
            Ok(operations) => sides.push(Side { dialect: core, operations }),
            Err(why) => untold.push((core, why)),
        }
    }
    let mut tasks: Vec<Task> = Vec::new();
    let everywhere = sides.is_empty();
    let mut reasons: Vec<(Vec<&'static str>, stop::Untold)> = Vec::new();
    for (dialect, why) in untold {
        match reasons.iter_mut().find(|(_, other)| other.place.span == why.place.span) {
            Some((dialects, _)) => dialects.push(dialect),
            None => reasons.push((vec![dialect], why)),
        }
    }
    let alone = reasons.len() == 1 && everywhere;
    for (dialects, why) in reasons {
        let limited = if alone { Vec::new() } else { dialects };
        let scope =
            Scope { dialects: limited.iter().map(|name| (*name).to_owned()).collect(), ..Scope::default() };
        tasks.push(Task::Untold(Untold { scope, fault: fault(name, why) }));
    }
    let whole = sides.len() == DIALECTS.len();
    tasks.extend(merge(sides, whole).into_iter().map(Task::Operation));
    tasks
}

fn fault(name: &str, why: stop::Untold) -> Diagnostic {
    Diagnostic::new(Code::Untold, format!("`{name}()` cannot be told without Python: {}", why.reason))
        .at(why.place.label(why.reason))
        .hint(
            "give the revision by hand in a TOML or SQL file with the same id beside the scripts; or run it with Alembic and \
             go on from there; or `limbeck stamp` it, where the database has it already",
        )
}

/// Evaluates a function of a script for one dialect.
fn evaluate(
    path: &Path,
    text: &Arc<str>,
    translator: &Translator,
    dialect: &'static str,
    name: &str,
) -> Result<Vec<limbeck_core::op::ScopedOperation>, stop::Untold> {
    let Translator { types, roots, version_schema } = translator;
    let mut interpreter = Interpreter::new(dialect, types, roots, version_schema.as_deref());
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(module) = Module::parse(path, &stem, text.clone(), false) else {
        let place = limbeck_core::diagnostic::Place::file(path);
        return Err(stop::Untold { reason: "the script is no Python".to_owned(), place });
    };
    let module = Rc::new(module);
    interpreter.load(&module);
    let target = module.globals.borrow().get(name).cloned();
    let at = ruff_text_size::TextRange::default();
    let Some(target) = target else {
        return Err(interpreter.because(at, format!("there is no `{name}()`")));
    };
    match interpreter.invoke(at, &target, Arguments::default()) {
        Ok(value) => {
            // What a generator or the like does is not known.
            if let Value::Unknown(why) = value {
                return Err(interpreter.because(at, why.to_string()));
            }
            Ok(interpreter.operations)
        }
        Err(Stop::Untold(untold) | Stop::Raise(_, untold)) => Err(*untold),
        Err(_) => Err(interpreter.because(at, "a statement that belongs into a loop")),
    }
}
