//! `drop_column`: drops a column, and with it what is about that column alone.

use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Constraint, ForeignKey, Index, ObjectKind, Schema, SchemaError, Table, mention};

use super::{Action, AddColumn, AddIndex, Position};

/// Drops a column.
///
/// Constraints and indexes that are about this column alone go with it. Where one is also about other columns, the
/// drop is refused: a rule would be lost in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropColumn {
    /// The column.
    pub column: Ident,
    /// Whether a missing column is no fault.
    pub if_exists: bool,
}

/// How a part of a table depends on a column.
enum Tie {
    None,
    Alone,
    Shared,
}

impl DropColumn {
    fn tie(&self, named: &[&Ident], texts: &[&str], table: &Table) -> Tie {
        let about =
            |name: &Ident| named.contains(&name) || texts.iter().any(|sql| mention::mentions(sql, name));
        if !about(&self.column) {
            return Tie::None;
        }
        match table.columns.iter().any(|column| column.name != self.column && about(&column.name)) {
            true => Tie::Shared,
            false => Tie::Alone,
        }
    }

    fn constraint_tie(&self, constraint: &Constraint, table: &Table) -> Tie {
        let texts: Vec<&str> = constraint.texts().into_iter().map(|sql| sql.as_str()).collect();
        if let Constraint::ForeignKey(key) = constraint
            && key.references == table.name
            && key.referred_columns.contains(&self.column)
            && key.columns != [self.column.clone()]
        {
            return Tie::Shared;
        }
        self.tie(&constraint.columns(), &texts, table)
    }

    fn index_tie(&self, index: &Index, table: &Table) -> Tie {
        self.tie(&index.named_columns(), &index.texts(), table)
    }

    fn in_use(&self, table: &Table, by: String) -> SchemaError {
        SchemaError::InUse { kind: ObjectKind::Column, name: table.name.print_with_column(&self.column), by }
    }

    pub(super) fn apply(&self, table: &mut Table, schema: &Schema) -> Result<(), SchemaError> {
        let at = match table.column_position(&self.column) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => return Ok(()),
            other => other?,
        };
        for constraint in &table.constraints {
            if let Tie::Shared = self.constraint_tie(constraint, table) {
                let name = constraint.name().map(|name| format!(" `{name}`")).unwrap_or_default();
                return Err(self.in_use(
                    table,
                    format!("the {}{name}", constraint.kind().to_string().replace('_', " ")),
                ));
            }
        }
        if let Some(index) =
            table.indexes.iter().find(|index| matches!(self.index_tie(index, table), Tie::Shared))
        {
            return Err(self.in_use(table, format!("the index `{}`", index.name)));
        }
        for column in table.columns.iter().filter(|column| column.name != self.column) {
            if let Some(generated) = &column.generated
                && mention::mentions(generated.sql.as_str(), &self.column)
            {
                return Err(self.in_use(table, format!("the generated column `{}`", column.name)));
            }
        }
        let by_itself = |key: &&ForeignKey| {
            key.references == table.name
                && key.referred_columns.contains(&self.column)
                && key.columns.iter().any(|column| *column != self.column)
        };
        if table.foreign_keys().any(|key| by_itself(&key)) {
            return Err(self.in_use(table, "a foreign key of the table itself".to_owned()));
        }
        let points_here = |other: &&Table| {
            other
                .foreign_keys()
                .any(|key| key.references == table.name && key.referred_columns.contains(&self.column))
        };
        if let Some(other) = schema.referring_tables(&table.name).find(points_here) {
            return Err(self.in_use(table, format!("a foreign key of table `{}`", other.name)));
        }
        let kept: Vec<Constraint> = (table.constraints.iter())
            .filter(|constraint| matches!(self.constraint_tie(constraint, table), Tie::None))
            .cloned()
            .collect();
        let indexes: Vec<Index> = table
            .indexes
            .iter()
            .filter(|index| matches!(self.index_tie(index, table), Tie::None))
            .cloned()
            .collect();
        table.constraints = kept;
        table.indexes = indexes;
        table.columns.remove(at);
        table.added.remove(&self.column);
        match table.columns.is_empty() {
            true => {
                Err(SchemaError::Contradiction(format!("table `{}` would have no column left", table.name)))
            }
            false => Ok(()),
        }
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        let at = match before.column_position(&self.column) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => return Ok(Vec::new()),
            other => other?,
        };
        let position = before.columns.get(at + 1).map(|next| Position::Back(next.name.clone()));
        let constraints = (before.constraints.iter())
            .filter(|constraint| matches!(self.constraint_tie(constraint, before), Tie::Alone))
            .cloned()
            .collect();
        let indexes =
            before.indexes.iter().filter(|index| matches!(self.index_tie(index, before), Tie::Alone));
        let mut undo = vec![Action::AddColumn(AddColumn {
            column: before.columns[at].clone(),
            position,
            constraints,
            if_not_exists: false,
        })];
        undo.extend(indexes.map(|index| Action::CreateIndex(AddIndex::new(index.clone()))));
        Ok(undo)
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Column(table.clone(), self.column.clone()))
    }

    pub(super) fn describe(&self) -> String {
        format!("drop column `{}`", self.column)
    }
}
