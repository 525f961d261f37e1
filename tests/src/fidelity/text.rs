//! Whether a text is the same but for the clause that was to change, comments included.

use super::allowed::{Allowed, low};
use super::loss::{Loss, Measure};
use super::token::{Kind, Token, tokens};

/// A definition between two commas, without the comments around it.
struct Segment<'a> {
    tokens: Vec<Token<'a>>,
    core: &'a str,
    start: usize,
    end: usize,
}

impl Segment<'_> {
    fn opens_with(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.tokens[0].is_word(word))
    }

    /// Returns the column that it defines.
    fn column(&self) -> Option<String> {
        let rule = self.opens_with(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]);
        (!rule).then(|| self.tokens[0].plain())
    }

    fn names(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| token.kind != Kind::Comment && token.plain() == name)
    }
}

/// A `CREATE TABLE` in its parts.
struct Parts<'a> {
    head: Vec<Token<'a>>,
    body: Vec<Segment<'a>>,
    tail: &'a str,
    comments: Vec<&'a str>,
}

fn parts(sql: &str) -> Option<Parts<'_>> {
    let all = tokens(sql);
    let open = all.iter().position(|token| token.text == "(")?;
    let (mut depth, mut body, mut from, mut tail) = (0, Vec::new(), open + 1, None);
    for (i, token) in all.iter().enumerate().skip(open) {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if (depth == 1 && token.text == ",") || depth == 0 {
            body.extend(segment(sql, &all[from..i]));
            from = i + 1;
        }
        if depth == 0 {
            tail = Some(&sql[token.start..]);
            break;
        }
    }
    let comments = all.iter().filter(|token| token.kind == Kind::Comment).map(|token| token.text);
    Some(Parts { head: all[..open].to_vec(), body, tail: tail?, comments: comments.collect() })
}

fn segment<'a>(sql: &'a str, tokens: &[Token<'a>]) -> Option<Segment<'a>> {
    let real = |token: &Token<'_>| token.kind != Kind::Comment;
    let (first, last) = (tokens.iter().position(real)?, tokens.iter().rposition(real)?);
    let (start, end) = (tokens[first].start, tokens[last].end());
    Some(Segment { tokens: tokens[first..=last].to_vec(), core: &sql[start..end], start, end })
}

/// Compares two texts in which only columns may have another name.
pub(super) fn same_but_for_names(before: &str, after: &str, allowed: &Allowed) -> bool {
    before == after
        || ((!allowed.renamed.is_empty() || allowed.respelled)
            && follow(&tokens(before), &tokens(after), allowed))
}

/// Compares two texts word by word.
///
/// Where SQLite gives a column another name, it calls the rowid by it if the column is the rowid, and puts a text that
/// stands in double quotes into single ones, so that it is not taken for the column (alter.c, `renameQuotefixFunc`):
/// both mean what they meant.
fn follow(before: &[Token<'_>], after: &[Token<'_>], allowed: &Allowed) -> bool {
    let words = |tokens: &[Token<'_>]| -> Vec<String> {
        (tokens.iter().enumerate()).map(|(i, token)| spelled(token, i == 0, allowed)).collect()
    };
    let is_column = |token: &Token<'_>| {
        let name = token.plain();
        token.kind == Kind::Name
            && (allowed.renamed.values().any(|to| *to == name) || allowed.once_renamed.contains(&name))
    };
    let rewritten = |old: &Token<'_>, new: &Token<'_>| {
        let is_rowid = ["rowid", "oid", "_rowid_"].contains(&old.plain().as_str());
        let is_text = old.text.starts_with('"') && new.kind == Kind::Text && old.plain() == new.plain();
        (is_rowid && old.kind == Kind::Name && is_column(new)) || is_text
    };
    before.len() == after.len()
        && (before.iter().zip(after).zip(words(before).iter().zip(words(after))))
            .all(|((old, new), (was, is))| *was == is || rewritten(old, new))
}

/// Returns a word, with one word for the old and the new name of a column. Only where a definition begins is a text in
/// single quotes a name.
fn spelled(token: &Token<'_>, begins: bool, allowed: &Allowed) -> String {
    let name = token.plain();
    let pair = allowed.renamed.iter().find(|(from, to)| **from == name || **to == name);
    match pair {
        Some((from, _)) if token.kind == Kind::Name || (begins && token.kind == Kind::Text) => {
            format!("<{from}>")
        }
        _ if allowed.respelled => name,
        _ => token.text.to_owned(),
    }
}

