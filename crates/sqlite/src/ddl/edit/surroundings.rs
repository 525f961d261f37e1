//! What stands around an item of a table: commas, line ends, comments.

use super::splice::is_line_comment;
use crate::ddl::tree::{CreateTable, Node, Span};
use crate::ddl::{Token, TokenKind, tokenize};

/// The surroundings of one item.
///
/// `before` and `after` reach to the neighbours; the comma is not among them, and parts each in two.
pub(super) struct Surroundings<'a> {
    pub(super) item: Span,
    /// The comma before it.
    pub(super) comma: Option<Span>,
    /// The comma behind it.
    pub(super) next_comma: Option<Span>,
    pub(super) is_last: bool,
    /// From the neighbour before it to the comma before it; empty without a comma.
    pub(super) before_comma: Vec<Token<'a>>,
    /// From that comma, or from the neighbour, to the item.
    pub(super) before: Vec<Token<'a>>,
    /// From the item to the comma behind it, or to the neighbour.
    pub(super) after: Vec<Token<'a>>,
    /// From that comma to the neighbour behind it; empty without a comma.
    pub(super) after_comma: Vec<Token<'a>>,
}

impl<'a> Surroundings<'a> {
    /// Looks around the item at a position.
    pub(super) fn of(tree: &CreateTable, sql: &'a str, position: usize) -> Self {
        let items = &tree.items;
        let item = items[position].span();
        let before = match position.checked_sub(1) {
            Some(before) => items[before].span().end,
            None => tree.open.end,
        };
        let next = items.get(position + 1);
        let behind = next.map_or(tree.close.start, |next| next.span().start);
        let comma = items[position].comma;
        let next_comma = next.and_then(|next| next.comma);
        let between = |start, end| trivia(sql, start, end);
        Self {
            item,
            comma,
            next_comma,
            is_last: next.is_none(),
            before_comma: comma.map(|comma| between(before, comma.start)).unwrap_or_default(),
            before: between(comma.map_or(before, |comma| comma.end), item.start),
            after: between(item.end, next_comma.map_or(behind, |comma| comma.start)),
            after_comma: next_comma.map(|comma| between(comma.end, behind)).unwrap_or_default(),
        }
    }

    /// Returns where what stands right before the item begins, behind a comma or another item.
    pub(super) fn start(&self) -> usize {
        self.before.first().map_or(self.item.start, |token| token.start)
    }

    /// Says whether the item begins a line with its comma: `\n  , a INT`.
    pub(super) fn leads_with_comma(&self) -> bool {
        self.comma.is_some() && has_line_end(&self.before_comma) && !has_line_end(&self.before)
    }

    /// Says whether the item begins a line.
    pub(super) fn begins_line(&self) -> bool {
        has_line_end(&self.before)
    }

    /// Returns where the comments end that stand right behind the item, on its line and before its comma.
    pub(super) fn own_end(&self) -> usize {
        self.own_comments().last().map_or(self.item.end, Token::end)
    }

    /// Returns the comments right behind the item, on its line and before its comma.
    pub(super) fn own_comments(&self) -> impl Iterator<Item = &Token<'a>> {
        comments_of_line(&self.after)
    }
}

fn comments_of_line<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t Token<'a>> {
    let line =
        tokens.iter().take_while(|token| !(token.kind == TokenKind::Space && token.text.contains('\n')));
    line.filter(|token| token.kind == TokenKind::Comment)
}

/// Says whether a line ends among the tokens; not within a comment.
pub(super) fn has_line_end(tokens: &[Token<'_>]) -> bool {
    first_line_end(tokens).is_some()
}

/// Returns the place of the first line end, `\r` included.
pub(super) fn first_line_end(tokens: &[Token<'_>]) -> Option<Span> {
    let found = tokens.iter().filter(|token| token.kind == TokenKind::Space);
    found.into_iter().find_map(|token| token.text.find('\n').map(|at| line_end(token, at)))
}

/// Returns the place of the last line end, `\r` included.
pub(super) fn last_line_end(tokens: &[Token<'_>]) -> Option<Span> {
    let found = tokens.iter().rev().filter(|token| token.kind == TokenKind::Space);
    found.into_iter().find_map(|token| token.text.rfind('\n').map(|at| line_end(token, at)))
}

fn line_end(token: &Token<'_>, at: usize) -> Span {
    let carriage = usize::from(token.text[..at].ends_with('\r'));
    Span { start: token.start + at - carriage, end: token.start + at + 1 }
}

/// Returns the tokens between two places, which cut none. A line that ends in `\r\n` ends so behind a comment too, which
/// SQLite takes to hold the `\r`.
fn trivia(sql: &str, start: usize, end: usize) -> Vec<Token<'_>> {
    let mut tokens = tokenize(&sql[start..end]);
    tokens.iter_mut().for_each(|token| token.start += start);
    for i in 1..tokens.len() {
        let text = tokens[i - 1].text;
        if is_line_comment(text) && text.ends_with('\r') {
            tokens[i - 1].text = &text[..text.len() - 1];
            let place = Span { start: tokens[i].start - 1, end: tokens[i].end() };
            tokens[i] = Token { kind: tokens[i].kind, text: place.of(sql), start: place.start };
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_of_two_characters_is_one_behind_a_comment() {
        let sql = "a -- x\r\n, b";
        let tokens = trivia(sql, 1, 8);
        assert_eq!(tokens.iter().map(|token| token.text).collect::<Vec<_>>(), [" ", "-- x", "\r\n"]);
        assert_eq!(first_line_end(&tokens), Some(Span { start: 6, end: 8 }));
    }
}
