//! A change of a text at one place, which fuses no tokens.

use crate::ddl::tree::Span;
use crate::ddl::{TokenKind, tokenize};

/// A place, and what is to stand there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Splice {
    pub(super) span: Span,
    pub(super) text: String,
}

impl Splice {
    /// Puts a text in at a place.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: Span { start: at, end: at }, text: text.into() }
    }

    /// Puts a text in the place of what is there.
    pub(super) fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Takes out what is there.
    pub(super) fn delete(start: usize, end: usize) -> Self {
        Self { span: Span { start, end }, text: String::new() }
    }

    /// Takes out a clause with the spaces before it, but for the line end that closes a comment. A token begins at
    /// `floor`, which is at or before the clause.
    pub(super) fn delete_clause(sql: &str, floor: usize, span: Span) -> Self {
        let tokens = tokenize(&sql[floor..span.start]);
        let start = match tokens.as_slice() {
            [.., comment, space] if space.kind == TokenKind::Space && is_line_comment(comment.text) => {
                span.start
            }
            [.., space] if space.kind == TokenKind::Space => floor + space.start,
            _ => span.start,
        };
        Self::delete(start, span.end)
    }

    /// Leaves the comments that stand within what goes, behind what is put in.
    pub(super) fn keeping_comments(mut self, sql: &str) -> Self {
        let tokens = tokenize(self.span.of(sql));
        for comment in tokens.iter().filter(|token| token.kind == TokenKind::Comment) {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.text.push_str(comment.text);
            if is_line_comment(comment.text) {
                self.text.push('\n');
            }
        }
        self
    }

    /// Makes changes, which do not overlap, at once; those at one place in the order given.
    pub(super) fn apply(sql: &str, mut splices: Vec<Splice>) -> String {
        // What is put in comes before what is taken out behind it.
        splices.sort_by_key(|splice| (splice.span.start, splice.span.end));
        let mut out = String::with_capacity(sql.len());
        let mut at = 0;
        for splice in splices {
            push(&mut out, &sql[at..splice.span.start]);
            push(&mut out, &splice.text);
            at = splice.span.end;
        }
        push(&mut out, &sql[at..]);
        out
    }
}

/// Says whether a comment ends with its line.
pub(super) fn is_line_comment(text: &str) -> bool {
    text.starts_with("--")
}

fn push(out: &mut String, text: &str) {
    if needs_space(out, text) {
        out.push(' ');
    }
    out.push_str(text);
}

/// Says whether two texts would run into each other.
fn needs_space(before: &str, after: &str) -> bool {
    let apart = |c: char| c.is_ascii_whitespace() || "(),;".contains(c);
    match (before.chars().next_back(), after.chars().next()) {
        (Some(last), Some(first)) => !apart(last) && !apart(first),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_together_is_kept_apart() {
        let sql = "a\"b\"c";
        assert_eq!(Splice::apply(sql, vec![Splice::delete(1, 4)]), "a c");
        assert_eq!(Splice::apply(sql, vec![Splice::insert(4, "NOT NULL")]), "a\"b\" NOT NULL c");
        assert_eq!(Splice::apply("(a,b)", vec![Splice::insert(2, "INT")]), "(a INT,b)");
    }

    #[test]
    fn comments_within_what_goes_stay() {
        let sql = "a DEFAULT /* why */ 5 -- x\n + 1, b";
        let span = Span { start: 2, end: 31 };
        let replaced = Splice::replace(span, "DEFAULT 6").keeping_comments(sql);
        assert_eq!(Splice::apply(sql, vec![replaced]), "a DEFAULT 6 /* why */ -- x\n, b");
        let gone = Splice::delete_clause(sql, 0, span).keeping_comments(sql);
        assert_eq!(Splice::apply(sql, vec![gone]), "a /* why */ -- x\n, b");
    }

    #[test]
    fn the_line_end_of_a_comment_stays() {
        let sql = "a -- x\n NOT NULL, b";
        let clause = Splice::delete_clause(sql, 0, Span { start: 8, end: 16 });
        assert_eq!(Splice::apply(sql, vec![clause]), "a -- x\n , b");
    }
}
