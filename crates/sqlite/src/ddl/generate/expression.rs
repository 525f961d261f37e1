//! Random expressions, with every operator and form of operand.

use super::writer::{Within, Writer};

impl Writer<'_> {
    /// Writes an expression.
    pub(super) fn expression(&mut self) {
        if !self.has_room() {
            return self.leaf();
        }
        self.deeper(|w| match w.below(24) {
            0..=5 => w.leaf(),
            6 => {
                w.binary(&["=", "==", "<>", "!=", "IS", "IS NOT", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"])
            }
            7 => w.binary(&["<", "<=", ">", ">="]),
            8 => w.binary(&["&", "|", "<<", ">>", "+", "-", "*", "/", "%"]),
            9 => w.binary(&["||", "->", "->>"]),
            10 => w.binary(&["AND", "OR"]),
            11 => w.like(),
            12 => w.between(),
            13 => w.in_set(),
            14 => {
                w.expression();
                w.put_one_of(&["ISNULL", "NOTNULL", "NOT NULL", "COLLATE nocase", "COLLATE \"rtrim\""]);
            }
            15 => {
                w.put_one_of(&["NOT", "-", "+", "~"]);
                w.in_own_parentheses();
            }
            16 => w.case(),
            17 => w.cast(),
            18 => w.row_comparison(),
            19..=20 => w.call(),
            21 => w.in_own_parentheses(),
            _ if w.within == Within::Query => w.of_query(),
            _ => w.call(),
        });
    }

    fn in_own_parentheses(&mut self) {
        self.in_parentheses(Self::expression);
    }

    fn leaf(&mut self) {
        match self.below(9) {
            0..=3 if !self.columns.is_empty() => self.column(),
            4 => self.literal_text(),
            5 => self.put_one_of(&["NULL", "CURRENT_TIMESTAMP", "CURRENT_DATE", "TRUE", "FALSE"]),
            6 => self.blob(),
            7 if self.within == Within::Query => {
                self.put_one_of(&["t1", "NEW", "\"old\"", "main . t1"]);
                self.put(".");
                self.put_one_of(&["a", "[b]", "`c`", "rowid"]);
            }
            _ => self.number(),
        }
    }

    /// Writes a number.
    pub(super) fn number(&mut self) {
        let number = self.one_of(&[
            "1",
            "0",
            "42",
            "1.5",
            ".5",
            "2.",
            "1e3",
            "1.5E-7",
            "0xFf",
            "1_000",
            "0x1_0",
            "9223372036854775808",
        ]);
        self.token(number);
    }

    /// Writes a blob.
    pub(super) fn blob(&mut self) {
        let blob = self.one_of(&["x''", "X'00'", "x'0aFF'"]);
        self.token(blob);
    }

    fn binary(&mut self, operators: &[&str]) {
        self.expression();
        self.put_one_of(operators);
        self.expression();
    }

    fn like(&mut self) {
        self.in_own_parentheses();
        self.put_one_of(&["LIKE", "NOT LIKE", "GLOB", "NOT GLOB"]);
        self.leaf();
        if self.maybe("ESCAPE") {
            self.put("'!'");
        }
    }

    fn between(&mut self) {
        self.in_own_parentheses();
        self.put_one_of(&["BETWEEN", "NOT BETWEEN"]);
        self.in_own_parentheses();
        self.put("AND");
        self.leaf();
    }

    fn in_set(&mut self) {
        self.leaf();
        self.put_one_of(&["IN", "NOT IN"]);
        match self.below(4) {
            0..=1 => self.in_parentheses(|w| w.list(3, Self::expression)),
            2 if self.within == Within::Query => match self.below(3) {
                0 => self.in_parentheses(Self::query),
                1 => self.put("main . t1"),
                _ => self.put("json_each ( '[1]' )"),
            },
            _ => self.put("( )"),
        }
    }

    fn case(&mut self) {
        self.put("CASE");
        if self.chance(2) {
            self.expression();
        }
        for _ in 0..=self.below(2) {
            self.put("WHEN");
            self.expression();
            self.put("THEN");
            self.expression();
        }
        if self.maybe("ELSE") {
            self.expression();
        }
        self.put("END");
    }

    fn cast(&mut self) {
        self.put("CAST (");
        self.expression();
        self.put("AS");
        self.put_one_of(&[
            "integer",
            "TEXT",
            "",
            "double precision",
            "decimal ( 10 , -2 )",
            "'odd' [type] ( +1 )",
        ]);
        self.put(")");
    }

    fn row_comparison(&mut self) {
        self.in_parentheses(|w| {
            w.expression();
            w.put(",");
            w.expression();
        });
        self.put_one_of(&["=", "<", "IS NOT"]);
        self.in_parentheses(|w| {
            w.leaf();
            w.put(",");
            w.leaf();
        });
    }

    fn call(&mut self) {
        self.put_one_of(&["lower", "\"abs\"", "[length]", "hex", "typeof"]);
        self.in_own_parentheses();
    }

    /// Writes what only a query may hold.
    fn of_query(&mut self) {
        match self.below(5) {
            0 => self.in_parentheses(Self::query),
            1 => {
                self.put("EXISTS");
                self.in_parentheses(Self::query);
            }
            2 => self.aggregate(),
            3 => {
                self.put("count ( * )");
                self.over();
            }
            _ => {
                self.put_one_of(&["RAISE ( IGNORE )", "RAISE ( ABORT , 'no' )", "raise ( fail , a || 'b' )"])
            }
        }
    }

    fn aggregate(&mut self) {
        self.put_one_of(&["sum", "group_concat", "max", "left", "replace"]);
        self.in_parentheses(|w| {
            w.put_one_of(&["", "DISTINCT", "ALL"]);
            w.list(2, Self::expression);
            if w.maybe("ORDER BY") {
                w.sort_terms();
            }
        });
        if self.maybe("FILTER ( WHERE") {
            self.expression();
            self.put(")");
        }
        if self.chance(2) {
            self.over();
        }
    }

    fn over(&mut self) {
        self.put("OVER");
        if self.chance(4) {
            return self.put_one_of(&["w", "\"w\"", "range"]);
        }
        self.in_parentheses(Self::window);
    }
}
