//! Rules about data that goes.

use crate::impact::{ChangeKind, Impact};
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::Site;
use crate::lint::sql;
use crate::op::Operation;

const ATLAS: &str = "https://atlasgo.io/lint/analyzers#destructive-changes";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R101",
        name: "drop_table",
        level: Level::Error,
        summary: "a table is dropped",
        why: "its rows are gone, even if the step is undone, and code that is still running fails",
        instead: "stop using the table first, deploy that, keep a copy of the rows, and drop it in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("squawk", "ban-drop-table"),
            ("atlas", "DS102"),
            ("django-migration-linter", "DROP_TABLE"),
            ("strong_migrations", "creating a table with the force option"),
        ],
        looks: Looks::Change(|impact, _| lost(impact, ChangeKind::DropTable)),
    },
    Rule {
        code: "R102",
        name: "drop_column",
        level: Level::Error,
        summary: "a column is dropped",
        why: "its values are gone, even if the step is undone, and code that is still running fails",
        instead: "stop using the column first, deploy that, and drop it in a later revision",
        source: ATLAS,
        dialects: &[],
        peers: &[
            ("squawk", "ban-drop-column"),
            ("atlas", "DS103"),
            ("django-migration-linter", "DROP_COLUMN"),
            ("strong_migrations", "removing a column"),
        ],
        looks: Looks::Change(|impact, _| lost(impact, ChangeKind::DropColumn)),
    },
    Rule {
        code: "R103",
        name: "drop_schema",
        level: Level::Error,
        summary: "a schema is dropped",
        why: "all that is in it is gone, even if the step is undone",
        instead: "drop what is in it one by one, each once nothing uses it any more",
        source: ATLAS,
        dialects: &[],
        peers: &[("atlas", "DS101"), ("squawk", "ban-drop-schema")],
        looks: Looks::Change(|impact, _| lost(impact, ChangeKind::DropSchema)),
    },
    Rule {
        code: "R104",
        name: "narrow_type",
        level: Level::Error,
        summary: "a type becomes one that holds less",
        why: "values that do not fit make the change fail, or are cut, rounded or replaced where the database is lenient",
        instead: "add a column of the new type, fill it and move to it; or check first that every value fits",
        source: "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
        dialects: &[],
        peers: &[("django-migration-linter", "ALTER_COLUMN")],
        looks: Looks::Change(|impact, _| match impact.kind {
            ChangeKind::ChangeType | ChangeKind::WidenType if !impact.fresh => {
                impact.loses.as_ref().map(|lost| format!("the change of type may lose {lost}"))
            }
            _ => None,
        }),
    },
    Rule {
        code: "R105",
        name: "drop_enum_value",
        level: Level::Error,
        summary: "a value of an enum is removed while columns use the enum",
        why: "rows that hold the value make the change fail or get another one, and code that writes it fails",
        instead: "stop writing the value first, move the rows to another one, and drop it in a later revision",
        source: "https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS",
        dialects: &[],
        peers: &[("atlas", "MY110"), ("atlas", "MY120")],
        looks: Looks::Operation(dropped_value),
    },
    Rule {
        code: "R106",
        name: "destructive_sql",
        level: Level::On,
        summary: "raw SQL drops or empties a table, column, schema or database",
        why: "what is gone does not come back when the step is undone, and no plan can tell how much it is",
        instead: "use the operations `drop_table`, `drop_column` and `drop_schema`, which are planned and told; or delete by a condition",
        source: "https://squawkhq.com/docs/ban-truncate-cascade",
        dialects: &[],
        peers: &[("squawk", "ban-truncate-cascade"), ("squawk", "ban-drop-database")],
        looks: Looks::Operation(|site| {
            let Operation::Execute(execute) = &site.scoped.operation else { return None };
            let statements = sql::statements(execute.sql.as_str())?;
            let what = statements.iter().find_map(|words| sql::destroys(words))?;
            Some(format!("the SQL {what}"))
        }),
    },
];

fn lost(impact: &Impact, kind: ChangeKind) -> Option<String> {
    let lost = impact.loses.as_ref().filter(|_| impact.kind == kind && !impact.fresh)?;
    Some(format!("{} is dropped, and with it {lost}", impact.object))
}

fn dropped_value(site: &Site<'_>) -> Option<String> {
    use crate::column_type::ColumnType;
    let Operation::AlterEnum(alter) = &site.scoped.operation else { return None };
    let dropped = alter.without_moves().find_map(|action| match action {
        crate::op::EnumAction::DropValue { value, .. } => Some(value),
        _ => None,
    })?;
    let is = |ty: &ColumnType| match ty.on(site.setting.server.dialect) {
        ColumnType::Enum { name: Some(name), .. } => *name == alter.name,
        ColumnType::Array(inner) => {
            matches!(&**inner, ColumnType::Enum { name: Some(name), .. } if *name == alter.name)
        }
        _ => false,
    };
    let mut used = site.before.tables.values().flat_map(|table| {
        table
            .columns
            .iter()
            .filter(|column| is(&column.ty))
            .map(|column| table.name.print_with_column(&column.name))
    });
    let column = used.next()?;
    Some(format!("value `{dropped}` of enum `{}` is removed while column `{column}` uses it", alter.name))
}