/// Compares the text of the table that was changed.
pub(super) fn table_text(before: &str, after: &str, allowed: &Allowed) -> Vec<Loss> {
    let (Some(old), Some(new)) = (parts(before), parts(after)) else {
        return Vec::new();
    };
    let mut losses = lost_comments(&old, &new, allowed);
    if allowed.respelled {
        return losses;
    }
    let mut lose = |what: String| losses.push(Loss::new(Measure::Text, what));
    let plain = |tokens: &[Token<'_>]| tokens.iter().map(Token::plain).collect::<Vec<_>>();
    if plain(&old.head) != plain(&new.head) {
        lose(format!("what stands before the columns: {after}"));
    }
    if old.tail != new.tail {
        lose(format!("what stands behind the columns: `{}`, was `{}`", new.tail, old.tail));
    }
    let mut most = allowed.added.len() + allowed.gives.len();
    let (mut at, mut extra, mut last): (_, _, Option<(usize, usize)>) = (0, 0, None);
    for (i, segment) in old.body.iter().enumerate() {
        let found =
            (at..new.body.len().min(at + most + 1)).find(|&j| stands_for(segment, &new.body[j], allowed));
        match found {
            Some(j) => {
                extra += j - at;
                at = j + 1;
                let exact = segment.core == new.body[j].core;
                if let Some((i_last, j_last)) = last
                    && (i_last + 1, j_last + 1) == (i, j)
                    && exact
                {
                    let was = &before[old.body[i_last].end..segment.start];
                    let is = &after[new.body[j_last].end..new.body[j].start];
                    if was != is {
                        lose(format!("the spaces before `{}`", segment.core));
                    }
                }
                last = exact.then_some((i, j));
            }
            // What stood behind a rule without a comma may now stand alone.
            None if may_go(segment, allowed) => (last, most) = (None, most + 1),
            None => lose(format!("`{}`, in {after}", segment.core)),
        }
    }
    extra += new.body.len() - at;
    if extra > most {
        lose(format!("more stands in it than was asked for: {after}"));
    }
    losses
}

fn lost_comments(old: &Parts<'_>, new: &Parts<'_>, allowed: &Allowed) -> Vec<Loss> {
    let mut left = new.comments.clone();
    let mut losses = Vec::new();
    for comment in &old.comments {
        match left.iter().position(|other| other == comment) {
            Some(at) => {
                left.remove(at);
            }
            None if allowed.comments => {}
            None => losses.push(Loss::new(Measure::Comments, format!("`{comment}`"))),
        }
    }
    losses
}

fn stands_for(old: &Segment<'_>, new: &Segment<'_>, allowed: &Allowed) -> bool {
    if old.core == new.core {
        return true;
    }
    if !allowed.renamed.is_empty() && follow(&old.tokens, &new.tokens, allowed) {
        return true;
    }
    match old.column() {
        Some(column) => {
            let same = new.column().is_some_and(|name| name == low(allowed.now(&column)) || name == column);
            let named = allowed.named.iter().any(|name| old.names(name) || new.names(name));
            same && (allowed.concerns(&column) || named) && rules_stay(old, new, allowed)
        }
        None => new.column().is_none() && allowed.named.iter().any(|name| old.names(name) || new.names(name)),
    }
}

/// Holds an edited definition to the rules in it that were not to change.
fn rules_stay(old: &Segment<'_>, new: &Segment<'_>, allowed: &Allowed) -> bool {
    let count =
        |segment: &Segment<'_>, word: &str| segment.tokens.iter().filter(|token| token.is_word(word)).count();
    let taken = allowed.takes.len() + allowed.gives.len();
    ["CHECK", "REFERENCES", "UNIQUE", "PRIMARY", "GENERATED", "CONFLICT", "AUTOINCREMENT", "DEFERRABLE"]
        .iter()
        .all(|word| {
            // How a conflict with NOT NULL is settled goes with it.
            let own = usize::from(*word == "CONFLICT" && count(old, "NOT") > count(new, "NOT"));
            count(old, word).abs_diff(count(new, word)) <= taken + own
        })
}

fn may_go(segment: &Segment<'_>, allowed: &Allowed) -> bool {
    match segment.column() {
        Some(column) => allowed.gone.contains(&column),
        None => !allowed.takes.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "CREATE TABLE t ( a INT /* why */ , b TEXT CHECK (b <> ','), -- last\n c, UNIQUE (a,c) ) STRICT";

    fn lost(after: &str, allowed: &Allowed) -> Vec<Measure> {
        table_text(TABLE, after, allowed).into_iter().map(|loss| loss.measure).collect()
    }

    #[test]
    fn another_text_beside_the_clause_is_a_loss() {
        let none = Allowed::default();
        assert_eq!(lost(TABLE, &none), []);
        assert_eq!(lost(&TABLE.replace("t (", "\"t\" ("), &none), []);
        assert_eq!(lost(&TABLE.replace(" /* why */", ""), &none), [Measure::Comments, Measure::Text]);
        assert!(lost(&TABLE.replace(" CHECK (b <> ',')", ""), &none).contains(&Measure::Text));
        assert_eq!(lost(&TABLE.replace(" STRICT", ""), &none), [Measure::Text]);
        let rules = Allowed { rules: ["b".to_owned()].into(), ..Allowed::default() };
        assert_eq!(lost(&TABLE.replace("TEXT", "TEXT DEFAULT 'x'"), &rules), []);
        assert!(
            lost(&TABLE.replace("TEXT CHECK (b <> ',')", "TEXT DEFAULT 'x'"), &rules)
                .contains(&Measure::Text)
        );
        let gone = Allowed { gone: ["c".to_owned()].into(), comments: true, ..Allowed::default() };
        assert_eq!(lost(&TABLE.replace("c, UNIQUE", "UNIQUE"), &gone), []);
    }
}
