//! Random columns and the rules on them.

use super::writer::Writer;

/// What a table has, which says what its columns may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// Its types are few, and each column has one.
    Strict,
}

impl Writer<'_> {
    /// Writes a column, as `keyed` the one with the primary key.
    pub(super) fn column_definition(&mut self, name: &'static str, kind: Kind, keyed: Keyed) {
        self.name(name);
        match (kind, keyed) {
            (_, Keyed::Counted) => self.put_one_of(&["INTEGER", "\"integer\"", "Integer"]),
            (Kind::Strict, _) => self.put_one_of(&["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]),
            (Kind::Plain, _) => self.put_one_of(&[
                "",
                "INTEGER",
                "TEXT",
                "VARCHAR ( 20 )",
                "DECIMAL ( 10 , 2 )",
                "unsigned big int",
                "'odd' \"type\"",
                "NUMERIC ( +1 , -2 )",
                "[in,brackets]",
                "timestamp with time zone",
                "generated",
            ]),
        }
        match keyed {
            Keyed::Counted => {
                self.put_one_of(&["PRIMARY KEY", "CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT FAIL"]);
                self.maybe("AUTOINCREMENT");
            }
            Keyed::Yes => {
                self.put("PRIMARY KEY");
                self.put_one_of(&["", "ASC", "DESC"]);
                self.conflict();
            }
            Keyed::No if self.chance(8) => return self.generated(),
            Keyed::No => {}
        }
        for _ in 0..self.below(4) {
            self.column_rule();
        }
    }

    fn generated(&mut self) {
        self.put_one_of(&["AS", "GENERATED ALWAYS AS"]);
        self.in_parentheses(Self::expression);
        self.put_one_of(&["", "VIRTUAL", "STORED"]);
        self.maybe("NOT NULL");
    }

    fn column_rule(&mut self) {
        if self.chance(4) {
            self.put("CONSTRAINT");
            self.put_one_of(&["named", "\"we\"\"ird\"", "[a-b]", "'it''s'"]);
        }
        match self.below(9) {
            0 => {
                self.put("NOT NULL");
                self.conflict();
            }
            1 => {
                self.put("UNIQUE");
                self.conflict();
            }
            2 => {
                self.put("CHECK");
                self.in_parentheses(Self::expression);
            }
            3 => self.default_value(),
            4 => self.put_one_of(&["COLLATE nocase", "COLLATE \"binary\"", "COLLATE 'rtrim'"]),
            5 => self.references(),
            6 => {
                self.put("NULL");
                self.conflict();
            }
            7 => {
                self.references();
                self.deferral();
            }
            _ => self.default_value(),
        }
    }

    /// Writes `ON CONFLICT`, or nothing.
    pub(super) fn conflict(&mut self) {
        if self.maybe("ON CONFLICT") {
            self.put_one_of(&["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]);
        }
    }

    fn default_value(&mut self) {
        self.put("DEFAULT");
        match self.below(8) {
            0 => self.number(),
            1 => {
                self.put_one_of(&["-", "+"]);
                self.number();
            }
            2 => self.literal_text(),
            3 => self.blob(),
            4 => self.put_one_of(&["NULL", "CURRENT_TIME", "TRUE", "false", "CURRENT_TIMESTAMP"]),
            5 => self.put_one_of(&["open", "\"in(quotes\"", "[in,brackets]", "`it's`", "indexed"]),
            _ => {
                let columns = std::mem::take(&mut self.columns);
                self.in_parentheses(Self::expression);
                self.columns = columns;
            }
        }
    }

    /// Writes `REFERENCES` and what belongs to it.
    pub(super) fn references(&mut self) {
        self.put("REFERENCES");
        self.put_one_of(&["t1", "\"t2\"", "[not-there]"]);
        self.put_one_of(&["", "( a )", "( \"b\" )"]);
        for _ in 0..self.below(3) {
            match self.below(4) {
                3 => self.put_one_of(&["MATCH FULL", "MATCH simple", "MATCH \"partial\""]),
                event => {
                    self.put(["ON DELETE", "ON UPDATE", "ON INSERT"][event]);
                    self.put_one_of(&["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"]);
                }
            }
        }
    }

    /// Writes when a foreign key is checked.
    pub(super) fn deferral(&mut self) {
        self.put_one_of(&["", "NOT"]);
        self.put_one_of(&["DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY IMMEDIATE"]);
    }
}

/// Whether a column has the primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyed {
    No,
    Yes,
    /// As an INTEGER PRIMARY KEY, which may count up.
    Counted,
}
