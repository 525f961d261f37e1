//! Judges two branches: what meets, and what both orders lead to.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostics, Place};
use crate::dialect::Names;
use crate::diff::diff;
use crate::fold::Fold;
use crate::history::Untold;
use crate::op::{Change, Execute, Operation, ScopedOperation};
use crate::raw::{self, Effect};
use crate::revision::RevisionId;
use crate::schema::{OpaqueCause, Schema, SchemaError};

use super::clash::{Clash, Side};
use super::class::MergeClass;
use super::touch::{Touch, free_text, ground, idle_touches, touches};
use crate::schema::words::Words;

mod around;
mod keys;
mod meet;
mod texts;

use around::Around;
use meet::Met;

/// How many clashes are told of at most: the rest follows from them more often than not.
const MOST: usize = 20;

/// What a branch does since the common ancestor, in order.
#[derive(Debug, Clone, Default)]
pub struct Branch {
    /// Its steps.
    pub steps: Vec<Step>,
}

/// One thing that a branch does.
#[derive(Debug, Clone)]
pub struct Step {
    pub(super) revision: RevisionId,
    pub(super) task: StepTask,
}

#[derive(Debug, Clone)]
pub(super) enum StepTask {
    Operation(ScopedOperation),
    /// Rust code, by its name.
    Work(String),
    /// What a script of another tool does, where it could not be told.
    Untold(Untold),
}

impl Step {
    /// Makes a step of an operation.
    pub fn operation(revision: &RevisionId, scoped: &ScopedOperation) -> Self {
        Self { revision: revision.clone(), task: StepTask::Operation(scoped.clone()) }
    }

    /// Makes a step of Rust code that works on rows.
    pub fn work(revision: &RevisionId, name: &str) -> Self {
        Self { revision: revision.clone(), task: StepTask::Work(name.to_owned()) }
    }

    /// Makes a step of what could not be told: it may change anything.
    pub fn untold(revision: &RevisionId, untold: &Untold) -> Self {
        Self { revision: revision.clone(), task: StepTask::Untold(untold.clone()) }
    }

    pub(super) fn describe(&self) -> String {
        match &self.task {
            StepTask::Operation(scoped) => scoped.operation.describe(),
            StepTask::Work(name) => format!("run `{name}`"),
            StepTask::Untold(untold) => untold.fault.message.clone(),
        }
    }

    pub(super) fn place(&self) -> Option<Place> {
        match &self.task {
            StepTask::Operation(scoped) => scoped.origin.as_ref().map(|origin| origin.place()),
            StepTask::Work(_) => None,
            StepTask::Untold(untold) => untold.fault.places.first().cloned(),
        }
    }
}

/// What comes of joining two branches.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// In a word: the worst of all that was found.
    pub class: MergeClass,
    /// What meets badly, the worst first; empty for branches that may be joined.
    pub clashes: Vec<Clash>,
    /// What differs when both orders are valid: what leads from the schema that the second branch before the first leads
    /// to, to that of the first before the second.
    pub differences: Vec<Operation>,
    /// The schemas of both orders where both are valid: first the first branch, first the second.
    pub outcomes: Option<Box<[Schema; 2]>>,
}

/// One change of a branch as it is judged: an operation, or a text.
pub(super) struct Move {
    /// Which step of the branch it belongs to.
    pub(super) step: usize,
    /// What is done to the schema, where that is known.
    pub(super) operation: Option<Operation>,
    pub(super) touches: Vec<Touch>,
    pub(super) text: Option<FreeText>,
    /// Whether it finds made what it would make.
    pub(super) is_idle: bool,
}

/// A text that may name anything.
pub(super) struct FreeText {
    pub(super) words: Words,
    pub(super) kind: TextKind,
}

/// What a text does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextKind {
    /// It is the query of a view.
    View,
    /// It updates rows: these columns.
    Updates(BTreeSet<String>),
    /// It works on rows in another way.
    Rows,
    /// That is not known, and this may be another than it was.
    Unknown(OpaqueCause),
}

