//! Prints a tree: the text that it was read from, byte for byte.

use super::tree::{Definition, Node};

/// Returns the text of a tree that was read from `sql`, put together from its leaves and what lies between them.
pub(crate) fn print(definition: &Definition, sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    write(definition.node(), sql, &mut out);
    out
}

fn write(node: &dyn Node, sql: &str, out: &mut String) {
    let mut at = node.span().start;
    for inner in node.nodes() {
        out.push_str(&sql[at..inner.span().start]);
        write(inner, sql, out);
        at = inner.span().end;
    }
    out.push_str(&sql[at..node.span().end]);
}
