//! Puts the columns in the order that they are to have, moving as few as possible.

use limbeck_core::diagnostic::Diagnostic;

use super::draft::Draft;
use super::items::{self, NewItem};
use super::splice::Splice;
use crate::ddl::tree::{Node, Span};
use crate::ddl::{TokenKind, tokenize};

impl Draft<'_> {
    /// Moves columns, each with the comments of its line.
    pub(super) fn order_columns(&mut self) -> Result<(), Diagnostic> {
        let wanted: Vec<&str> = self.to.columns.iter().map(|column| column.name.as_str()).collect();
        let places: Vec<usize> = wanted.iter().filter_map(|name| self.tree().column_position(name)).collect();
        let staying = longest_ascent(&places);
        for (i, name) in wanted.iter().enumerate() {
            if staying.contains(&i) {
                continue;
            }
            let Some(position) = self.tree().column_position(name) else { continue };
            let removal = items::remove(self.tree(), self.sql(), position);
            let (text, remarks) = taken(self.sql(), self.tree().items[position].span(), &removal);
            self.apply(removal)?;
            let behind = i.checked_sub(1).and_then(|before| self.tree().column_position(wanted[before]));
            let new = NewItem { text: &text, remarks: &remarks };
            self.apply(items::insert(self.tree(), self.sql(), behind, &new))?;
        }
        Ok(())
    }
}

/// Returns an item with the comments before it that go with it, and the comments behind it that do.
fn taken(sql: &str, item: Span, removal: &[Splice]) -> (String, Vec<String>) {
    let comments = |start: usize, end: usize| {
        let tokens = if start < end { tokenize(&sql[start..end]) } else { Vec::new() };
        let comments = tokens.into_iter().filter(|token| token.kind == TokenKind::Comment);
        comments.map(|token| token.text.to_owned()).collect::<Vec<_>>()
    };
    let mut before = Vec::new();
    let mut behind = Vec::new();
    for Splice { span, .. } in removal {
        before.extend(comments(span.start, span.end.min(item.start)));
        behind.extend(comments(span.start.max(item.end), span.end));
    }
    before.push(item.of(sql).to_owned());
    (before.join(" "), behind)
}

/// Returns the positions of a longest ascending choice of numbers.
fn longest_ascent(numbers: &[usize]) -> Vec<usize> {
    // For each number, how long an ascent can be that ends there, and the position before it.
    let mut ends: Vec<(usize, Option<usize>)> = Vec::new();
    for (i, number) in numbers.iter().enumerate() {
        let before = (0..i).filter(|&j| numbers[j] < *number).max_by_key(|&j| ends[j].0);
        ends.push((before.map_or(1, |j| ends[j].0 + 1), before));
    }
    let mut at = (0..ends.len()).max_by_key(|&i| ends[i].0);
    let mut found = Vec::new();
    while let Some(i) = at {
        found.push(i);
        at = ends[i].1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::longest_ascent;

    #[test]
    fn only_what_is_out_of_order_moves() {
        let staying = |numbers: &[usize]| {
            let mut found = longest_ascent(numbers);
            found.sort_unstable();
            found
        };
        assert_eq!(staying(&[1, 2, 3, 0]), [0, 1, 2]);
        assert_eq!(staying(&[3, 0, 1, 2]), [1, 2, 3]);
        assert_eq!(staying(&[0, 1]), [0, 1]);
        assert!(staying(&[]).is_empty());
    }
}
