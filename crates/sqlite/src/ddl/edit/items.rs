//! Puts columns and rules into a table's text and takes them out, in the text's own layout.

use super::splice::{Splice, is_line_comment};
use super::surroundings::{Surroundings, first_line_end, has_line_end, last_line_end};
use crate::ddl::tree::{CreateTable, Span};

/// Returns the changes that take out the item at a position, with one comma and the comments on its own line.
pub(super) fn remove(tree: &CreateTable, sql: &str, position: usize) -> Vec<Splice> {
    let around = Surroundings::of(tree, sql, position);
    let Surroundings { item, comma, next_comma, .. } = around;
    let line_goes_on = !has_line_end(&around.after);
    // A rule without a comma of its own takes over this one.
    let comma_stays = next_comma.is_none() && !around.is_last;
    if around.leads_with_comma() && !comma_stays {
        let line_end = last_line_end(&around.before_comma).expect("the comma begins a line");
        // The line end stays where it closes a comment and no other follows.
        let start = if line_goes_on { line_end.end } else { line_end.start };
        return vec![Splice::delete(start, around.own_end())];
    }
    match (comma, next_comma) {
        // The comma begins a later line.
        (_, Some(next)) if !line_goes_on => vec![
            Splice::delete(item.start, around.own_end()),
            Splice::delete(next.start, past_spaces(sql, next.end)),
        ],
        (_, Some(_)) if around.begins_line() && has_line_end(&around.after_comma) => {
            let start = last_line_end(&around.before).map_or(item.start, |line_end| line_end.end);
            let end = first_line_end(&around.after_comma).map_or(item.end, |line_end| line_end.end);
            vec![Splice::delete(start, end)]
        }
        (Some(comma), Some(next)) if !around.begins_line() => vec![Splice::delete(comma.end, next.end)],
        (_, Some(next)) => vec![Splice::delete(item.start, past_spaces(sql, next.end))],
        (Some(comma), None) if around.is_last => match last_line_end(&around.before) {
            Some(line_end) => {
                let start = if line_goes_on { line_end.end } else { line_end.start };
                vec![Splice::delete(comma.start, comma.end), Splice::delete(start, around.own_end())]
            }
            None => vec![Splice::delete(comma.start, around.own_end())],
        },
        (Some(_), None) => vec![Splice::delete(item.start, past_spaces(sql, around.own_end()))],
        (None, None) => {
            vec![Splice::delete_clause(
                sql,
                around.start(),
                Span { start: item.start, end: around.own_end() },
            )]
        }
    }
}

/// A column or rule to put in, and the comments of its line.
pub(super) struct NewItem<'a> {
    pub(super) text: &'a str,
    pub(super) remarks: &'a [String],
}

impl NewItem<'_> {
    /// Returns the text with its comments before what follows.
    fn with_remarks(&self, line_end: &str) -> String {
        let mut text = self.text.to_owned();
        for remark in self.remarks {
            text.push(' ');
            text.push_str(remark);
            if is_line_comment(remark) {
                text.push_str(line_end);
            }
        }
        text
    }

    /// Returns the text, a comma, and the comments of the line.
    fn line(&self, comma: &str) -> String {
        let mut text = format!("{}{comma}", self.text);
        for remark in self.remarks {
            text.push(' ');
            text.push_str(remark);
        }
        text
    }
}

/// Returns the changes that put an item in behind the one at a position, or before all of them.
pub(super) fn insert(tree: &CreateTable, sql: &str, behind: Option<usize>, new: &NewItem<'_>) -> Vec<Splice> {
    let line_end = if sql.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(position) = behind else {
        return insert_first(tree, sql, new, line_end);
    };
    let around = Surroundings::of(tree, sql, position);
    let item = around.item;
    let indent = indent(sql, item.start);
    let in_line = new.remarks.last().is_some_and(|remark| is_line_comment(remark));
    let closes = if in_line && !has_line_end(&around.after) { line_end } else { "" };
    match around.next_comma {
        // Commas begin lines.
        Some(next) if has_line_end(&around.after) => {
            let indent = self::indent(sql, next.start);
            let text = format!("{line_end}{indent}, {}", new.line(""));
            vec![Splice::insert(around.own_end(), text)]
        }
        Some(_) if around.begins_line() && has_line_end(&around.after_comma) => {
            let at = first_line_end(&around.after_comma).map_or(item.end, |line_end| line_end.end);
            vec![Splice::insert(at, format!("{indent}{}{line_end}", new.line(",")))]
        }
        Some(_) => vec![Splice::insert(around.own_end(), format!(", {}", new.with_remarks(line_end)))],
        None if around.leads_with_comma() => {
            let text = format!("{line_end}{indent}, {}", new.line(""));
            vec![Splice::insert(around.own_end(), text + closes)]
        }
        None if around.begins_line() => {
            let text = format!("{line_end}{indent}{}", new.line(""));
            vec![Splice::insert(item.end, ","), Splice::insert(around.own_end(), text + closes)]
        }
        None => {
            let in_line = around.own_comments().any(|comment| is_line_comment(comment.text));
            let begins = if in_line { line_end } else { "" };
            let text = format!("{begins}, {}", new.with_remarks(line_end));
            vec![Splice::insert(around.own_end(), text)]
        }
    }
}

fn insert_first(tree: &CreateTable, sql: &str, new: &NewItem<'_>, line_end: &str) -> Vec<Splice> {
    let around = Surroundings::of(tree, sql, 0);
    let text = match around.begins_line() {
        true => format!("{}{line_end}{}", new.line(","), indent(sql, around.item.start)),
        false => format!("{}, ", new.with_remarks(line_end)),
    };
    vec![Splice::insert(around.item.start, text)]
}

/// Returns the spaces at the start of the line of a place.
fn indent(sql: &str, at: usize) -> String {
    let line = sql[..at].rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// Returns where the spaces of a line end. A vertical tab goes with them, as it begins no token.
fn past_spaces(sql: &str, at: usize) -> usize {
    at + sql[at..].len() - sql[at..].trim_start_matches([' ', '\t', '\u{b}', '\u{c}']).len()
}
