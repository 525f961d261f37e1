//! Rules about code that is still running.

use crate::column_type::ColumnType;
use crate::impact::{ChangeKind, Impact};
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::Site;
use crate::op::Operation;
use crate::schema::{Column, Constraint};

const ATLAS: &str = "https://atlasgo.io/lint/analyzers#backward-incompatible-changes";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R401",
        name: "rename_table",
        level: Level::On,
        summary: "a table that running code uses gets another name",
        why: "code that knows the old name fails until the new one is deployed everywhere",
        instead: "leave a view of the old name behind; or make a new table, write to both, and move over",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("squawk", "renaming-table"),
            ("atlas", "BC101"),
            ("django-migration-linter", "RENAME_TABLE"),
            ("strong_migrations", "renaming a table"),
        ],
        looks: Looks::Change(|impact, _| renamed(impact, ChangeKind::RenameTable)),
    },
    Rule {
        code: "R402",
        name: "rename_column",
        level: Level::On,
        summary: "a column that running code uses gets another name",
        why: "code that knows the old name fails until the new one is deployed everywhere",
        instead: "add a column of the new name, write to both, fill it, move over, and drop the old one in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("squawk", "renaming-column"),
            ("atlas", "BC102"),
            ("django-migration-linter", "RENAME_COLUMN"),
            ("strong_migrations", "renaming a column"),
        ],
        looks: Looks::Change(|impact, _| renamed(impact, ChangeKind::RenameColumn)),
    },
    Rule {
        code: "R403",
        name: "rename_enum_value",
        level: Level::On,
        summary: "a value of an enum that running code uses gets another spelling",
        why: "code that writes the old spelling fails, and code that reads does not know the new one",
        instead: "add the new value, let code take both, move the rows, and drop the old one in a later revision",
        source: "https://www.postgresql.org/docs/current/sql-altertype.html",
        dialects: &[],
        peers: &[],
        looks: Looks::Change(|impact, _| renamed(impact, ChangeKind::RenameEnumValue)),
    },
    Rule {
        code: "R404",
        name: "drop_view",
        level: Level::On,
        summary: "a view that running code reads is dropped",
        why: "code that reads it fails",
        instead: "stop reading it first, deploy that, and drop it in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[("squawk", "ban-drop-view")],
        looks: Looks::Change(|impact, _| {
            (impact.kind == ChangeKind::DropView).then(|| format!("{} is dropped", impact.object))
        }),
    },
    Rule {
        code: "R405",
        name: "drop_foreign_key",
        level: Level::On,
        summary: "a foreign key is dropped",
        why: "nothing keeps rows from pointing at rows that are gone from then on",
        instead: "keep it; or make sure that no code relies on it, such as on what it does when a row is deleted",
        source: "https://atlasgo.io/lint/analyzers#CD101",
        dialects: &[],
        peers: &[("atlas", "CD101")],
        looks: Looks::Operation(dropped_key),
    },
    Rule {
        code: "R406",
        name: "json_without_equality",
        level: Level::On,
        summary: "a column of type `json` comes to a table that is there",
        why: "PostgreSQL cannot compare `json`, so a SELECT DISTINCT of running code over the table fails",
        instead: "use `jsonb`: `{ base = \"json\", postgres = { native = \"jsonb\" } }`",
        source: "https://github.com/ankane/strong_migrations#adding-a-json-column",
        dialects: &["postgres"],
        peers: &[("strong_migrations", "adding a json column")],
        looks: Looks::Operation(|site| {
            let is_json = |column: &Column| match column.ty.on(site.setting.server.dialect) {
                ColumnType::Json => true,
                ColumnType::Native(sql) => sql.as_str().trim().eq_ignore_ascii_case("json"),
                _ => false,
            };
            let Operation::AlterTable(alter) = &site.scoped.operation else { return None };
            let added = alter.actions.iter().find_map(|action| match action {
                crate::action::Action::AddColumn(add) if is_json(&add.column) => Some(&add.column.name),
                _ => None,
            });
            let column = added.filter(|_| site.was_there(&alter.table))?;
            Some(format!("column `{}` is of type `json`", alter.table.print_with_column(column)))
        }),
    },
];

fn renamed(impact: &Impact, kind: ChangeKind) -> Option<String> {
    let uses = impact.kind == kind && !impact.fresh;
    uses.then(|| format!("{} is renamed while running code uses it", impact.object))
}

fn dropped_key(site: &Site<'_>) -> Option<String> {
    let Operation::AlterTable(alter) = &site.scoped.operation else { return None };
    let table = site.before.table(&alter.table).ok()?;
    alter.actions.iter().find_map(|action| {
        let crate::action::Action::DropConstraint(drop) = action else { return None };
        let at = table.constraint_position(&drop.constraint).ok()?;
        let Constraint::ForeignKey(key) = &table.constraints[at] else { return None };
        let again = alter.actions.iter().any(|action| match action {
            crate::action::Action::AddForeignKey(new) => new.columns == key.columns,
            crate::action::Action::DropColumn(gone) => key.columns.contains(&gone.column),
            _ => false,
        });
        (!again).then(|| format!("foreign key `{}` of `{}` is dropped", drop.constraint, alter.table))
    })
}
