//! Prints a schema as `diesel print-schema` does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use heck::ToUpperCamelCase;
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{ForeignKey, Schema};

use super::backend::Backend;
use super::rust_name::{rust_name, rust_names};
use super::shown::{ShownColumn, ShownTable, ShownType, is_shown, shown};

const HEADER: &str = "// @generated automatically by Limbeck.\n";

/// The width from which rustfmt writes what a macro is called with in lines of their own.
const WIDE: usize = 60;

/// Prints the tables of a schema of the database, those of the usual one for `None`.
///
/// The text is that of `diesel print-schema` (2.3) but for its first line: tables by name, joins for the foreign keys that a
/// join can go by, one list of all tables. A `JSON` of SQLite is a `Json`. `normal` gives a schema in the dialect's normal form.
///
/// # Errors
/// [`Code::Unsupported`] for each table without a primary key and each column of a type that Diesel has no word for.
pub fn print(
    schema: &Schema,
    server: &ServerInfo,
    within: Option<&Ident>,
    normal: impl Fn(&Schema) -> Schema,
) -> Result<String, Diagnostics> {
    let backend = Backend::of(server);
    let normal = normal(schema);
    let mut faults = Vec::new();
    let mut tables = Vec::new();
    for table in schema.tables.values().filter(|table| table.name.schema.as_ref() == within) {
        if !is_shown(&table.name) {
            continue;
        }
        let Some(shown) = shown(table, schema, &normal, server) else {
            let message = format!("table `{}` has no primary key, and Diesel needs one", table.name);
            faults.push(Diagnostic::new(Code::Unsupported, message).hint(LEAVE_OUT));
            continue;
        };
        for column in shown.columns.iter().filter(|column| column.ty.is_none()) {
            let (name, spelled) = (table.name.print_with_column(&column.name), spelled(column));
            let message = format!("Diesel has no type for `{spelled}`, of which column `{name}` is");
            faults.push(Diagnostic::new(Code::Unsupported, message).hint(LEAVE_OUT));
        }
        tables.push(shown);
    }
    let names = rust_names(tables.iter().map(|table| table.name.name.as_str()), None);
    let named: BTreeMap<&TableName, &str> =
        tables.iter().zip(&names).map(|(table, name)| (table.name, name.as_str())).collect();
    let mut body = String::new();
    custom_types(&tables, &named, backend, &mut body);
    for table in &tables {
        write_table(table, &named, backend, &mut body);
    }
    joins(schema, &tables, &named, &mut body);
    together(&names, &mut body);
    let body = body.trim_end();
    let mut text = format!("{HEADER}\n");
    match within {
        Some(within) => {
            let _ = writeln!(text, "pub mod {} {{\n{}}}", rust_name(within.as_str(), None), indented(body));
        }
        None if body.is_empty() => text.truncate(HEADER.len()),
        None => {
            let _ = writeln!(text, "{body}");
        }
    }
    Diagnostics::check(faults, text)
}

const LEAVE_OUT: &str = "leave the table out with `exclude` in `[autogenerate]`";

fn spelled(column: &ShownColumn) -> String {
    match &column.spelled {
        limbeck_core::column_type::ColumnType::Native(raw) => raw.as_str().to_owned(),
        other => limbeck_core::column_type::TypeKind::from(other).to_string(),
    }
}

/// Returns the Rust name of the type of a column. Where types have no names of their own, each column has its own.
fn type_name(ty: &ShownType, table: &str, column: &str, backend: Backend) -> String {
    match backend {
        Backend::Mysql if !ty.is_provided(backend) => {
            format!("{table} {column} {}", ty.rust).to_upper_camel_case()
        }
        _ => ty.rust.clone(),
    }
}

/// Returns the types of a table that the file has to define, by Rust name, in order of columns.
fn own_types<'t>(table: &'t ShownTable<'_>, name: &str, backend: Backend) -> Vec<(String, &'t ShownType)> {
    let columns = column_names(table, name);
    let typed =
        table.columns.iter().zip(columns).filter_map(|(column, name)| Some((column.ty.as_ref()?, name)));
    let own = typed.filter(|(ty, _)| !ty.is_provided(backend) && backend != Backend::Sqlite);
    own.map(|(ty, column)| (type_name(ty, name, &column, backend), ty)).collect()
}

fn column_names(table: &ShownTable<'_>, name: &str) -> Vec<String> {
    rust_names(table.columns.iter().map(|column| column.name.as_str()), Some(name))
}

fn custom_types(
    tables: &[ShownTable<'_>],
    named: &BTreeMap<&TableName, &str>,
    backend: Backend,
    out: &mut String,
) {
    let all: BTreeMap<String, &ShownType> =
        tables.iter().flat_map(|table| own_types(table, named[table.name], backend)).collect();
    if all.is_empty() {
        return;
    }
    out.push_str("pub mod sql_types {\n");
    for (number, (name, ty)) in all.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut sql = ty.sql.clone();
        if backend == Backend::Mysql {
            // Diesel's macro wants the name of a class of storage, which begins with a capital.
            let mut letters = sql.chars();
            sql = letters.next().into_iter().flat_map(char::to_uppercase).collect::<String>()
                + letters.as_str();
        }
        let schema = ty.schema.as_ref().map(|schema| format!(", schema = {}", quoted(schema)));
        let _ = write!(
            out,
            "    #[derive(diesel::sql_types::SqlType)]\n    \
             #[diesel({}(name = {}{}))]\n    pub struct {name};\n",
            backend.type_attribute(),
            quoted(&sql),
            schema.unwrap_or_default(),
        );
    }
    out.push_str("}\n\n");
}

