//! Rules about histories that are for databases of several dialects.

use crate::action::Action;
use crate::column_type::ColumnType;
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::Site;
use crate::op::Operation;
use crate::schema::Column;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R601",
        name: "native_type",
        level: Level::On,
        summary: "a column has a type in one database's words, in a history for several",
        why: "the other databases do not know the type, or take it for another one",
        instead: "use a neutral type, or one with variants: `{ base = \"text\", postgres = { native = \"citext\" } }`",
        source: "https://docs.sqlalchemy.org/en/20/core/type_api.html#sqlalchemy.types.TypeEngine.with_variant",
        dialects: &[],
        peers: &[],
        looks: Looks::Operation(native_type),
    },
    Rule {
        code: "R602",
        name: "raw_sql_for_several",
        level: Level::On,
        summary: "raw SQL runs on every database, in a history for several",
        why: "what one database takes, another may refuse or understand in another way",
        instead: "say `dialects = […]` and give each its own; or use operations, which each database gets in its own words",
        source: "https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.execute",
        dialects: &[],
        peers: &[],
        looks: Looks::Operation(|site| {
            let all = site.several && site.scoped.scope.dialects.is_empty();
            match &site.scoped.operation {
                Operation::Execute(execute) if all => {
                    Some(format!("`{}` runs on every database", execute.summary()))
                }
                _ => None,
            }
        }),
    },
];

fn native_type(site: &Site<'_>) -> Option<String> {
    if !site.several || !site.scoped.scope.dialects.is_empty() {
        return None;
    }
    let name = |column: &Column| match native(&column.ty) {
        true => Some(column.name.clone()),
        false => None,
    };
    let (table, column) = match &site.scoped.operation {
        Operation::CreateTable(create) => (&create.table.name, create.table.columns.iter().find_map(name)?),
        Operation::AlterTable(alter) => {
            let column = alter.actions.iter().find_map(|action| match action {
                Action::AddColumn(add) => name(&add.column),
                Action::AlterColumn(change) => {
                    change.ty.as_ref().filter(|ty| native(ty)).map(|_| change.column.clone())
                }
                _ => None,
            });
            (&alter.table, column?)
        }
        _ => return None,
    };
    Some(format!("column `{}` has a type in one database's words", table.print_with_column(&column)))
}

/// Says whether a type is in one database's words on every database.
fn native(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Native(_) => true,
        ColumnType::Array(inner) => native(inner),
        ColumnType::Variant { base, .. } => native(base),
        _ => false,
    }
}