/// Judges two branches from the schema that both start at, on one kind of server.
///
/// # Errors
/// Operations that do not fit even when their branch is alone.
pub fn judge(
    base: &Fold,
    one: &Branch,
    other: &Branch,
    names: Names,
    normal: impl Fn(&Schema) -> Schema,
) -> Result<Judgement, Diagnostics> {
    let (first, after_first) = moves(base, one, names)?;
    let (second, after_second) = moves(base, other, names)?;
    let mut met = {
        let ends = [after_first.schema(), after_second.schema()];
        let spares = [around::spares(&first), around::spares(&second)];
        meet::meetings(&first, &second, &Around { base: base.schema(), ends, spares }, names)
    };
    let there = run(after_first, &second);
    let back = run(after_second, &first);
    let mut judgement = Judgement {
        class: MergeClass::Independent,
        clashes: Vec::new(),
        differences: Vec::new(),
        outcomes: None,
    };
    match (there, back) {
        (Ok(there), Ok(back)) => {
            if !same_tables(&there, &back) {
                judgement.differences = diff(&back, &there, |schema| {
                    let mut schema = normal(schema);
                    sort_columns(&mut schema);
                    schema
                });
            }
            if !judgement.differences.is_empty() {
                let grounds: BTreeSet<String> = judgement
                    .differences
                    .iter()
                    .flat_map(|operation| touches(operation, names))
                    .map(|touch| ground(&touch.object))
                    .collect();
                for meeting in met.iter_mut().filter(|meeting| grounds.contains(&meeting.ground)) {
                    meeting.class = meeting.class.max(MergeClass::OrderDependent);
                }
                judgement.class = MergeClass::OrderDependent;
            }
            judgement.outcomes = Some(Box::new([there, back]));
        }
        (there, back) => {
            judgement.class = MergeClass::Conflict;
            // In the first order it is a change of the second branch that fails, and the other way round.
            let failures =
                [there.err().map(|failure| (failure, false)), back.err().map(|failure| (failure, true))];
            for ((failed, error), is_of_first) in failures.into_iter().flatten() {
                blame(&mut met, failed, is_of_first, &error, (&first, &second));
            }
        }
    }
    let worst = met.iter().map(|meeting| meeting.class).max();
    judgement.class = judgement.class.max(worst.unwrap_or(MergeClass::Independent));
    let mut bad: Vec<&Met> = met.iter().filter(|meeting| !meeting.class.is_clean()).collect();
    bad.sort_by_key(|meeting| (std::cmp::Reverse(meeting.class), meeting.moves));
    for meeting in bad {
        let clash = meeting.clash(one, other, (&first, &second));
        if judgement.clashes.len() < MOST && !judgement.clashes.iter().any(|told| told.sides == clash.sides) {
            judgement.clashes.push(clash);
        }
    }
    Ok(judgement)
}

