//! Reads the rows of `insert` and `delete`.

use crate::diagnostic::Code;
use crate::name::Ident;
use crate::op::Row;

use super::Node;

impl Node<'_> {
    /// Reads rows, at least one, each with at least one cell.
    pub(super) fn rows(&self) -> Option<Vec<Row>> {
        let rows: Vec<Option<Row>> = self.some_items()?.iter().map(Node::row).collect();
        rows.into_iter().collect()
    }

    fn row(&self) -> Option<Row> {
        let cells = self.table()?.all();
        if cells.is_empty() {
            self.fault(Code::BadValue, "a row must have at least one cell");
            return None;
        }
        let cells: Vec<Option<_>> = cells
            .into_iter()
            .map(|(name, node)| {
                let value = node.literal_or_sql();
                let name = Ident::new(name)
                    .map_err(|error| self.reader.fault(Code::BadName, node.key_span(), error.to_string()));
                Some((name.ok()?, value?))
            })
            .collect();
        cells.into_iter().collect()
    }
}
