//! What a view, a trigger or a virtual table reads, by the names in its text.

use super::grammar::{Mention, Mentions, Part, What, mentions};
use super::parse::parse;
use super::tree::{Definition, Span};
use super::{Token, Unreadable, meaningful};

/// What a text reads.
#[derive(Debug)]
pub(crate) enum Reading<'a> {
    /// What a view or trigger asks and does, each query, condition or statement for itself.
    Statements(Vec<Statement<'a>>),
    /// What a virtual table reads of a table that is not its own.
    Content {
        /// The table.
        table: String,
        /// The columns that it reads; none said means all.
        columns: Vec<String>,
    },
    /// Nothing but its own.
    Nothing,
}

/// A query, a condition or a statement.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// The columns of the result have names of their own, which go by their places.
    pub(crate) is_named: bool,
    tokens: Vec<Token<'a>>,
    mentions: Mentions<'a>,
}

/// Returns what a text reads.
///
/// # Errors
/// It is not that of a view, trigger or virtual table that SQLite takes.
pub(crate) fn reading(sql: &str) -> Result<Reading<'_>, Unreadable> {
    let statement = |part: Part, span: &Span, is_named: bool| {
        let tokens = meaningful(span.of(sql));
        let mentions = mentions(part, &tokens)?;
        Ok(Statement { is_named, tokens, mentions })
    };
    match parse(sql)? {
        Definition::View(view) => {
            let query = statement(Part::Query, &view.query, view.columns.is_some())?;
            Ok(Reading::Statements(vec![query]))
        }
        Definition::Trigger(trigger) => {
            let condition = trigger.condition.iter().map(|span| statement(Part::Expression, span, false));
            let body = trigger.body.iter().map(|span| statement(Part::Statement, span, false));
            Ok(Reading::Statements(condition.chain(body).collect::<Result<_, _>>()?))
        }
        Definition::Virtual(table) => Ok(content(table.arguments.iter().map(|span| span.of(sql)))),
        _ => Err(Unreadable("it reads no other table".to_owned())),
    }
}

/// Reads the arguments of a full-text index with external content (sqlite.org/fts5.html#external_content_tables).
fn content<'a>(arguments: impl Iterator<Item = &'a str>) -> Reading<'a> {
    let (mut table, mut columns) = (None, Vec::new());
    for argument in arguments {
        let tokens = meaningful(argument);
        match tokens.as_slice() {
            [key, equals, value] if equals.is("=") && key.is("content") => table = value.name(),
            [key, equals, value] if equals.is("=") && key.is("content_rowid") => columns.extend(value.name()),
            [_, equals, ..] if equals.is("=") => {}
            [column, ..] => columns.extend(column.name()),
            [] => {}
        }
    }
    match table.filter(|table| !table.is_empty()) {
        Some(table) => Reading::Content { table, columns },
        None => Reading::Nothing,
    }
}

/// Says whether a name in a text is this one.
fn is(token: &Token<'_>, name: &str) -> bool {
    token.name().is_some_and(|written| written.eq_ignore_ascii_case(name))
}

impl<'a> Statement<'a> {
    /// Returns the tables and views that are read or changed, in the order of the text.
    pub(crate) fn relations(&self) -> impl Iterator<Item = String> {
        let all = self.mentions.all.iter().filter(|mention| is_relation(mention));
        all.filter_map(|mention| mention.name.name())
    }

    /// Says whether tables are joined by all columns of equal names.
    pub(crate) fn joins_naturally(&self) -> bool {
        const JOINS: [&str; 7] = ["JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "OUTER"];
        let follows = |next: &Token<'_>| JOINS.iter().any(|word| next.is(word)) || next.is("NATURAL");
        let natural = |two: &[Token<'_>]| {
            two[0].is("NATURAL") && follows(&two[1]) || follows(&two[0]) && two[1].is("NATURAL")
        };
        self.tokens.windows(2).any(natural)
    }

    /// Says whether tables are joined by a column of that name.
    pub(crate) fn joins_by(&self, column: &str) -> bool {
        self.mentions.all.iter().any(|mention| mention.what == What::Joined && is(&mention.name, column))
    }

    /// Says whether values go by the places of the columns of a table: what is put into it without their names, or all
    /// that is read of it where it meets other columns.
    pub(crate) fn goes_by_places(&self, table: &str) -> bool {
        const BEHIND: [&str; 3] = ["SELECT", "VALUES", "WITH"];
        const MEETS: [&str; 6] = ["UNION", "INTERSECT", "EXCEPT", "INSERT", "REPLACE", "IN"];
        let next = |mention: &Mention<'_>| self.tokens.iter().find(|token| token.start >= mention.name.end());
        let puts = |mention: &Mention<'_>| {
            mention.what == What::Changed
                && is(&mention.name, table)
                && next(mention).is_some_and(|token| BEHIND.iter().any(|word| token.is(word)))
        };
        let stars = self.tokens.windows(2).any(|two| {
            two[1].is("*") && [".", ",", "SELECT", "DISTINCT", "ALL"].iter().any(|word| two[0].is(word))
        });
        let meets = self.tokens.iter().any(|token| MEETS.iter().any(|word| token.is(word)));
        self.mentions.all.iter().any(puts) || (stars && (meets || self.is_named))
    }

