//! Puts AUTOINCREMENT in and takes it out, where the primary key stands.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::schema::Constraint;

use super::draft::Draft;
use super::splice::Splice;
use crate::ddl::project::Place;
use crate::ddl::tree::{ColumnRuleKind, ItemKind, Node, Span, TableRuleKind};
use crate::lower::counting_key;

impl Draft<'_> {
    /// Lets the primary key count up or not.
    pub(super) fn settle_counting(&mut self) -> Result<(), Diagnostic> {
        let wanted = counting_key(self.to).is_some();
        let key = self.constraints().find(|(one, _)| matches!(one, Constraint::PrimaryKey(_)));
        let Some((_, place)) = key else {
            return Ok(());
        };
        let (there, end) = self.counting_place(place);
        match there {
            Some(word) if !wanted => {
                self.apply(vec![Splice::delete_clause(self.sql(), self.rule(place).0.start, word)])
            }
            None if wanted => self.apply(vec![Splice::insert(end, " AUTOINCREMENT")]),
            _ => Ok(()),
        }
    }

    /// Returns where a primary key says AUTOINCREMENT, and where it might.
    fn counting_place(&self, place: Place) -> (Option<Span>, usize) {
        let (span, _) = self.rule(place);
        match place {
            Place::OnColumn { column, rule } => match &self.tree().items[column].kind {
                ItemKind::Column(column) => match &column.rules[rule].kind {
                    ColumnRuleKind::PrimaryKey { autoincrement, .. } => (*autoincrement, span.end),
                    _ => (None, span.end),
                },
                ItemKind::Rule(_) => (None, span.end),
            },
            Place::OfTable { item } => match &self.tree().items[item].kind {
                ItemKind::Rule(rule) => match &rule.kind {
                    TableRuleKind::PrimaryKey { keys, autoincrement, .. } => {
                        (*autoincrement, keys.last().map_or(span.end, |key| key.span().end))
                    }
                    _ => (None, span.end),
                },
                ItemKind::Column(_) => (None, span.end),
            },
        }
    }
}