/// Takes the order of columns for nothing: which branch ran first must not matter to it.
fn sort_columns(schema: &mut Schema) {
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Says whether two schemas are the same to the letter, the order of columns aside. Cheap where they are.
fn same_tables(one: &Schema, other: &Schema) -> bool {
    let same_table = |(one, other): (&crate::schema::Table, &crate::schema::Table)| {
        one == other || {
            let sorted = |table: &crate::schema::Table| {
                let mut table = table.clone();
                table.columns.sort_by(|a, b| a.name.cmp(&b.name));
                table
            };
            sorted(one) == sorted(other)
        }
    };
    one.enums == other.enums
        && one.views == other.views
        && one.sequences == other.sequences
        && one.schemas == other.schemas
        && one.tables.len() == other.tables.len()
        && one.tables.values().zip(other.tables.values()).all(same_table)
}

/// Lays the blame for a change that fails on the one that it meets in the other branch.
fn blame(
    met: &mut Vec<Met>,
    failed: usize,
    is_of_first: bool,
    error: &SchemaError,
    (first, second): (&[Move], &[Move]),
) {
    let why = error.to_string();
    let side = usize::from(!is_of_first);
    let culprits: Vec<usize> =
        (0..met.len()).filter(|at| met[*at].moves[side] == failed && met[*at].may_break).collect();
    // What stands in the way most directly: a change of the very object that the failure is about.
    let culprit = culprits.iter().copied().max_by_key(|at| met[*at].weight);
    match culprit {
        Some(at) => {
            met[at].class = MergeClass::Conflict;
            if met[at].why.is_empty() {
                met[at].why = why;
            }
        }
        None => {
            let others = if is_of_first { second.len() } else { first.len() };
            let Some(last) = others.checked_sub(1) else { return };
            let moves = if is_of_first { [failed, last] } else { [last, failed] };
            met.push(Met {
                class: MergeClass::Conflict,
                moves,
                object: String::new(),
                ground: String::new(),
                why,
                may_break: true,
                weight: 0,
            });
        }
    }
}

/// Applies the changes of a branch where it does not start; the first that does not fit comes back with its number.
fn run(mut fold: Fold, moves: &[Move]) -> Result<Schema, (usize, SchemaError)> {
    for (number, change) in moves.iter().enumerate() {
        if let Some(FreeText { kind: TextKind::Unknown(cause), .. }) = &change.text {
            fold.lose_to(cause.clone());
        }
        let Some(operation) = &change.operation else { continue };
        match fold.apply_operation(operation) {
            Ok(()) | Err(SchemaError::Opaque { .. }) => {}
            Err(error) => return Err((number, error)),
        }
    }
    Ok(fold.into_schema())
}

/// Returns the changes of a branch, and what its end leads to.
fn moves(base: &Fold, branch: &Branch, names: Names) -> Result<(Vec<Move>, Fold), Diagnostics> {
    let mut fold = base.clone();
    let mut moves = Vec::with_capacity(branch.steps.len());
    for (number, step) in branch.steps.iter().enumerate() {
        match &step.task {
            StepTask::Work(_) => moves.push(Move {
                step: number,
                operation: None,
                touches: Vec::new(),
                text: Some(FreeText { words: Words::of("CALL"), kind: TextKind::Rows }),
                is_idle: false,
            }),
            StepTask::Untold(untold) if !untold.scope.includes(names) => {}
            StepTask::Untold(_) => {
                let cause = OpaqueCause::anything("what is not translated", None);
                fold.lose_to(cause.clone());
                moves.push(Move {
                    step: number,
                    operation: None,
                    touches: Vec::new(),
                    text: Some(FreeText { words: Words::of("CALL"), kind: TextKind::Unknown(cause) }),
                    is_idle: false,
                });
            }
            StepTask::Operation(scoped) if !scoped.scope.includes(names) => {}
            StepTask::Operation(scoped) => match &scoped.operation {
                Operation::Execute(execute) => of_execute(execute, number, &mut fold, names, &mut moves),
                operation => {
                    let is_idle = is_idle(operation, fold.schema());
                    let done = fold.apply_operation(operation);
                    let is_known = !matches!(done, Err(SchemaError::Opaque { .. }));
                    if is_known {
                        done.map_err(|error| fold.explain(error, scoped))?;
                    }
                    let text = match is_known {
                        true => free_text(operation).map(|words| FreeText { words, kind: TextKind::View }),
                        // What it changes was made by SQL that is not understood.
                        false => {
                            let what = operation.describe();
                            let words = Words::of(&what);
                            Some(FreeText {
                                words,
                                kind: TextKind::Unknown(OpaqueCause::new(&what, what.clone())),
                            })
                        }
                    };
                    let touches = if is_idle { idle_touches(operation) } else { touches(operation, names) };
                    moves.push(Move {
                        step: number,
                        operation: Some(operation.clone()),
                        touches,
                        text,
                        is_idle,
                    });
                }
            },
        }
    }
    Ok((moves, fold))
}

/// Says whether an operation makes a table or index only if it is missing, and it is there.
fn is_idle(operation: &Operation, schema: &Schema) -> bool {
    match operation {
        Operation::CreateTable(create) => {
            create.if_not_exists && schema.tables.contains_key(&create.table.name)
        }
        Operation::CreateIndex(create) => {
            create.if_not_exists && schema.index_beside(&create.index.name, &create.table).is_some()
        }
        _ => false,
    }
}

/// Tells the fold that what a statement does is not known.
fn not_known(sql: &str, fold: &mut Fold) -> TextKind {
    let cause = OpaqueCause::new(sql, sql.to_owned());
    fold.lose_to(cause.clone());
    TextKind::Unknown(cause)
}

fn of_execute(execute: &Execute, step: usize, fold: &mut Fold, names: Names, moves: &mut Vec<Move>) {
    let known = |fold: &mut Fold, moves: &mut Vec<Move>, operation: Operation| -> Result<(), SchemaError> {
        fold.apply_operation(&operation)?;
        let text = free_text(&operation).map(|words| FreeText { words, kind: TextKind::View });
        moves.push(Move {
            step,
            touches: touches(&operation, names),
            operation: Some(operation),
            text,
            is_idle: false,
        });
        Ok(())
    };
    if let Some(stated) = execute.state.as_ref().and_then(|_| raw::operations(execute, fold.schema(), names))
    {
        for operation in stated {
            // It was just found to fit.
            let _ = known(fold, moves, operation);
        }
        return;
    }
    let sql = execute.sql.as_str();
    for part in raw::cut(sql, names) {
        let text = part.text(sql);
        let kind = match raw::effect(text, fold.schema(), names) {
            Effect::Nothing => match raw::updated_columns(text, names) {
                Some(columns) => TextKind::Updates(columns),
                None => TextKind::Rows,
            },
            Effect::Operations(operations) => {
                let fits = operations.into_iter().all(|operation| known(fold, moves, operation).is_ok());
                if fits {
                    continue;
                }
                not_known(text, fold)
            }
            Effect::Unknown => not_known(text, fold),
        };
        let text = Some(FreeText { words: Words::of(text), kind });
        moves.push(Move { step, operation: None, touches: Vec::new(), text, is_idle: false });
    }
}
