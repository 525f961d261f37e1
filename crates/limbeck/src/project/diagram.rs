//! A schema as a picture: for Mermaid and for Graphviz.

use std::fmt::Write;

use limbeck_core::schema::{Constraint, Schema, Table};
use limbeck_core::script::type_text;

/// Draws the tables of a schema as Mermaid's entity relationship diagram: a box a table, a line a foreign key.
pub fn mermaid(schema: &Schema) -> String {
    let mut out = String::from("erDiagram\n");
    for (number, table) in schema.tables.values().enumerate() {
        let _ = writeln!(out, "    t{number}[\"{}\"] {{", quoted(&table.name.to_string()));
        for column in &table.columns {
            let _ = writeln!(
                out,
                "        {} {}{}",
                word(&type_text(&column.ty)),
                word(column.name.as_str()),
                marks(table, column.name.as_str())
            );
        }
        out.push_str("    }\n");
    }
    for (number, table) in schema.tables.values().enumerate() {
        for key in table.foreign_keys() {
            let Some(parent) = schema.tables.keys().position(|name| *name == key.references) else {
                continue;
            };
            let optional =
                key.columns.iter().any(|name| table.column(name).is_some_and(|column| column.nullable));
            let line = if optional { "|o--o{" } else { "||--o{" };
            let columns: Vec<&str> = key.columns.iter().map(|name| name.as_str()).collect();
            let _ = writeln!(out, "    t{parent} {line} t{number} : \"{}\"", quoted(&columns.join(", ")));
        }
    }
    out
}

/// Draws the tables of a schema as a graph for Graphviz: a box a table, an edge a foreign key.
pub fn dot(schema: &Schema) -> String {
    let mut out = String::from("digraph schema {\n    rankdir = LR;\n    node [shape = record];\n");
    for table in schema.tables.values() {
        let name = table.name.to_string();
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let marks = marks(table, column.name.as_str());
                let text = format!("{}: {}{marks}", column.name, type_text(&column.ty));
                format!("{}\\l", of_record(&text))
            })
            .collect();
        let _ = writeln!(
            out,
            "    \"{}\" [label = \"{{{}|{}}}\"];",
            of_dot(&name),
            of_record(&name),
            columns.join("")
        );
    }
    for table in schema.tables.values() {
        for key in table.foreign_keys() {
            let columns: Vec<&str> = key.columns.iter().map(|name| name.as_str()).collect();
            let _ = writeln!(
                out,
                "    \"{}\" -> \"{}\" [label = \"{}\"];",
                of_dot(&table.name.to_string()),
                of_dot(&key.references.to_string()),
                of_dot(&columns.join(", "))
            );
        }
    }
    out.push_str("}\n");
    out
}

/// Says which keys a column is part of.
fn marks(table: &Table, column: &str) -> String {
    let mut marks = Vec::new();
    for constraint in &table.constraints {
        let mark = match constraint {
            Constraint::PrimaryKey(_) => "PK",
            Constraint::ForeignKey(_) => "FK",
            Constraint::Unique(_) => "UK",
            Constraint::Check(_) | Constraint::Exclude(_) => continue,
        };
        if constraint.columns().iter().any(|name| name.as_str() == column) && !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    if marks.is_empty() { String::new() } else { format!(" {}", marks.join(", ")) }
}

/// Makes one word of a text, as Mermaid wants of types and columns.
fn word(text: &str) -> String {
    let word: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']') { c } else { '_' })
        .collect();
    match word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        true => word,
        false => format!("_{word}"),
    }
}

/// Writes a text inside Mermaid's double quotes.
fn quoted(text: &str) -> String {
    text.replace('"', "#quot;")
}

fn of_dot(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Writes a text inside the label of a record, where more characters mean something.
fn of_record(text: &str) -> String {
    let mut out = String::new();
    for c in of_dot(text).chars() {
        if matches!(c, '{' | '}' | '|' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use limbeck_core::script::{Naming, parse_model};

    use super::*;

    #[test]
    fn tables_and_their_keys_are_drawn() {
        let text = r#"
            [[table]]
            name = "org"
            columns = [{ name = "id", type = "integer", primary_key = true }]
            [[table]]
            name = 'we"ird'
            columns = [
                { name = "id", type = "integer", primary_key = true },
                { name = "org id", type = "integer", references = "org.id" },
                { name = "total", type = "decimal(10, 2)", nullable = false },
            ]
        "#;
        let schema = parse_model("m.toml".as_ref(), text.into(), &Naming::default()).unwrap();
        insta::assert_snapshot!(format!("{}\n{}", mermaid(&schema), dot(&schema)));
    }
}
