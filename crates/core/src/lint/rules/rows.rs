//! Rules about changes that fail on rows that are there.

use crate::impact::ChangeKind;
use crate::lint::rule::{Level, Looks, Rule};

const ATLAS: &str = "https://atlasgo.io/lint/analyzers#data-dependent-changes";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R201",
        name: "not_null_without_default",
        level: Level::Error,
        summary: "a column comes to a table that is there, NOT NULL and without a default",
        why: "it fails where the table has rows, or they get a value that nobody chose, and INSERTs of running code fail",
        instead: "give it a default, or let it be NULL, fill it, and set NOT NULL in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("squawk", "adding-required-field"),
            ("atlas", "MF103"),
            ("atlas", "MY101"),
            ("django-migration-linter", "NOT_NULL"),
        ],
        looks: Looks::Change(|impact, _| {
            let adds = matches!(
                impact.kind,
                ChangeKind::AddColumn | ChangeKind::PlaceColumn | ChangeKind::AddComputedColumn
            );
            let needed = adds && !impact.fresh && impact.breaks.is_some();
            needed.then(|| format!("{} comes NOT NULL and without a default", impact.object))
        }),
    },
    Rule {
        code: "R202",
        name: "set_not_null",
        level: Level::On,
        summary: "a column that is there no longer allows NULL",
        why: "it fails where a row has NULL, and running code that writes NULL fails",
        instead: "give it a default and let code write values first; fill the rows, and set NOT NULL in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("atlas", "MF104"),
            ("atlas", "LT101"),
            ("strong_migrations", "using change_column_null with a default value"),
        ],
        looks: Looks::Change(|impact, _| {
            let sets = matches!(impact.kind, ChangeKind::SetNotNull | ChangeKind::SetNotNullChecked);
            (sets && !impact.fresh).then(|| format!("{} no longer allows NULL", impact.object))
        }),
    },
    Rule {
        code: "R203",
        name: "add_unique",
        level: Level::On,
        summary: "a unique constraint or index comes to a table that is there",
        why: "it fails where rows have equal values, and running code that writes equal values fails",
        instead: "look for equal values first, and keep code from writing more of them",
        source: ATLAS,
        dialects: &[],
        peers: &[("atlas", "MF101"), ("atlas", "MF102"), ("django-migration-linter", "ADD_UNIQUE")],
        looks: Looks::Change(|impact, _| {
            let adds = match impact.kind {
                ChangeKind::AddUnique | ChangeKind::AddPrimaryKey => true,
                ChangeKind::CreateIndex | ChangeKind::CreateIndexConcurrently => impact.breaks.is_some(),
                _ => false,
            };
            (adds && !impact.fresh)
                .then(|| format!("{} comes to a table that may hold equal values", impact.object))
        }),
    },
];
