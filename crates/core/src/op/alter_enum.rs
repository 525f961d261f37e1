//! `alter_enum`: adds, renames and drops values of a named enum.

use crate::name::TableName;
use crate::schema::{NamedEnum, ObjectKind, Schema, SchemaError};

use super::{Access, Change, Footprint, Object, Operation};

/// Changes the values of a named enum, in the order given. A value that is dropped and added again moves to another place, and
/// rows keep it. An enum that columns bring along with their types is one too: all
/// columns that bring the values that it has follow.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterEnum {
    /// The enum.
    pub name: TableName,
    /// The changes, at least one.
    pub actions: Vec<EnumAction>,
}

/// One change to the values of an enum.
#[derive(Debug, Clone, PartialEq, Eq, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(EnumActionKind),
    doc = "The name of a change to an enum, as migration files write it.",
    derive(strum::EnumString, strum::IntoStaticStr, strum::EnumIter, strum::Display),
    strum(serialize_all = "snake_case")
)]
pub enum EnumAction {
    /// Adds a value.
    AddValue {
        /// The new value.
        value: String,
        /// Where it stands; `None` is at the end.
        position: Option<ValuePosition>,
    },
    /// Gives a value another spelling.
    RenameValue {
        /// The value.
        value: String,
        /// Its new spelling.
        to: String,
    },
    /// Drops a value.
    DropValue {
        /// The value.
        value: String,
        /// What rows that have it get instead; without it, such rows make the change fail.
        replace_with: Option<String>,
    },
}

/// Where a value stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValuePosition {
    /// Right before another one.
    Before(String),
    /// Right after another one.
    After(String),
}

impl EnumAction {
    fn apply(&self, definition: &mut NamedEnum) -> Result<(), SchemaError> {
        let position = |values: &[String], value: &String| {
            values.iter().position(|v| v == value).ok_or_else(|| {
                let there = values.iter().map(String::as_str);
                SchemaError::not_found(ObjectKind::EnumValue, value, Some(&definition.name), there)
            })
        };
        let values = &definition.values;
        let absent = |value: &String| match values.contains(value) {
            true => Err(SchemaError::exists(ObjectKind::EnumValue, value, Some(&definition.name))),
            false => Ok(()),
        };
        let mut changed = values.clone();
        match self {
            Self::AddValue { value, position: place } => {
                absent(value)?;
                let at = match place {
                    None => values.len(),
                    Some(ValuePosition::Before(other)) => position(values, other)?,
                    Some(ValuePosition::After(other)) => position(values, other)? + 1,
                };
                changed.insert(at, value.clone());
            }
            Self::RenameValue { value, to } => {
                absent(to)?;
                changed[position(values, value)?] = to.clone();
            }
            Self::DropValue { value, replace_with } => {
                let at = position(values, value)?;
                if let Some(other) = replace_with {
                    position(values, other)?;
                }
                changed.remove(at);
            }
        }
        definition.values = changed;
        Ok(())
    }

    fn invert(&self, before: &NamedEnum) -> EnumAction {
        match self {
            Self::AddValue { value, .. } => Self::DropValue { value: value.clone(), replace_with: None },
            Self::RenameValue { value, to } => Self::RenameValue { value: to.clone(), to: value.clone() },
            Self::DropValue { value, .. } => {
                let next = before.values.iter().skip_while(|v| *v != value).nth(1).cloned();
                Self::AddValue { value: value.clone(), position: next.map(ValuePosition::Before) }
            }
        }
    }
}

impl AlterEnum {
    /// Returns the enum as it is before the change.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`] with the nearest name, or [`SchemaError::Opaque`] when raw SQL may have made it.
    pub fn definition(&self, before: &Schema) -> Result<NamedEnum, SchemaError> {
        let known = before.known_enum(&self.name);
        known.ok_or_else(|| before.missing(ObjectKind::Enum, &self.name, before.enums.keys()))
    }

    /// Returns the enum as the change leaves it.
    ///
    /// # Errors
    /// As [`AlterEnum::definition`]; a value that is missing or there already.
    pub fn changed(&self, before: &Schema) -> Result<NamedEnum, SchemaError> {
        let mut changed = self.definition(before)?;
        self.actions.iter().try_for_each(|action| action.apply(&mut changed))?;
        if changed.values.is_empty() {
            return Err(SchemaError::Contradiction(format!("enum `{}` would have no value left", self.name)));
        }
        Ok(changed)
    }
}

impl AlterEnum {
    /// Says whether an action of it drops a value that comes again as the same value later on: it gets another place, and
    /// rows keep it.
    pub fn moves(&self, action: &EnumAction) -> bool {
        let EnumAction::DropValue { value, replace_with: None } = action else { return false };
        let behind = self.actions.iter().skip_while(|one| !std::ptr::eq(*one, action)).skip(1);
        let gives = |one: &&EnumAction| match one {
            EnumAction::AddValue { value: new, .. } | EnumAction::RenameValue { to: new, .. } => new == value,
            EnumAction::DropValue { .. } => false,
        };
        matches!(behind.clone().find(gives), Some(EnumAction::AddValue { .. }))
    }

    /// Returns what it does to values, in order, but for the drops of those that only get another place.
    pub fn without_moves(&self) -> impl Iterator<Item = &EnumAction> {
        self.actions.iter().filter(|action| !self.moves(action))
    }
}

impl Change for AlterEnum {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let definition = self.definition(schema)?;
        let changed = self.changed(schema)?;
        schema.revalue_enum(&definition, &changed.values);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let mut state = self.definition(before)?;
        let mut actions = Vec::new();
        for action in &self.actions {
            actions.push(action.invert(&state));
            action.apply(&mut state)?;
        }
        actions.reverse();
        Ok(vec![AlterEnum { name: self.name.clone(), actions }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Writes, Object::Type(self.name.clone()))
    }

    fn describe(&self) -> String {
        format!("alter enum `{}`", self.name)
    }
}
