//! `create_view`: makes a view.

use crate::schema::{ObjectKind, Schema, SchemaError, View};

use super::{Access, Change, DropView, Footprint, Object, Operation};

/// Makes a view.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    /// The view as it is to be.
    pub view: View,
    /// Whether a view of that name that is there already is left as it is.
    pub if_not_exists: bool,
    /// Whether a view of that name that is there already is replaced.
    pub or_replace: bool,
}

impl Change for CreateView {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.view.name;
        match schema.relation(name) {
            Some(ObjectKind::View) if self.or_replace => {}
            Some(ObjectKind::View) if self.if_not_exists => return Ok(()),
            Some(kind) => return Err(SchemaError::exists(kind, name, None)),
            None => {}
        }
        schema.views.insert(name.clone(), self.view.clone());
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let name = &self.view.name;
        match before.views.get(name) {
            Some(view) if self.or_replace => {
                Ok(vec![CreateView { view: view.clone(), if_not_exists: false, or_replace: true }.into()])
            }
            Some(_) if self.if_not_exists => Ok(Vec::new()),
            _ => {
                let materialized = self.view.materialized;
                Ok(vec![DropView { view: name.clone(), materialized, if_exists: false }.into()])
            }
        }
    }

    fn footprint(&self) -> Footprint {
        // The query is not read here, so the view may stand on any table.
        Footprint::new()
            .with(Access::Creates, Object::View(self.view.name.clone()))
            .with(Access::Reads, Object::Anything)
    }

    fn describe(&self) -> String {
        format!("create view `{}`", self.view.name)
    }
}
