//! Finds the history of another tool among the tables of a database: by the name and the columns of its table.

use std::collections::BTreeSet;

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Constraint, Schema, Table};
use limbeck_core::script::type_text;

use super::layout::{Kind, LAYOUTS, Layout, Tool};

/// The history of another tool, as it was found.
pub(super) struct Found {
    pub(super) layout: &'static Layout,
    /// The table that holds it.
    pub(super) table: Table,
    /// The tables that belong to it, itself among them.
    pub(super) own: Vec<TableName>,
}

impl Found {
    /// Returns the name that a column has in the database.
    pub(super) fn column(&self, name: &str) -> Option<&Ident> {
        column(&self.table, name)
    }

    /// Returns a table beside it.
    pub(super) fn beside(&self, name: &str) -> Option<&TableName> {
        self.own.iter().find(|own| same(own.name.as_str(), name))
    }
}

/// Finds the one history that there is. `tool` and `table` say which, where there are several, or where its table has an
/// unusual name.
///
/// # Errors
/// [`Code::Usage`] when there is none, or are several, or when a table of that name has other columns.
pub(super) fn detect(
    schema: &Schema,
    tool: Option<Tool>,
    table: Option<&TableName>,
) -> Result<Found, Diagnostic> {
    let wanted = |layout: &&Layout| tool.is_none_or(|tool| layout.tool == tool);
    let mut found: Vec<Found> = Vec::new();
    // Tables that are named as a tool names its own, and are laid out in another way.
    let mut strange: Vec<(&Table, &Layout, Vec<&Layout>)> = Vec::new();
    for one in schema.tables.values() {
        let layouts: Vec<&'static Layout> = LAYOUTS
            .iter()
            .filter(wanted)
            .filter(|layout| match table {
                Some(table) => one.name == *table,
                None => same(one.name.name.as_str(), layout.table) && is_at_home(&one.name, layout),
            })
            .collect();
        let Some(usual) = layouts.first().copied() else { continue };
        let fitting: Vec<&'static Layout> = layouts.into_iter().filter(|layout| fits(one, layout)).collect();
        let like = fitting.clone();
        let fitting = told_apart(fitting, one, schema);
        if fitting.is_empty() {
            strange.push((one, usual, like));
        }
        found.extend(fitting.into_iter().map(|layout| Found {
            layout,
            table: one.clone(),
            own: [one.name.clone()].into_iter().chain(beside(one, layout, schema)).collect(),
        }));
    }
    if let (true, Some((strange, usual, like))) = (found.is_empty(), strange.first()) {
        let columns: Vec<String> =
            strange.columns.iter().map(|column| format!("`{}`", column.name)).collect();
        let tool = usual.tool.name();
        let (called, hint) = match table {
            _ if !like.is_empty() => {
                let like: Vec<&str> = like.iter().map(|layout| layout.tool.name()).collect();
                (
                    format!(
                        "nothing says whether table `{}` is that of {}: it",
                        strange.name,
                        like.join(" or ")
                    ),
                    "say whose it is: `--tool NAME`".to_owned(),
                )
            }
            Some(_) => (
                format!("table `{}`", strange.name),
                format!("known are the tables of {}", Tool::names().join(", ")),
            ),
            None => (
                format!("table `{}` is called as that of {tool}, but", strange.name),
                format!("that of {tool} is as `{}` has it", usual.source),
            ),
        };
        let columns = columns.join(", ");
        let message =
            format!("the database holds no history of another tool: {called} has the columns {columns}");
        return Err(Diagnostic::new(Code::Usage, message).hint(hint));
    }
    match (found.len(), found.pop()) {
        (1, Some(only)) => Ok(only),
        (0, _) | (_, None) => {
            let what = tool.map_or("another tool", Tool::name);
            Err(Diagnostic::new(Code::Usage, format!("the database holds no history of {what}")).hint(
                format!(
                    "known are {}; `--history-table NAME` names a table that is not called as usual",
                    Tool::names().join(", ")
                ),
            ))
        }
        (_, Some(last)) => {
            let all: Vec<String> = found
                .iter()
                .chain([&last])
                .map(|one| format!("{} in `{}`", one.layout.tool.name(), one.table.name))
                .collect();
            let message = format!("the database holds several histories: {}", all.join(", "));
            Err(Diagnostic::new(Code::Usage, message).hint("say which one is to go on here: `--tool NAME`"))
        }
    }
}

