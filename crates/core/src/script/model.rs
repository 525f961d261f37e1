//! The model file: what a schema should be, in the forms of migrations.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::name::TableName;
use crate::schema::{NamedEnum, ObjectKind, Schema, SchemaError};

use super::Naming;
use super::print::{self, Item, Texts, Toml};
use super::read::{self, Keys, Node, Reader, What};

/// Prints a schema: schemas, enums, sequences, tables, views, each kind in order of name.
///
/// Statements that may have changed the schema in ways that are not known are named in comments at the top.
pub fn print_model(schema: &Schema) -> String {
    // How far names reach is the server's affair.
    let Schema { tables, enums, views, sequences, schemas, opaque, index_names: _ } = schema;
    let mut out = String::new();
    for cause in opaque.causes() {
        out.push_str(&format!("# what this does to the schema is not known: {}\n", cause.statement));
    }
    let mut block = |name: &str, head: &str, toml: Toml| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("[[{name}]]\n"));
        Toml::with("name", Item::text(head)).and(toml).print(&mut out, Texts::AsWritten);
    };
    for name in schemas {
        block("schema", name.as_str(), Toml::default());
    }
    for (name, definition) in enums {
        block("enum", &name.to_string(), Toml::with("values", Item::texts(&definition.values)));
    }
    for (name, sequence) in sequences {
        block("sequence", &name.to_string(), print::sequence(sequence));
    }
    for (name, table) in tables {
        block("table", &name.to_string(), print::table(table));
    }
    for (name, view) in views {
        block("view", &name.to_string(), print::view(view));
    }
    out
}

/// Reads a model file. Constraints without a name get one by the convention.
///
/// # Errors
/// All faults of the file, in the order of their places.
pub fn parse_model(path: &Path, text: Arc<str>, naming: &Naming) -> Result<Schema, Diagnostics> {
    let reader = Reader::new(path, text.clone(), naming);
    let mut schema = Schema::new();
    {
        let document = reader.toml(&text);
        let mut keys = Keys::new(&reader, document.get_ref(), What::Said("the model".into()), 0..0);
        each(&mut keys, "schema", |keys| {
            let name = keys.required("name", Node::ident)?;
            unless(schema.schemas.insert(name.clone()), ObjectKind::Schema, name)
        });
        each(&mut keys, "enum", |keys| {
            let (name, values) = (keys.required("name", Node::table_name), read::enum_values(keys));
            let name = name?;
            insert(
                &mut schema.enums,
                ObjectKind::Enum,
                &name,
                NamedEnum { name: name.clone(), values: values? },
            )
        });
        each(&mut keys, "sequence", |keys| {
            let name = keys.required("name", Node::table_name);
            let sequence = read::sequence(keys, name)?;
            insert(&mut schema.sequences, ObjectKind::Sequence, &sequence.name.clone(), sequence)
        });
        each(&mut keys, "table", |keys| {
            let name = keys.required("name", Node::table_name);
            let mut table = read::table(keys, name)?;
            naming.name_table(&mut table);
            match table.validate() {
                Err(error) => Some(Err(error)),
                Ok(()) => insert(&mut schema.tables, ObjectKind::Table, &table.name.clone(), table),
            }
        });
        each(&mut keys, "view", |keys| {
            let name = keys.required("name", Node::table_name);
            let view = read::view(keys, name)?;
            insert(&mut schema.views, ObjectKind::View, &view.name.clone(), view)
        });
        keys.finish();
    }
    Diagnostics::check(reader.into_faults(), schema)
}

/// Reads the items under a key. What does not fit the rest is reported at the item's name.
fn each<'a>(
    keys: &mut Keys<'a>,
    key: &'static str,
    mut read: impl FnMut(&mut Keys<'a>) -> Option<Result<(), SchemaError>>,
) {
    let Some(items) = keys.take(key).and_then(|node| node.items()) else {
        return;
    };
    for item in items {
        let Some(mut keys) = item.table() else {
            continue;
        };
        let span = keys.take("name").map_or(item.span(), |name| name.span());
        keys = keys.called(format!("`[[{key}]]`"), span.clone());
        if let Some(Err(error)) = read(&mut keys) {
            item.reader.report(Diagnostic::from(error).at(item.reader.place(span)));
        }
        keys.finish();
    }
}

fn insert<T>(
    objects: &mut BTreeMap<TableName, T>,
    kind: ObjectKind,
    name: &TableName,
    object: T,
) -> Option<Result<(), SchemaError>> {
    unless(objects.insert(name.clone(), object).is_none(), kind, name)
}

fn unless(is_new: bool, kind: ObjectKind, name: impl std::fmt::Display) -> Option<Result<(), SchemaError>> {
    Some(if is_new { Ok(()) } else { Err(SchemaError::exists(kind, name, None)) })
}
