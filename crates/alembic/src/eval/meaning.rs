//! What a script says, apart from its header, comments and spaces.

use std::fmt::Write;
use std::sync::Arc;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// The names of the header, which say where a revision stands and not what it does.
const HEADER: [&str; 4] = ["revision", "down_revision", "branch_labels", "depends_on"];

/// Returns the words of a script, one behind the other; the whole text where it is no Python.
pub(super) fn meaning(text: &Arc<str>) -> Arc<str> {
    let Ok(parsed) = ruff_python_parser::parse_module(text) else { return text.clone() };
    let body = &parsed.syntax().body;
    let header: Vec<TextRange> =
        body.iter().filter(|statement| is_header(statement)).map(Ranged::range).collect();
    let mut words = String::new();
    for token in parsed.tokens() {
        let _ = match token.kind() {
            _ if header.iter().any(|range| range.contains_range(token.range())) => Ok(()),
            TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::EndOfFile => Ok(()),
            TokenKind::Newline => words.write_char('\n'),
            TokenKind::Indent => words.write_char('{'),
            TokenKind::Dedent => words.write_char('}'),
            _ => write!(words, "{} ", &text[token.range()]),
        };
    }
    Arc::from(words.trim())
}

fn is_header(statement: &Stmt) -> bool {
    let named = |target: &Expr| matches!(target, Expr::Name(name) if HEADER.contains(&name.id.as_str()));
    match statement {
        Stmt::Expr(stmt) => matches!(&*stmt.value, Expr::StringLiteral(_)),
        Stmt::Assign(assign) => assign.targets.iter().all(named),
        Stmt::AnnAssign(assign) => named(&assign.target),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_spaces_and_the_header_do_not_count_and_all_else_does() {
        let words = |text: &str| meaning(&Arc::from(text));
        let one = words("\"\"\"doc\"\"\"\nrevision = 'a'\n\ndef upgrade():\n    go(1)  # why\n");
        assert_eq!(one, words("revision = 'b'\ndef upgrade():\n  go( 1 )\n"));
        assert_ne!(one, words("def upgrade():\n    go(2)\n"));
        assert_ne!(one, words("def upgrade(): pass\ngo(1)\n"));
    }
}
