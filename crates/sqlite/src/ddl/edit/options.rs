//! Puts STRICT and WITHOUT ROWID behind a table's text and takes them away.

use limbeck_core::diagnostic::Diagnostic;

use super::draft::Draft;
use super::splice::Splice;
use crate::ddl::tree::{Node, TableOptionKind};
use crate::lower::options::table_options;

impl Draft<'_> {
    /// Gives the table the options that it is to have.
    pub(super) fn settle_options(&mut self) -> Result<(), Diagnostic> {
        let wanted = table_options(self.to)?;
        for (kind, keyword, wanted) in [
            (TableOptionKind::WithoutRowid, "WITHOUT ROWID", wanted.without_rowid),
            (TableOptionKind::Strict, "STRICT", wanted.strict),
        ] {
            let options = &self.tree().options;
            let there = options.iter().position(|option| option.kind == kind);
            match there {
                Some(position) if !wanted => {
                    let splices = self.remove_option(position);
                    self.apply(splices)?;
                    // One may be said twice.
                    return self.settle_options();
                }
                None if wanted => {
                    let splice = match options.last() {
                        Some(last) => Splice::insert(last.span.end, format!(", {keyword}")),
                        None => Splice::insert(self.tree().close.end, format!(" {keyword}")),
                    };
                    self.apply(vec![splice])?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn remove_option(&self, position: usize) -> Vec<Splice> {
        let (options, floor) = (&self.tree().options, self.tree().close.start);
        let option = options[position].span();
        let next = options.get(position + 1).and_then(|next| next.comma);
        match (options[position].comma, next) {
            (Some(comma), _) => {
                vec![
                    Splice::delete_clause(self.sql(), floor, comma),
                    Splice::delete_clause(self.sql(), floor, option).keeping_comments(self.sql()),
                ]
            }
            (None, Some(comma)) => {
                vec![
                    Splice::delete_clause(self.sql(), floor, option).keeping_comments(self.sql()),
                    Splice::delete(comma.start, comma.end),
                ]
            }
            (None, None) => {
                vec![Splice::delete_clause(self.sql(), floor, option).keeping_comments(self.sql())]
            }
        }
    }
}