/// Returns the tables of all tools, as far as they are called as usual.
pub(super) fn tables_of_tools(schema: &Schema) -> BTreeSet<TableName> {
    let mut own = BTreeSet::new();
    for table in schema.tables.values() {
        for layout in LAYOUTS {
            let usual = same(table.name.name.as_str(), layout.table) && is_at_home(&table.name, layout);
            if usual && fits(table, layout) {
                own.insert(table.name.clone());
                own.extend(beside(table, layout, schema));
            }
        }
    }
    own
}

/// Says whether a table is where the tool keeps it: in the connection's own schema, or in one of the tool's.
fn is_at_home(name: &TableName, layout: &Layout) -> bool {
    match (&name.schema, layout.schema) {
        (None, _) => true,
        (Some(schema), Some(own)) => same(schema.as_str(), own),
        (Some(_), None) => false,
    }
}

/// Says whether a table has the columns of a layout, and no others.
fn fits(table: &Table, layout: &Layout) -> bool {
    let has = |(name, kind): &(&str, Kind)| {
        table.columns.iter().any(|column| same(column.name.as_str(), name) && holds(&column.ty, *kind))
    };
    let known = |name: &str| {
        layout.columns.iter().any(|(own, _)| same(own, name))
            || layout.optional.iter().any(|own| same(own, name))
    };
    layout.columns.iter().all(has) && table.columns.iter().all(|column| known(column.name.as_str()))
}

fn holds(ty: &ColumnType, kind: Kind) -> bool {
    let text = type_text(ty).to_lowercase();
    let is_number = text.contains("int") && !text.contains("interval") && !text.contains("point");
    let is_text = ["char", "text", "string", "unicode", "clob"].iter().any(|word| text.contains(word));
    match kind {
        Kind::Any => true,
        Kind::Number => is_number || text.contains("serial"),
        Kind::Text => is_text,
    }
}

/// Keeps Rails or dbmate, where a table fits both; neither, where nothing tells. Rails makes a table beside it since version 5;
/// before, an index. How long a version may be tells nothing: on PostgreSQL neither limits it.
fn told_apart(layouts: Vec<&'static Layout>, table: &Table, schema: &Schema) -> Vec<&'static Layout> {
    let is = |layout: &&Layout, tool: Tool| layout.tool == tool;
    let both = layouts.iter().any(|layout| is(layout, Tool::Rails))
        && layouts.iter().any(|layout| is(layout, Tool::Dbmate));
    if !both {
        return layouts;
    }
    let beside = layouts
        .iter()
        .find(|layout| is(layout, Tool::Rails))
        .is_some_and(|layout| !self::beside(table, layout, schema).is_empty());
    let old = |name: &Ident| name.as_str() == "unique_schema_migrations";
    let indexed = table.indexes.iter().any(|index| old(&index.name))
        || table.constraints.iter().any(|constraint| {
            matches!(constraint, Constraint::Unique(_)) && constraint.name().is_some_and(old)
        });
    // dbmate's version is a key on every database.
    let is_key = table.primary_key().is_some();
    let tool = match (beside || indexed, is_key) {
        (true, _) => Some(Tool::Rails),
        (false, true) => Some(Tool::Dbmate),
        (false, false) => None,
    };
    layouts.into_iter().filter(|layout| Some(layout.tool) == tool).collect()
}

/// Returns the tables that belong to a history, in the schema in which it is.
fn beside(table: &Table, layout: &Layout, schema: &Schema) -> Vec<TableName> {
    let belongs = |other: &&Table| {
        other.name.schema == table.name.schema
            && layout.beside.iter().any(|(name, columns)| {
                same(other.name.name.as_str(), name)
                    && columns.iter().all(|name| column(other, name).is_some())
            })
    };
    schema.tables.values().filter(belongs).map(|other| other.name.clone()).collect()
}

fn column<'t>(table: &'t Table, name: &str) -> Option<&'t Ident> {
    table.columns.iter().map(|column| &column.name).find(|own| same(own.as_str(), name))
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
