//! `drop_view`: drops a view.

use crate::name::TableName;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, CreateView, Footprint, Object, Operation};

/// Drops a view.
#[derive(Debug, Clone, PartialEq)]
pub struct DropView {
    /// The view.
    pub view: TableName,
    /// Whether its rows are stored (PostgreSQL).
    pub materialized: bool,
    /// Whether a missing view is no fault.
    pub if_exists: bool,
}

impl Change for DropView {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        match schema.views.remove(&self.view) {
            None if !self.if_exists => Err(schema.missing(ObjectKind::View, &self.view, schema.views.keys())),
            _ => Ok(()),
        }
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        match before.views.get(&self.view) {
            Some(view) => {
                Ok(vec![CreateView { view: view.clone(), if_not_exists: false, or_replace: false }.into()])
            }
            None if self.if_exists => Ok(Vec::new()),
            None => Err(before.missing(ObjectKind::View, &self.view, before.views.keys())),
        }
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Drops, Object::View(self.view.clone()))
    }

    fn describe(&self) -> String {
        format!("drop view `{}`", self.view)
    }
}
