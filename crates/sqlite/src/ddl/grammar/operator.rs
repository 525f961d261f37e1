//! Reads an operator and what stands behind it.

use super::super::Unreadable;
use super::What;
use super::expression::{AtAnd, Binding};
use super::reader::Reader;

/// The operators between two operands that are one symbol, with the binding that their right operand needs at least.
const SYMBOLS: [(&[&str], Binding, Binding); 6] = [
    (&["=", "==", "<>", "!="], Binding::Equal, Binding::Less),
    (&["<", "<=", ">", ">="], Binding::Less, Binding::Bits),
    (&["&", "|", "<<", ">>"], Binding::Bits, Binding::Sum),
    (&["+", "-"], Binding::Sum, Binding::Product),
    (&["*", "/", "%"], Binding::Product, Binding::Concat),
    (&["||", "->", "->>"], Binding::Concat, Binding::Collate),
];

const MATCHES: [&str; 4] = ["LIKE", "GLOB", "REGEXP", "MATCH"];

impl Reader<'_, '_> {
    /// Reads an operator that binds at least as tightly as `weakest`, with its right operand, if one comes next.
    ///
    /// # Errors
    /// What stands behind the operator cannot be read.
    pub(super) fn takes_operator(&mut self, weakest: Binding, at_and: AtAnd) -> Result<bool, Unreadable> {
        for (symbols, binding, right) in SYMBOLS {
            if self.sees_one_of(symbols) {
                return self.takes_binary(binding >= weakest, right);
            }
        }
        if self.sees(&["COLLATE"]) {
            return if Binding::Collate >= weakest { self.takes_collation() } else { Ok(false) };
        }
        if self.sees(&["OR"]) {
            return self.takes_binary(weakest == Binding::Or, Binding::And);
        }
        if self.sees(&["AND"]) {
            return self.takes_binary(weakest <= Binding::And && at_and == AtAnd::Joins, Binding::Not);
        }
        // Before LIKE, BETWEEN, IN and NULL, it is the NOT that says how tightly they bind.
        let binding = if self.sees(&["NOT"]) { Binding::Not } else { Binding::Equal };
        if binding < weakest {
            return Ok(false);
        }
        self.takes_predicate()
    }

    fn takes_binary(&mut self, binds: bool, right: Binding) -> Result<bool, Unreadable> {
        if binds {
            self.next("an operator")?;
            self.operation(right, AtAnd::Joins)?;
        }
        Ok(binds)
    }

    /// Reads one of the operators that are words, if one comes next.
    fn takes_predicate(&mut self) -> Result<bool, Unreadable> {
        if self.takes_one_of(&["ISNULL", "NOTNULL"]) || self.takes(&["NOT", "NULL"]) {
            return Ok(true);
        }
        if self.takes(&["IS"]) {
            let _ = self.takes(&["NOT", "DISTINCT", "FROM"])
                || self.takes(&["DISTINCT", "FROM"])
                || self.takes(&["NOT"]);
            self.operation(Binding::Less, AtAnd::Joins)?;
            return Ok(true);
        }
        let negated = self.takes(&["NOT"]);
        if self.takes_one_of(&MATCHES) {
            self.operation(Binding::Less, AtAnd::Joins)?;
            if self.takes(&["ESCAPE"]) {
                self.operation(Binding::Less, AtAnd::Joins)?;
            }
        } else if self.takes(&["BETWEEN"]) {
            // Between BETWEEN and AND nothing else can take a bare AND, so weaker operators may stand there too.
            self.operation(Binding::Or, AtAnd::Ends)?;
            self.needs(&["AND"])?;
            self.operation(Binding::Less, AtAnd::Joins)?;
        } else if self.takes(&["IN"]) {
            self.set()?;
        } else if negated {
            return Err(self.unexpected("LIKE, BETWEEN, IN or NULL"));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads what stands behind `IN`.
    fn set(&mut self) -> Result<(), Unreadable> {
        if self.sees(&["("]) {
            return self.in_parentheses(|reader| {
                if reader.sees_select() { reader.select() } else { reader.arguments() }
            });
        }
        self.table_or_function()
    }

    /// Reads a table, or a table-valued function with its arguments, and notes it.
    ///
    /// # Errors
    /// No name comes next, or its arguments cannot be read.
    pub(super) fn table_or_function(&mut self) -> Result<(), Unreadable> {
        self.qualified(What::Table)?;
        if self.sees(&["("]) {
            if let Some(mention) = self.mentions.all.last_mut() {
                mention.what = What::TableFunction;
            }
            self.in_parentheses(Self::arguments)?;
        }
        Ok(())
    }
}
