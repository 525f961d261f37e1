//! What every node has: a place in the text, and nodes within it. Names are nodes too.

use limbeck_core::name::Ident;

use crate::ddl::Unreadable;

/// A place in a text, in bytes; the end is behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// Returns the text there.
    pub(crate) fn of<'a>(&self, sql: &'a str) -> &'a str {
        &sql[self.start..self.end]
    }
}

/// A part of a definition.
///
/// Its nodes stand within it, in the order of the text, and do not overlap. What of it lies in none of them are its
/// own keywords and punctuation, with the spaces and comments between.
pub(crate) trait Node {
    /// Returns its place, from its first token to its last.
    fn span(&self) -> Span;

    /// Returns the nodes right within it, in order; none for a leaf.
    fn nodes(&self) -> Vec<&dyn Node>;
}

/// An expression, a query, a value, or a word that a field stands for: a leaf.
impl Node for Span {
    fn span(&self) -> Span {
        *self
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        Vec::new()
    }
}

/// A name, in any of the quotes that SQLite knows, or in none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Name {
    pub(crate) span: Span,
    /// Without the quotes. SQLite lets it be empty.
    pub(crate) text: String,
}

impl Name {
    /// Returns the name for the model.
    ///
    /// # Errors
    /// It is empty, which the model has not.
    pub(crate) fn ident(&self) -> Result<Ident, Unreadable> {
        Ident::new(&self.text).map_err(|error| Unreadable(error.to_string()))
    }

    /// Says whether SQLite takes both names as one: it folds the case of ASCII letters only.
    pub(crate) fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

impl Node for Name {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        Vec::new()
    }
}

/// A name with the name of its database before it, if one is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Target {
    pub(crate) span: Span,
    pub(crate) schema: Option<Name>,
    pub(crate) name: Name,
}

impl Node for Target {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        let schema = self.schema.iter().map(|name| name as &dyn Node);
        schema.chain([&self.name as &dyn Node]).collect()
    }
}

/// Names in parentheses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NameList {
    /// With the parentheses.
    pub(crate) span: Span,
    pub(crate) names: Vec<Name>,
}

impl Node for NameList {
    fn span(&self) -> Span {
        self.span
    }

    fn nodes(&self) -> Vec<&dyn Node> {
        nodes(&self.names)
    }
}

/// Returns items as nodes.
pub(super) fn nodes<N: Node>(items: &[N]) -> Vec<&dyn Node> {
    items.iter().map(|item| item as &dyn Node).collect()
}

/// Returns an item that may be missing as a list of nodes.
pub(super) fn maybe<N: Node>(item: &Option<N>) -> Vec<&dyn Node> {
    item.iter().map(|item| item as &dyn Node).collect()
}
