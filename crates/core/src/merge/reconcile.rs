//! Operations that make the outcomes of both orders the same.

use crate::op::{Change, Operation};
use crate::schema::Schema;

use super::judge::Judgement;

/// Returns operations for the merge revision, after which it does not matter any more which branch ran first; `None` where
/// none can be derived.
///
/// They lead to what the first branch before the second leads to, and change nothing where that is already so.
pub fn reconcile(judgement: &Judgement) -> Option<Vec<Operation>> {
    let [wanted, other] = &**judgement.outcomes.as_ref()?;
    let operations = &judgement.differences;
    let leads = |from: &Schema| {
        let mut schema = from.clone();
        let fits = operations.iter().all(|operation| operation.apply(&mut schema).is_ok());
        fits && crate::diff::diff(&schema, wanted, sorted).is_empty()
    };
    (!operations.is_empty() && leads(wanted) && leads(other)).then(|| operations.clone())
}

fn sorted(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}
