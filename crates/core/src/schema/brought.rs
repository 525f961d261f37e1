//! Enums that columns bring along: types that say an enum's name and its values, and that no operation made.

use crate::column_type::ColumnType;
use crate::name::TableName;

use super::{NamedEnum, Schema};

impl Schema {
    /// Returns the enum of that name: the one that was made, or the one that columns bring along.
    pub fn known_enum(&self, name: &TableName) -> Option<NamedEnum> {
        if let Some(made) = self.enums.get(name) {
            return Some(made.clone());
        }
        let mut columns = self.tables.values().flat_map(|table| &table.columns);
        let values = columns.find_map(|column| brought(&column.ty, name))?;
        Some(NamedEnum { name: name.clone(), values: values.to_vec() })
    }

    /// Lets the enum of that name have other values, where it is made and where columns bring it along with the values that it
    /// has now. A column that brings others does not follow.
    pub(crate) fn revalue_enum(&mut self, old: &NamedEnum, new: &[String]) {
        if let Some(made) = self.enums.get_mut(&old.name) {
            made.values = new.to_vec();
        }
        for table in self.tables.values_mut() {
            let mut follows = false;
            for column in &mut table.columns {
                follows |= follow(&mut column.ty, old, new);
            }
            if follows {
                table.written = None;
            }
        }
    }
}

/// Returns the values that a type brings along for the enum of a name.
fn brought<'t>(ty: &'t ColumnType, name: &TableName) -> Option<&'t [String]> {
    match ty {
        ColumnType::Enum { name: Some(own), values } if own == name && !values.is_empty() => Some(values),
        ColumnType::Array(item) => brought(item, name),
        ColumnType::Variant { base, variants } => {
            variants.values().chain([&**base]).find_map(|ty| brought(ty, name))
        }
        _ => None,
    }
}

/// Gives a type other values, if it brings along those of an enum, and says whether it does.
fn follow(ty: &mut ColumnType, old: &NamedEnum, new: &[String]) -> bool {
    match ty {
        ColumnType::Enum { name: Some(own), values } if *own == old.name && *values == old.values => {
            *values = new.to_vec();
            true
        }
        ColumnType::Array(item) => follow(item, old, new),
        ColumnType::Variant { base, variants } => {
            let all = variants.values_mut().chain([&mut **base]);
            all.filter_map(|ty| follow(ty, old, new).then_some(())).count() > 0
        }
        _ => false,
    }
}
