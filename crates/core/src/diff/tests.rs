//! What leads from one schema to another leads there.

use proptest::prelude::*;

use super::*;
use crate::arbitrary::{Reach, schemas};

fn same(schema: &Schema) -> Schema {
    schema.clone()
}

/// Says whether two schemas are the same but for the order of columns and what is opaque.
fn agree(one: &Schema, other: &Schema) -> bool {
    let plain = |schema: &Schema| {
        let mut schema = schema.clone();
        schema.opaque = Default::default();
        let used: Vec<_> =
            schema.schemas.iter().filter(|name| schema.object_in(name).is_some()).cloned().collect();
        schema.schemas.retain(|name| !used.contains(name));
        for table in schema.tables.values_mut() {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
        schema
    };
    plain(one) == plain(other)
}

proptest! {
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
