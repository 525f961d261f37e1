//! Random indexes, views, triggers and virtual tables.

use super::word::NAMES;
use super::writer::{Within, Writer};

impl Writer<'_> {
    fn new_name(&mut self) {
        self.put_one_of(&["", "", "IF NOT EXISTS"]);
        let name = self.one_of(&NAMES);
        self.name(name);
    }

    /// Writes what stands behind `CREATE INDEX`.
    pub(super) fn create_index(&mut self) {
        self.new_name();
        self.put("ON");
        self.name("t2");
        self.columns = vec!["a", "b", "c", "d", "e"];
        self.within = Within::Rule;
        self.in_parentheses(|w| {
            w.list(3, |w| {
                if w.chance(3) {
                    w.in_parentheses(Self::expression);
                } else {
                    w.column();
                }
                w.put_one_of(&["", "COLLATE nocase", "COLLATE \"rtrim\""]);
                w.put_one_of(&["", "ASC", "DESC"]);
            });
        });
        if self.maybe("WHERE") {
            self.expression();
        }
    }

    /// Writes what stands behind `CREATE VIEW`.
    pub(super) fn create_view(&mut self) {
        self.new_name();
        self.put_one_of(&["", "", "( x )", "( [a-b] , \"c\" , 'd' )"]);
        self.put("AS");
        self.columns = vec!["a", "b", "we\"ird", "two words"];
        self.query();
    }

    /// Writes what stands behind `CREATE TRIGGER`.
    pub(super) fn create_trigger(&mut self) {
        self.new_name();
        let on = self.one_of(&["t1", "\"t2\"", "[v1]"]);
        let times: &[&str] = if on == "[v1]" { &["INSTEAD OF"] } else { &["", "BEFORE", "AFTER"] };
        self.put_one_of(times);
        self.put_one_of(&["DELETE", "INSERT", "UPDATE", "UPDATE OF a", "UPDATE OF \"b\" , [c]"]);
        self.put("ON");
        self.put(on);
        self.put_one_of(&["", "FOR EACH ROW"]);
        self.columns = vec!["a", "b", "c"];
        if self.maybe("WHEN") {
            self.expression();
        }
        self.put("BEGIN");
        for _ in 0..=self.below(3) {
            self.statement();
            self.put(";");
        }
        self.put("END");
    }

    /// Writes what stands behind `CREATE VIRTUAL TABLE`.
    pub(super) fn create_virtual_table(&mut self) {
        self.new_name();
        self.put("USING");
        self.put_one_of(&[
            "fts5 ( a , \"b--c\" UNINDEXED , tokenize = 'porter' )",
            "[fts5] ( x , content = '' , prefix = '2,3' )",
            "rtree ( id , x1 , x2 , +extra )",
            "fts4 ( content = \"t1\" , body TEXT NOT NULL DEFAULT ( 1 , ')' ) )",
            "dbstat",
            "unknown ( anything , at ( all , ( 'it' ) ) , , ; )",
            "fts3",
        ]);
    }
}