    /// Returns the columns that are read by their name alone.
    pub(crate) fn bare_columns(&self) -> impl Iterator<Item = Bare<'_, 'a>> {
        let bare = self.mentions.all.iter();
        let bare = bare.filter(|mention| mention.what == What::Column && mention.qualifiers.is_empty());
        bare.map(|mention| Bare { statement: self, mention })
    }
}

/// A column that is read by its name alone.
#[derive(Debug)]
pub(crate) struct Bare<'s, 'a> {
    statement: &'s Statement<'a>,
    mention: &'s Mention<'a>,
}

impl Bare<'_, '_> {
    /// Returns its name.
    pub(crate) fn name(&self) -> Option<String> {
        self.mention.name.name()
    }

    /// Says whether it may be a column of a result, by the name that it has there.
    pub(crate) fn is_alias(&self) -> bool {
        let named = |mention: &&Mention<'_>| mention.what == What::ResultName;
        let Some(name) = self.name() else { return false };
        self.statement.mentions.all.iter().filter(named).any(|mention| is(&mention.name, &name))
    }

    /// Returns the tables and views that it may be of: those of the query that it stands in first, then those of the
    /// query around it, and so on.
    pub(crate) fn candidates(&self) -> Vec<Vec<String>> {
        let scopes = &self.statement.mentions.scopes;
        let (mut scope, mut found) = (self.mention.scope, Vec::new());
        loop {
            let here = self.statement.mentions.all.iter().filter(|mention| mention.scope == scope);
            found.push(
                here.filter(|mention| is_relation(mention))
                    .filter_map(|mention| mention.name.name())
                    .collect(),
            );
            match scopes.get(scope) {
                Some(&around) if around != scope => scope = around,
                _ => return found,
            }
        }
    }
}

fn is_relation(mention: &Mention<'_>) -> bool {
    matches!(mention.what, What::Table | What::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sql: &str) -> Statement<'_> {
        match reading(sql).unwrap() {
            Reading::Statements(mut statements) => statements.pop().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn joins_and_places_are_told() {
        let natural = statement("CREATE VIEW v AS SELECT a FROM t NATURAL LEFT JOIN \"u\" AS x");
        assert!(natural.joins_naturally() && !natural.goes_by_places("t"));
        assert_eq!(natural.relations().collect::<Vec<_>>(), ["t", "u"]);
        let using = statement("CREATE VIEW v AS SELECT natural FROM t JOIN u USING (\"a\")");
        assert!(using.joins_by("A") && !using.joins_naturally() && !using.joins_by("b"));
        for by_places in [
            "CREATE VIEW v (x, y) AS SELECT * FROM t",
            "CREATE VIEW v AS SELECT t.* FROM t UNION SELECT * FROM u",
            "CREATE TRIGGER r DELETE ON u BEGIN INSERT INTO t VALUES (1, 2); END",
            "CREATE TRIGGER r DELETE ON t BEGIN INSERT INTO u SELECT * FROM t; END",
        ] {
            assert!(statement(by_places).goes_by_places("t"), "{by_places}");
        }
        for by_names in [
            "CREATE VIEW v AS SELECT *, count(*) FROM t",
            "CREATE TRIGGER r DELETE ON u BEGIN INSERT INTO t (a) VALUES (2 * 3); END",
            "CREATE TRIGGER r DELETE ON u BEGIN UPDATE t SET a = 1; END",
        ] {
            assert!(!statement(by_names).goes_by_places("t"), "{by_names}");
        }
    }

    #[test]
    fn a_column_may_be_of_the_tables_around_it() {
        let nested = statement("CREATE VIEW v AS SELECT (SELECT x FROM t) FROM u");
        let bare = nested.bare_columns().next().unwrap();
        let candidates: Vec<_> =
            bare.candidates().into_iter().filter(|relations| !relations.is_empty()).collect();
        assert_eq!(
            (bare.name().as_deref(), candidates),
            (Some("x"), vec![vec!["t".to_owned()], vec!["u".to_owned()]])
        );
    }

    #[test]
    fn a_full_text_index_reads_columns_of_its_content() {
        let sql = "CREATE VIRTUAL TABLE f USING fts5(a, \"b\" UNINDEXED, content='t', content_rowid=id, tokenize='x')";
        let Ok(Reading::Content { table, columns }) = reading(sql) else { panic!() };
        assert_eq!((table.as_str(), columns), ("t", vec!["a".to_owned(), "b".to_owned(), "id".to_owned()]));
        assert!(matches!(reading("CREATE VIRTUAL TABLE f USING fts5(a, content='')"), Ok(Reading::Nothing)));
    }
}
