//! Reads queries: `SELECT`, `VALUES`, and several of them put together.

use super::super::Unreadable;
use super::What;
use super::reader::Reader;

/// What may stand behind a part of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// `UNION` and another part.
    Another,
    /// Nothing: `ORDER BY` and `LIMIT` stand at the end.
    Nothing,
}

impl Reader<'_, '_> {
    /// Says whether a query comes next.
    pub(super) fn sees_select(&self) -> bool {
        self.sees_one_of(&["SELECT", "VALUES", "WITH"])
    }

    /// Reads a query, with the `WITH` before it.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn select(&mut self) -> Result<(), Unreadable> {
        self.deeper(|reader| {
            reader.scoped(|reader| {
                reader.takes_with()?;
                loop {
                    let mut behind = Behind::Another;
                    reader.scoped(|reader| {
                        behind = reader.part()?;
                        Ok(())
                    })?;
                    if behind == Behind::Nothing || !reader.takes_compound() {
                        return Ok(());
                    }
                }
            })
        })
    }

    fn takes_compound(&mut self) -> bool {
        if self.takes(&["UNION"]) {
            self.takes(&["ALL"]);
            return true;
        }
        self.takes_one_of(&["EXCEPT", "INTERSECT"])
    }

    fn part(&mut self) -> Result<Behind, Unreadable> {
        if self.takes(&["VALUES"]) {
            self.list(|reader| reader.in_parentheses(Self::expressions))?;
            return Ok(Behind::Another);
        }
        self.needs(&["SELECT"])?;
        self.takes_one_of(&["DISTINCT", "ALL"]);
        self.list(Self::result)?;
        if self.takes(&["FROM"]) {
            self.tables()?;
        }
        self.takes_where()?;
        if self.takes(&["GROUP"]) {
            self.needs(&["BY"])?;
            self.expressions()?;
        }
        if self.takes(&["HAVING"]) {
            self.expression()?;
        }
        self.takes_windows()?;
        let mut behind = Behind::Another;
        if self.takes(&["ORDER"]) {
            self.needs(&["BY"])?;
            self.sort_terms()?;
            behind = Behind::Nothing;
        }
        if self.takes(&["LIMIT"]) {
            self.expression()?;
            if self.takes_one_of(&["OFFSET", ","]) {
                self.expression()?;
            }
            behind = Behind::Nothing;
        }
        Ok(behind)
    }

    /// Reads `WHERE` and its expression, if it comes next.
    ///
    /// # Errors
    /// What stands behind it is no expression.
    pub(super) fn takes_where(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["WHERE"]) { self.expression() } else { Ok(()) }
    }

    /// Reads one column of a result, or all columns.
    fn result(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["*"]) {
            return Ok(());
        }
        let is = |ahead: usize, symbol: &str| self.peek_at(ahead).is_some_and(|token| token.is(symbol));
        if is(1, ".") && is(2, "*") && !self.sees_operand_word() {
            self.noted_name(What::Star)?;
            return self.needs(&[".", "*"]);
        }
        self.expression()?;
        self.takes_alias(What::ResultName)
    }
}
