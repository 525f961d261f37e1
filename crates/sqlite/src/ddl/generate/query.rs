//! Random queries, with every clause and kind of join.

use super::writer::Writer;

impl Writer<'_> {
    /// Writes a query.
    pub(super) fn query(&mut self) {
        if !self.has_room() {
            return self.put("SELECT 1");
        }
        self.deeper(|w| {
            if w.chance(5) {
                w.with();
            }
            for part in 0..=w.below(6).saturating_sub(4) {
                if part > 0 {
                    w.put_one_of(&["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
                }
                w.part();
            }
            w.tail();
        });
    }

    fn with(&mut self) {
        self.put_one_of(&["WITH", "WITH RECURSIVE"]);
        self.list(2, |w| {
            w.put_one_of(&["x", "[y]", "materialized"]);
            if w.chance(3) {
                w.put("( p , \"q\" )");
            }
            w.put_one_of(&["AS", "AS MATERIALIZED", "AS NOT MATERIALIZED"]);
            w.in_parentheses(Self::query);
        });
    }

    fn part(&mut self) {
        self.put_one_of(&["SELECT", "SELECT", "SELECT DISTINCT", "SELECT ALL"]);
        self.list(3, Self::result);
        if self.chance(2) {
            self.put("FROM");
            self.tables();
        }
        if self.maybe("WHERE") {
            self.expression();
        }
        if self.maybe("GROUP BY") {
            self.list(2, Self::expression);
            if self.maybe("HAVING") {
                self.expression();
            }
        }
        if self.chance(6) {
            self.put("WINDOW w AS (");
            self.window();
            self.put(")");
        }
    }

    /// Writes what stands at the end of a query.
    fn tail(&mut self) {
        if self.maybe("ORDER BY") {
            self.sort_terms();
        }
        if self.maybe("LIMIT") {
            self.expression();
            if self.chance(2) {
                self.put_one_of(&["OFFSET", ","]);
                self.expression();
            }
        }
    }

    fn result(&mut self) {
        match self.below(5) {
            0 => self.put("*"),
            1 => self.put("t1 . *"),
            _ => {
                self.expression();
                self.put_one_of(&["", "AS left", "other", "'a-text'", "AS [b;c]"]);
            }
        }
    }

    /// Writes tables and the joins between them.
    pub(super) fn tables(&mut self) {
        const JOINS: [&str; 8] = [
            ",",
            "JOIN",
            "LEFT JOIN",
            "NATURAL LEFT OUTER JOIN",
            "CROSS JOIN",
            "INNER JOIN",
            "RIGHT JOIN",
            "FULL OUTER JOIN",
        ];
        self.table();
        for _ in 0..self.below(3) {
            self.put_one_of(&JOINS);
            self.table();
            match self.below(4) {
                1 => {
                    self.put("ON");
                    self.expression();
                }
                2 => self.put("USING ( a , \"b\" )"),
                _ => {}
            }
        }
    }

    fn table(&mut self) {
        match self.below(9) {
            6 => self.in_parentheses(Self::query),
            7 if self.has_room() => self.deeper(|w| w.in_parentheses(Self::tables)),
            8 => {
                self.put("json_each");
                self.in_parentheses(|w| w.list(2, Self::expression));
            }
            _ => {
                self.put_one_of(&["t1", "\"t2\"", "main . v1", "temp . [a-b]", "'t1'"]);
                self.put_one_of(&["", "", "AS left", "u", "AS u INDEXED BY i", "NOT INDEXED"]);
                return;
            }
        }
        self.put_one_of(&["", "AS left", "u", "'u-v'"]);
    }

    /// Writes expressions to sort by.
    pub(super) fn sort_terms(&mut self) {
        self.list(2, |w| {
            w.expression();
            w.put_one_of(&["", "ASC", "DESC", "DESC NULLS FIRST", "NULLS LAST"]);
        });
    }

    /// Writes what stands in the parentheses of a window.
    pub(super) fn window(&mut self) {
        self.put_one_of(&["", "", "\"w\"", "base"]);
        if self.maybe("PARTITION BY") {
            self.list(2, Self::expression);
        }
        if self.maybe("ORDER BY") {
            self.sort_terms();
        }
        if self.chance(2) {
            self.put_one_of(&["RANGE", "ROWS", "GROUPS"]);
            self.put_one_of(&[
                "UNBOUNDED PRECEDING",
                "CURRENT ROW",
                "BETWEEN 1 PRECEDING AND 2 FOLLOWING",
                "BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                "BETWEEN CURRENT ROW AND a + 1 FOLLOWING",
            ]);
            self.put_one_of(&[
                "",
                "EXCLUDE NO OTHERS",
                "EXCLUDE CURRENT ROW",
                "EXCLUDE GROUP",
                "EXCLUDE TIES",
            ]);
        }
    }
}
