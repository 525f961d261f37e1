//! Random tables.

use super::column::{Keyed, Kind};
use super::word::NAMES;
use super::writer::{Within, Writer};

impl Writer<'_> {
    /// Writes what stands behind `CREATE TABLE`.
    pub(super) fn create_table(&mut self) {
        self.put_one_of(&["", "", "IF NOT EXISTS"]);
        let name = self.one_of(&NAMES);
        self.name(name);
        let kind = if self.chance(4) { Kind::Strict } else { Kind::Plain };
        let key = self.one_of(&[Keyed::No, Keyed::Yes, Keyed::Counted, Keyed::No]);
        let of_table = key == Keyed::No && self.chance(2);
        self.choose_columns();
        self.within = Within::Rule;
        self.in_parentheses(|w| {
            for (i, name) in w.columns.clone().into_iter().enumerate() {
                if i > 0 {
                    w.put(",");
                }
                w.column_definition(name, kind, if i == 0 { key } else { Keyed::No });
            }
            if of_table {
                w.put(",");
                w.table_key();
            }
            for rule in 0..w.below(3) {
                // The comma between rules of the table may be missing, but not the one behind the columns.
                if (rule == 0 && !of_table) || !w.chance(3) {
                    w.put(",");
                }
                w.table_rule();
            }
        });
        if kind == Kind::Strict {
            self.put("STRICT");
        }
        let has_key = key == Keyed::Yes || of_table;
        if has_key && self.chance(2) {
            self.put(if kind == Kind::Strict { ", WITHOUT ROWID" } else { "WITHOUT ROWID" });
        }
    }

    /// Chooses the columns, each once.
    fn choose_columns(&mut self) {
        let (start, count) = (self.below(NAMES.len()), 1 + self.below(5));
        self.columns = (0..count).map(|i| NAMES[(start + i * 3) % NAMES.len()]).collect();
        self.columns.dedup();
    }

    fn rule_name(&mut self) {
        if self.chance(2) {
            self.put("CONSTRAINT");
            self.put_one_of(&["rule", "\"a-rule\"", "[it's]", "'text'"]);
        }
    }

    fn table_key(&mut self) {
        self.rule_name();
        self.put("PRIMARY KEY");
        self.in_parentheses(Self::first_keys);
        self.conflict();
    }

    /// Writes keys of the first columns, each once.
    fn first_keys(&mut self) {
        let columns = self.columns.clone();
        let count = 1 + self.below(columns.len());
        for (i, column) in columns[..count].iter().enumerate() {
            if i > 0 {
                self.put(",");
            }
            self.name(column);
            self.put_one_of(&["", "", "COLLATE nocase", "COLLATE \"rtrim\""]);
            self.put_one_of(&["", "", "ASC", "DESC"]);
        }
    }

    fn table_rule(&mut self) {
        self.rule_name();
        match self.below(4) {
            0 => {
                self.put("UNIQUE");
                self.in_parentheses(Self::first_keys);
                self.conflict();
            }
            1 => {
                self.put("CHECK");
                self.in_parentheses(Self::expression);
                self.conflict();
            }
            _ => {
                self.put("FOREIGN KEY");
                self.in_parentheses(Self::column);
                self.references();
                if self.chance(3) {
                    self.deferral();
                }
            }
        }
    }
}
