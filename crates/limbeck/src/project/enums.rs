//! Named enums where the database keeps none: there only the history and the model tell of them, and columns take their values.

use limbeck_core::diff::diff;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;

/// Returns what leads from the named enums of one schema to those of another, where a database keeps none. What the other has not
/// stays: a model in SQL, in `schema.rs` or in a database cannot tell of it.
pub(super) fn told(from: &Schema, to: &Schema, form: impl Fn(&Schema) -> Schema) -> Vec<Operation> {
    let only = |schema: &Schema| Schema { enums: schema.enums.clone(), ..Schema::new() };
    let (from, to) = (only(from), only(to));
    if to.enums.is_empty() || !form(&to).enums.is_empty() {
        return Vec::new();
    }
    let mut operations = diff(&from, &to, Schema::clone);
    operations.retain(|operation| !matches!(operation, Operation::DropEnum(_)));
    operations
}

/// Gives a schema that was read from a database that keeps no named enums those of another, which tells of them.
pub(super) fn taken_over(there: &mut Schema, told: &Schema, form: impl Fn(&Schema) -> Schema) {
    let only = Schema { enums: told.enums.clone(), ..Schema::new() };
    if there.enums.is_empty() && form(&only).enums.is_empty() {
        there.enums.clone_from(&told.enums);
    }
}
