//! Reads the tables of a query and the joins between them (`seltablist` of parse.y).

use super::super::Unreadable;
use super::What;
use super::keyword::JOINS;
use super::reader::Reader;

/// Whether a table stands first or is joined to what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Joined,
}

impl Reader<'_, '_> {
    /// Reads tables and joins.
    ///
    /// # Errors
    /// What comes next is no table, or no join that SQLite knows.
    pub(super) fn tables(&mut self) -> Result<(), Unreadable> {
        self.table(Place::First)?;
        while self.takes_join()? {
            self.table(Place::Joined)?;
        }
        Ok(())
    }

    /// Reads the words of a join, if one comes next.
    fn takes_join(&mut self) -> Result<bool, Unreadable> {
        if self.takes_one_of(&[",", "JOIN"]) {
            return Ok(true);
        }
        let mut words = Vec::new();
        while words.len() < 3 && self.sees_one_of(JOINS) {
            words.push(self.next("JOIN")?.text.to_ascii_uppercase());
        }
        if words.is_empty() {
            return Ok(false);
        }
        self.needs(&["JOIN"])?;
        if is_join(&words) { Ok(true) } else { Err(Unreadable(format!("no join is `{}`", words.join(" ")))) }
    }

    fn table(&mut self, place: Place) -> Result<(), Unreadable> {
        if self.sees(&["("]) {
            self.in_parentheses(|reader| {
                if reader.sees_select() { reader.select() } else { reader.deeper(Self::tables) }
            })?;
            self.takes_alias(What::Alias)?;
            return self.takes_condition(place);
        }
        self.table_or_function()?;
        let is_table = self.mentions.all.last().is_some_and(|mention| mention.what == What::Table);
        self.takes_alias(What::Alias)?;
        if is_table && self.takes(&["INDEXED", "BY"]) {
            self.noted_name(What::Index)?;
        } else if is_table {
            self.takes(&["NOT", "INDEXED"]);
        }
        self.takes_condition(place)
    }

    /// Reads `ON` or `USING`, if one comes next.
    fn takes_condition(&mut self, place: Place) -> Result<(), Unreadable> {
        if place == Place::First && self.sees_one_of(&["ON", "USING"]) {
            return Err(self.unexpected("JOIN"));
        }
        if self.takes(&["ON"]) {
            return self.expression();
        }
        if self.takes(&["USING"]) { self.names(What::Joined) } else { Ok(()) }
    }
}

/// Says whether words, in any order, are a kind of join (`sqlite3JoinType` of select.c).
fn is_join(words: &[String]) -> bool {
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    let is_outer = any(&["LEFT", "RIGHT", "FULL"]);
    let is_inner = any(&["INNER", "CROSS"]);
    !(is_inner && (is_outer || any(&["OUTER"]))) && (is_outer || !any(&["OUTER"]))
}
