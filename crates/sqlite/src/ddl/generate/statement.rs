//! Random statements of triggers.

use super::writer::Writer;

impl Writer<'_> {
    /// Writes a statement, without a semicolon.
    pub(super) fn statement(&mut self) {
        match self.below(5) {
            0 => self.query(),
            1 => {
                self.put("DELETE FROM");
                self.changed();
                self.condition();
            }
            2 => {
                self.put("UPDATE");
                self.put_one_of(&["", "OR IGNORE", "OR ROLLBACK", "OR REPLACE"]);
                self.changed();
                self.assignments();
                if self.maybe("FROM") {
                    self.tables();
                }
                self.condition();
            }
            _ => self.insert(),
        }
    }

    fn changed(&mut self) {
        self.put_one_of(&["t1", "\"t2\"", "[v1]", "t1 AS u", "'t2' AS left"]);
    }

    fn condition(&mut self) {
        if self.chance(2) {
            self.put("WHERE");
            self.expression();
        }
    }

    fn assignments(&mut self) {
        self.put("SET");
        self.list(2, |w| {
            w.put_one_of(&["a", "\"b\"", "[c]", "'a'", "( a , b )"]);
            w.put("=");
            w.expression();
        });
    }

    fn insert(&mut self) {
        self.put_one_of(&["INSERT INTO", "REPLACE INTO", "INSERT OR FAIL INTO"]);
        self.changed();
        self.put_one_of(&["", "( a , [b] )"]);
        if self.chance(2) {
            // Behind a query that ends in tables, ON would begin the condition of a join.
            self.put("SELECT * FROM t2 WHERE true");
        } else {
            self.put("VALUES");
            self.list(2, |w| w.in_parentheses(|w| w.list(2, Self::expression)));
        }
        if self.chance(3) {
            self.put("ON CONFLICT");
            if self.chance(2) {
                self.in_parentheses(Self::sort_terms);
                self.condition();
            }
            self.put("DO");
            if self.chance(2) {
                self.put("UPDATE");
                self.assignments();
                self.condition();
            } else {
                self.put("NOTHING");
            }
        }
    }
}