fn write_table(
    table: &ShownTable<'_>,
    named: &BTreeMap<&TableName, &str>,
    backend: Backend,
    out: &mut String,
) {
    let name = named[table.name];
    let columns = column_names(table, name);
    out.push_str("diesel::table! {\n");
    let mut imported: Vec<String> = Vec::new();
    for (own, _) in own_types(table, name, backend) {
        if !imported.contains(&own) {
            imported.push(own);
        }
    }
    if !imported.is_empty() {
        out.push_str("    use diesel::sql_types::*;\n");
        for own in &imported {
            let _ = writeln!(out, "    use super::sql_types::{own};");
        }
        out.push('\n');
    }
    let schema = table.name.schema.as_ref().map(|schema| (schema.as_str(), rust_name(schema.as_str(), None)));
    if name != table.name.name.as_str() {
        let full = match &schema {
            Some((schema, _)) => format!("{schema}.{}", table.name.name),
            None => table.name.name.to_string(),
        };
        let _ = writeln!(out, "    #[sql_name = {}]", quoted(&full));
    }
    let key = table.key.iter().map(|key| {
        let at = table.columns.iter().position(|column| column.name == *key);
        at.map_or(key.as_str(), |at| columns[at].as_str())
    });
    let schema = schema.map(|(_, rust)| format!("{rust}.")).unwrap_or_default();
    let _ = writeln!(out, "    {schema}{name} ({}) {{", key.collect::<Vec<_>>().join(", "));
    for (column, rust) in table.columns.iter().zip(&columns) {
        // What has none is a fault, and the text is not used.
        let Some(ty) = &column.ty else { continue };
        if rust != column.name.as_str() {
            let _ = writeln!(out, "        #[sql_name = {}]", quoted(column.name.as_str()));
        }
        if let Some(length) = ty.max_length {
            let _ = writeln!(out, "        #[max_length = {length}]");
        }
        let mut text = type_name(ty, name, rust, backend);
        if ty.unsigned {
            text = format!("Unsigned<{text}>");
        }
        if ty.array {
            text = format!("Array<Nullable<{text}>>");
        }
        if column.nullable {
            text = format!("Nullable<{text}>");
        }
        let _ = writeln!(out, "        {rust} -> {text},");
    }
    out.push_str("    }\n}\n\n");
}

fn joins(schema: &Schema, tables: &[ShownTable<'_>], named: &BTreeMap<&TableName, &str>, out: &mut String) {
    let keys: Vec<(&ShownTable<'_>, &ForeignKey)> = tables
        .iter()
        .filter_map(|table| Some((table, schema.tables.get(table.name)?)))
        .flat_map(|(shown, table)| table.foreign_keys().map(move |key| (shown, key)))
        .collect();
    // Between two tables that several keys join, Diesel cannot tell which is meant.
    let pair = |child: &TableName, parent: &TableName| {
        let (one, other) = (child.clone(), parent.clone());
        if one < other { (one, other) } else { (other, one) }
    };
    let mut times: BTreeMap<(TableName, TableName), usize> = BTreeMap::new();
    for (table, key) in &keys {
        *times.entry(pair(table.name, &key.references)).or_default() += 1;
    }
    let mut lines = BTreeSet::new();
    for (table, key) in &keys {
        let Some(parent) = tables.iter().find(|parent| *parent.name == key.references) else { continue };
        let [column] = key.columns.as_slice() else { continue };
        let refers = match key.referred_columns.as_slice() {
            [] => parent.key.len() == 1,
            [referred] => parent.key == [referred.clone()],
            _ => false,
        };
        let is_clear = times.get(&pair(table.name, parent.name)) == Some(&1) && table.name != parent.name;
        let at = table.columns.iter().position(|own| own.name == *column);
        if let (true, true, Some(at)) = (refers, is_clear, at) {
            let columns = column_names(table, named[table.name]);
            lines.insert((table.name, parent.name, columns[at].clone()));
        }
    }
    for (child, parent, column) in &lines {
        let _ = writeln!(out, "diesel::joinable!({} -> {} ({column}));", named[child], named[parent]);
    }
    if !lines.is_empty() {
        out.push('\n');
    }
}

fn together(names: &[String], out: &mut String) {
    if names.len() < 2 {
        return;
    }
    let list: String = names.iter().map(|name| format!("{name}, ")).collect();
    let call = "diesel::allow_tables_to_appear_in_same_query!(";
    match list.trim_end() {
        short if short.len() <= WIDE => {
            let _ = writeln!(out, "{call}{short});");
        }
        _ => {
            let lines: String = names.iter().map(|name| format!("    {name},\n")).collect();
            let _ = writeln!(out, "{call}\n{lines});");
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// Writes a text as Rust does, raw where it holds what would have to be escaped.
fn quoted(text: &str) -> String {
    match text.contains(['"', '\\']) {
        true => {
            let hashes = "#".repeat(text.matches('#').count() + 1);
            format!("r{hashes}\"{text}\"{hashes}")
        }
        false => format!("\"{text}\""),
    }
}
