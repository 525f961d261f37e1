//! What a declared type means on a back end, and whether a column is of it.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, Place};

use super::backend::Backend;
use super::declared::{CustomName, Declared, DeclaredColumn, DeclaredType};
use super::make::unknown;
use super::provided::canonical;
use super::shown::{ShownColumn, ShownType};

/// What is declared of a column.
pub(super) struct Said<'d> {
    pub(super) nullable: bool,
    pub(super) array: bool,
    pub(super) unsigned: bool,
    pub(super) meaning: Meaning,
    pub(super) max_length: Option<u32>,
    /// The innermost name, as it is written.
    pub(super) name: &'d str,
    pub(super) place: &'d Place,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of Diesel's own, by the name that is no alias.
    Provided(String),
    /// One that the file defines.
    Custom(CustomName),
    /// One that is imported from elsewhere, so that it is not known what it is called in the database.
    Imported,
}

impl<'d> Said<'d> {
    /// Reads what is declared of a column.
    ///
    /// # Errors
    /// [`Code::BadType`] for `Nullable`, `Array` and the like that are not about one type, and for names that nothing brings.
    pub(super) fn of(
        column: &'d DeclaredColumn,
        declared: &Declared,
        backend: Backend,
    ) -> Result<Self, Diagnostic> {
        let (mut nullable, mut array, mut unsigned) = (false, false, false);
        let mut ty = &column.ty;
        loop {
            match ty.name.as_str() {
                // That the elements of an array may be NULL cannot be otherwise.
                "Nullable" => nullable |= !array,
                "Array" if backend == Backend::Postgres => array = true,
                "Unsigned" if backend == Backend::Mysql => unsigned = true,
                _ => break,
            }
            ty = only_argument(ty)?;
        }
        let meaning = match ty.name.as_str() {
            wrapper @ ("Range" | "Multirange") if backend == Backend::Postgres => {
                let inner = only_argument(ty)?;
                match canonical(&inner.name, backend) {
                    Some(inner) => Meaning::Provided(format!("{wrapper}<{inner}>")),
                    None => Meaning::Imported,
                }
            }
            name => match (declared.types.get(name), canonical(name, backend)) {
                (Some(custom), _) => match custom.names.get(backend.type_attribute()) {
                    Some(name) => Meaning::Custom(name.clone()),
                    None => Meaning::Imported,
                },
                (None, Some(known)) => Meaning::Provided(known.to_owned()),
                (None, None) if ty.imported => Meaning::Imported,
                (None, None) => return Err(unknown(name, &ty.place, backend)),
            },
        };
        let max_length = column.max_length;
        Ok(Self { nullable, array, unsigned, meaning, max_length, name: &ty.name, place: &ty.place })
    }

    /// Says whether a column that is known is of the declared type, as far as a `schema.rs` can tell.
    pub(super) fn is_type_of(&self, shown: &ShownColumn, backend: Backend) -> bool {
        // What there is no word for is written by hand, and no other word would be better.
        let Some(ty) = &shown.ty else { return true };
        let length = ty.max_length.or_else(|| length(&shown.spelled));
        if self.max_length.is_some_and(|said| length != Some(said)) {
            return false;
        }
        match &self.meaning {
            Meaning::Imported => true,
            // Where it is kept as a text, it is shown as one.
            Meaning::Provided(meant) if meant == "Json" && shown.spelled == ColumnType::Json => true,
            // These are names of classes of storage, which several types share.
            Meaning::Custom(_) if backend == Backend::Sqlite => true,
            Meaning::Custom(custom) => self.has_form_of(ty) && is_named(ty, custom),
            Meaning::Provided(meant) => {
                self.has_form_of(ty) && canonical(&ty.rust, backend) == Some(meant.as_str())
            }
        }
    }

    fn has_form_of(&self, ty: &ShownType) -> bool {
        self.array == ty.array && self.unsigned == ty.unsigned
    }
}

fn only_argument(ty: &DeclaredType) -> Result<&DeclaredType, Diagnostic> {
    match ty.arguments.as_slice() {
        [one] => Ok(one),
        _ => Err(Diagnostic::new(Code::BadType, format!("`{}` takes one type", ty.name))
            .at(ty.place.clone())
            .hint(format!("write `{}<Text>`, for example", ty.name))),
    }
}

fn is_named(ty: &ShownType, custom: &CustomName) -> bool {
    let usual = |schema: &Option<String>| match schema.as_deref() {
        Some("pg_catalog" | "public") => None,
        other => other.map(str::to_owned),
    };
    ty.sql.eq_ignore_ascii_case(&custom.name) && usual(&ty.schema) == usual(&custom.schema)
}

/// Returns the length of a text, where one is stated that the shown type does not say.
fn length(ty: &ColumnType) -> Option<u32> {
    match ty {
        ColumnType::String { length } | ColumnType::Unicode { length } | ColumnType::Binary { length } => {
            *length
        }
        _ => None,
    }
}
