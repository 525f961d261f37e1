//! What is not known of a schema, and because of which statement.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::diagnostic::Place;
use crate::name::Ident;

/// Why the state of objects is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueCause {
    /// The statement, shortened for display.
    pub statement: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// Its text, in which names are looked for; `None` when it may touch what it does not name.
    text: Option<String>,
}

impl OpaqueCause {
    /// Records a statement. `summary` is what is displayed of it.
    pub fn new(sql: &str, summary: String) -> Self {
        Self { statement: summary, place: None, text: plain_text(sql) }
    }

    /// Records something that may have changed anything. `summary` is what is displayed of it.
    pub fn anything(summary: &str, place: Option<Place>) -> Self {
        Self { statement: summary.to_owned(), place, text: None }
    }

    /// Says whether the statement may have changed an object of that name: it names it, or code that it runs may.
    pub fn may_touch(&self, name: &Ident) -> bool {
        let Some(text) = &self.text else { return true };
        let name = unquoted(name.as_str());
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        text.match_indices(&name).any(|(at, found)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            !before.ends_with(in_word) && !after.starts_with(in_word)
        })
    }
}

/// Returns a text so that a name in it can be found however it is quoted; `None` when the text cannot be read, or runs
/// code that may name anything.
fn plain_text(sql: &str) -> Option<String> {
    const CODE: [&str; 5] = ["do", "call", "exec", "execute", "prepare"];
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().ok()?;
    let runs_code = tokens.iter().any(|token| match token {
        Token::Word(word) => word.quote_style.is_none() && CODE.contains(&&*word.value.to_lowercase()),
        Token::DollarQuotedString(_) => true,
        _ => false,
    });
    (!runs_code).then(|| unquoted(sql))
}

/// Returns a text in small letters, with doubled quotes made single.
fn unquoted(text: &str) -> String {
    let single = |text: String, mark: &str| text.replace(&mark.repeat(2), mark);
    ["\"", "'", "`", "]"].into_iter().fold(text.to_lowercase(), single)
}

/// The statements that may have changed any object in a way that is not known. In order of running.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opaque {
    causes: Vec<OpaqueCause>,
}

impl Opaque {
    /// Records a statement whose effect is not known.
    pub fn add(&mut self, cause: OpaqueCause) {
        self.causes.push(cause);
    }

    /// Says where the statements stand that were recorded after the first `known`.
    pub fn locate(&mut self, known: usize, place: &Place) {
        for cause in self.causes.iter_mut().skip(known) {
            cause.place.get_or_insert_with(|| place.clone());
        }
    }

    /// Lets the statements that may have changed an object still be found under its new name.
    pub(crate) fn rename(&mut self, from: &Ident, to: &Ident) {
        for cause in self.causes.iter_mut().filter(|cause| cause.may_touch(from)) {
            if let Some(text) = &mut cause.text {
                text.push('\n');
                text.push_str(&unquoted(to.as_str()));
            }
        }
    }

    /// Returns the statements that may have changed an object of that name.
    pub fn touching(&self, name: &Ident) -> Vec<OpaqueCause> {
        self.causes.iter().filter(|cause| cause.may_touch(name)).cloned().collect()
    }

    /// Returns the statements.
    pub fn causes(&self) -> &[OpaqueCause] {
        &self.causes
    }

    /// Says whether everything is known.
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_touches_what_it_names_and_code_may_touch_anything() {
        let touches = |sql: &str, name: &str| {
            OpaqueCause::new(sql, String::new()).may_touch(&Ident::new(name).unwrap())
        };
        assert!(touches("CREATE TRIGGER x AFTER INSERT ON \"We\"\"ird\" BEGIN SELECT 1; END", "we\"ird"));
        assert!(touches("ALTER TABLE 'a b' ADD c", "a b") && touches("ALTER TABLE [a b] ADD c", "a b"));
        assert!(!touches("CREATE TABLE tt (a TEXT DEFAULT 'at')", "t"));
        assert!(touches("CREATE TABLE 'unclosed (a)", "t") && touches("DO $$ x $$", "t"));
    }

    #[test]
    fn a_renamed_table_keeps_the_statements_that_may_have_changed_it() {
        let mut opaque = Opaque::default();
        opaque.add(OpaqueCause::new("CREATE INDEX i ON a (b)", String::new()));
        let [a, c, d] = ["a", "c", "d"].map(|name| Ident::new(name).unwrap());
        opaque.rename(&a, &c);
        assert_eq!((opaque.touching(&c).len(), opaque.touching(&d).len()), (1, 0));
    }
}
