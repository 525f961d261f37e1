//! What a text mentions: columns, tables, functions, collations, told from each other by the grammar.

use super::super::Token;

/// All that a text mentions, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mentions<'a> {
    pub(crate) all: Vec<Mention<'a>>,
    /// The scope around each scope. Scope 0, the text as a whole, is its own; every `SELECT` and every statement of a
    /// trigger opens one.
    pub(crate) scopes: Vec<usize>,
}

/// One name in a text, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention<'a> {
    pub(crate) what: What,
    pub(crate) name: Token<'a>,
    /// What stands before it with a dot, outermost first: a table, or a schema and a table, or the schema of a table.
    pub(crate) qualifiers: Vec<Token<'a>>,
    /// The scope that it stands in, as an index of [`Mentions::scopes`].
    pub(crate) scope: usize,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A column that is read; in double quotes, with no such column, SQLite may take it for a text.
    Column,
    /// A column that `INSERT` or `SET` writes, of the table that the statement changes.
    Written,
    /// A column of `USING`, of the tables on both sides.
    Joined,
    /// A table, view or common table that is read; the name may be that of a table-valued function without arguments.
    Table,
    /// The table or view that a statement changes.
    Changed,
    /// A table-valued function.
    TableFunction,
    /// The other name that the table or query before it goes by.
    Alias,
    /// The table whose columns `x.*` stands for.
    Star,
    /// The name that `AS` gives a column of a result.
    ResultName,
    /// A table that `WITH` defines.
    CommonTable,
    /// A column that `WITH` names.
    CommonColumn,
    Function,
    Collation,
    /// A named window, where it is defined and where it is used.
    Window,
    /// The index of `INDEXED BY`.
    Index,
}
