//! Revisions written in Rust, beside those in files.

use crate::record::Operations;
use crate::revision::RevisionHeader;

/// A revision written in Rust.
///
/// ```
/// use limbeck_core::column_type::ColumnType;
/// use limbeck_core::history::RustRevision;
/// use limbeck_core::record::Operations;
/// use limbeck_core::revision::RevisionHeader;
///
/// struct AddCart;
///
/// impl RustRevision for AddCart {
///     fn header(&self) -> RevisionHeader {
///         RevisionHeader::new("27c6a30d7c24", ["1975ea83b712".into()])
///     }
///
///     fn upgrade(&self, ops: &mut Operations) {
///         ops.create_table("cart", |t| {
///             t.column("id", ColumnType::Integer).primary_key();
///             t.column("account_id", ColumnType::Integer).not_null().references("account.id");
///         });
///     }
/// }
/// ```
pub trait RustRevision: Send + Sync {
    /// Returns its place in the graph. Must be the same at every call.
    fn header(&self) -> RevisionHeader;

    /// Records what the upgrade does. Nothing runs yet; it may be called without a database, and more than once.
    fn upgrade(&self, ops: &mut Operations);

    /// Records what the downgrade does, or says that it is derived or that there is none.
    ///
    /// As provided, it is derived from the upgrade, which must then be all operations that can be undone.
    fn downgrade(&self, ops: &mut Operations) -> Undoing {
        let _ = ops;
        Undoing::Derived
    }
}

/// How a revision written in Rust is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undoing {
    /// By what is derived from the upgrade. What `downgrade` recorded, if anything, is not used.
    Derived,
    /// By what `downgrade` recorded, which may be nothing.
    Recorded,
    /// Not at all, for this reason.
    Irreversible(&'static str),
}
