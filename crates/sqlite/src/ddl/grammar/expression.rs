//! Reads an expression: operands, and the operators between them by their precedence (`expr` of parse.y).

use super::super::Unreadable;
use super::reader::Reader;

/// How tightly an operator binds, weakest first (`%left` and `%right` of parse.y).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Not,
    /// `=`, `IS`, `LIKE`, `BETWEEN`, `IN` and their kin.
    Equal,
    /// `<` and its kin.
    Less,
    /// Takes the place of `ESCAPE`, which no operator follows.
    Bits,
    Sum,
    Product,
    Concat,
    Collate,
    /// Binds tighter than all operators.
    Operand,
}

/// What `AND` does to an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtAnd {
    /// It goes on.
    Joins,
    /// It ends: the `AND` belongs to `BETWEEN`.
    Ends,
}

impl Reader<'_, '_> {
    /// Reads an expression.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn expression(&mut self) -> Result<(), Unreadable> {
        self.operation(Binding::Or, AtAnd::Joins)
    }

    /// Reads expressions with commas between, one at least.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn expressions(&mut self) -> Result<(), Unreadable> {
        self.list(Self::expression)
    }

    /// Reads expressions with commas between, or none up to the closing parenthesis, which is left.
    ///
    /// # Errors
    /// What comes next is neither.
    pub(super) fn arguments(&mut self) -> Result<(), Unreadable> {
        if self.sees(&[")"]) { Ok(()) } else { self.expressions() }
    }

    /// Reads an operand and the operators behind it that bind at least as tightly as `weakest`.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn operation(&mut self, weakest: Binding, at_and: AtAnd) -> Result<(), Unreadable> {
        self.deeper(|reader| {
            reader.operand()?;
            while reader.takes_operator(weakest, at_and)? {}
            Ok(())
        })
    }

    /// Reads expressions to sort by, each with its order.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn sort_terms(&mut self) -> Result<(), Unreadable> {
        self.list(|reader| {
            reader.expression()?;
            reader.takes_one_of(&["ASC", "DESC"]);
            if reader.takes(&["NULLS"]) && !reader.takes_one_of(&["FIRST", "LAST"]) {
                return Err(reader.unexpected("FIRST"));
            }
            Ok(())
        })
    }
}
