//! The ways into the grammar: where a part of a definition ends, and what it mentions.

use super::super::{Token, Unreadable};
use super::Mentions;
use super::deep::read;
use super::reader::Reader;

/// A part of a definition that is read by the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What stands in a CHECK, a generated column, an index, a `WHEN`, in the parentheses of a DEFAULT.
    Expression,
    /// What stands behind `AS` in a view or a table.
    Query,
    /// A statement of a trigger, without its semicolon.
    Statement,
}

/// Returns how many of the tokens belong to the part that they begin with.
///
/// The tokens are without spaces and comments, as [`meaningful`](super::super::meaningful) gives them.
///
/// # Errors
/// They do not begin with such a part by SQLite's grammar, or it is nested deeper than SQLite's parser goes.
pub(crate) fn length(part: Part, tokens: &[Token<'_>]) -> Result<usize, Unreadable> {
    read(tokens, part.rule()).map(|(length, _)| length)
}

/// Returns what a part mentions, which is all of the tokens.
///
/// # Errors
/// As [`length`]; or something stands behind the part.
pub(crate) fn mentions<'a>(part: Part, tokens: &[Token<'a>]) -> Result<Mentions<'a>, Unreadable> {
    let (length, mentions) = read(tokens, part.rule())?;
    match tokens.get(length) {
        None => Ok(mentions),
        Some(token) => Err(Unreadable(format!("found `{}` where the end was to come", token.text))),
    }
}

impl Part {
    fn rule<'t, 'a>(self) -> fn(&mut Reader<'t, 'a>) -> Result<(), Unreadable> {
        match self {
            Self::Expression => Reader::expression,
            Self::Query => Reader::select,
            Self::Statement => Reader::statement,
        }
    }
}
