//! What leads from one schema to another leads there.

use proptest::prelude::*;

use super::*;
use crate::arbitrary::{Reach, schemas};
use crate::script::print_model;

fn same(schema: &Schema) -> Schema {
    schema.clone()
}

/// Says whether two schemas are the same but for the order of columns and what is opaque.
fn agree(one: &Schema, other: &Schema) -> bool {
    let plain = |schema: &Schema| {
        let mut schema = schema.clone();
        schema.opaque = Default::default();
        for table in schema.tables.values_mut() {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
        schema
    };
    plain(one) == plain(other)
}

proptest! {
    #[test]
    fn a_difference_leads_from_one_schema_to_the_other(
        from in schemas(Reach::Everything, 6),
        to in schemas(Reach::Everything, 6),
    ) {
        // A nameless exclusion cannot be named, so that nothing takes it away.
        let unnameable = from.tables.values().flat_map(|table| &table.constraints).any(|one| ConstraintRef::to(one).is_none());
        prop_assume!(!unnameable);
        let operations = diff(&from, &to, same);
        let mut schema = from.clone();
        for operation in &operations {
            let done = operation.apply(&mut schema);
            prop_assert!(done.is_ok(), "{:?}\n{}\nfrom\n{}\nto\n{}", done, operation.describe(), print_model(&from), print_model(&to));
        }
        prop_assert!(agree(&schema, &to), "{}\nand not\n{}", print_model(&schema), print_model(&to));
    }

    #[test]
    fn there_is_no_difference_between_a_schema_and_itself(schema in schemas(Reach::Everything, 8)) {
        prop_assert_eq!(diff(&schema, &schema, same), Vec::new());
    }

    #[test]
    fn a_schema_is_made_from_nothing(schema in schemas(Reach::Everything, 8)) {
        let mut made = Schema::new();
        for operation in diff(&made, &schema, same) {
            operation.apply(&mut made).unwrap();
        }
        prop_assert!(agree(&made, &schema));
    }
}
